//! Why no split helps, as findings of the check.

use super::answers::{Answers, Told};
use super::problem::Problem;
use super::search;
use super::{NoSplit, Obstacle, Proposal, Reason, Split, Task, narrowed, plan};
use crate::check::{Finding, Verdict};
use crate::load::Travel;

/// What refuses lines even where each has a vehicle to itself.
pub(super) fn alone(answers: &Answers) -> Vec<Reason> {
    refusals(answers, Obstacle::Alone, |_| true)
}

/// The answer with these reasons and nothing further to say.
pub(super) fn no_split(task: Task<'_>, reasons: Vec<Reason>, is_proven: bool) -> Split {
    Split::NoSplitHelps(Box::new(NoSplit {
        reasons,
        vehicles_needed: None,
        vehicles_apart: None,
        is_proven,
        answers: task.answers,
    }))
}

/// The search found no arrangement within the limits.
pub(super) fn of_search(task: Task<'_>, problem: &Problem, is_proven: bool) -> Split {
    let relations = &task.relations;
    let pair = |lines: &[usize]| match *lines {
        [a, b] => Some((a, b)),
        _ => None,
    };
    let kept_off_both = |lines: &[usize]| {
        pair(lines).is_some_and(|(a, b)| relations.apart[a].contains(b) && relations.uncoupled[a].contains(b))
    };
    let mut reasons = refusals(&relations.coupled, Obstacle::Coupled, kept_off_both);
    if task.options.pinned {
        let vehicle = |line: usize| task.load.lines[line].vehicle;
        let both = |a: usize, b: usize| vehicle(a).is_some() && vehicle(b).is_some();
        let one = |lines: &[usize]| pair(lines).is_some_and(|(a, b)| both(a, b) && vehicle(a) == vehicle(b));
        let two = |lines: &[usize]| {
            pair(lines).is_some_and(|(a, b)| both(a, b) && vehicle(a) != vehicle(b)) && !kept_off_both(lines)
        };
        reasons.extend(refusals(&relations.together, Obstacle::Pinned, one));
        reasons.extend(refusals(&relations.coupled, Obstacle::Pinned, two));
        let for_the_whole = |lines: &[usize]| lines.len() == 1;
        reasons.extend(refusals(&task.answers, Obstacle::Pinned, for_the_whole));
    }
    let more = Problem {
        most_vehicles: usize::MAX,
        ..problem.clone()
    };
    Split::NoSplitHelps(Box::new(NoSplit {
        reasons,
        vehicles_needed: search::find(&more, task.steps())
            .vehicles
            .map(|vehicles| vehicles.len()),
        vehicles_apart: vehicles_apart(&task, problem),
        is_proven,
        answers: task.answers,
    }))
}

/// Every pair agrees with its places, and yet the load as a whole does not pass: a rule that counts the
/// vehicles of a combination. Since no fewer would do, only travelling apart can help.
pub(super) fn of_whole(task: Task<'_>, problem: &Problem, proposal: Proposal) -> Split {
    let is_coupled = task.load.travel == Travel::Coupled;
    let obstacle = if is_coupled {
        Obstacle::Coupled
    } else {
        Obstacle::Alone
    };
    Split::NoSplitHelps(Box::new(NoSplit {
        reasons: refusals(&proposal.answers, obstacle, |_| true),
        vehicles_needed: None,
        vehicles_apart: vehicles_apart(&task, problem),
        is_proven: is_coupled && proposal.is_proven_smallest,
        answers: task.answers,
    }))
}

/// How many vehicles it takes if they travel apart, if that helps.
fn vehicles_apart(task: &Task<'_>, problem: &Problem) -> Option<usize> {
    if task.load.travel == Travel::Apart {
        return None;
    }
    let mut problem = problem.clone();
    for node in &mut problem.nodes {
        node.uncoupled = super::set::Set::default();
    }
    let found = search::find(&problem, task.steps());
    let vehicles = found.vehicles?;
    let proposal = plan::write_travelling(task, Travel::Apart, &problem, &vehicles, found.is_proven);
    proposal.answers.pass().then_some(proposal.vehicles.len())
}

fn refusals(answers: &Answers, obstacle: Obstacle, is_about: impl Fn(&[usize]) -> bool) -> Vec<Reason> {
    let of = |told: Told<'_>| {
        let refused = told
            .conflicts
            .iter()
            .filter(|finding| finding.verdict > Verdict::Conditional);
        let narrowed = refused.filter_map(|finding: &Finding| narrowed(finding, &is_about));
        let regime = told.regime;
        narrowed
            .map(|finding| Reason {
                regime,
                obstacle,
                finding,
            })
            .collect::<Vec<_>>()
    };
    answers.told().flat_map(of).collect()
}
