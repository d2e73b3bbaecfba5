//! From bytes to a [`DataSet`] that may answer: every time under the keys the company trusts now.

use std::sync::Arc;

use access::grant::Grant;
use access::ids::{CompanyId, DataSetKeyId};
use access::permission::{ConfigureSystem, Permission};
use crypto::note::{NoteError, VerifierKey, open};
use dangerous_goods::dataset::{DataSet, OtherRegime, Refused, Signed};
use store::data_sets::InForce;

use super::cache::Place;
use crate::{App, Error, FieldProblem};

/// A regime that was asked for, with its data set where one answers.
pub(crate) type Asked = (OtherRegime, Option<Arc<DataSet>>);

/// A new bundle that may be put in force.
pub(super) struct Opened {
    pub(super) set: Arc<DataSet>,
    pub(super) bundle: String,
    pub(super) hash: Vec<u8>,
    pub(super) key: DataSetKeyId,
    public_key: String,
}

impl Opened {
    pub(super) fn place(&self, company: CompanyId) -> Place {
        Place {
            company,
            hash: self.hash.clone(),
            public_key: self.public_key.clone(),
        }
    }
}

/// Opens a bundle that somebody sends.
pub(super) async fn new(app: &App, grant: &Grant<ConfigureSystem>, bundle: String) -> Result<Opened, Error> {
    let mut tx = app.store.read(grant).await?;
    let names = names(&mut tx, grant).await?;
    let trusted = store::data_sets::keys(&mut tx, grant).await?;
    drop(tx);
    let keys = trusted.iter().filter_map(|row| row.public_key.parse().ok());
    let keys: Vec<VerifierKey> = keys.collect();
    let (bundle, opened) = on_a_thread(app, move || {
        let opened = open_bundle(bundle.as_bytes(), &names, &keys);
        (bundle, opened)
    })
    .await?;
    let set = opened.map_err(|refused| Error::Invalid(problems(&refused)))?;
    let key = trusted.into_iter().find(|row| row.name == set.signed_by());
    let key = key.ok_or(Error::Internal(
        "a bundle was signed by a key that is not trusted",
    ))?;
    Ok(Opened {
        hash: digest(set.hash())?,
        set: Arc::new(set),
        bundle,
        key: key.id,
        public_key: key.public_key,
    })
}

/// The data sets of the regimes asked for; none where none is loaded or its key is trusted no longer.
pub(crate) async fn asked<P: Permission>(
    app: &App,
    grant: &Grant<P>,
    regimes: &[OtherRegime],
) -> Result<Vec<Asked>, Error> {
    if regimes.is_empty() {
        return Ok(Vec::new());
    }
    let mut tx = app.store.read(grant).await?;
    let in_force = store::data_sets::in_force(&mut tx, grant).await?;
    drop(tx);
    let mut asked = Vec::new();
    for regime in OtherRegime::ALL
        .into_iter()
        .filter(|regime| regimes.contains(regime))
    {
        let row = in_force.iter().find(|row| row.regime == regime.code());
        let set = match row {
            Some(row) => kept(app, grant, row).await?,
            None => None,
        };
        asked.push((regime, set));
    }
    Ok(asked)
}

/// Every data set that answers for the company now.
///
/// # Errors
/// When the store fails.
pub async fn loaded<P: Permission>(app: &App, grant: &Grant<P>) -> Result<Vec<Arc<DataSet>>, Error> {
    let asked = asked(app, grant, &OtherRegime::ALL).await?;
    Ok(asked.into_iter().filter_map(|(_, set)| set).collect())
}

/// A stored data set, opened once a process. One that does not open any more (a company that was renamed, a form
/// that is read more strictly) answers nothing: what it was asked about is not checked.
async fn kept<P: Permission>(
    app: &App,
    grant: &Grant<P>,
    row: &InForce,
) -> Result<Option<Arc<DataSet>>, Error> {
    let place = Place {
        company: grant.actor().company(),
        hash: row.hash.clone(),
        public_key: row.public_key.clone(),
    };
    if let Some(set) = app.data_sets.get(&place) {
        return Ok(Some(set));
    }
    let mut tx = app.store.read(grant).await?;
    let names = names(&mut tx, grant).await?;
    let bundle = store::data_sets::bundle(&mut tx, grant, row.id).await?;
    drop(tx);
    let broken = |_| Error::Internal("a stored data set does not open with the key it was loaded with");
    let key: VerifierKey = row.public_key.parse().map_err(broken)?;
    let set = on_a_thread(app, move || open_bundle(&bundle, &names, &[key])).await?;
    let set = match set {
        Ok(set) => Arc::new(set),
        Err(_) => {
            tracing::error!(data_set = %row.id, "a stored data set does not open any more");
            return Ok(None);
        }
    };
    app.data_sets.keep(place, set.clone());
    Ok(Some(set))
}

/// The names under which a bundle may be made out to the caller's company.
async fn names<P: Permission>(tx: &mut store::tx::ReadTx, grant: &Grant<P>) -> Result<[String; 2], Error> {
    let slug = store::data_sets::company_slug(tx, grant).await?;
    Ok([slug, grant.actor().company().to_string()])
}

fn open_bundle(
    bundle: &[u8],
    names: &[String; 2],
    keys: &[VerifierKey],
) -> Result<DataSet, Refused<NoteError>> {
    let names = names.each_ref().map(String::as_str);
    DataSet::open(bundle, &names, |bundle| {
        let opened = open(bundle, keys)?;
        Ok(Signed {
            text: opened.text.as_bytes(),
            key: opened.key.to_owned(),
        })
    })
}

/// Reading megabytes is work for a thread of its own, and not for every thread at once.
async fn on_a_thread<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let turn = app.checking.clone().acquire_owned().await;
    let turn = turn.map_err(|_| Error::Internal("checking is shut down"))?;
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(turn);
        done
    });
    done.await
        .map_err(|_| Error::Internal("reading a data set was interrupted"))
}

/// Everything that is wrong with a bundle.
fn problems(refused: &Refused<NoteError>) -> Vec<FieldProblem> {
    let problem = |detail: String| FieldProblem::new("/bundle", detail);
    match refused {
        Refused::Malformed(malformed) => malformed
            .faults()
            .iter()
            .map(|fault| problem(fault.to_string()))
            .collect(),
        other => vec![problem(other.to_string())],
    }
}

/// The bytes of a hash in hexadecimal digits.
fn digest(hexadecimal: &str) -> Result<Vec<u8>, Error> {
    let pairs = hexadecimal.as_bytes().chunks(2);
    let bytes = pairs.map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    });
    bytes
        .collect::<Option<_>>()
        .ok_or(Error::Internal("a hash is not in hexadecimal digits"))
}
