//! What the catalogue costs: time to read and resident memory, `cargo bench -p dangerous-goods --bench catalogue`.
//!
//! Memory is what the kernel counts for this process (Linux), before and after, so that nothing the allocator
//! keeps is left out.

#![expect(clippy::print_stdout, reason = "the numbers are what the benchmark is for")]

use std::hint::black_box;
use std::time::Instant;

use dangerous_goods::Catalogue;

/// Resident kibibytes of this process, and of those the ones that are its own and no file's.
fn resident() -> Option<(u64, u64)> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let of = |key: &str| -> Option<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(key))?;
        line.split_whitespace().next()?.parse().ok()
    };
    Some((of("VmRSS:")?, of("RssAnon:")?))
}

fn main() {
    let mut before = resident();
    let mut report = |what: &str| {
        let now = resident();
        if let (Some(before), Some(now)) = (before, now) {
            let (all, own) = (now.0.saturating_sub(before.0), now.1.saturating_sub(before.1));
            println!("{what:<24} {all:>6} KiB resident, {own:>6} KiB of them allocated");
        }
        before = now;
    };
    report("nothing");
    let catalogue = black_box(Catalogue::embedded());
    report("tables");
    black_box(catalogue.search("sulfurik acid", 20).len());
    report("index of names");
    let mut times: Vec<u128> = (0..50)
        .map(|_| {
            let start = Instant::now();
            black_box(Catalogue::read_embedded().is_ok());
            start.elapsed().as_micros()
        })
        .collect();
    times.sort_unstable();
    println!("tables read in {} µs (median of 50)", times[times.len() / 2]);
    let start = Instant::now();
    for _ in 0..200 {
        black_box(
            catalogue
                .search(black_box("flamable liquid toxic n.o.s."), 20)
                .len(),
        );
    }
    println!(
        "search with typing errors {} µs (mean of 200)",
        start.elapsed().as_micros() / 200
    );
}
