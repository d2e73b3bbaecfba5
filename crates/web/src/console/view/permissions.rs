//! What a person may do and why, and what roles hold, as the pages show it.

use std::collections::BTreeMap;

use access::permission::ALL;
use access::role::Role;
use app::permissions::{Line, PermissionGrant, Why};

use super::{capitalised, moment};
use crate::console::pages::{
    DecidedView, MatrixGroup, MatrixLine, Offer, PermissionGroup, PermissionLine, Tried, WhyView,
};

/// The domain of a permission in words; one without words yet keeps its own.
fn domain(permission: &str) -> String {
    let domain = permission.split('.').next().unwrap_or(permission);
    match domain {
        "sds" => "Safety data sheets".to_owned(),
        "session" => "Oneself".to_owned(),
        "users" => "People".to_owned(),
        "emergency" => "Incidents and emergencies".to_owned(),
        "system" => "The company’s account".to_owned(),
        other => capitalised(&other.replace('_', " ")),
    }
}

/// What follows in the same domain, together.
fn grouped<T>(lines: impl IntoIterator<Item = (&'static str, T)>) -> Vec<(String, Vec<T>)> {
    let mut groups: Vec<(String, Vec<T>)> = Vec::new();
    for (name, line) in lines {
        let domain = domain(name);
        match groups.last_mut() {
            Some((last, lines)) if *last == domain => lines.push(line),
            _ => groups.push((domain, vec![line])),
        }
    }
    groups
}

/// The permissions of a person; `giveable` are those that the viewer could decide, `tried` what they typed for one.
pub(in crate::console) fn of_person(
    lines: Vec<Line>,
    giveable: &[&'static str],
    only_different: bool,
    tried: Option<(&str, Tried)>,
) -> Vec<PermissionGroup> {
    let shown = lines.into_iter().filter_map(|line| {
        let name = line.name;
        let tried = tried.as_ref().filter(|(of, _)| *of == name);
        let line = view(line, giveable, tried.map(|(_, tried)| tried.clone()));
        (!only_different || line.differs()).then_some((name, line))
    });
    let group = |(name, lines)| PermissionGroup { name, lines };
    grouped(shown).into_iter().map(group).collect()
}

fn view(line: Line, giveable: &[&'static str], tried: Option<Tried>) -> PermissionLine {
    let can = line.personal && giveable.contains(&line.name);
    let offer = match &line.why {
        _ if !can => Offer::Nothing,
        Why::Role => Offer::Withhold,
        Why::NotHeld => Offer::Give,
        Why::Given(grant) | Why::Withheld(grant) => Offer::End(grant.id.to_string()),
    };
    PermissionLine {
        name: line.name.to_owned(),
        description: capitalised(line.description),
        critical: line.critical,
        why: match line.why {
            Why::Role => WhyView::Role,
            Why::NotHeld => WhyView::NotHeld,
            Why::Given(grant) => WhyView::Given(decided(grant)),
            Why::Withheld(grant) => WhyView::Withheld(decided(grant)),
        },
        offer,
        tried,
    }
}

fn decided(grant: PermissionGrant) -> DecidedView {
    DecidedView {
        id: grant.id.to_string(),
        by: grant.given_by,
        reason: grant.reason,
        at: moment(grant.given_at),
        until: grant.expires_at.map(moment),
    }
}

/// Each permission with the roles that hold it, in the order of [`Role::ALL`].
pub(in crate::console) fn matrix(held: &BTreeMap<(Role, &'static str), bool>) -> Vec<MatrixGroup> {
    let lines = ALL.iter().map(|info| {
        let line = MatrixLine {
            name: info.name.to_owned(),
            description: capitalised(info.description),
            critical: info.critical,
            // What the matrix does not say is not held.
            held: Role::ALL
                .iter()
                .map(|role| held.get(&(*role, info.name)).copied().unwrap_or(false))
                .collect(),
        };
        (info.name, line)
    });
    let group = |(name, lines)| MatrixGroup { name, lines };
    grouped(lines).into_iter().map(group).collect()
}
