//! How fast a split is found: `cargo bench -p dangerous-goods --bench split`.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use dangerous_goods::split::{Options, propose};
use dangerous_goods::{Catalogue, Line, LineSpec, Load, Regime, Travel, Verdict, check};

/// Different goods, spread over the table of the United States, each of which both regimes let pass alone.
fn different(catalogue: &Catalogue, lines: usize) -> Load {
    let line = |row: &dangerous_goods::Row| {
        let mut line = row.id().to_string().parse::<LineSpec>().ok().map(Line::from)?;
        line.physical_state = row.physical_state();
        let alone = Load {
            lines: vec![line.clone()],
            ..Load::default()
        };
        let passes = |regime| check(catalogue, regime, &alone).verdict <= Verdict::Conditional;
        Regime::ALL.into_iter().all(passes).then_some(line)
    };
    let pool: Vec<Line> = catalogue.all(Regime::Us).iter().filter_map(line).collect();
    let step = pool.len() / lines;
    Load {
        lines: pool.into_iter().step_by(step).take(lines).collect(),
        travel: Travel::Apart,
        ..Load::default()
    }
}

fn benches(c: &mut Criterion) {
    let catalogue = Catalogue::embedded();
    let mut group = c.benchmark_group("split");
    for lines in [10, 40] {
        let load = different(catalogue, lines);
        for (name, regimes) in [
            ("us", [Regime::Us].as_slice()),
            ("us and adr", Regime::ALL.as_slice()),
        ] {
            group.bench_with_input(BenchmarkId::new(name, lines), &load, |b, load| {
                b.iter(|| propose(catalogue, regimes, black_box(load), Options::default()));
            });
        }
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
