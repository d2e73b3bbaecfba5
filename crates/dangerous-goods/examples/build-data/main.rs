//! Rebuilds the data sets of the catalogue from the published tables.
//!
//! `cargo run -p dangerous-goods --example build-data -- TABLES OUT` reads the tables from the
//! directory TABLES and writes `us.tsv`, `adr.tsv` and `emergency.tsv` to the directory OUT. A new edition of
//! the law is new tables, this command, and the edition lines below.

mod emergency;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

type Record = HashMap<String, String>;

const COLUMNS: [&str; 20] = [
    "id",
    "name",
    "name_quality",
    "admission",
    "reading",
    "class",
    "code",
    "labels",
    "packing_group",
    "zone",
    "symbols",
    "special_provisions",
    "limited_quantity",
    "excepted_quantity",
    "packaging",
    "transport_category",
    "tunnel_code",
    "hazard_number",
    "loading",
    "guide",
];

const US_EDITION: &[(&str, &str)] = &[
    ("regime", "us"),
    (
        "title",
        "United States, 49 CFR 172.101, Hazardous Materials Table",
    ),
    ("edition", "49 CFR as published, read 2026-11"),
    (
        "source",
        "Code of Federal Regulations, title 49, section 172.101, electronic edition",
    ),
    ("valid_from", ""),
    ("valid_to", ""),
];

