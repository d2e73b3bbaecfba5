//! What to do when a load leaks: `cargo run -p dangerous-goods --example emergency -- UN1017 UN1428`.
//!
//! With `--features pdf` and the environment variable `SHEET` the printed sheet is written to that path.

use std::error::Error;

use dangerous_goods::emergency::{Situation, panel, text};
use dangerous_goods::{Catalogue, Line, LineSpec, Load};

#[expect(clippy::print_stdout, reason = "an example shows its answer")]
fn main() -> Result<(), Box<dyn Error>> {
    let lines: Result<Vec<Line>, _> = std::env::args()
        .skip(1)
        .map(|line| line.parse::<LineSpec>().map(Line::from))
        .collect();
    let load = Load::new(lines?)?;
    let panel = panel(Catalogue::embedded(), &load, &Situation::default(), None);
    println!("{}", text(&panel));
    #[cfg(feature = "pdf")]
    if let Some(path) = std::env::var_os("SHEET") {
        let sheet = dangerous_goods::emergency::sheet(&panel, time::OffsetDateTime::UNIX_EPOCH)?;
        std::fs::write(path, sheet)?;
    }
    Ok(())
}
