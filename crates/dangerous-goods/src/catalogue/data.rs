//! Reads one data set: edition lines, a blank line, the rows, a blank line, the synonyms.
//!
//! The format is tab-separated UTF-8 with a line of column names; `examples/build-data/` writes it.
//! Fields borrow from the text, so that reading allocates little.

use std::collections::HashMap;
use std::str::{FromStr, SplitN};

use sha2::{Digest, Sha256};

use super::nature::Lazy;
use super::row::{Admission, NameQuality, Row, Zone};
use super::{Edition, Synonym, Table, state};
use crate::identity::{PackingGroup, Regime, RowId, UnNumber};

/// A data set that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("data set `{regime}`, line {line}: {fault}")]
pub struct InvalidData {
    /// The regime the data set was expected to be of.
    pub regime: Regime,
    /// The line, from one.
    pub line: usize,
    /// What is wrong there.
    pub fault: String,
}

const COLUMNS: usize = 20;
const HEADER: &str = "id\tname\tname_quality\tadmission\treading\tclass\tcode\tlabels\tpacking_group\tzone\t\
symbols\tspecial_provisions\tlimited_quantity\texcepted_quantity\tpackaging\ttransport_category\ttunnel_code\t\
hazard_number\tloading\tguide";

pub(super) fn read(regime: Regime, text: &'static str) -> Result<Table, InvalidData> {
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let fail = |line: usize, fault: String| InvalidData { regime, line, fault };

    let head: HashMap<&str, &'static str> = lines
        .by_ref()
        .map(|(_, line)| line)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let edition =
        edition(regime, &head, text).map_err(|key| fail(1, format!("the edition lacks `{key}`")))?;
    match lines.next() {
        Some((_, HEADER)) => {}
        other => {
            return Err(fail(
                other.map_or(1, |(at, _)| at),
                "unexpected columns".to_owned(),
            ));
        }
    }

    let mut table = Table {
        edition,
        rows: Vec::with_capacity(4096),
        by_id: HashMap::with_capacity(4096),
        by_number: HashMap::with_capacity(4096),
        synonyms: Vec::new(),
    };
    for (at, line) in lines.by_ref().take_while(|(_, line)| !line.is_empty()) {
        let row = row(regime, line).map_err(|fault| fail(at, fault))?;
        let index = table.rows.len();
        if table.by_id.insert(row.id_text(), index).is_some() {
            return Err(fail(at, format!("the row id `{}` occurs twice", row.id)));
        }
        if let Some(number) = row.number {
            table.by_number.entry(number).or_default().push(index);
        }
        table.rows.push(row);
    }
    for (at, line) in lines {
        let (term, target) = line
            .split_once('\t')
            .ok_or_else(|| fail(at, "expected a term and a name".to_owned()))?;
        table.synonyms.push(Synonym { term, target });
    }
    Ok(table)
}

