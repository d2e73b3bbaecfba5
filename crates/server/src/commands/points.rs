//! `safeshipper points UN1203:333 L`: exemption by quantity, tunnels, plates, security plan, limits per package.

use std::fmt::Write as _;

use clap::Args;
use dangerous_goods::consequence::adr::{self, Consequences, Exemption};
use dangerous_goods::consequence::limits::{Limit, Within};
use dangerous_goods::{Catalogue, consequence};
use serde::Serialize;

use super::answer::{Answered, show, warn};
use super::goods::{Asked, Goods};

/// Count the points of ADR 1.1.3.6, and what follows from them. Exit status: 0 exempt and every stated limit per
/// package kept, 1 not so or not known, 2 unusable input.
#[derive(Args)]
pub(crate) struct Points {
    #[command(flatten)]
    goods: Goods,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Serialize)]
struct Answer {
    /// Whether every transport unit is within the exemption of ADR 1.1.3.6.
    is_exempt: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    adr: Option<Consequences>,
    /// Of lines that are said to be limited or excepted quantities.
    limits: Vec<Limit>,
}

impl Points {
    pub(super) fn run(&self) -> Answered {
        let load = self.goods.load()?;
        let regimes = self.asked.regimes();
        warn(regimes, self.asked.day());
        let consequence::Consequences { adr, limits, .. } =
            consequence::of(Catalogue::embedded(), regimes, &load);
        let is_exempt = |adr: &Consequences| {
            let mut units = adr.units.iter();
            units.all(|unit| unit.points.exemption == Exemption::Exempt)
        };
        let answer = Answer {
            is_exempt: adr.as_ref().is_some_and(is_exempt),
            adr,
            limits,
        };
        show(self.asked.json, &answer, || written(&answer))?;
        let kept = answer.limits.iter().all(|limit| limit.within == Within::Yes);
        Ok(kept && (answer.is_exempt || answer.adr.is_none()))
    }
}

fn written(answer: &Answer) -> String {
    let mut out = answer.adr.as_ref().map(adr::text).unwrap_or_else(|| {
        "49 CFR has no exemption by points; limits per package are all it asks here\n".to_owned()
    });
    if !answer.limits.is_empty() {
        out.push_str("\nLimits per package\n");
    }
    for limit in &answer.limits {
        let within = match limit.within {
            Within::Yes => "kept",
            Within::No => "NOT KEPT",
            Within::NotKnown => "not known",
        };
        let (line, sentence, clause) = (limit.line + 1, &limit.sentence, limit.clause);
        // Writing to a text cannot fail.
        let _ = writeln!(out, "  line {line}: {within}, {sentence} ({clause})");
    }
    out
}
