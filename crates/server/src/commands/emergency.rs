//! `safeshipper emergency UN1017`: guide, distances and first actions for a load that leaks or burns.

use std::path::PathBuf;

use app::Clock;
use clap::Args;
use dangerous_goods::emergency::{Contact, Situation, Spill, TimeOfDay, Wind, panel, sheet, text};
use dangerous_goods::{Catalogue, Regime};
use time::Date;

use super::answer::{Answered, show, warn};
use super::goods::{Goods, day, today, write};

/// Tell what to do when a load leaks or burns. Exit status: 0 every line is known, 1 something is not known and
/// taken at its worst, 2 unusable input.
#[derive(Args)]
pub(crate) struct Emergency {
    #[command(flatten)]
    goods: Goods,
    /// How much has leaked.
    #[arg(long, value_enum)]
    spill: Option<Size>,
    /// When it happens.
    #[arg(long, value_enum)]
    time: Option<Time>,
    /// How strong the wind is.
    #[arg(long, value_enum)]
    wind: Option<Strength>,
    /// Whom the company has named for emergencies.
    #[arg(long, value_name = "NAME", requires = "contact_phone")]
    contact_name: Option<String>,
    /// Their telephone number.
    #[arg(long, value_name = "NUMBER", requires = "contact_name")]
    contact_phone: Option<String>,
    /// Write one printed sheet as PDF to this file; `-` is standard output.
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pdf: Option<PathBuf>,
    /// The day (2026-12-31), for editions that expire; today where none is given.
    #[arg(long, value_name = "DAY", value_parser = day)]
    on: Option<Date>,
    /// Write JSON instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Size {
    Small,
    Large,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Time {
    Day,
    Night,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Strength {
    Low,
    Moderate,
    High,
}

impl Emergency {
    pub(super) fn run(&self) -> Answered {
        let load = self.goods.load()?;
        // The panel reads both tables, whichever rules the journey is under.
        warn(&Regime::ALL, self.on.unwrap_or_else(today));
        let contact = self.contact();
        let panel = panel(Catalogue::embedded(), &load, &self.situation(), contact.as_ref());
        match &self.pdf {
            Some(file) => {
                let pdf = sheet(&panel, Clock::system().now()).map_err(|error| error.to_string())?;
                write(file, &pdf)?;
            }
            None => show(self.json, &panel, || text(&panel))?,
        }
        Ok(panel.missing.is_empty())
    }

    fn contact(&self) -> Option<Contact> {
        let (name, phone) = self.contact_name.as_ref().zip(self.contact_phone.as_ref())?;
        Some(Contact {
            name: name.clone(),
            phone: phone.clone(),
        })
    }

    fn situation(&self) -> Situation {
        Situation {
            spill: self.spill.map(|size| match size {
                Size::Small => Spill::Small,
                Size::Large => Spill::Large,
            }),
            time: self.time.map(|time| match time {
                Time::Day => TimeOfDay::Day,
                Time::Night => TimeOfDay::Night,
            }),
            wind: self.wind.map(|wind| match wind {
                Strength::Low => Wind::Low,
                Strength::Moderate => Wind::Moderate,
                Strength::High => Wind::High,
            }),
            container: None,
        }
    }
}