fn edition(regime: Regime, head: &HashMap<&str, &'static str>, text: &str) -> Result<Edition, &'static str> {
    let get = |key: &'static str| head.get(key).copied().ok_or(key);
    let optional = |key| get(key).map(|value| Some(value).filter(|value| !value.is_empty()));
    if get("regime")? != regime.code() {
        return Err("regime");
    }
    let hash = Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(Edition {
        regime,
        title: get("title")?,
        edition: get("edition")?,
        source: get("source")?,
        valid_from: optional("valid_from")?,
        valid_to: optional("valid_to")?,
        hash,
    })
}

/// Trailing empty fields are left out of the file.
struct Fields(SplitN<'static, char>);

impl Fields {
    fn text(&mut self) -> &'static str {
        self.0.next().unwrap_or_default()
    }

    fn optional<T: FromStr>(&mut self) -> Result<Option<T>, String> {
        let text = self.text();
        if text.is_empty() {
            return Ok(None);
        }
        text.parse()
            .map(Some)
            .map_err(|_| format!("unexpected value `{text}`"))
    }
}

fn row(regime: Regime, line: &'static str) -> Result<Row, String> {
    let mut fields = Fields(line.splitn(COLUMNS, '\t'));
    let id = fields.text();
    let number = match id.split(':').nth(1) {
        Some("forbidden") => None,
        Some(number) => Some(number.parse::<UnNumber>().map_err(|error| error.to_string())?),
        None => return Err(format!("`{id}` is not a row id")),
    };
    if id.parse::<RowId>().map_err(|error| error.to_string())?.regime() != regime {
        return Err(format!("`{id}` belongs to another regime"));
    }
    let mut row = Row {
        id: RowId::embedded(id),
        number,
        name: fields.text(),
        name_quality: match fields.text() {
            "e" => NameQuality::Exact,
            "s" => NameQuality::Single,
            "a" => NameQuality::Ambiguous,
            other => return Err(format!("unexpected quality of the name `{other}`")),
        },
        admission: match fields.text() {
            "a" => Admission::Admitted,
            "f" => Admission::Forbidden,
            "n" => Admission::NotSubject,
            other => return Err(format!("unexpected admission `{other}`")),
        },
        reading_confirmed: match fields.text() {
            "1" => true,
            "0" => false,
            other => return Err(format!("unexpected reading `{other}`")),
        },
        class: fields.text(),
        classification_code: fields.text(),
        labels: fields.text(),
        packing_group: fields.optional::<PackingGroup>()?,
        zone: fields.optional::<Zone>()?,
        symbols: fields.text(),
        special_provisions: fields.text(),
        limited_quantity: fields.text(),
        excepted_quantity: fields.text(),
        packaging: fields.text(),
        transport_category: fields.text(),
        tunnel_code: fields.text(),
        hazard_identification_number: fields.text(),
        loading_provisions: fields.text(),
        guide: fields.text(),
        physical_state: None,
        nature: Lazy::default(),
    };
    row.physical_state = state::of(&row);
    Ok(row)
}

impl FromStr for Zone {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "A" => Ok(Self::A),
            "B" => Ok(Self::B),
            "C" => Ok(Self::C),
            "D" => Ok(Self::D),
            _ => Err(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HEADER, read};
    use crate::identity::Regime;

    const HEAD: &str = "regime\tus\ntitle\tt\nedition\te\nsource\ts\nvalid_from\t\nvalid_to\t\n\n";
    const ROW: &str = "us:UN1203:II\tGasoline\te\ta\t1\t3\t\t3\tII";

    fn fault(text: String) -> String {
        read(Regime::Us, text.leak())
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn a_whole_data_set_is_read() {
        assert_eq!(fault(format!("{HEAD}{HEADER}\n{ROW}\n\npetrol\tGasoline\n")), "");
    }

    #[test]
    fn a_field_that_is_blank_or_unknown_is_never_read_as_admitted() {
        for (good, bad) in [
            ("\ta\t1", "\t\t1"),
            ("\ta\t1", "\tx\t1"),
            ("\te\ta", "\t\ta"),
            ("\ta\t1", "\ta\t"),
        ] {
            let text = format!("{HEAD}{HEADER}\n{}\n\n", ROW.replacen(good, bad, 1));
            assert!(
                fault(text).starts_with("data set `us`, line 9: unexpected"),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn rows_that_cannot_be_told_apart_are_refused() {
        let text = format!("{HEAD}{HEADER}\n{ROW}\n{ROW}\n\n");
        assert_eq!(
            fault(text),
            "data set `us`, line 10: the row id `us:UN1203:II` occurs twice"
        );
    }

    #[test]
    fn a_data_set_of_another_regime_or_without_edition_is_refused() {
        let other = HEAD.replace("regime\tus", "regime\tadr");
        assert!(fault(format!("{other}{HEADER}\n{ROW}\n\n")).contains("the edition lacks `regime`"));
        let nameless = HEAD.replace("edition\te\n", "");
        assert!(fault(format!("{nameless}{HEADER}\n{ROW}\n\n")).contains("the edition lacks `edition`"));
        let row = ROW.replace("us:", "adr:");
        assert!(fault(format!("{HEAD}{HEADER}\n{row}\n\n")).contains("belongs to another regime"));
    }

    #[test]
    fn columns_in_another_order_are_refused() {
        let header = HEADER.replacen("name\t", "", 1);
        assert!(fault(format!("{HEAD}{header}\n{ROW}\n\n")).contains("unexpected columns"));
        assert!(fault(String::new()).contains("the edition lacks"));
    }
}