const ADR_EDITION: &[(&str, &str)] = &[
    ("regime", "adr"),
    (
        "title",
        "Agreement concerning the International Carriage of Dangerous Goods by Road, table A",
    ),
    ("edition", "ADR 2025"),
    (
        "source",
        "ADR 2025, 3.2 table A, Norwegian edition; English names from 49 CFR 172.101 and ERG 2024",
    ),
    ("valid_from", "2025-01-01"),
    ("valid_to", "2026-12-31"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [tables, out] = arguments.as_slice() else {
        return Err("usage: build-data TABLES OUT".into());
    };
    let (tables, out) = (Path::new(tables), Path::new(out));
    let guides = guides(&read(&tables.join("erg2024_index.csv"))?);
    let us = us_rows(&read(&tables.join("us_hmt_172_101.csv"))?, &guides);
    let synonyms = read(&tables.join("us_hmt_cross_references.csv"))?;
    std::fs::write(out.join("us.tsv"), render(US_EDITION, &us, &synonyms)?)?;
    let adr = adr_rows(&read(&tables.join("adr_2025_table_a_core.csv"))?, &guides);
    std::fs::write(out.join("adr.tsv"), render(ADR_EDITION, &adr, &[])?)?;
    let emergency = emergency::render(
        &read(&tables.join("erg2024_table1_tih.csv"))?,
        &read(&tables.join("erg2024_table2_water_reactive.csv"))?,
        &read(&tables.join("erg2024_table3_large_spill.csv"))?,
    )?;
    std::fs::write(out.join("emergency.tsv"), emergency)?;
    Ok(())
}

fn read(path: &Path) -> Result<Vec<Record>, Box<dyn Error>> {
    let mut reader = csv::Reader::from_path(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(reader.deserialize().collect::<Result<Vec<Record>, _>>()?)
}

fn guides(index: &[Record]) -> HashMap<String, String> {
    let mut guides: HashMap<String, BTreeSet<&str>> = HashMap::new();
    for record in index {
        guides
            .entry(record["id_number"].clone())
            .or_default()
            .insert(&record["guide"]);
    }
    guides
        .into_iter()
        .map(|(number, guides)| (number, Vec::from_iter(guides).join(" ")))
        .collect()
}

/// The guide of explosives goes by division; the index of the guidebook leaves them out.
fn guide(guides: &HashMap<String, String>, digits: &str, class: &str) -> String {
    let by_division = match class.get(..3) {
        Some("1.1" | "1.2" | "1.3" | "1.5") => "112",
        Some("1.4" | "1.6") => "114",
        _ => "",
    };
    guides.get(digits).map_or(by_division, String::as_str).to_owned()
}

/// One row on its way to the file; `key` holds what tells it from its siblings, most telling first.
struct Draft {
    base: String,
    key: Vec<String>,
    fields: Record,
}

fn us_rows(records: &[Record], guides: &HashMap<String, String>) -> Vec<Record> {
    let drafts = records.iter().map(|record| {
        let (id, name, class) = (
            &record["id"],
            clean(&record["proper_shipping_name"]),
            &record["class"],
        );
        let forbidden = record["forbidden"] == "1";
        let labels = us_labels(record);
        let zone = us_zone(record);
        let mut fields = Record::new();
        let mut set = |column: &str, value: &str| fields.insert(column.to_owned(), clean(value));
        set("name", &name);
        set("name_quality", "e");
        set("admission", if forbidden { "f" } else { "a" });
        set("reading", "1");
        set("class", if forbidden { "" } else { class });
        set("labels", &labels);
        set("packing_group", &record["pg"]);
        set("zone", zone);
        set("symbols", &record["symbols"]);
        set("special_provisions", &record["special_provisions"]);
        set("limited_quantity", &record["pkg_exceptions"]);
        set("packaging", &record["pkg_nonbulk"]);
        let digits = id.get(2..).unwrap_or_default();
        let own = record["erg_guides"].trim();
        let is_guide = own.len() >= 3 && !forbidden;
        set("guide", if is_guide { own } else { "" });
        if !is_guide && !forbidden {
            set("guide", &guide(guides, digits, class));
        }
        let base = if id.is_empty() {
            format!("us:forbidden:{}", slug(&name))
        } else {
            format!("us:{id}")
        };
        let hazards = if labels == "-" {
            class.clone()
        } else {
            format!("{class} {}", after_first(&labels))
        };
        let key = vec![record["pg"].clone(), slug_hazards(&hazards), zone_key(zone)];
        Draft { base, key, fields }
    });
    keyed(drafts.collect())
}

/// The zone of poison by inhalation: special provisions 1 to 4 of 172.102(c)(1) give it, whatever the class.
fn us_zone(record: &Record) -> &'static str {
    let zone = |provision| match provision {
        "1" => Some("A"),
        "2" => Some("B"),
        "3" => Some("C"),
        "4" => Some("D"),
        _ => None,
    };
    let provisions = record["special_provisions"].split(|c: char| c == ',' || c.is_whitespace());
    provisions.into_iter().find_map(zone).unwrap_or_default()
}

/// The printed label column, its two misprints read as what they mean; `-` where none is required: `None`, and
/// `Empty`, which shows no hazard (172.450).
fn us_labels(record: &Record) -> String {
    let class = record["class"].as_str();
    let division = if class.starts_with("1.") {
        &class[..3]
    } else {
        class
    };
    match record["labels"].as_str() {
        "None" | "Empty" => "-".to_owned(),
        "8.6.1" => "8 6.1".to_owned(),
        _ if record["forbidden"] == "1" => String::new(),
        _ => format!("{division} {}", record["subsidiary"]).trim().to_owned(),
    }
}

fn adr_rows(records: &[Record], guides: &HashMap<String, String>) -> Vec<Record> {
    let drafts = records.iter().map(|record| {
        // One row says it in the column of labels only.
        let note = format!(
            "{} {}",
            record["not_admitted_note"],
            record["labels"].replace("Ikke", "Ikke ")
        );
        let admission = match note.as_str() {
            _ if note.contains("Ikke tillatt") => "f",
            _ if note.contains("Ikke underlagt") => "n",
            _ => "a",
        };
        let admitted = admission == "a";
        let labels = if admitted {
            adr_labels(&record["labels"])
        } else {
            String::new()
        };
        let code = record["classification_code"]
            .replace("(ADR:ellerP2)", " or P2")
            .replace("eller", " or ");
        let class = adr_class(&record["class"], &code, &labels);
        let column = |name: &str| {
            if admitted {
                english(&record[name])
            } else {
                String::new()
            }
        };
        let mut fields = Record::new();
        let mut set = |column: &str, value: &str| fields.insert(column.to_owned(), clean(value));
        set("name", &record["name_en"]);
        set(
            "name_quality",
            match record["name_basis"].as_str() {
                "us_exact" => "e",
                "ambiguous" => "a",
                _ => "s",
            },
        );
        set("admission", admission);
        set("reading", &record["agrees_with_2nd_reading"]);
        set("class", &class);
        set("code", &code);
        set("labels", &labels);
        set("packing_group", &record["pg"]);
        let provisions = if note.contains("5.5.3") {
            "5.5.3".to_owned()
        } else {
            column("special_provisions").replace("(ADR)", "")
        };
        set("special_provisions", &provisions);
        set("limited_quantity", &column("limited_qty"));
        set("excepted_quantity", &column("excepted_qty"));
        set("transport_category", &column("transport_category"));
        set("tunnel_code", &column("tunnel_code"));
        set(
            "loading",
            &column("loading_CV")
                .replace("(ADR)", " ")
                .replace("(se 1.7.1.5.1)", ""),
        );
        // For explosives the column holds the code that railways use.
        let hazard = column("hazard_id_number_adr_or_rid");
        set("hazard_number", if record["class"] == "1" { "" } else { &hazard });
        set("guide", &guide(guides, &record["un"], &class));
        let base = format!("adr:UN{}", record["un"]);
        Draft {
            base,
            key: vec![
                record["pg"].clone(),
                slug(&code).to_uppercase(),
                slug_hazards(&labels),
            ],
            fields,
        }
    });
    keyed(drafts.collect())
}

/// `-` no label, `?` labels by the contents of the article, otherwise the labels without the mark of
/// shunting restrictions on railways (15) and without the kinds of the label for class 7.
fn adr_labels(printed: &str) -> String {
    match printed {
        "Ingen" => "-".to_owned(),
        "Se5.2.2.1.12" => "?".to_owned(),
        "7X+7E" | "7X" => "7".to_owned(),
        _ => printed
            .replace("(+15)", "")
            .replace("7X+7E", "7")
            .replace("7X", "7")
            .replace('+', " "),
    }
}

/// ADR prints class 1 and class 2; the division is in the code or in the label.
fn adr_class(class: &str, code: &str, labels: &str) -> String {
    match class {
        "1" => code.to_owned(),
        "2" => labels
            .split(' ')
            .next()
            .filter(|label| label.starts_with("2."))
            .unwrap_or("2")
            .to_owned(),
        _ => class.to_owned(),
    }
}

fn english(printed: &str) -> String {
    let text = printed.replace("Se SP", "see SP ").replace(" eller ", " or ");
    ["kg", "g", "L", "ml"].iter().fold(text, |text, unit| {
        match text
            .strip_suffix(unit)
            .filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        {
            Some(number) if !number.is_empty() => format!("{number} {unit}"),
            _ => text,
        }
    })
}

/// Gives every row its id: the base, then each qualifier that tells siblings apart, then an ordinal.
fn keyed(drafts: Vec<Draft>) -> Vec<Record> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, draft) in drafts.iter().enumerate() {
        let group = draft.key.first().filter(|group| !group.is_empty());
        let base = group.map_or_else(|| draft.base.clone(), |group| format!("{}:{group}", draft.base));
        groups.entry(base).or_default().push(at);
    }
    let mut ids = vec![String::new(); drafts.len()];
    for (base, members) in groups {
        name_group(&drafts, &base, &members, 1, &mut ids);
    }
    let rows = drafts.into_iter().zip(ids).map(|(mut draft, id)| {
        draft.fields.insert("id".to_owned(), id);
        draft.fields
    });
    rows.collect()
}

