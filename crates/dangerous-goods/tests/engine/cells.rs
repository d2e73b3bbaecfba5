//! Every cell of the four tables, written down a second time in the layout of the law and asked of the
//! engine through goods that have one hazard each. The engine's own tables are not looked at.

use dangerous_goods::{CheckResult, Verdict};

use crate::{adr, us};

/// 49 CFR 177.848(d). `-` is a blank cell.
const US_SEGREGATION: &str = "
    * * * * * X X X X X X X X X X X X X
    * * * * * X - X X X - X X X X X - X
    * * * * * O - O O O - O - - - O - O
    * * * * * X X X X X X X X X X X X X
    * * * * * - - - - - - - - - - - - -
    X X O X - - - X O - - - - - - O O -
    X - - X - - - - - - - - - - - - - -
    X X O X - X - - - X X X X X X - - X
    X X O X - O - - - O O O O O O - - O
    X X O X - - - X O - - - - O - X - -
    X - - X - - - X O - - - - - - X - O
    X X O X - - - X O - - - - - - X - X
    X X - X - - - X O - - - - - - X - O
    X X - X - - - X O O - - - - - X - O
    X X - X - - - X O - - - - - - X - O
    X X O X - O - - - X X X X X X - - X
    X - - X - O - - - - - - - - - - - -
    X X O X - - - X O - O X O O O X - -
";

/// Goods whose only hazard is that of the row: 1.1 and 1.2, 1.3, 1.4, 1.5, 1.6, 2.1, 2.2, 2.3 zone A,
/// 2.3 zone B, 3, 4.1, 4.2, 4.3, 5.1, 5.2, 6.1 zone A liquid, 7, 8 liquid.
const US_GOODS: [&str; 18] = [
    "UN0081",
    "UN0161",
    "UN0445",
    "UN0331",
    "UN0486",
    "UN1011",
    "UN1066",
    "us:UN1955:zoneA",
    "us:UN1955:zoneB",
    "UN1203",
    "UN1309:II",
    "UN1361:II",
    "UN1401",
    "UN1486",
    "UN3103",
    "UN3381",
    "UN2912",
    "UN1830",
];

/// 49 CFR 177.848(f), groups A B C D E F G H J K L N S.
const US_GROUPS: &str = "
    -    X    X    X    X    X    X    X    X    X    X    X    X
    X    -    X    X(4) X    X    X    X    X    X    X    X    4/5
    X    X    -    2    2    X    6    X    X    X    X    3    4/5
    X    X(4) 2    -    2    X    6    X    X    X    X    3    4/5
    X    X    2    2    -    X    6    X    X    X    X    3    4/5
    X    X    X    X    X    -    X    X    X    X    X    X    4/5
    X    X    6    6    6    X    -    X    X    X    X    X    4/5
    X    X    X    X    X    X    X    -    X    X    X    X    4/5
    X    X    X    X    X    X    X    X    -    X    X    X    4/5
    X    X    X    X    X    X    X    X    X    -    X    X    4/5
    X    X    X    X    X    X    X    X    X    X    1    X    X
    X    X    3    3    3    X    X    X    X    X    X    -    4/5
    X    4/5  4/5  4/5  4/5  4/5  4/5  4/5  4/5  4/5  X    4/5  -
";

/// One explosive of each group that is neither detonator nor firework.
const US_EXPLOSIVES: [(char, &str); 13] = [
    ('A', "UN0074"),
    ('B', "UN0106"),
    ('C', "UN0160"),
    ('D', "UN0081"),
    ('E', "UN0006"),
    ('F', "UN0005"),
    ('G', "UN0049"),
    ('H', "UN0243"),
    ('J', "UN0399"),
    ('K', "UN0020"),
    ('L', "UN0248"),
    ('N', "UN0486"),
    ('S', "UN0323"),
];

