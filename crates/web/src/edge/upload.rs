//! Forms with files, as browsers send them (RFC 7578): read once, strictly, from a body that is here already.
//!
//! The proof that the form is our own is looked for in what was read here, and the handler gets the same:
//! nobody reads the body a second time and finds something else in it.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::only;
use crate::problem::Problem;

/// The most fields of one form; ours have a file, a token and a button.
const MOST_FIELDS: usize = 8;
/// The longest head of a field, in bytes.
const LONGEST_HEAD: usize = 1_024;
/// The longest boundary (RFC 2046, 5.1.1).
const LONGEST_BOUNDARY: usize = 70;

/// The fields of a form, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Upload(Arc<Vec<(String, Vec<u8>)>>);

impl Upload {
    /// The value of a field that is sent exactly once.
    pub(crate) fn one(&self, name: &str) -> Option<&[u8]> {
        let found = self.0.iter().filter(|(known, _)| known == name);
        only(found).map(|(_, value)| value.as_slice())
    }

    /// Reads a body of this media type; none where it is not a form, or not one as browsers write them.
    pub(super) fn read(content_type: &str, body: &[u8]) -> Option<Self> {
        let boundary = boundary(content_type)?;
        let start = format!("--{boundary}\r\n");
        let between = format!("\r\n--{boundary}");
        let mut rest = body.strip_prefix(start.as_bytes())?;
        let mut fields = Vec::new();
        loop {
            let (head, after) = split(rest, b"\r\n\r\n")?;
            let (value, after) = split(after, between.as_bytes())?;
            if fields.len() == MOST_FIELDS || head.len() > LONGEST_HEAD {
                return None;
            }
            fields.push((name(std::str::from_utf8(head).ok()?)?, value.to_owned()));
            match after {
                b"--" | b"--\r\n" => return Some(Self(Arc::new(fields))),
                _ => rest = after.strip_prefix(b"\r\n")?,
            }
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Upload {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let upload = parts.extensions.get::<Self>();
        upload
            .cloned()
            .ok_or_else(|| Problem::of_status(StatusCode::UNSUPPORTED_MEDIA_TYPE))
    }
}

/// What separates the fields.
fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.trim().strip_prefix("boundary=")?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=?".contains(&byte);
    let fits = (1..=LONGEST_BOUNDARY).contains(&boundary.len()) && boundary.bytes().all(is_plain);
    fits.then_some(boundary)
}

/// The name of a field. Browsers write a quotation mark in it as `%22`, so the first one ends it.
fn name(head: &str) -> Option<String> {
    let found = head.split("\r\n").filter_map(|line| {
        let (header, value) = line.split_once(':')?;
        header
            .eq_ignore_ascii_case("content-disposition")
            .then_some(value.trim())
    });
    let rest = only(found)?.strip_prefix("form-data; name=\"")?;
    rest.split_once('"').map(|(name, _)| name.to_owned())
}

fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let position = bytes.windows(at.len()).position(|window| window == at)?;
    Some((&bytes[..position], &bytes[position + at.len()..]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Upload;

    const TYPE: &str = "multipart/form-data; boundary=----x";

    fn field(name: &str, value: &str) -> String {
        format!(
            "------x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.txt\"\r\n\r\n{value}\r\n"
        )
    }

    fn read(body: &str) -> Option<Upload> {
        Upload::read(TYPE, body.as_bytes())
    }

    #[test]
    fn a_form_as_browsers_send_it_is_read_field_by_field_with_every_byte_of_a_file() {
        let text = "a\r\n\r\nb--\n\u{2014} c ------x\r\n";
        let body = format!(
            "{}{}------x--\r\n",
            field("csrf_token", "t"),
            field("bundle", text)
        );
        let upload = read(&body).expect("a form");
        assert_eq!(upload.one("bundle"), Some(text.as_bytes()));
        assert_eq!(upload.one("csrf_token"), Some(&b"t"[..]));
        assert_eq!(upload.one("nothing"), None);
    }

    #[test]
    fn a_field_that_is_sent_twice_has_no_value() {
        let body = format!(
            "{}{}------x--",
            field("csrf_token", "t"),
            field("csrf_token", "t")
        );
        assert_eq!(read(&body).expect("a form").one("csrf_token"), None);
    }

    #[test]
    fn what_no_browser_sends_is_not_read() {
        let good = field("a", "b");
        let many = field("a", "b").repeat(9);
        for body in [
            String::new(),
            good.clone(),
            format!("{good}------x"),
            format!("{good}------x--and more"),
            format!("preamble\r\n{good}------x--"),
            format!("{many}------x--"),
            good.replace("name=\"a\"", "name=a") + "------x--",
            good.replace("Content-Disposition", "Content-Other") + "------x--",
            good.replace(
                "; filename=\"a.txt\"",
                "\r\nContent-Disposition: form-data; name=\"b\"",
            ) + "------x--",
            good.replace("a.txt", &"x".repeat(2_000)) + "------x--",
        ] {
            assert_eq!(read(&body), None, "{body}");
        }
        let body = format!("{good}------x--");
        assert!(read(&body).is_some());
        for kind in [
            "",
            "multipart/form-data",
            "multipart/mixed; boundary=----x",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"----x\"",
            "multipart/form-data; charset=x; boundary=----x",
            "multipart/form-data; boundary=----y",
        ] {
            assert_eq!(Upload::read(kind, body.as_bytes()), None, "{kind}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_stop_the_reader(kind in any::<String>(), body in any::<Vec<u8>>(), tail in "[-x\r\n:;=\" a]{0,80}") {
            let _ = Upload::read(&kind, &body);
            let _ = Upload::read(TYPE, &body);
            let _ = Upload::read(TYPE, format!("------x\r\n{tail}").as_bytes());
        }
    }
}