fn name_group(drafts: &[Draft], base: &str, members: &[usize], level: usize, ids: &mut [String]) {
    if let [only] = members {
        base.clone_into(&mut ids[*only]);
        return;
    }
    let mut parts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    match members.first().and_then(|&first| drafts[first].key.get(level)) {
        None => {
            for (ordinal, &member) in members.iter().enumerate() {
                ids[member] = format!("{base}:{}", ordinal + 1);
            }
        }
        Some(_) => {
            for &member in members {
                parts.entry(&drafts[member].key[level]).or_default().push(member);
            }
            let splits = parts.len() > 1;
            for (part, members) in parts {
                let base = if splits {
                    format!("{base}:{part}")
                } else {
                    base.to_owned()
                };
                name_group(drafts, &base, &members, level + 1, ids);
            }
        }
    }
}

fn render(edition: &[(&str, &str)], rows: &[Record], synonyms: &[Record]) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    for (key, value) in edition {
        writeln!(text, "{key}\t{value}")?;
    }
    writeln!(text, "\n{}", COLUMNS.join("\t"))?;
    for row in rows {
        let fields = COLUMNS.map(|column| row.get(column).map_or("", String::as_str));
        writeln!(text, "{}", fields.join("\t").trim_end_matches('\t'))?;
    }
    writeln!(text)?;
    for synonym in synonyms {
        writeln!(
            text,
            "{}\t{}",
            clean(&synonym["term"]),
            clean(&synonym["seeAlso"])
        )?;
    }
    Ok(text)
}

/// One space between words; no tab or line break can reach the file.
fn clean(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(" ,", ",")
}

fn slug(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let words = lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").chars().take(120).collect()
}

fn slug_hazards(hazards: &str) -> String {
    hazards
        .to_ascii_lowercase()
        .replace("comb liq", "combustible")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join("+")
}

fn zone_key(zone: &str) -> String {
    if zone.is_empty() {
        String::new()
    } else {
        format!("zone{zone}")
    }
}

fn after_first(labels: &str) -> &str {
    labels.split_once(' ').map_or("", |(_, rest)| rest)
}