/// ADR 7.5.2.1. `1` refers to the table of 7.5.2.2, letters are footnotes, `-` is a blank cell.
const ADR_LABELS: &str = "
    1   1   1   1   -   -   -   -   -   -   d   -   -   -   -   -   -   b
    1   1   1   1   a   a   a   -   a   a   a   a   -   a   a   a   a   abc
    1   1   1   1   -   -   -   -   -   -   -   -   -   -   -   -   -   b
    1   1   1   1   -   -   -   -   -   -   -   -   -   -   -   -   -   b
    -   a   -   -   X   X   X   -   X   X   X   X   -   X   X   X   X   X
    -   a   -   -   X   X   X   -   X   X   X   X   -   X   X   X   X   X
    -   a   -   -   X   X   X   -   X   X   X   X   -   X   X   X   X   X
    -   -   -   -   -   -   -   X   -   -   -   -   -   -   -   -   -   -
    -   a   -   -   X   X   X   -   X   X   X   X   -   X   X   X   X   X
    -   a   -   -   X   X   X   -   X   X   X   X   -   X   X   X   X   X
    d   a   -   -   X   X   X   -   X   X   X   X   -   X   X   X   X   X
    -   a   -   -   X   X   X   -   X   X   X   X   X   X   X   X   X   X
    -   -   -   -   -   -   -   -   -   -   -   X   X   -   -   -   -   -
    -   a   -   -   X   X   X   -   X   X   X   X   -   X   X   X   X   X
    -   a   -   -   X   X   X   -   X   X   X   X   -   X   X   X   X   X
    -   a   -   -   X   X   X   -   X   X   X   X   -   X   X   X   X   X
    -   a   -   -   X   X   X   -   X   X   X   X   -   X   X   X   X   X
    b   abc b   b   X   X   X   -   X   X   X   X   -   X   X   X   X   X
";

/// Goods that bear only the label of the row, and of which no footnote speaks: 1, 1.4, 1.5, 1.6, 2, 3,
/// 4.1, 4.1+1, 4.2, 4.3, 5.1, 5.2, 5.2+1, 6.1, 6.2, 7, 8, 9.
const ADR_GOODS: [&str; 18] = [
    "UN0160",
    "UN0471",
    "UN0331",
    "UN0486",
    "UN1011",
    "UN1203",
    "UN1309:II",
    "UN3221",
    "UN1361:II",
    "UN1401",
    "UN1496",
    "UN3103",
    "UN3101",
    "UN1680",
    "UN3373",
    "UN2912",
    "UN1830",
    "UN3077",
];

/// ADR 7.5.2.2, groups A B C D E F G H J L N S.
const ADR_GROUPS: &str = "
    X  -  -  -  -  -  -  -  -  -  -  -
    -  X  -  a  -  -  -  -  -  -  -  X
    -  -  X  X  X  -  X  -  -  -  bc X
    -  a  X  X  X  -  X  -  -  -  bc X
    -  -  X  X  X  -  X  -  -  -  bc X
    -  -  -  -  -  X  -  -  -  -  -  X
    -  -  X  X  X  -  X  -  -  -  -  X
    -  -  -  -  -  -  -  X  -  -  -  X
    -  -  -  -  -  -  -  -  X  -  -  X
    -  -  -  -  -  -  -  -  -  d  -  -
    -  -  bc bc bc -  -  -  -  -  b  X
    -  X  X  X  X  X  X  X  X  -  X  X
";

const ADR_EXPLOSIVES: [(char, &str); 12] = [
    ('A', "UN0074"),
    ('B', "UN0106"),
    ('C', "UN0160"),
    ('D', "UN0081"),
    ('E', "UN0006"),
    ('F', "UN0005"),
    ('G', "UN0049"),
    ('H', "UN0243"),
    ('J', "UN0399"),
    ('L', "UN0248"),
    ('N', "UN0486"),
    ('S', "UN0323"),
];

/// Calls `test` with row, column and cell of every cell of a square table.
fn each_cell(table: &str, size: usize, mut test: impl FnMut(usize, usize, &str)) {
    let rows: Vec<Vec<&str>> = table
        .trim()
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows.len(), size);
    for (i, row) in rows.iter().enumerate() {
        assert_eq!(row.len(), size);
        for (j, cell) in row.iter().enumerate() {
            assert_eq!(*cell, rows[j][i], "the law's table is symmetric at {i}, {j}");
            test(i, j, cell);
        }
    }
}

