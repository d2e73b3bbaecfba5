//! What must hold for every load and for every file, tried on random ones.

use dangerous_goods::dataset::{DataSetResult, Draft, OtherRegime, check, not_checked};
use dangerous_goods::{Line, LineSpec, Load, Verdict};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{SAMPLE, WITHIN, data_set};

fn any_line() -> impl Strategy<Value = Line> {
    let goods = vec![
        "UN0081",
        "UN0454",
        "UN1203",
        "UN1680",
        "UN1719",
        "UN1719:III",
        "UN1789",
        "UN1805",
        "UN1942",
        "UN1950",
        "UN2014",
        "UN2031",
        "UN2211",
        "UN2790",
        "UN3077",
        "exploding salt",
        "UN1830",
        "UN1203:LQ",
        "UN1950:tank",
    ];
    (select(goods), prop::option::weighted(0.3, 1_u8..3)).prop_map(|(spec, vehicle)| Line {
        vehicle,
        ..Line::from(spec.parse::<LineSpec>().expect(spec))
    })
}

fn any_load(most: usize) -> impl Strategy<Value = Load> {
    vec(any_line(), 1..most).prop_map(|lines| Load::new(lines).expect("the load is small"))
}

/// Every finding and each pair of lines it is about, with positions mapped.
fn placed(result: &DataSetResult, to: impl Fn(usize) -> usize) -> Vec<(String, Verdict, Vec<usize>)> {
    let mut all = Vec::new();
    for finding in &result.conflicts {
        for place in finding.places() {
            let mut place: Vec<usize> = place.iter().map(|line| to(*line)).collect();
            place.sort_unstable();
            all.push((finding.rule.to_string(), finding.verdict, place));
        }
    }
    all.sort();
    all
}

proptest! {
    #[test]
    fn the_answer_does_not_depend_on_the_order_of_the_lines(load in any_load(7)) {
        let set = data_set(SAMPLE);
        let forward = check(&set, &load, WITHIN);
        let last = load.lines.len() - 1;
        let mut turned = load;
        turned.lines.reverse();
        let backward = check(&set, &turned, WITHIN);
        prop_assert_eq!(forward.verdict, backward.verdict);
        prop_assert_eq!(placed(&forward, |line| line), placed(&backward, |line| last - line));
    }

    #[test]
    fn adding_a_line_never_removes_a_finding(load in any_load(6), line in any_line()) {
        let set = data_set(SAMPLE);
        let before = check(&set, &load, WITHIN);
        let mut more = load;
        more.lines.push(line);
        let after = check(&set, &more, WITHIN);
        let found = placed(&after, |line| line);
        prop_assert!(placed(&before, |line| line).iter().all(|finding| found.contains(finding)));
        prop_assert!(after.verdict >= before.verdict);
    }

    #[test]
    fn the_verdict_is_that_of_the_worst_pair_line_or_finding(load in any_load(7)) {
        let result = check(&data_set(SAMPLE), &load, WITHIN);
        let worst = result.conflicts.iter().map(|finding| finding.verdict)
            .chain(result.pairs.iter().map(|pair| pair.verdict))
            .chain(result.lines.iter().map(|line| line.verdict))
            .max();
        prop_assert_eq!(Some(result.verdict), worst);
        prop_assert_eq!(result.is_compatible, result.verdict == Verdict::Permitted);
    }

    #[test]
    fn taking_the_data_set_away_never_clears_a_load(load in any_load(7)) {
        let result = not_checked(OtherRegime::Imdg, &load);
        prop_assert!(!result.is_compatible);
        prop_assert!(result.verdict >= Verdict::NotCleared);
    }

    /// Rules may be lost unseen, which is what the signature is for; rows may not.
    #[test]
    fn a_row_lost_from_the_file_is_noticed(at in any::<Index>()) {
        let lines: Vec<&str> = SAMPLE.lines().collect();
        let lost = at.index(lines.len());
        let kept = lines.iter().enumerate().filter(|(line, _)| *line != lost);
        let text: String = kept.map(|(_, line)| format!("{line}\n")).collect();
        if let Ok(draft) = Draft::parse(text.as_bytes()) {
            prop_assert_eq!(draft.row_count(), 18);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in vec(any::<u8>(), 0..400)) {
        prop_assert!(Draft::parse(&bytes).is_err());
    }

    #[test]
    fn no_damage_makes_the_reader_panic(edits in vec((any::<Index>(), any::<u8>()), 1..4), cut in any::<Index>()) {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        for (at, to) in edits {
            let at = at.index(bytes.len());
            bytes[at] = to;
        }
        let _ = Draft::parse(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        let _ = Draft::parse(&bytes);
    }

    #[test]
    fn lines_in_any_order_never_make_the_reader_panic(order in vec(any::<Index>(), 1..120)) {
        let lines: Vec<&str> = SAMPLE.lines().collect();
        let text: String = order.iter().map(|at| format!("{}\n", at.get(&lines))).collect();
        let _ = Draft::parse(text.as_bytes());
    }
}
