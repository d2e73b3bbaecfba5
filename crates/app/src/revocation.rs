//! Giving a token up (RFC 7009): the token is the proof, and what it is not is not told.

use crypto::opaque::RefreshToken;

use crate::{App, Error, Origin};

/// Revokes a refresh token with its session, or an access token alone. Whatever else was sent, nothing happens:
/// the caller learns no difference (RFC 7009 section 2.2).
///
/// # Errors
/// When the store fails: then the token may live, and the caller has to try again.
pub async fn revoke(app: &App, token: &str, origin: &Origin) -> Result<(), Error> {
    let now = app.now();
    if let Ok(refresh) = RefreshToken::parse(token) {
        app.store
            .revoke_refresh_token(&refresh.hash(), origin, now)
            .await?;
        return Ok(());
    }
    match app.signing.verify(token, now).await? {
        Ok(verified) => {
            app.store.revoke_access_token(&verified, origin, now).await?;
        }
        Err(refusal) => tracing::info!(reason = %refusal, "nothing to revoke"),
    }
    Ok(())
}
