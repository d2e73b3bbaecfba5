//! What keeps lines apart, asked of the check itself: the same lines in a few telling arrangements.
//!
//! No rule is repeated here. A pair that is refused on one vehicle is kept apart; a condition that goes
//! away when every line has a compartment of its own is one that compartments fulfil; and so on. Only packages of
//! excepted quantities are counted here too: no pair of lines tells how many a vehicle may carry.

use super::answers::{Answers, Under};
use super::problem::Node;
use super::set::Set;
use crate::catalogue::Catalogue;
use crate::check::{Finding, Verdict};
use crate::consequence::limits::packages as excepted;
use crate::identity::Regime;
use crate::load::{Line, Load, Travel};

/// What the check says of the lines of a load, whatever their places.
pub(super) struct Relations {
    /// The answers for all lines on one vehicle, no place within it stated.
    pub(super) together: Answers,
    /// The answers for all lines on one vehicle, each in a compartment of its own.
    pub(super) walled: Answers,
    /// The answers for each line on a vehicle that travels alone.
    pub(super) alone: Answers,
    /// The answers for each line on a vehicle of its own in one combination, if they are to be coupled.
    pub(super) coupled: Answers,
    pub(super) apart: Vec<Set>,
    pub(super) uncoupled: Vec<Set>,
    pub(super) walls: Vec<Set>,
    pub(super) bays: Vec<Set>,
    asked: Vec<Set>,
    /// The packages of excepted quantities of each line, where one vehicle may not carry them all (ADR 3.5.5).
    packages: Vec<u64>,
}

/// What is asked of the check: the load, and where its lines stand.
struct Probe<'a> {
    under: &'a Under<'a>,
    load: &'a Load,
}

impl Probe<'_> {
    fn ask(&self, travel: Travel, place: impl Fn(usize, &mut Line)) -> Answers {
        let mut load = self.load.clone();
        load.travel = travel;
        for (at, line) in load.lines.iter_mut().enumerate() {
            (line.vehicle, line.compartment, line.bay) = (None, None, None);
            place(at, line);
        }
        self.under.ask(&load)
    }
}

/// A number from one that no other line has.
fn own(at: usize) -> Option<u8> {
    u8::try_from(at + 1).ok()
}

impl Relations {
    pub(super) fn of(under: &Under<'_>, load: &Load, travel: Travel) -> Self {
        let probe = Probe { under, load };
        let count = load.lines.len();
        let together = probe.ask(Travel::Apart, |_, _| {});
        let walled = probe.ask(Travel::Apart, |at, line| line.compartment = own(at));
        let coupled = match travel {
            Travel::Coupled => probe.ask(travel, |at, line| line.vehicle = own(at)),
            Travel::Apart => Answers::default(),
        };
        let (bays, asked) = kept_by_bays(&probe, count);
        let mut relations = Self {
            bays,
            asked,
            packages: packages(under.catalogue, under.regimes, load),
            apart: refused(&together, count),
            uncoupled: refused(&coupled, count),
            walls: Table::open(&together, count).beyond(&Table::open(&walled, count)),
            alone: probe.ask(Travel::Apart, |at, line| line.vehicle = own(at)),
            together,
            walled,
            coupled,
        };
        relations.keep_same_goods_together();
        relations
    }

    /// No place helps against what a person has to state of goods beside their own kind, and nobody
    /// builds a wall between drums of the same acid.
    fn keep_same_goods_together(&mut self) {
        let is_same = |a: usize, b: usize| self.together.mean_the_same(a, b);
        let count = self.walls.len();
        let same: Vec<Set> = (0..count)
            .map(|a| (0..count).filter(|&b| is_same(a, b)).collect())
            .collect();
        for relation in [&mut self.walls, &mut self.bays, &mut self.asked] {
            for (from, same) in relation.iter_mut().zip(&same) {
                *from = from.without(same);
            }
        }
    }

    /// Whether a vehicle has no room for all packages of excepted quantities.
    pub(super) fn counts_packages(&self) -> bool {
        self.packages.iter().any(|packages| *packages > 0)
    }

    /// The lines as nodes: those that keep apart from the same others, and not from each other, are one.
    ///
    /// Moving all of them to the place of any one never breaks a rule and never costs anything, so no
    /// best arrangement is lost. The order of nodes does not depend on the order of lines.
    pub(super) fn nodes(&self, load: &Load, is_pinned: impl Fn(&Line) -> bool) -> Vec<Node> {
        let mut order: Vec<usize> = (0..load.lines.len()).collect();
        order.sort_by_cached_key(|&at| {
            let line = &load.lines[at];
            (line.goods.to_string(), *facts(line).hash().as_bytes())
        });
        let mut nodes: Vec<Node> = Vec::new();
        for line in order {
            let node = self.node(load, line, is_pinned(&load.lines[line]));
            let is_twin = |other: &&mut Node| {
                (other.vehicle, other.is_pinned) == (node.vehicle, node.is_pinned)
                    && other.keeps_from() == node.keeps_from()
                    && (other.room, node.room) == (0, 0)
            };
            match nodes.iter_mut().find(is_twin) {
                Some(twin) => twin.lines.push(line),
                None => nodes.push(node),
            }
        }
        let mut node_of = vec![0; load.lines.len()];
        for (at, node) in nodes.iter().enumerate() {
            node.lines.iter().for_each(|&line| node_of[line] = at);
        }
        for node in &mut nodes {
            for relation in [
                &mut node.apart,
                &mut node.uncoupled,
                &mut node.walls,
                &mut node.bays,
                &mut node.asked,
            ] {
                *relation = relation.iter().map(|line| node_of[line]).collect();
            }
            node.lines.sort_unstable();
        }
        nodes
    }

