//! `safeshipper check UN1203 UN1830:II --regime us`: the mixed-load check without server or database.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use dangerous_goods::report::{Answer, exit_status, text};
use dangerous_goods::{Catalogue, InvalidLineSpec, Line, LineSpec, Load, Regime, check};

use crate::logging::{print, say};

/// What the command line cannot be used for.
const UNUSABLE: u8 = 2;

/// Check whether goods may travel together. Exit status: 0 compatible, 1 not compatible, 2 unusable input.
#[derive(Args)]
pub(crate) struct Check {
    /// Goods: `UN1203`, `UN1830:II`, `UN1263:II:LQ`, a row id, or the name of goods that have no number.
    #[arg(required = true, value_name = "GOODS")]
    goods: Vec<String>,
    /// Under which rules.
    #[arg(long, value_enum, default_value_t = Rules::All)]
    regime: Rules,
    /// State that a condition is fulfilled, by its id; may be repeated.
    #[arg(long, value_name = "CONDITION")]
    confirm: Vec<String>,
    /// Write JSON instead of text.
    #[arg(long)]
    json: bool,
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

impl Check {
    pub(super) fn run(self) -> ExitCode {
        let load = match self.load() {
            Ok(load) => load,
            Err(problems) => {
                problems
                    .iter()
                    .for_each(|problem| say(&format!("safeshipper check: {problem}")));
                return ExitCode::from(UNUSABLE);
            }
        };
        let regimes: &[Regime] = match self.regime {
            Rules::Us => &[Regime::Us],
            Rules::Adr => &[Regime::Adr],
            Rules::All => &Regime::ALL,
        };
        let catalogue = Catalogue::embedded();
        let results: Vec<_> = regimes
            .iter()
            .map(|regime| check(catalogue, *regime, &load))
            .collect();
        if self.json {
            match serde_json::to_string_pretty(&Answer::of(&results)) {
                Ok(json) => print(&json),
                Err(_) => return ExitCode::from(UNUSABLE),
            }
        } else {
            print(text(catalogue, &load, &results).trim_end());
        }
        ExitCode::from(exit_status(&results))
    }

    /// The load, or every argument that is none with the reason.
    fn load(&self) -> Result<Load, Vec<String>> {
        let parse = |text: &String| {
            text.parse::<LineSpec>()
                .map(Line::from)
                .map_err(|error: InvalidLineSpec| format!("`{text}`: {error}"))
        };
        let (lines, problems): (Vec<_>, Vec<_>) = self.goods.iter().map(parse).partition(Result::is_ok);
        let problems: Vec<String> = problems.into_iter().filter_map(Result::err).collect();
        if !problems.is_empty() {
            return Err(problems);
        }
        let load = Load::new(lines.into_iter().filter_map(Result::ok).collect());
        let load = load.map_err(|error| vec![error.to_string()])?;
        Ok(self.confirm.iter().fold(load, |load, condition| {
            load.confirming(condition, "the command line")
        }))
    }
}
