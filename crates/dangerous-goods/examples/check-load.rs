//! Checks lines given as arguments under both regimes: `check-load UN1203 UN1830:II UN2014:II`.

use std::error::Error;
use std::process::ExitCode;

use dangerous_goods::{Catalogue, LineSpec, Load, Regime, check, report};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let lines: Result<Vec<_>, _> = std::env::args()
        .skip(1)
        .map(|line| line.parse::<LineSpec>().map(Into::into))
        .collect();
    let load = Load::new(lines?)?;
    let catalogue = Catalogue::embedded();
    let results = Regime::ALL.map(|regime| check(catalogue, regime, &load));
    #[expect(clippy::print_stdout, reason = "a program for the terminal")]
    {
        print!("{}", report::text(catalogue, &load, &results));
    }
    Ok(ExitCode::from(report::exit_status(&results)))
}
