//! What every command about goods is asked: which goods, under which rules, on which day.

use std::fs::{self, File};
use std::io::{Read, Write, stdin, stdout};
use std::path::{Path, PathBuf};

use app::Clock;
use clap::{Args, ValueEnum};
use dangerous_goods::input::{self, Format};
use dangerous_goods::{Load, Regime, Travel};
use time::Date;
use time::macros::format_description;

use super::answer::Unusable;

/// The goods, as arguments or from a file.
#[derive(Args)]
pub(crate) struct Goods {
    /// Goods: `UN1203`, `UN1203:200 L`, `UN1830:II`, `UN1263:II:LQ`, a row id, or the name of goods that have no number.
    #[arg(
        required_unless_present = "file",
        conflicts_with = "file",
        value_name = "GOODS"
    )]
    goods: Vec<String>,
    /// Read the goods from a CSV table or JSON; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The format of the file, where its name does not end in it.
    #[arg(long, value_enum, requires = "file")]
    format: Option<FileFormat>,
    /// Whether food, feed or other goods for consumption are on board.
    #[arg(long, value_enum, value_name = "ANSWER")]
    food_on_board: Option<Yes>,
    /// How vehicles with different numbers travel.
    #[arg(long, value_enum, value_name = "HOW")]
    travel: Option<How>,
    /// Whether the maximum mass of the transport unit is over 12 tonnes.
    #[arg(long, value_enum, value_name = "ANSWER")]
    over_12_tonnes: Option<Yes>,
}

/// Under which rules, when, and how to answer.
#[derive(Args)]
pub(crate) struct Asked {
    /// Under which rules.
    #[arg(long, value_enum, default_value_t = Rules::All)]
    regime: Rules,
    /// The day of carriage (2026-12-31), for editions that expire; today where none is given.
    #[arg(long, value_name = "DAY", value_parser = day)]
    on: Option<Date>,
    /// Write JSON instead of text.
    #[arg(long)]
    pub(super) json: bool,
}

/// The conditions that are stated to be fulfilled.
#[derive(Args)]
pub(crate) struct Confirmed {
    /// State that a condition is fulfilled, by its id; may be repeated.
    #[arg(long, value_name = "CONDITION")]
    confirm: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum FileFormat {
    /// A table whose header names fields of a line.
    Csv,
    /// A load as the API takes it.
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
enum Yes {
    Yes,
    No,
}

impl From<Yes> for bool {
    fn from(answer: Yes) -> Self {
        matches!(answer, Yes::Yes)
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum How {
    /// As one combination.
    Coupled,
    /// Each on its own.
    Apart,
}

#[derive(Clone, Copy, ValueEnum)]
enum Rules {
    /// United States, highway: 49 CFR.
    Us,
    /// Europe, road: ADR.
    Adr,
    /// Both.
    All,
}

impl Goods {
    /// The load, or every fault of what was given.
    pub(super) fn load(&self) -> Result<Load, Unusable> {
        let mut load = match &self.file {
            None => input::from_specs(&self.goods)?,
            Some(file) => {
                let format = self.format(file)?;
                input::from_bytes(&read(file)?, format)?
            }
        };
        state(&mut load.food_on_board, self.food_on_board, "food_on_board")?;
        state(&mut load.over_12_tonnes, self.over_12_tonnes, "over_12_tonnes")?;
        if let Some(travel) = self.travel {
            load.travel = match travel {
                How::Coupled => Travel::Coupled,
                How::Apart => Travel::Apart,
            };
        }
        Ok(load)
    }

    fn format(&self, file: &Path) -> Result<Format, Unusable> {
        match self.format {
            Some(FileFormat::Csv) => Ok(Format::Csv),
            Some(FileFormat::Json) => Ok(Format::Json),
            None => Format::of_file(&file.to_string_lossy())
                .map_err(|error| format!("{error}; name it with `--format`").into()),
        }
    }
}

impl Asked {
    pub(super) fn regimes(&self) -> &'static [Regime] {
        match self.regime {
            Rules::Us => &[Regime::Us],
            Rules::Adr => &[Regime::Adr],
            Rules::All => &Regime::ALL,
        }
    }

    pub(super) fn day(&self) -> Date {
        self.on.unwrap_or_else(today)
    }
}

impl Confirmed {
    /// The load with these conditions stated.
    pub(super) fn of(&self, load: Load) -> Result<Load, Unusable> {
        let load = self.confirm.iter().fold(load, |load, condition| {
            load.confirming(condition, "the command line")
        });
        load.validated().map_err(|error| error.to_string().into())
    }
}

/// One regime's rules.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Law {
    /// United States, highway: 49 CFR.
    Us,
    /// Europe, road: ADR.
    Adr,
}

impl From<Law> for Regime {
    fn from(law: Law) -> Self {
        match law {
            Law::Us => Self::Us,
            Law::Adr => Self::Adr,
        }
    }
}

/// Today in UTC.
pub(super) fn today() -> Date {
    Clock::system().now().date()
}

/// Reads a day as ISO 8601 writes it.
pub(super) fn day(text: &str) -> Result<Date, String> {
    Date::parse(text, format_description!("[year]-[month]-[day]"))
        .map_err(|_| format!("`{text}` is not a day, expected one as in `2026-12-31`"))
}

/// Reads a file, `-` for standard input, as far as a load may go and a little further.
pub(super) fn read(file: &Path) -> Result<Vec<u8>, Unusable> {
    let most = u64::try_from(input::MAX_BYTES + 1).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let done = if file.as_os_str() == "-" {
        stdin().lock().take(most).read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|open| open.take(most).read_to_end(&mut bytes))
    };
    match done {
        Ok(_) => Ok(bytes),
        Err(error) => Err(format!("cannot read {}: {error}", file.display()).into()),
    }
}

/// Writes a document, `-` to standard output.
pub(super) fn write(file: &Path, bytes: &[u8]) -> Result<(), Unusable> {
    let done = if file.as_os_str() == "-" {
        stdout().lock().write_all(bytes)
    } else {
        fs::write(file, bytes)
    };
    done.map_err(|error| format!("cannot write {}: {error}", file.display()).into())
}

/// Fills a fact; an option that contradicts the file is refused.
fn state(fact: &mut Option<bool>, stated: Option<Yes>, name: &str) -> Result<(), Unusable> {
    let stated = stated.map(bool::from);
    if fact.is_some() && stated.is_some() && *fact != stated {
        return Err(format!("`{name}` of the file and of the option contradict each other").into());
    }
    *fact = stated.or(*fact);
    Ok(())
}
