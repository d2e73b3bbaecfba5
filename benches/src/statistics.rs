//! Whether two series of times differ: the Mann-Whitney U test, which asks nothing of their distribution, and how
//! much: the chance that one of the first is longer than one of the second (0.5 says nothing, 0 and 1 everything).
//!
//! H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is stochastically larger than the
//! other" (1947), with the normal approximation, good for more than twenty of each.

use std::time::Instant;

use serde_json::{Value, json};

use crate::client::{Request, once};
use crate::server::Server;

/// Below this the series are said to differ.
const SIGNIFICANT: f64 = 0.01;
/// A chance so near to one half tells nobody from somebody in any number of tries that the limits let through.
const NEGLIGIBLE: f64 = 0.06;

/// Two series beside each other; times in microseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Comparison {
    count: usize,
    medians: (f64, f64),
    /// The chance that one of the first takes longer than one of the second.
    longer: f64,
    /// Standard deviations from one half.
    z: f64,
    /// The chance of so large a deviation where there is no difference.
    p: f64,
}

/// Sends two requests in turns and in either order, so that whatever else the machine does falls on both, and compares
/// what they took.
pub(crate) async fn in_turns(
    server: &Server,
    (first, second): (&Request, &Request),
    count: usize,
) -> anyhow::Result<Comparison> {
    let mut took = (Vec::new(), Vec::new());
    for round in 0..count {
        for turn in 0..2 {
            let is_first = (round + turn) % 2 == 0;
            let sent = Instant::now();
            once(server, if is_first { first } else { second }).await?;
            let micros = sent.elapsed().as_secs_f64() * 1e6;
            if is_first { &mut took.0 } else { &mut took.1 }.push(micros);
        }
    }
    Ok(compare(&took.0, &took.1))
}

/// Compares two series of more than twenty times each.
fn compare(first: &[f64], second: &[f64]) -> Comparison {
    let (n, m) = (first.len() as f64, second.len() as f64);
    let mut wins = 0.0;
    for one in first {
        for other in second {
            wins += match one.total_cmp(other) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    let z = (wins - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
    Comparison {
        count: first.len().min(second.len()),
        medians: (median(first), median(second)),
        longer: wins / (n * m),
        z,
        p: erfc(z.abs() / std::f64::consts::SQRT_2),
    }
}

fn median(times: &[f64]) -> f64 {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The complementary error function of what is not negative (Abramowitz and Stegun 7.1.26; off by less than 2e-7).
fn erfc(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = [
        1.061_405_429,
        -1.453_152_027,
        1.421_413_741,
        -0.284_496_736,
        0.254_829_592,
    ];
    let sum = series.iter().fold(0.0, |sum, term| (sum + term) * t);
    sum * (-x * x).exp()
}

impl Comparison {
    /// What it comes to.
    fn verdict(&self) -> &'static str {
        match ((self.longer - 0.5).abs() < NEGLIGIBLE, self.p < SIGNIFICANT) {
            (true, false) => "indistinguishable",
            (true, true) => "a difference too small to use",
            (false, false) => "not told apart by so few",
            (false, true) => "DISTINGUISHABLE",
        }
    }

    /// A line to print.
    pub(crate) fn text(&self, first: &str, second: &str) -> String {
        format!(
            "{first} against {second}, {} each in turns: medians {:.2} and {:.2} ms; the first longer with chance \
             {:.3}; Mann-Whitney z {:.2}, p {:.3}: {}",
            self.count,
            self.medians.0 / 1e3,
            self.medians.1 / 1e3,
            self.longer,
            self.z,
            self.p,
            self.verdict()
        )
    }

    /// The same for a machine.
    pub(crate) fn json(&self) -> Value {
        json!({
            "count": self.count,
            "medians_us": [self.medians.0, self.medians.1],
            "first_longer": self.longer,
            "z": self.z,
            "p": self.p,
            "verdict": self.verdict(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{compare, erfc};

    #[test]
    fn the_error_function_is_that_of_the_tables() {
        for (x, expected) in [
            (0.0, 1.0),
            (0.5, 0.479_500_1),
            (1.0, 0.157_299_2),
            (2.0, 0.004_677_7),
        ] {
            assert!((erfc(x) - expected).abs() < 1e-6, "{x}");
        }
    }

    #[test]
    fn equal_series_are_indistinguishable_and_shifted_ones_are_not() {
        let times: Vec<f64> = (0..200).map(|at| f64::from((at * 37) % 101)).collect();
        let later: Vec<f64> = times.iter().map(|time| time + 30.0).collect();
        assert_eq!(compare(&times, &times).verdict(), "indistinguishable");
        let apart = compare(&later, &times);
        assert_eq!(apart.verdict(), "DISTINGUISHABLE");
        assert!(apart.longer > 0.7 && apart.p < 1e-6);
    }
}
