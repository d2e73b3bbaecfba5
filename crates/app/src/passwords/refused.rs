//! The list of passwords that a company refuses, added by its administrators (AUTH-1).
//!
//! Of what they send a keyed hash is kept, unrelated to that of the same password in another company; what was sent is
//! forgotten.

use access::grant::Grant;
use access::ids::CompanyId;
use access::permission::{ConfigureSecurity, ConfigureSystem};
use crypto::field::{BlindIndex, DataKey, FieldError};
use crypto::password::{ListFault, ListedHash, read_list};
use serde_json::json;
use store::audit::{Changes, Event, EventType, Outcome, Severity};
use store::refused_passwords::{self, RefusedMark};

pub use crypto::password::MAX_LIST_BYTES;

use crate::{App, Error, FieldProblem, Origin};

/// Names refused passwords in the database, for whoever has the platform's key.
#[derive(Clone)]
pub(crate) struct RefusedIndex(BlindIndex);

impl RefusedIndex {
    /// # Errors
    /// When the key is not one for indexes.
    pub(crate) fn new(index: &DataKey) -> Result<Self, FieldError> {
        BlindIndex::new(index, "refused_passwords.value").map(Self)
    }

    /// Of a password in a company: the platform's key is one for all, so the company is part of what is hashed (E14).
    pub(crate) fn mark(&self, company: CompanyId, hash: &ListedHash) -> RefusedMark {
        *self
            .0
            .of(&format!("{}/{}", company.uuid(), hash.digits()))
            .as_bytes()
    }
}

/// How many passwords the company refuses by a list of its own.
///
/// # Errors
/// When the store fails.
pub async fn count(app: &App, grant: &Grant<ConfigureSystem>) -> Result<i32, Error> {
    let mut tx = app.store.read(grant).await?;
    Ok(refused_passwords::count(&mut tx, grant).await?)
}

/// Takes a list in the offline form of Pwned Passwords, in the place of the one there is. How many it refuses.
///
/// # Errors
/// [`Error::Invalid`] names every line that is none of such a list, and nothing is changed; [`Error::NotProved`] without
/// a fresh second factor; otherwise when the store fails.
pub async fn replace(
    app: &App,
    grant: &Grant<ConfigureSecurity>,
    origin: &Origin,
    list: String,
) -> Result<i32, Error> {
    let (index, company) = (app.refused_passwords.clone(), grant.actor().company());
    // Tens of milliseconds for the longest.
    let marks = tokio::task::spawn_blocking(move || {
        let hashes = read_list(&list)?;
        Ok(hashes
            .iter()
            .map(|hash| index.mark(company, hash))
            .collect::<Vec<_>>())
    });
    let marks = marks
        .await
        .map_err(|_| Error::Internal("reading a list of passwords was interrupted"))?;
    let marks = marks.map_err(|faults: Vec<ListFault>| {
        let problem = |fault: &ListFault| FieldProblem::new("/list", fault.to_string());
        Error::Invalid(faults.iter().map(problem).collect())
    })?;
    put(app, grant, origin, &marks).await
}

/// Refuses no password by a list of the company's own any more.
///
/// # Errors
/// [`Error::NotProved`] without a fresh second factor; otherwise when the store fails.
pub async fn clear(app: &App, grant: &Grant<ConfigureSecurity>, origin: &Origin) -> Result<(), Error> {
    put(app, grant, origin, &[]).await.map(drop)
}

async fn put(
    app: &App,
    grant: &Grant<ConfigureSecurity>,
    origin: &Origin,
    marks: &[RefusedMark],
) -> Result<i32, Error> {
    let actor = grant.actor();
    let mut tx = app.store.write(grant, origin).await?;
    let replaced = refused_passwords::replace(&mut tx, grant, marks).await?;
    let mut changes = Changes::default();
    changes.compare("refused_passwords", &replaced.before, &replaced.after, true);
    let event = Event {
        event_type: EventType::Update,
        severity: Severity::High,
        outcome: Outcome::Success,
        resource_type: "company",
        resource_id: Some(actor.company().uuid()),
        resource_name: actor.company_name().to_owned(),
        description: "list of refused passwords replaced".to_owned(),
        changes,
        // The counts may be the same for another list.
        additional: json!({"passwords": replaced.after}),
    };
    tx.commit(event, app.now()).await?;
    Ok(replaced.after)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use access::ids::CompanyId;
    use crypto::Rng;
    use crypto::field::{DataKey, DataKeyId, Purpose};
    use crypto::password::ListedHash;
    use uuid::Uuid;

    use super::RefusedIndex;

    #[test]
    fn one_password_has_unrelated_marks_in_two_companies_and_under_two_keys_e14() {
        let index = || {
            let (id, rng) = (DataKeyId(Uuid::nil()), Rng::system());
            let key = DataKey::generate(id, Uuid::nil(), Purpose::BlindIndex, &rng);
            RefusedIndex::new(&key.expect("randomness")).expect("a key for indexes")
        };
        let hash = ListedHash::of(&"tide-lantern-orchid-58-quarry".into());
        let companies = [1, 2].map(|number| CompanyId::from_uuid(Uuid::from_u128(number)));
        let indexes = [index(), index()];
        let marks: BTreeSet<_> = indexes
            .iter()
            .flat_map(|index| companies.map(|company| index.mark(company, &hash)))
            .collect();
        assert_eq!(marks.len(), 4);
    }
}
