//! The one way out to addresses that a company types: bounded, without redirects, to the public internet alone.
//!
//! The address that a name resolves to is judged by the resolver of the connection itself, so that a name which
//! answers differently a moment later gains nothing. Proxies of the environment are not used: they would resolve
//! by themselves.

mod address;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};

pub use address::is_public;

/// Until a connection stands, the look-up of the name included.
const CONNECT: Duration = Duration::from_secs(5);
/// Until the whole answer is there.
const WHOLE: Duration = Duration::from_secs(10);
/// Bytes of an answer.
const LARGEST: usize = 512 * 1024;

/// How far requests may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// `https` to the public internet.
    Public,
    /// This machine besides, and that without TLS too: for development and tests.
    AlsoLoopback,
}

/// Why there is no answer. Says neither the address nor what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EgressError {
    /// The address is not one to be reached.
    #[error("{0}")]
    Address(&'static str),
    /// The name stands for an address that is not public.
    #[error("the host's address is not one of the public internet")]
    NotPublic,
    /// It took too long.
    #[error("no whole answer within 10 seconds")]
    TooSlow,
    /// No connection: no such name, nobody listens, or the certificate is not good.
    #[error("no connection (name, port or certificate)")]
    Connection,
    /// The answer is larger than any that is right.
    #[error("the answer is larger than 512 KiB")]
    TooLarge,
    /// The answer broke off.
    #[error("the answer cannot be read")]
    Broken,
}

/// An answer.
pub struct Answer {
    /// Its status; redirects are not followed.
    pub status: StatusCode,
    /// Its whole body.
    pub body: Vec<u8>,
}

/// The client.
#[derive(Clone)]
pub struct Egress {
    http: Client,
    reach: Reach,
}

impl Egress {
    /// A client that reaches as far as `reach`.
    ///
    /// # Errors
    /// [`EgressError::Connection`] when the system's certificates cannot be used.
    pub fn new(reach: Reach) -> Result<Self, EgressError> {
        let http = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            .https_only(reach == Reach::Public)
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .user_agent("SafeShipper")
            .dns_resolver(Arc::new(Judging(reach)))
            .build()
            .map_err(|_| EgressError::Connection)?;
        Ok(Self { http, reach })
    }

    /// Reads an address, as far as its text says that it may be reached; the resolver judges the rest.
    ///
    /// # Errors
    /// [`EgressError::Address`] with what is wrong, [`EgressError::NotPublic`].
    pub fn address(&self, text: &str) -> Result<Url, EgressError> {
        let url = Url::parse(text).map_err(|_| EgressError::Address("this is no URL"))?;
        self.permit(&url)?;
        Ok(url)
    }

    /// As [`Self::address`], of an address that was read.
    fn permit(&self, url: &Url) -> Result<(), EgressError> {
        let host = url
            .host_str()
            .ok_or(EgressError::Address("the URL has no host"))?;
        // Hosts that are addresses never come to the resolver. Brackets stand around IPv6.
        let ip = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
        let is_here = host == "localhost" || ip.is_some_and(|ip| ip.to_canonical().is_loopback());
        let may_be_here = self.reach == Reach::AlsoLoopback && is_here;
        match url.scheme() {
            "https" => {}
            "http" if may_be_here => {}
            _ => return Err(EgressError::Address("the URL does not begin with `https://`")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EgressError::Address("the URL holds a user name or a password"));
        }
        match ip {
            Some(ip) if !reachable(ip, self.reach) => Err(EgressError::NotPublic),
            _ => Ok(()),
        }
    }

    /// Gets a document.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn get(&self, url: &Url) -> Result<Answer, EgressError> {
        self.permit(url)?;
        send(self.http.get(url.clone())).await
    }

    /// Posts a form, as user `basic` where there is one (RFC 7617).
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn post_form(
        &self,
        url: &Url,
        form: &[(&str, &str)],
        basic: Option<(&str, &str)>,
    ) -> Result<Answer, EgressError> {
        self.permit(url)?;
        let mut request = self.http.post(url.clone()).form(form);
        if let Some((user, password)) = basic {
            request = request.basic_auth(user, Some(password));
        }
        send(request).await
    }
}

impl fmt::Debug for Egress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Egress({:?})", self.reach)
    }
}

async fn send(request: RequestBuilder) -> Result<Answer, EgressError> {
    let mut response: Response = request.send().await.map_err(|error| explain(&error))?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| explain(&error))? {
        if body.len().saturating_add(chunk.len()) > LARGEST {
            return Err(EgressError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, body })
}