/// Rule and verdict of the finding of this clause on the pair, as `X at` and the verdict.
fn mark<'a>(result: &'a CheckResult, clause: &str) -> Option<(&'a str, Verdict)> {
    let finding = result
        .conflicts
        .iter()
        .find(|finding| finding.clause.starts_with(clause))?;
    Some((finding.rule.split(" at ").next()?, finding.verdict))
}

#[test]
fn every_cell_of_177_848_d_is_answered_as_printed() {
    let mut seen = 0;
    each_cell(US_SEGREGATION, 18, |i, j, cell| {
        let result = us(&[US_GOODS[i], US_GOODS[j]]);
        let expected = match cell {
            "X" => Some(("X", Verdict::Prohibited)),
            "O" => Some(("O", Verdict::Conditional)),
            "-" | "*" => None,
            other => panic!("unknown cell {other}"),
        };
        assert_eq!(
            mark(&result, "49 CFR 177.848(d)"),
            expected,
            "{} with {}",
            US_GOODS[i],
            US_GOODS[j]
        );
        assert!(
            result.lines.iter().all(|line| line.verdict == Verdict::Permitted),
            "{result:?}"
        );
        seen += 1;
    });
    assert_eq!(seen, 324);
}

#[test]
fn every_cell_of_177_848_f_is_answered_as_printed() {
    each_cell(US_GROUPS, 13, |i, j, cell| {
        let ((group_a, a), (group_b, b)) = (US_EXPLOSIVES[i], US_EXPLOSIVES[j]);
        let result = us(&[a, b]);
        let found = result
            .conflicts
            .iter()
            .find(|finding| finding.rule.contains(" at "));
        let expected = match cell {
            // Blank, and the notes 4 and 5 where there is neither detonator nor firework.
            "-" | "4/5" => None,
            "X" | "X(4)" => Some((format!("{cell} at {group_a} × {group_b}"), Verdict::Prohibited)),
            "1" | "2" | "3" | "6" => Some((format!("{cell} at {group_a} × {group_b}"), Verdict::Conditional)),
            other => panic!("unknown cell {other}"),
        };
        let found = found.map(|finding| (finding.rule.to_string(), finding.verdict));
        assert_eq!(found, expected, "{a} with {b}: {:?}", result.conflicts);
    });
}

#[test]
fn every_cell_of_adr_7_5_2_1_is_answered_as_printed() {
    each_cell(ADR_LABELS, 18, |i, j, cell| {
        let result = adr(&[ADR_GOODS[i], ADR_GOODS[j]]);
        let expected = match cell {
            "X" | "1" => None,
            "-" => Some(("blank", Verdict::Prohibited)),
            "a" => Some(("only footnote a", Verdict::Prohibited)),
            "b" => Some(("only footnote b", Verdict::Prohibited)),
            "abc" => Some(("only footnotes a, b, c", Verdict::Prohibited)),
            "d" => Some(("only footnote d", Verdict::Prohibited)),
            other => panic!("unknown cell {other}"),
        };
        assert_eq!(
            mark(&result, "ADR 7.5.2.1"),
            expected,
            "{} with {}",
            ADR_GOODS[i],
            ADR_GOODS[j]
        );
        assert!(
            result.lines.iter().all(|line| line.verdict == Verdict::Permitted),
            "{result:?}"
        );
    });
}

#[test]
fn every_cell_of_adr_7_5_2_2_is_answered_as_printed() {
    each_cell(ADR_GROUPS, 12, |i, j, cell| {
        let ((_, a), (_, b)) = (ADR_EXPLOSIVES[i], ADR_EXPLOSIVES[j]);
        let result = adr(&[a, b]);
        let expected = match cell {
            "X" => None,
            "-" => Some(("blank", Verdict::Prohibited)),
            "a" => Some(("a", Verdict::Conditional)),
            // The same articles of 1.6N need no proof.
            "b" => None,
            "bc" => Some(("b, c", Verdict::Conditional)),
            "d" => Some(("d", Verdict::Conditional)),
            other => panic!("unknown cell {other}"),
        };
        assert_eq!(mark(&result, "ADR 7.5.2.2"), expected, "{a} with {b}");
    });
}