    /// A line as a node of its own; for now its relations name lines.
    fn node(&self, load: &Load, line: usize, is_pinned: bool) -> Node {
        Node {
            lines: vec![line],
            vehicle: load.vehicle(line),
            is_pinned,
            apart: self.apart[line],
            uncoupled: self.uncoupled[line],
            walls: self.walls[line],
            bays: self.bays[line],
            asked: self.asked[line],
            room: self.packages[line],
        }
    }
}

/// The packages that ADR 3.5.5 counts, line by line; nothing where all of them may go on one vehicle.
fn packages(catalogue: &Catalogue, regimes: &[Regime], load: &Load) -> Vec<u64> {
    let mut packages = vec![0; load.lines.len()];
    if regimes.contains(&Regime::Adr) {
        for (line, number) in excepted::counted(catalogue, load) {
            packages[line] = number.unwrap_or_default().into();
        }
    }
    if packages.iter().sum::<u64>() <= excepted::MOST {
        packages.fill(0);
    }
    packages
}

/// A load of the line alone: equal for lines of which everything is equal.
fn facts(line: &Line) -> Load {
    Load {
        lines: vec![line.clone()],
        ..Load::default()
    }
}

/// A number for each pair of lines.
struct Table {
    count: usize,
    numbers: Vec<u16>,
}

impl Table {
    /// How many findings of a kind there are on each pair.
    fn of(answers: &Answers, count: usize, is_counted: impl Fn(&Finding) -> bool) -> Self {
        let mut numbers = vec![0; count * count];
        let findings = answers.findings();
        for place in findings
            .filter(|finding| is_counted(finding))
            .flat_map(Finding::places)
        {
            if let [a, b] = *place {
                numbers[a * count + b] += 1;
                numbers[b * count + a] += 1;
            }
        }
        Self { count, numbers }
    }

    /// How many conditions nobody has confirmed.
    fn open(answers: &Answers, count: usize) -> Self {
        let is_open = |finding: &Finding| {
            finding
                .condition
                .as_ref()
                .is_some_and(|condition| !condition.confirmed)
        };
        Self::of(answers, count, is_open)
    }

    /// For each line the lines with which this table has more than the other.
    fn beyond(&self, other: &Self) -> Vec<Set> {
        self.sets(|a, b| self.get(a, b) > other.get(a, b))
    }

    fn sets(&self, holds: impl Fn(usize, usize) -> bool) -> Vec<Set> {
        let set = |a: usize| (0..self.count).filter(|&b| holds(a, b)).collect();
        (0..self.count).map(set).collect()
    }

    fn get(&self, a: usize, b: usize) -> u16 {
        self.numbers[a * self.count + b]
    }
}

/// The pairs that are prohibited or cannot be cleared.
fn refused(answers: &Answers, count: usize) -> Vec<Set> {
    let table = Table::of(answers, count, |finding| finding.verdict > Verdict::Conditional);
    table.sets(|a, b| table.get(a, b) > 0)
}

/// Of pairs in different compartments: those of which less is asked two bays apart than next to each other,
/// and those of which something is asked even so.
fn kept_by_bays(probe: &Probe<'_>, count: usize) -> (Vec<Set>, Vec<Set>) {
    // More lines than bays that lie apart: two digits of the line's number tell all pairs apart.
    const BAYS: usize = 128;
    let table = |bay: &dyn Fn(usize) -> usize| {
        let answers = probe.ask(Travel::Apart, |at, line| {
            line.compartment = own(at);
            line.bay = u8::try_from(bay(at)).ok();
        });
        Table::open(&answers, count)
    };
    let near = table(&|_| 1);
    let low = table(&|at| at % BAYS * 2 + 1);
    let high = (count > BAYS).then(|| table(&|at| at / BAYS * 2 + 1));
    let far = |a: usize, b: usize| {
        let table = high.as_ref().filter(|_| a % BAYS == b % BAYS);
        table.unwrap_or(&low).get(a, b)
    };
    (
        near.sets(|a, b| near.get(a, b) > far(a, b)),
        near.sets(|a, b| far(a, b) > 0),
    )
}
