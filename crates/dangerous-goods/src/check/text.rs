//! What findings say. A great load has thousands of texts, so those of one answer lie in one piece of memory.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text of an answer. It reads like a `str` and is written as one; cloning copies no letter.
#[derive(Clone)]
pub struct Text {
    /// All texts of the answer, one after the other; set when the answer is complete.
    all: Arc<OnceLock<String>>,
    start: u32,
    end: u32,
}

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let all = self.all.get().map_or("", String::as_str);
        all.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

/// Texts as they are written.
pub(crate) struct Texts {
    written: String,
    all: Arc<OnceLock<String>>,
}

impl Texts {
    pub(crate) fn new() -> Self {
        Self {
            written: String::new(),
            all: Arc::default(),
        }
    }

    /// Makes room for so many bytes.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.written.reserve(bytes);
    }

    /// One more text, which `write` appends to what it is given. Returns it with its letters.
    pub(crate) fn write(&mut self, write: impl FnOnce(&mut String)) -> (Text, &str) {
        let start = self.written.len();
        write(&mut self.written);
        let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
        let text = Text {
            all: Arc::clone(&self.all),
            start: place(start),
            end: place(self.written.len()),
        };
        (text, self.written.get(start..).unwrap_or_default())
    }

    /// Makes every text readable.
    pub(crate) fn complete(self) {
        // Nobody else sets it.
        let _ = self.all.set(self.written);
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        let mut texts = Texts::new();
        let (one, _) = texts.write(|out| *out = text);
        texts.complete();
        one
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_str().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::{Text, Texts};

    #[test]
    fn texts_of_one_answer_read_like_what_was_written_and_outlive_it() {
        let mut texts = Texts::new();
        let (first, letters) = texts.write(|out| out.push_str("3 × 5.1"));
        assert_eq!(letters, "3 × 5.1");
        let (second, _) = texts.write(|out| out.push_str("second"));
        texts.complete();
        assert_eq!((first.as_str(), second.clone().as_str()), ("3 × 5.1", "second"));
        assert_eq!(first, Text::from("3 × 5.1".to_owned()));
        assert_ne!(first, second);
        let written = serde_json::to_string(&first).unwrap();
        assert_eq!(serde_json::from_str::<Text>(&written).unwrap(), first);
    }
}
