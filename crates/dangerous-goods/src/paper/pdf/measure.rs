//! Breaks text at spaces with every word measured once, for a layout that is tried at several sizes.

use std::collections::HashMap;

use super::sheet::{Sheet, Style};

/// Widths of words at a size of 1, by weight.
#[derive(Default)]
pub(super) struct Words {
    regular: HashMap<String, f32>,
    bold: HashMap<String, f32>,
}

impl Words {
    fn width(&mut self, sheet: &Sheet, style: Style, word: &str) -> f32 {
        let known = if style.bold {
            &mut self.bold
        } else {
            &mut self.regular
        };
        if let Some(width) = known.get(word) {
            return *width;
        }
        let width = sheet.face(style).width(word);
        known.insert(word.to_owned(), width);
        width
    }

    /// The lines of a text; one with a word wider than a line is left to [`Sheet::wrap`].
    pub(super) fn wrap(&mut self, sheet: &Sheet, text: &str, style: Style, width: f32) -> Vec<String> {
        let space = self.width(sheet, style, " ") * style.size;
        let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0.0);
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let wide = self.width(sheet, style, word) * style.size;
            if wide > width {
                return sheet.wrap(text, style, width);
            }
            if !line.is_empty() && used + space + wide > width {
                lines.push(std::mem::take(&mut line));
            }
            if line.is_empty() {
                used = wide;
            } else {
                line.push(' ');
                used += space + wide;
            }
            line.push_str(word);
        }
        lines.push(line);
        lines
    }
}
