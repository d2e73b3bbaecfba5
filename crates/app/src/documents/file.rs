//! What a file is, told by its first bytes and never by what somebody says of it.

use crate::FieldProblem;

/// The most bytes of a document.
pub const LARGEST: usize = 10 << 20;
/// Characters of a file's name.
const NAME: std::ops::RangeInclusive<usize> = 1..=200;

/// What the bytes of a document are: what every device shows and what runs nothing in a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// ISO 32000.
    Pdf,
    /// ISO/IEC 10918.
    Jpeg,
    /// ISO/IEC 15948.
    Png,
}

impl MediaType {
    const ALL: [Self; 3] = [Self::Pdf, Self::Jpeg, Self::Png];

    /// As IANA registers it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The media type a text names.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// With what such a file begins: ISO 32000-2, 7.5.2; ISO/IEC 10918-1, B.1.1.3; ISO/IEC 15948, 5.2.
    const fn signature(self) -> &'static [u8] {
        match self {
            Self::Pdf => b"%PDF-",
            Self::Jpeg => b"\xff\xd8\xff",
            Self::Png => b"\x89PNG\r\n\x1a\n",
        }
    }

    /// What these bytes are.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| bytes.starts_with(kind.signature()))
    }
}

/// The file's name as it is kept: without the folders it was in, the space around it and what no name has.
pub(super) fn name(text: &str) -> Result<&str, FieldProblem> {
    let wrong = |detail: String| Err(FieldProblem::new("/file_name", detail));
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    if !NAME.contains(&name.chars().count()) {
        let (least, most) = (NAME.start(), NAME.end());
        return wrong(format!("the name of a file has {least} to {most} characters"));
    }
    if name.contains(|c: char| c.is_control() || is_invisible(c)) {
        return wrong("the name of a file is one line of text".to_owned());
    }
    Ok(name)
}

/// Marks that turn the direction of text (UAX #9) or take no room: `exe.fdp` would be read as `pdf.exe` is.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What the bytes are, if they may be kept.
pub(super) fn kind(bytes: &[u8]) -> Result<MediaType, FieldProblem> {
    let wrong = |detail: String| Err(FieldProblem::new("/content", detail));
    if bytes.len() > LARGEST {
        return wrong(format!("a document has at most {LARGEST} bytes"));
    }
    match MediaType::of(bytes) {
        Some(kind) => Ok(kind),
        None => wrong("a document is a PDF, a JPEG or a PNG; these bytes are none of them".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, MediaType, kind, name};

    #[test]
    fn a_file_is_what_its_first_bytes_say() {
        for (bytes, told) in [
            (&b"%PDF-1.7\n..."[..], MediaType::Pdf),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", MediaType::Jpeg),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", MediaType::Png),
        ] {
            assert_eq!(kind(bytes), Ok(told));
            assert_eq!(MediaType::parse(told.as_str()), Some(told));
        }
        for bytes in [
            &b""[..],
            b"%PDF",
            b" %PDF-1.7",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            b"<!doctype html>",
            b"GIF89a",
            b"MZ\x90\0",
            b"PK\x03\x04",
            b"\x89PNG\n",
        ] {
            assert!(kind(bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn one_byte_too_many_is_too_many() {
        let mut bytes = b"%PDF-".to_vec();
        bytes.resize(LARGEST, 0);
        assert_eq!(kind(&bytes), Ok(MediaType::Pdf));
        bytes.push(0);
        assert!(kind(&bytes).is_err());
    }

    #[test]
    fn a_name_is_one_visible_line_without_its_folders() {
        assert_eq!(name(" acetone.pdf "), Ok("acetone.pdf"));
        assert_eq!(
            name("C:\\Users\\x\\sdb aceton – 2026.pdf"),
            Ok("sdb aceton – 2026.pdf")
        );
        assert_eq!(name("../../etc/passwd"), Ok("passwd"));
        for wrong in [
            "",
            "  ",
            "a/",
            "a\nb.pdf",
            "a\0b.pdf",
            "pdf\u{202e}exe",
            "a\u{200b}.pdf",
        ] {
            assert!(name(wrong).is_err(), "{wrong:?}");
        }
        assert!(name(&"x".repeat(200)).is_ok());
        assert!(name(&"x".repeat(201)).is_err());
    }
}
