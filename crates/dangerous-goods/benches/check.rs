//! How fast the engine is: `cargo bench -p dangerous-goods`.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use dangerous_goods::{Catalogue, Line, LineSpec, Load, Regime, check};

/// The allocator of the program that is shipped.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Ten items of a real day: fuels, acids, gases, a limited quantity.
const TEN: [&str; 10] = [
    "UN1203",
    "UN1830:II",
    "UN1942",
    "UN1017",
    "UN3077",
    "UN1263:II:LQ",
    "UN1090",
    "UN1824:II",
    "UN2014:II",
    "UN1075",
];

/// The ten items, again and again: a day of many orders of the same goods.
fn repeated(lines: usize) -> Load {
    let lines = TEN
        .iter()
        .cycle()
        .take(lines)
        .filter_map(|line| line.parse::<LineSpec>().ok());
    Load {
        lines: lines.map(Line::from).collect(),
        ..Load::default()
    }
}

/// As many different goods, spread over the table: the worst a load can be.
fn different(catalogue: &Catalogue, regime: Regime, lines: usize) -> Load {
    let rows: Vec<_> = catalogue
        .all(regime)
        .iter()
        .filter(|row| row.number().is_some() && !row.is_forbidden() && row.class() != "1")
        .collect();
    let step = rows.len() / lines;
    let line = |row: &&&dangerous_goods::Row| {
        let mut line = row.id().to_string().parse::<LineSpec>().ok().map(Line::from)?;
        line.physical_state = row.physical_state();
        Some(line)
    };
    Load {
        lines: rows
            .iter()
            .step_by(step)
            .take(lines)
            .filter_map(|row| line(&row))
            .collect(),
        ..Load::default()
    }
}

fn benches(c: &mut Criterion) {
    let catalogue = Catalogue::embedded();
    let _ = catalogue.search("warm", 1);
    for regime in Regime::ALL {
        let mut group = c.benchmark_group(format!("check/{regime}"));
        for lines in [1, 10, 25, 50, 100, 200] {
            for (kind, load) in [
                ("repeated", repeated(lines)),
                ("different", different(catalogue, regime, lines)),
            ] {
                group.bench_with_input(BenchmarkId::new(kind, lines), &load, |b, load| {
                    b.iter(|| check(catalogue, regime, black_box(load)));
                });
            }
        }
        group.finish();
    }
    let ten = repeated(10);
    c.bench_function("hash/10", |b| b.iter(|| black_box(&ten).hash()));
    let mut group = c.benchmark_group("search");
    for query in [
        "UN1203",
        "UN12",
        "acetone",
        "sulfurik acid",
        "flamable liquid toxic n.o.s.",
        "a",
    ] {
        group.bench_with_input(BenchmarkId::from_parameter(query), query, |b, query| {
            b.iter(|| catalogue.search(black_box(query), 20).len());
        });
    }
    group.finish();
    let mut group = c.benchmark_group("load");
    group.sample_size(20);
    group.bench_function("tables", |b| {
        b.iter(|| Catalogue::read_embedded().map(|c| c.all(Regime::Us).len()))
    });
    group.bench_function("tables and index", |b| {
        b.iter(|| Catalogue::read_embedded().map(|c| c.search("acetone", 1).len()));
    });
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
