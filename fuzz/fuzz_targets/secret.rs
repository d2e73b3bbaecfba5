//! Cookies' and refresh tokens' secrets: no text stops the readers, and one that is read is written the same way.
#![no_main]

use crypto::opaque::{RefreshToken, SessionHandle, SessionToken};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(token) = SessionToken::parse(text) {
        assert_eq!(*token.expose(), text);
    }
    if let Ok(token) = RefreshToken::parse(text) {
        assert_eq!(*token.expose(), text);
    }
    if let Ok(handle) = SessionHandle::parse(text) {
        assert_eq!(*handle.expose(), text);
    }
});
