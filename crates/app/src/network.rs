//! A share per network: what is bounded before anybody has signed in is bounded for each network as well, so that one
//! source never shuts others out (docs/decisions/0015).
//!
//! A network is a /24 of IPv4 or a /56 of IPv6, what one customer usually holds. Who comes from no known address is in
//! one network with all such. In memory a bound is a [`Shares`]; where it is rows of the database, they carry
//! [`Networks::mark`], a keyed hash.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use crypto::field::{BlindIndex, DataKey, FieldError};
use store::admission::{Admission, NetworkMark};
use time::Duration;

use crate::{Error, Origin};

/// After how long to come back where rows wait for minutes.
const ROWS_WAIT: Duration = Duration::MINUTE;

/// A /24 of IPv4, a /56 of IPv6, or nowhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Network([u8; 8]);

impl Network {
    fn of(origin: &Origin) -> Self {
        match origin.ip.map(|address| address.to_canonical()) {
            Some(IpAddr::V4(address)) => {
                let [a, b, c, _] = address.octets();
                Self([4, a, b, c, 0, 0, 0, 0])
            }
            Some(IpAddr::V6(address)) => {
                let [a, b, c, d, e, f, g, ..] = address.octets();
                Self([6, a, b, c, d, e, f, g])
            }
            None => Self([0; 8]),
        }
    }
}

/// Names networks in the database, for whoever has the platform's key.
pub(crate) struct Networks(BlindIndex);

impl Networks {
    /// # Errors
    /// When the key is not one for indexes.
    pub(crate) fn new(index: &DataKey) -> Result<Self, FieldError> {
        BlindIndex::new(index, "network").map(Self)
    }

    /// The network a request came from.
    pub(crate) fn mark(&self, origin: &Origin) -> NetworkMark {
        let Network(network) = Network::of(origin);
        *self
            .0
            .of(&format!("{:016x}", u64::from_be_bytes(network)))
            .as_bytes()
    }
}

/// What an admission means to who asked; `full` where everything is taken.
///
/// # Errors
/// [`Error::NetworkShare`] and [`Error::Busy`].
pub(crate) fn admitted(admission: Admission, full: &'static str) -> Result<bool, Error> {
    match admission {
        Admission::Begun => Ok(true),
        Admission::Absent => Ok(false),
        Admission::NetworkShare => Err(Error::NetworkShare(ROWS_WAIT)),
        Admission::Full => Err(Error::Busy(full)),
    }
}

type Used = Arc<Mutex<HashMap<Network, usize>>>;

/// How much of something bounded each network has.
pub(crate) struct Shares {
    most: usize,
    wait: Duration,
    used: Used,
}

/// A part of a network's share; given back when it is dropped.
pub(crate) struct Share {
    network: Network,
    used: Used,
}

impl Shares {
    /// At most so many at once for each network; who finds none comes back after `wait`.
    pub(crate) fn new(most: usize, wait: Duration) -> Self {
        Self {
            most,
            wait,
            used: Used::default(),
        }
    }

    /// A part of the share of the network that a request came from.
    ///
    /// # Errors
    /// [`Error::NetworkShare`] when all of it is taken.
    pub(crate) fn take(&self, origin: &Origin) -> Result<Share, Error> {
        let network = Network::of(origin);
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = used.entry(network).or_default();
        if *taken >= self.most {
            return Err(Error::NetworkShare(self.wait));
        }
        *taken += 1;
        Ok(Share {
            network,
            used: self.used.clone(),
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = used.get_mut(&self.network) {
            *taken -= 1;
            if *taken == 0 {
                // Networks that are gone take no memory.
                used.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Network, Shares};
    use crate::{Error, Origin};

    fn from(address: &str) -> Origin {
        Origin {
            ip: Some(address.parse().expect("an address")),
            ..Origin::default()
        }
    }

    #[test]
    fn a_network_is_a_24_of_ipv4_and_a_56_of_ipv6_however_it_is_written() {
        let same = |a: &str, b: &str| Network::of(&from(a)) == Network::of(&from(b));
        assert!(same("192.0.2.1", "192.0.2.254"));
        assert!(same("192.0.2.1", "::ffff:192.0.2.9"));
        assert!(!same("192.0.2.1", "192.0.3.1"));
        assert!(same("2001:db8:0:1200::1", "2001:db8:0:12ff::1"));
        assert!(!same("2001:db8:0:1200::1", "2001:db8:0:1300::1"));
        assert!(!same("0.0.0.0", "::"));
    }

    #[test]
    fn one_network_takes_its_share_and_others_have_theirs_and_what_is_given_back_is_free() {
        let shares = Shares::new(2, time::Duration::SECOND);
        let flood: Vec<_> = (0..9).map(|_| shares.take(&from("192.0.2.1"))).collect();
        assert_eq!(flood.iter().filter(|share| share.is_ok()).count(), 2);
        assert!(matches!(
            shares.take(&from("192.0.2.77")),
            Err(Error::NetworkShare(_))
        ));
        let other = shares.take(&from("198.51.100.1"));
        assert!(other.is_ok());
        drop(flood);
        assert!(shares.take(&from("192.0.2.77")).is_ok());
        drop(other);
        assert!(shares.used.lock().expect("no panic").is_empty());
    }

    #[test]
    fn who_comes_from_nowhere_has_one_share_with_all_such() {
        let shares = Shares::new(1, time::Duration::SECOND);
        let _first = shares.take(&Origin::default());
        assert!(shares.take(&Origin::default()).is_err());
    }
}
