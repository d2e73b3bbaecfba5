//! `safeshipper catalogue editions` and `safeshipper catalogue diff OLD NEW`: the data sets themselves.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use dangerous_goods::catalogue::Validity;
use dangerous_goods::catalogue::diff::{self, Diff};
use dangerous_goods::{Catalogue, Edition, Regime};
use serde::Serialize;
use time::Date;

use super::answer::{Answered, Unusable, show};
use super::goods::{day, today};

#[derive(Subcommand)]
pub(crate) enum Data {
    /// List the editions of the law that the program holds.
    Editions(Editions),
    /// Tell what changed between two data sets.
    Diff(Compared),
}

impl Data {
    pub(super) fn run(&self) -> Answered {
        match self {
            Self::Editions(editions) => editions.run(),
            Self::Diff(compared) => compared.run(),
        }
    }
}

/// List the editions of the law. Exit status: 0 each is in force or states no validity, 1 one is not in force.
#[derive(Args)]
pub(crate) struct Editions {
    /// The day asked for (2026-12-31); today where none is given.
    #[arg(long, value_name = "DAY", value_parser = day)]
    on: Option<Date>,
    /// Write JSON instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Held {
    #[serde(flatten)]
    edition: Edition,
    rows: usize,
    validity: Validity,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<String>,
}

impl Editions {
    fn run(&self) -> Answered {
        let (catalogue, on) = (Catalogue::embedded(), self.on.unwrap_or_else(today));
        let held = |regime: Regime| {
            let edition = catalogue.edition(regime);
            Held {
                rows: catalogue.all(regime).len(),
                validity: edition.validity(on),
                warning: edition.warning(on),
                edition: edition.clone(),
            }
        };
        let held = Regime::ALL.map(held);
        show(self.json, &held, || held.iter().map(written).collect())?;
        let not_in_force = |held: &Held| matches!(held.validity, Validity::Expired | Validity::NotYet);
        Ok(!held.iter().any(not_in_force))
    }
}

fn written(held: &Held) -> String {
    let edition = &held.edition;
    let validity = match (edition.valid_from, edition.valid_to) {
        (None, None) => "not stated".to_owned(),
        (from, to) => format!("{} to {}", from.unwrap_or("…"), to.unwrap_or("…")),
    };
    let mut out = format!("{}: {}\n", edition.regime, edition.title);
    for (what, value) in [
        ("edition", edition.edition),
        ("source", edition.source),
        ("validity", &validity),
        ("rows", &held.rows.to_string()),
        ("sha256", &edition.hash),
        ("warning", held.warning.as_deref().unwrap_or_default()),
    ] {
        if !value.is_empty() {
            // Writing to a text cannot fail.
            let _ = writeln!(out, "  {what:<9} {value}");
        }
    }
    out
}

/// Tell what changed from one data set to another. Exit status: 0 nothing, 1 something, 2 unusable input.
#[derive(Args)]
pub(crate) struct Compared {
    /// The older data set, or a directory with `us.tsv` and `adr.tsv`.
    old: PathBuf,
    /// The newer one; the program's own where none is given.
    new: Option<PathBuf>,
    /// Write JSON instead of text.
    #[arg(long)]
    json: bool,
}

impl Compared {
    fn run(&self) -> Answered {
        let diffs = if self.old.is_dir() {
            Regime::ALL
                .iter()
                .map(|regime| self.of(*regime))
                .collect::<Result<Vec<_>, _>>()?
        } else {
            let old = text(&self.old)?;
            let new = match &self.new {
                Some(new) => text(new)?,
                None => Catalogue::embedded_text(regime(&old)?).to_owned(),
            };
            vec![compared(&old, &new)?]
        };
        let texts = || diffs.iter().map(diff::text).collect::<Vec<_>>().join("\n");
        match diffs.as_slice() {
            [one] => show(self.json, one, texts)?,
            several => show(self.json, &several, texts)?,
        }
        Ok(diffs.iter().all(Diff::is_empty))
    }

    /// The regime's files of two directories.
    fn of(&self, regime: Regime) -> Result<Diff, Unusable> {
        let file = |directory: &Path| text(&directory.join(format!("{regime}.tsv")));
        let old = file(&self.old)?;
        match &self.new {
            Some(new) => compared(&old, &file(new)?),
            None => compared(&old, Catalogue::embedded_text(regime)),
        }
    }
}

fn compared(old: &str, new: &str) -> Result<Diff, Unusable> {
    diff::diff(old, new).map_err(|error| error.to_string().into())
}

fn text(file: &Path) -> Result<String, Unusable> {
    fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()).into())
}

/// The regime that a data set says it is of.
fn regime(text: &str) -> Result<Regime, Unusable> {
    let head = text.lines().take_while(|line| !line.is_empty());
    let regime = head.filter_map(|line| line.strip_prefix("regime\t")).next();
    let regime = regime.ok_or_else(|| "the older data set names no regime".to_owned())?;
    regime
        .parse()
        .map_err(|error: dangerous_goods::UnknownRegime| error.to_string().into())
}
