//! Where to go after signing in or showing a second factor: on this site, or nowhere.

/// A path of this site, or nothing: no other host, no control characters, no way back to where one proves who one is.
pub(crate) fn local_path(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let local = text.starts_with('/') && !text.starts_with("//");
    let loops = text.starts_with("/sign-") || text.starts_with("/step-up");
    (plain && local && !loops && text.len() <= 500).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn after_sign_in_and_step_up_one_stays_on_this_site() {
        for own in ["/", "/shipments?status=draft", "/shipments/shp_01/edit"] {
            assert_eq!(local_path(own), Some(own));
        }
        for foreign in [
            "",
            "/step-up",
            "/step-up?next=/step-up",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "shipments",
            "/a\r\nSet-Cookie: x=1",
            "/\t/evil.example",
            "/sign-out",
            "/sign-in?next=/sign-in",
            "/\u{202e}",
        ] {
            assert_eq!(local_path(foreign), None, "{foreign:?}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(600))), None);
    }
}
