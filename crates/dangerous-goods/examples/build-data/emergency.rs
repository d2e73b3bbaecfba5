//! The distances of the guidebook: its three tables as one data set, metres only and no text of theirs.
//!
//! What reading the printed tables lost is put back here and nowhere else: a blank distance of a large
//! spill is the printed "11.0+ km", and five rows whose columns slipped are set right ([`repaired`]).

use std::error::Error;
use std::fmt::Write as _;

use super::Record;

const EDITION: &[(&str, &str)] = &[
    (
        "title",
        "Emergency Response Guidebook, initial isolation and protective action distances, tables 1 to 3",
    ),
    ("edition", "ERG 2024"),
    (
        "source",
        "Emergency Response Guidebook 2024, US DOT PHMSA, Transport Canada, SICT; distances only",
    ),
];

/// What the guidebook prints for everything beyond eleven kilometres, in metres.
const BEYOND: &str = "11000+";

/// The data set.
pub(crate) fn render(
    inhalation: &[Record],
    water: &[Record],
    large: &[Record],
) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    for (key, value) in EDITION {
        writeln!(text, "{key}\t{value}")?;
    }
    writeln!(
        text,
        "\nnumber\tsmall_isolate\tsmall_day\tsmall_night\tlarge_isolate\tlarge_day\tlarge_night"
    )?;
    for record in inhalation {
        let cells = repaired(record);
        let [isolate, day, night] = [&cells[3], &cells[4], &cells[5]].map(String::as_str);
        let large = match (isolate, record["note"].as_str()) {
            ("", "Refer to Table 3") => String::new(),
            _ => format!("\t{}\t{}\t{}", metres(isolate)?, beyond(day)?, beyond(night)?),
        };
        let [isolate, day, night] = [metres(&cells[0])?, metres(&cells[1])?, metres(&cells[2])?];
        writeln!(text, "{}\t{isolate}\t{day}\t{night}{large}", record["id_number"])?;
    }
    writeln!(text, "\nnumber\tgases")?;
    for (number, gases) in gases(water)? {
        writeln!(text, "{number}\t{gases}")?;
    }
    writeln!(
        text,
        "\nnumber\tcontainer\tisolate\tday_low\tday_moderate\tday_high\tnight_low\tnight_moderate\tnight_high"
    )?;
    for record in large {
        write!(
            text,
            "{}\t{}\t{}",
            record["id_number"],
            container(&record["container"])?,
            record["isolate_m"]
        )?;
        for time in ["day", "night"] {
            for wind in ["low", "mod", "high"] {
                let cell = &record[&format!("{time}_km_{wind}")];
                // The table prints 11.0 for nothing but "11.0+".
                let metres = if cell == "11.0" {
                    BEYOND.to_owned()
                } else {
                    kilometres(cell)?
                };
                write!(text, "\t{metres}")?;
            }
        }
        writeln!(text)?;
    }
    Ok(text)
}

/// The six distances of a row of table 1.
fn repaired(record: &Record) -> [String; 6] {
    let cell = |column: &str| record[column].clone();
    let read = [
        cell("small_isolate"),
        cell("small_protect_day"),
        cell("small_protect_night"),
        cell("large_isolate"),
        cell("large_protect_day"),
        cell("large_protect_night"),
    ];
    match record["id_number"].as_str() {
        // The first distance was read as the end of the name.
        "2190" => {
            let [day, night, isolate, ..] = read;
            let small = "300 m (1000 ft)".to_owned();
            [small, day, night, isolate, String::new(), String::new()]
        }
        // The next row's first distance was read as the last of this one.
        "3303" | "3306" | "3307" | "3310" => {
            let [a, b, c, d, e, _] = read;
            [a, b, c, d, e, String::new()]
        }
        _ => read,
    }
}

/// `30 m (100 ft)` or `0.1 km (0.1 mi)` in metres.
fn metres(cell: &str) -> Result<String, Box<dyn Error>> {
    let fault = || format!("`{cell}` is not a distance");
    let (number, unit) = cell.split_once(' ').ok_or_else(fault)?;
    match unit.split(' ').next() {
        Some("m") if number.bytes().all(|byte| byte.is_ascii_digit()) => Ok(number.to_owned()),
        Some("km") => kilometres(number),
        _ => Err(fault().into()),
    }
}

fn beyond(cell: &str) -> Result<String, Box<dyn Error>> {
    if cell.is_empty() {
        Ok(BEYOND.to_owned())
    } else {
        metres(cell)
    }
}

/// `0.1` to `100`: kilometres with one decimal in metres.
fn kilometres(cell: &str) -> Result<String, Box<dyn Error>> {
    let fault = || format!("`{cell}` is not a distance in kilometres with one decimal");
    let (whole, tenth) = cell.split_once('.').ok_or_else(fault)?;
    if tenth.len() != 1 {
        return Err(fault().into());
    }
    Ok((whole.parse::<u32>()? * 1000 + tenth.parse::<u32>()? * 100).to_string())
}

fn container(printed: &str) -> Result<&'static str, Box<dyn Error>> {
    Ok(match printed {
        "Rail tank car" => "rail_tank",
        "Highway tank truck or trailer" => "road_tank",
        "Agricultural nurse tank" => "nurse_tank",
        "Multiple ton cylinders" => "ton_cylinders",
        "Multiple small cylinders" => "small_cylinders",
        "Multiple small cylinders or single ton cylinder" => "small_or_one_ton_cylinder",
        other => return Err(format!("unknown container `{other}`").into()),
    })
}

/// The gases of each number once, in the order of the table; `PH` and `NH` lost their figure.
fn gases(records: &[Record]) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    let mut all: Vec<(String, String)> = Vec::new();
    for record in records {
        let formulas: Vec<&str> = record["tih_gases"]
            .split_whitespace()
            .map(|formula| match formula {
                "PH" => "PH3",
                "NH" => "NH3",
                other => other,
            })
            .collect();
        let gases = formulas.join(" ");
        // Two rows were read as one.
        let run_together = record["material"].contains("1305 155P");
        let numbers = [record["id_number"].as_str(), "1305"];
        for number in numbers.iter().take(if run_together { 2 } else { 1 }) {
            match all.iter().find(|(known, _)| known == number) {
                Some((_, known)) if *known == gases => {}
                Some(_) => return Err(format!("{number} has two sets of gases").into()),
                None => all.push(((*number).to_owned(), gases.clone())),
            }
        }
    }
    Ok(all)
}
