//! Fifty-five pairs of ten hazards: the cell of 49 CFR 177.848(d), our answer, and the pairs that public
//! implementations clear though the law forbids them (docs/decisions/0006-compared-with-others.md).

use dangerous_goods::Verdict::{self, Conditional, Permitted, Prohibited};

use crate::us;

/// Goods of one hazard each, with the hazard.
const HAZARDS: [(&str, &str); 10] = [
    ("1.1", "UN0081"),
    ("2.1", "UN1011"),
    ("2.3A", "us:UN1955:zoneA"),
    ("3", "UN1203"),
    ("4.2", "UN1361:II"),
    ("4.3", "UN1401"),
    ("5.1", "UN1486"),
    ("5.2", "UN3103"),
    ("6.1A", "UN3381"),
    ("8", "UN1830"),
];

/// The law, from the diagonal to the right. `*` sends 1.1 with 1.1 to the table of (f), where D with D is free.
const LAW: &str = "
    * X X X X X X X X X
    - X - - - - - O -
    - X X X X X - X
    - - - O - X -
    - - - - X X
    - - - X O
    - - X O
    - X O
    - X
    -
";

/// Pairs of `X` that a list of classes "not to be transported with" clears.
const CLEARED_BY_A_LIST: [(&str, &str); 1] = [("4.2", "6.1A")];

/// Pairs of `X` that a matrix of "incompatible pairs" clears.
const CLEARED_BY_A_MATRIX: [(&str, &str); 7] = [
    ("2.3A", "4.2"),
    ("2.3A", "4.3"),
    ("3", "6.1A"),
    ("4.2", "6.1A"),
    ("4.2", "8"),
    ("4.3", "6.1A"),
    ("6.1A", "8"),
];

fn law() -> Vec<(usize, usize, &'static str)> {
    let rows = LAW.trim().lines().enumerate();
    rows.flat_map(|(i, row)| {
        row.split_whitespace()
            .enumerate()
            .map(move |(at, cell)| (i, i + at, cell))
    })
    .collect()
}

fn answer(i: usize, j: usize) -> Verdict {
    us(&[HAZARDS[i].1, HAZARDS[j].1]).pairs[0].verdict
}

#[test]
fn each_of_the_fifty_five_pairs_is_answered_as_the_law_prints_it() {
    let law = law();
    assert_eq!(law.len(), 55);
    for (i, j, cell) in law {
        let expected = match cell {
            "X" => Prohibited,
            "O" => Conditional,
            "-" | "*" => Permitted,
            other => panic!("unknown cell {other}"),
        };
        assert_eq!(
            (answer(i, j), answer(j, i)),
            (expected, expected),
            "{} × {}",
            HAZARDS[i].0,
            HAZARDS[j].0
        );
    }
}

#[test]
fn nothing_that_others_clear_against_the_law_is_cleared_here() {
    let at = |hazard: &str| {
        HAZARDS
            .iter()
            .position(|(name, _)| *name == hazard)
            .expect(hazard)
    };
    for (a, b) in CLEARED_BY_A_LIST.into_iter().chain(CLEARED_BY_A_MATRIX) {
        let (i, j) = (at(a), at(b));
        let cell = law()
            .into_iter()
            .find(|&(row, column, _)| (row, column) == (i, j))
            .map(|(.., cell)| cell);
        assert_eq!((cell, answer(i, j)), (Some("X"), Prohibited), "{a} × {b}");
    }
}
