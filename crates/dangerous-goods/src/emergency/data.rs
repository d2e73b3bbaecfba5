//! Reads the distances of the guidebook: edition lines, then tables 1, 2 and 3, each after a blank line.
//!
//! The format is tab-separated with a line of column names and distances in metres, `11000+` for "11 km or
//! more"; `examples/build-data/` writes it. A row of table 1 without figures for a large spill refers to table 3.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::distance::Distance;
use super::gas::Gas;
use super::situation::Container;
use super::tables::{ByContainer, Distances, Edition, Inhalation, Tables};

/// A data set that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("emergency data, line {line}: {fault}")]
pub struct InvalidEmergencyData {
    /// The line, from one.
    pub line: usize,
    /// What is wrong there.
    pub fault: String,
}

const TABLE_1: &str = "number\tsmall_isolate\tsmall_day\tsmall_night\tlarge_isolate\tlarge_day\tlarge_night";
const TABLE_2: &str = "number\tgases";
const TABLE_3: &str =
    "number\tcontainer\tisolate\tday_low\tday_moderate\tday_high\tnight_low\tnight_moderate\tnight_high";

pub(super) fn read(text: &'static str) -> Result<Tables, InvalidEmergencyData> {
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
    let head: BTreeMap<&str, &'static str> = lines
        .by_ref()
        .map(|(_, line)| line)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let edition = edition(&head, text).map_err(|key| fault(1, format!("the edition lacks `{key}`")))?;

    let mut inhalation = BTreeMap::new();
    for (at, line) in section(&mut lines, TABLE_1)? {
        let (number, row) = table_1(line).map_err(|text| fault(at, text))?;
        if inhalation.insert(number, row).is_some() {
            return Err(fault(at, format!("the number `{number}` occurs twice")));
        }
    }
    let mut gases = BTreeMap::new();
    for (at, line) in section(&mut lines, TABLE_2)? {
        let (number, row) = table_2(line).map_err(|text| fault(at, text))?;
        if gases.insert(number, row).is_some() {
            return Err(fault(at, format!("the number `{number}` occurs twice")));
        }
    }
    let mut containers: BTreeMap<u16, Vec<ByContainer>> = BTreeMap::new();
    for (at, line) in section(&mut lines, TABLE_3)? {
        let (number, row) = table_3(line).map_err(|text| fault(at, text))?;
        let rows = containers.entry(number).or_default();
        if rows.iter().any(|known| known.container == row.container) {
            return Err(fault(
                at,
                format!("`{}` of `{number}` occurs twice", row.container.code()),
            ));
        }
        rows.push(row);
    }
    let referring = inhalation.iter().filter(|(_, row)| row.large.is_none());
    if let Some((number, _)) = referring
        .into_iter()
        .find(|(number, _)| !containers.contains_key(number))
    {
        return Err(fault(1, format!("`{number}` refers to table 3 and is not in it")));
    }
    Ok(Tables {
        edition,
        inhalation,
        gases,
        containers,
    })
}

const fn fault(line: usize, fault: String) -> InvalidEmergencyData {
    InvalidEmergencyData { line, fault }
}

