//! Secrets of cookies, refresh tokens, tickets and backup codes: no text stops the readers, and one that is read is written the same way.
#![no_main]

use crypto::backup::BackupCode;
use crypto::opaque::{RefreshToken, SessionHandle, SessionToken, SignInTicket};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(token) = SessionToken::parse(text) {
        assert_eq!(*token.expose(), text);
    }
    if let Ok(token) = RefreshToken::parse(text) {
        assert_eq!(*token.expose(), text);
    }
    if let Ok(ticket) = SignInTicket::parse(text) {
        assert_eq!(*ticket.expose(), text);
    }
    if let Ok(code) = BackupCode::parse(text) {
        let again = BackupCode::parse(&code.expose()).map(|again| again.expose());
        assert_eq!(again, Ok(code.expose()));
    }
    if let Ok(handle) = SessionHandle::parse(text) {
        assert_eq!(*handle.expose(), text);
    }
});