fn explain(error: &reqwest::Error) -> EgressError {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if cause.is::<NotPublic>() {
            return EgressError::NotPublic;
        }
        source = cause.source();
    }
    if error.is_timeout() {
        EgressError::TooSlow
    } else if error.is_connect() {
        EgressError::Connection
    } else {
        EgressError::Broken
    }
}

fn reachable(ip: IpAddr, reach: Reach) -> bool {
    is_public(ip) || (reach == Reach::AlsoLoopback && ip.to_canonical().is_loopback())
}

/// What the resolver says of a name that stands for an address that is not public.
#[derive(Debug, thiserror::Error)]
#[error("the name stands for an address that is not public")]
struct NotPublic;

/// Resolves as the system does, and refuses a name of which any address may not be reached.
struct Judging(Reach);

impl Resolve for Judging {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            judge(&found, reach)?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn judge(found: &[SocketAddr], reach: Reach) -> Result<(), NotPublic> {
    let good = found.iter().all(|address| reachable(address.ip(), reach));
    if good { Ok(()) } else { Err(NotPublic) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_not_public_is_refused_however_it_is_written_j16() {
        let egress = Egress::new(Reach::Public).unwrap();
        for text in [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://10.0.0.1:8443/",
        ] {
            assert_eq!(egress.address(text), Err(EgressError::NotPublic), "{text}");
        }
        for text in [
            "http://login.example/",
            "ftp://login.example/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://ada:secret@login.example/",
            "login.example",
            "http://127.0.0.1/",
            "data:,x",
        ] {
            assert!(
                matches!(egress.address(text), Err(EgressError::Address(_))),
                "{text}"
            );
        }
        assert!(egress.address("https://login.example/tenant").is_ok());
    }

    #[test]
    fn for_development_this_machine_is_reached_and_no_other() {
        let egress = Egress::new(Reach::AlsoLoopback).unwrap();
        for text in ["http://127.0.0.1:4000", "http://localhost:4000", "https://[::1]/"] {
            assert!(egress.address(text).is_ok(), "{text}");
        }
        for text in [
            "http://login.example",
            "https://10.0.0.1/",
            "http://localhost.evil.example/",
        ] {
            assert!(egress.address(text).is_err(), "{text}");
        }
    }

    #[test]
    fn one_address_of_a_name_that_is_not_public_is_enough_to_refuse_the_name() {
        let (public, metadata) = (([8, 8, 8, 8], 0).into(), ([169, 254, 169, 254], 0).into());
        assert!(judge(&[public], Reach::Public).is_ok());
        assert!(judge(&[public, metadata], Reach::Public).is_err());
    }

    /// `localhost` is a name that stands for this machine, as a rebound name would.
    #[tokio::test]
    async fn a_name_is_judged_by_what_it_stands_for_when_the_connection_is_made() {
        let egress = Egress::new(Reach::Public).unwrap();
        let url = egress.address("https://localhost:9/").unwrap();
        assert_eq!(egress.get(&url).await.err(), Some(EgressError::NotPublic));
    }

    /// Somebody who answers every connection with these bytes, and keeps it open.
    async fn answering(bytes: Vec<u8>) -> Url {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut kept = Vec::new();
            while let Ok((mut connection, _)) = listener.accept().await {
                let bytes = bytes.clone();
                kept.push(tokio::spawn(async move {
                    use tokio::io::{AsyncReadExt, AsyncWriteExt};
                    let _ = connection.read(&mut [0; 1024]).await;
                    let _ = connection.write_all(&bytes).await;
                    let _ = connection.read(&mut [0; 1024]).await;
                }));
            }
        });
        Url::parse(&url).unwrap()
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_not_followed_j16() {
        let target = answering(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".to_vec()).await;
        let text = format!("HTTP/1.1 302 Found\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n");
        let url = answering(text.into_bytes()).await;
        let answer = Egress::new(Reach::AlsoLoopback).unwrap().get(&url).await.unwrap();
        assert_eq!((answer.status, answer.body.len()), (StatusCode::FOUND, 0));
    }

    #[tokio::test]
    async fn an_answer_larger_than_any_that_is_right_is_given_up() {
        let mut bytes = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        bytes.resize(LARGEST + 1024, b' ');
        let url = answering(bytes).await;
        let got = Egress::new(Reach::AlsoLoopback).unwrap().get(&url).await;
        assert_eq!(got.err(), Some(EgressError::TooLarge));
    }

    /// With the clock of the runtime, which goes on where nothing else happens.
    #[tokio::test(start_paused = true)]
    async fn whoever_answers_nothing_is_waited_for_ten_seconds_and_no_longer() {
        let url = answering(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{".to_vec()).await;
        let got = Egress::new(Reach::AlsoLoopback).unwrap().get(&url).await;
        assert_eq!(got.err(), Some(EgressError::TooSlow));
    }
}