fn edition(head: &BTreeMap<&str, &'static str>, text: &str) -> Result<Edition, &'static str> {
    let get = |key: &'static str| head.get(key).copied().ok_or(key);
    let hash = Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(Edition {
        title: get("title")?,
        edition: get("edition")?,
        source: get("source")?,
        hash,
    })
}

/// The rows of the next section, which has these columns and at least one row.
fn section(
    lines: &mut impl Iterator<Item = (usize, &'static str)>,
    header: &str,
) -> Result<Vec<(usize, &'static str)>, InvalidEmergencyData> {
    let at = match lines.next() {
        Some((_, line)) if line == header => 0,
        other => {
            return Err(fault(
                other.map_or(1, |(at, _)| at),
                "unexpected columns".to_owned(),
            ));
        }
    };
    let rows: Vec<_> = lines.take_while(|(_, line)| !line.is_empty()).collect();
    if rows.is_empty() {
        return Err(fault(at.max(1), format!("no rows under `{header}`")));
    }
    Ok(rows)
}

fn number(text: &str) -> Result<u16, String> {
    match text.parse() {
        Ok(number) if text.len() == 4 => Ok(number),
        _ => Err(format!("`{text}` is not a number of four digits")),
    }
}

fn distances<const N: usize>(cells: &[&str]) -> Result<[Distance; N], String> {
    let read: Result<Vec<Distance>, String> = cells
        .iter()
        .map(|cell| Distance::read(cell).ok_or_else(|| format!("`{cell}` is not a distance in metres")))
        .collect();
    let read = read?;
    let count = read.len();
    read.try_into()
        .map_err(|_| format!("expected {N} distances, found {count}"))
}

fn table_1(line: &str) -> Result<(u16, Inhalation), String> {
    let cells: Vec<&str> = line.split('\t').collect();
    let (first, rest) = cells.split_first().ok_or("an empty row")?;
    let of = |[isolate, day, night]: [Distance; 3]| Distances { isolate, day, night };
    let (small, large) = rest.split_at(rest.len().min(3));
    Ok((
        number(first)?,
        Inhalation {
            small: of(distances(small)?),
            large: if large.is_empty() {
                None
            } else {
                Some(of(distances(large)?))
            },
        },
    ))
}

fn table_2(line: &str) -> Result<(u16, Vec<Gas>), String> {
    let (first, formulas) = line.split_once('\t').ok_or("expected a number and gases")?;
    let gases: Result<Vec<Gas>, String> = formulas
        .split(' ')
        .map(|formula| formula.parse().map_err(|()| format!("unknown gas `{formula}`")))
        .collect();
    Ok((number(first)?, gases?))
}

fn table_3(line: &str) -> Result<(u16, ByContainer), String> {
    let mut cells = line.split('\t');
    let number = number(cells.next().unwrap_or_default())?;
    let code = cells.next().unwrap_or_default();
    let container = Container::ALL
        .into_iter()
        .find(|container| container.code() == code)
        .ok_or_else(|| format!("unknown container `{code}`"))?;
    let [isolate, a, b, c, d, e, f] = distances(&cells.collect::<Vec<_>>())?;
    Ok((
        number,
        ByContainer {
            container,
            isolate,
            day: [a, b, c],
            night: [d, e, f],
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::{TABLE_1, TABLE_2, TABLE_3, read};

    fn whole() -> String {
        format!(
            "title\tt\nedition\te\nsource\ts\n\n{TABLE_1}\n1005\t30\t100\t200\n1008\t30\t200\t700\t400\t2400\t11000+\n\n\
             {TABLE_2}\n1162\tHCl H2S\n\n{TABLE_3}\n1005\troad_tank\t150\t800\t500\t400\t1800\t700\t600\n"
        )
    }

    fn fault(text: String) -> String {
        read(text.leak())
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn a_whole_data_set_is_read() {
        assert_eq!(fault(whole()), "");
    }

    #[test]
    fn a_fault_is_named_with_its_line_and_never_read_as_a_distance() {
        for (good, bad, expected) in [
            ("edition\te\n", "", "line 1: the edition lacks `edition`"),
            (
                "\t30\t100\t200\n",
                "\t30\t100\n",
                "line 6: expected 3 distances, found 2",
            ),
            (
                "\t2400\t11000+",
                "\t2400",
                "line 7: expected 3 distances, found 2",
            ),
            (
                "\t400\t2400",
                "\t\t2400",
                "line 7: `` is not a distance in metres",
            ),
            (
                "\t400\t2400",
                "\t0\t2400",
                "line 7: `0` is not a distance in metres",
            ),
            ("1008\t", "1005\t", "line 7: the number `1005` occurs twice"),
            ("1008\t", "108\t", "line 7: `108` is not a number of four digits"),
            ("HCl H2S", "HCl XeF", "line 10: unknown gas `XeF`"),
            ("road_tank", "balloon", "line 13: unknown container `balloon`"),
            (
                "1005\troad",
                "1017\troad",
                "line 1: `1005` refers to table 3 and is not in it",
            ),
            ("number\tgases", "gases\tnumber", "line 9: unexpected columns"),
        ] {
            let text = whole().replacen(good, bad, 1);
            assert_eq!(fault(text), format!("emergency data, {expected}"), "{bad:?}");
        }
        assert!(fault(String::new()).contains("the edition lacks"));
    }
}
