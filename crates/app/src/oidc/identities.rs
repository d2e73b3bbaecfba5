//! A person's own identities at the providers of their company.

use access::grant::Grant;
use access::ids::IdentityId;
use access::permission::{ManageFactors, SignedIn};
use store::oidc::{OwnIdentity, UnlinkOutcome};

use crate::{App, Error, Origin};

/// The providers of the person's company by name, and who they are there.
///
/// # Errors
/// When the store fails.
pub async fn list(app: &App, grant: &Grant<SignedIn>) -> Result<Vec<OwnIdentity>, Error> {
    Ok(app.store.own_identities(grant).await?)
}

/// Takes a link away, and ends what came through it but this session.
///
/// # Errors
/// [`Error::NotFound`] for somebody else's link as for none; [`Error::State`] where it is the only way to sign in;
/// [`Error::NotProved`] without a fresh proof.
pub async fn unlink(
    app: &App,
    grant: &Grant<ManageFactors>,
    id: IdentityId,
    origin: &Origin,
) -> Result<(), Error> {
    match app.store.unlink_identity(grant, id, origin, app.now()).await? {
        UnlinkOutcome::Done => Ok(()),
        UnlinkOutcome::Absent => Err(Error::NotFound("identity")),
        UnlinkOutcome::OnlyWay => Err(Error::State(
            "this is the only way in which you can sign in; set a password first",
        )),
    }
}
