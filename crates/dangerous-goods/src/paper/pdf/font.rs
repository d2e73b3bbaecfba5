//! The embedded typeface: measuring, breaking and shaping of text.
//!
//! IBM Plex Sans (SIL Open Font License 1.1) covers Latin, Greek and Cyrillic. A character it does
//! not have is reported, never dropped.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Feature, UnicodeBuffer};

use crate::paper::{Fault, PaperError};

static REGULAR: &[u8] = include_bytes!("../../../assets/fonts/IBMPlexSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../../../assets/fonts/IBMPlexSans-Bold.ttf");

/// Height of a capital over the size.
pub(super) const CAPITAL: f32 = 0.698;

/// One weight.
pub(super) struct Face {
    face: rustybuzz::Face<'static>,
    pub(super) font: Font,
}

/// Both weights.
pub(super) struct Fonts {
    pub(super) regular: Face,
    pub(super) bold: Face,
}

impl Fonts {
    pub(super) fn load() -> Result<Self, PaperError> {
        Ok(Self {
            regular: Face::load(REGULAR)?,
            bold: Face::load(BOLD)?,
        })
    }

    /// Faults for every character of the texts that the typeface does not have, with its place.
    pub(super) fn check<'t>(
        &self,
        texts: impl IntoIterator<Item = (String, &'t str)>,
    ) -> Result<(), PaperError> {
        let mut faults = Vec::new();
        for (place, text) in texts {
            for character in text.chars().filter(|c| !self.regular.shows(*c)) {
                let fault = Fault::MissingCharacter {
                    character,
                    place: place.clone(),
                };
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(PaperError { faults })
        }
    }
}

impl Face {
    fn load(data: &'static [u8]) -> Result<Self, PaperError> {
        let fault = || Fault::Rendering("the embedded font cannot be read".to_owned());
        let face = rustybuzz::Face::from_slice(data, 0).ok_or_else(fault)?;
        let font = Font::new(data.into(), 0).ok_or_else(fault)?;
        Ok(Self { face, font })
    }

    /// Whether a reader sees the character. The font also maps some that leave no trace on paper, stand
    /// for lost text, or mean something in this font alone.
    fn shows(&self, character: char) -> bool {
        let traceless = matches!(
            character,
            '\u{ad}' | '\u{200b}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffd}'
        );
        let private = matches!(character, '\u{e000}'..='\u{f8ff}');
        !traceless && !private && self.face.glyph_index(character).is_some()
    }

    /// Glyphs with advances in parts of the size.
    pub(super) fn shape(&self, text: &str) -> Vec<KrillaGlyph> {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(rustybuzz::Direction::LeftToRight);
        // Without ligatures each glyph stands for its own letters when the text is searched or copied.
        let shaped = rustybuzz::shape(
            &self.face,
            &[Feature::new(Tag::from_bytes(b"liga"), 0, ..)],
            buffer,
        );
        let (infos, positions) = (shaped.glyph_infos(), shaped.glyph_positions());
        #[expect(clippy::cast_precision_loss, reason = "font units are small")]
        let part = |units: i32| units as f32 / self.font.units_per_em();
        // A cluster ends where the next one begins; the text runs left to right.
        let end = |index: usize, cluster: u32| {
            let next = infos[index..]
                .iter()
                .map(|info| info.cluster)
                .find(|next| *next > cluster);
            next.map_or(text.len(), |next| next as usize)
        };
        infos
            .iter()
            .zip(positions)
            .enumerate()
            .map(|(index, (info, position))| {
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    part(position.x_advance),
                    part(position.x_offset),
                    part(position.y_offset),
                    part(position.y_advance),
                    info.cluster as usize..end(index, info.cluster),
                    None,
                )
            })
            .collect()
    }

    /// Width of a line of text at a size of 1.
    pub(super) fn width(&self, text: &str) -> f32 {
        self.shape(text).iter().map(|glyph| glyph.x_advance).sum()
    }

    /// Breaks a text into lines no wider than `width` at `size`: at spaces, and inside a word that
    /// alone is too wide.
    pub(super) fn wrap(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let fits = |line: &str| self.width(line) * size <= width;
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if fits(&longer) {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for character in word.chars() {
                line.push(character);
                if !fits(&line) && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, character.to_string()));
                }
            }
        }
        lines.push(line);
        lines
    }
}
