//! The codes, the square tables made of them, and the hazards that name their rows and columns.

use super::{Names, Reader};
use crate::dataset::model::{Code, Hazard, Matrix, Meaning};
use crate::dataset::sheet::Section;
use crate::identity::clip;

/// The largest table has so many rows and columns.
const WIDEST: usize = 64;

const MEANINGS: [(&str, Meaning); 5] = [
    ("permitted", Meaning::Permitted),
    ("conditional", Meaning::Conditional),
    ("prohibited", Meaning::Prohibited),
    ("see_rows", Meaning::SeeRows),
    ("see_compatibility", Meaning::SeeCompatibility),
];

impl Reader<'_> {
    pub(super) fn codes(&mut self) -> Vec<Code> {
        let mut codes: Vec<Code> = Vec::new();
        for record in self.section("codes", &["code", "meaning", "text"]) {
            let name = self.name(record, 0, "code");
            if codes.iter().any(|code| code.name == name) {
                self.faults
                    .add(record.line, format!("code `{}` is given twice", clip(&name)));
            }
            let meaning = MEANINGS.iter().find(|(word, _)| *word == record.field(1));
            let Some((_, meaning)) = meaning else {
                let known = MEANINGS.map(|(word, _)| word).join("`, `");
                let found = clip(record.field(1));
                self.faults.add(
                    record.line,
                    format!("`{found}` is no meaning of a code, expected one of `{known}`"),
                );
                // The name stays known, so that its uses are not faults of their own.
                codes.push(Code {
                    name,
                    meaning: Meaning::Prohibited,
                    text: String::new(),
                });
                continue;
            };
            let text = match meaning {
                Meaning::Conditional => self.words(record, 2, "text of what to do"),
                _ if record.field(2).is_empty() => String::new(),
                _ => self.words(record, 2, "text"),
            };
            codes.push(Code {
                name,
                meaning: *meaning,
                text,
            });
        }
        codes
    }

    /// A table whose first line names its columns and whose first column names its rows.
    pub(super) fn matrix(&mut self, name: &str, codes: &Names<Code>) -> Matrix {
        let Some(section) = self.sections.iter().find(|section| section.name == name) else {
            return Matrix::default();
        };
        let Some(keys) = self.keys_of(section) else {
            return Matrix::default();
        };
        let width = keys.len();
        let mut cells = vec![None; width * width];
        let mut seen = vec![false; width];
        for record in section.records.iter().skip(1) {
            let key = record.field(0);
            let Some(row) = keys.iter().position(|known| known == key) else {
                self.faults
                    .add(record.line, format!("`{}` is no column of the table", clip(key)));
                continue;
            };
            if std::mem::replace(&mut seen[row], true) {
                self.faults
                    .add(record.line, format!("row `{key}` is given twice"));
            }
            if record.fields.len() > width + 1 {
                self.faults.add(
                    record.line,
                    format!("row `{key}` has more cells than the table has columns"),
                );
            }
            for (column, other) in keys.iter().enumerate() {
                let cell = record.field(column + 1);
                if cell.is_empty() {
                    self.faults
                        .add(record.line, format!("the cell `{key}` × `{other}` is missing"));
                } else if let Some(code) = codes.position(cell) {
                    cells[row * width + column] = Some((code, record.line));
                } else {
                    let cell = clip(cell);
                    self.faults.add(
                        record.line,
                        format!(
                            "code `{cell}` in the cell `{key}` × `{other}` has no meaning in section `codes`"
                        ),
                    );
                }
            }
        }
        for (key, _) in keys.iter().zip(&seen).filter(|(_, seen)| !**seen) {
            self.faults.add(section.line, format!("row `{key}` is missing"));
        }
        self.symmetric(&keys, &cells, codes);
        if name == "compatibility" {
            self.direct(section, &keys, &cells, codes);
        } else {
            self.has_compatibility(section, &cells, codes);
        }
        let cells: Option<Vec<usize>> = cells.into_iter().map(|cell| cell.map(|(code, _)| code)).collect();
        Matrix {
            cells: cells.unwrap_or_default(),
            keys,
        }
    }

    fn keys_of(&mut self, section: &Section) -> Option<Vec<String>> {
        let head = section.records.first();
        let keys = head.and_then(|head| head.fields.split_first());
        let keys = keys.filter(|(corner, keys)| corner.is_empty() && !keys.is_empty());
        let Some((_, keys)) = keys else {
            let line = head.map_or(section.line, |head| head.line);
            self.faults
                .add(line, "expected an empty field and then the names of the columns");
            return None;
        };
        let line = head.map_or(section.line, |head| head.line);
        if keys.len() > WIDEST {
            self.faults.add(line, format!("more than {WIDEST} columns"));
            return None;
        }
        for (at, key) in keys.iter().enumerate() {
            if key.is_empty() || keys[..at].contains(key) {
                self.faults
                    .add(line, format!("column `{}` is empty or given twice", clip(key)));
            }
        }
        Some(keys.to_vec())
    }

    fn symmetric(&mut self, keys: &[String], cells: &[Option<(usize, usize)>], codes: &Names<Code>) {
        let width = keys.len();
        for (row, a) in keys.iter().enumerate() {
            for (column, b) in keys.iter().enumerate().take(row) {
                let pair = (cells[row * width + column], cells[column * width + row]);
                let (Some((here, line)), Some((there, _))) = pair else {
                    continue;
                };
                if here != there {
                    let (here, there) = (&codes.list[here].name, &codes.list[there].name);
                    self.faults.add(
                        line,
                        format!("the cell `{a}` × `{b}` says `{here}`, but `{b}` × `{a}` says `{there}`"),
                    );
                }
            }
        }
    }

    /// The table that others refer to refers to none.
    fn direct(
        &mut self,
        section: &Section,
        keys: &[String],
        cells: &[Option<(usize, usize)>],
        codes: &Names<Code>,
    ) {
        for (code, line) in cells.iter().flatten() {
            if !codes.list[*code].is_direct() {
                let name = &codes.list[*code].name;
                self.faults.add(
                    *line,
                    format!("code `{name}` refers elsewhere, expected one that decides"),
                );
            }
        }
        let is_letter = |key: &&String| key.len() == 1 && key.bytes().all(|byte| byte.is_ascii_uppercase());
        if let Some(key) = keys.iter().find(|key| !is_letter(key)) {
            self.faults.add(
                section.line,
                format!(
                    "`{}` is no compatibility group, expected one capital letter",
                    clip(key)
                ),
            );
        }
    }

    fn has_compatibility(
        &mut self,
        section: &Section,
        cells: &[Option<(usize, usize)>],
        codes: &Names<Code>,
    ) {
        let refers = cells
            .iter()
            .flatten()
            .any(|(code, _)| codes.list[*code].meaning == Meaning::SeeCompatibility);
        if refers
            && !self
                .sections
                .iter()
                .any(|section| section.name == "compatibility")
        {
            self.faults.add(
                section.line,
                "the table refers to compatibility groups, but section `compatibility` is missing",
            );
        }
    }

    pub(super) fn hazards(&mut self, table: &Matrix) -> Vec<Hazard> {
        let mut hazards: Vec<Hazard> = Vec::new();
        for record in self.section("hazards", &["hazard", "column", "name"]) {
            let name = self.name(record, 0, "hazard");
            self.words(record, 2, "name of the hazard");
            if hazards.iter().any(|hazard| hazard.name == name) {
                self.faults
                    .add(record.line, format!("hazard `{}` is given twice", clip(&name)));
            }
            let column = table.position(record.field(1));
            if column.is_none() && !table.keys.is_empty() {
                let column = clip(record.field(1));
                self.faults
                    .add(record.line, format!("the table has no column `{column}`"));
            }
            hazards.push(Hazard {
                name,
                column: column.unwrap_or_default(),
            });
        }
        hazards
    }
}

impl Code {
    /// Whether the code decides and refers to nothing else.
    pub(super) const fn is_direct(&self) -> bool {
        matches!(
            self.meaning,
            Meaning::Permitted | Meaning::Conditional | Meaning::Prohibited
        )
    }
}
