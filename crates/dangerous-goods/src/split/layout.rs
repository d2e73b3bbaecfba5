//! Bays along one vehicle: goods that may not be next to each other stand two bays or more apart, a
//! compartment is an unbroken stretch of bays, and the vehicle needs as few bays as can be.
//!
//! It is an L(2)-labelling with intervals. The graphs are tiny (class 8 liquids against classes 4 and 5
//! on one vehicle, in a few compartments), so trying numbers of bays from below is exact and quick.

use super::search::Budget;
use super::set::Set;

/// Goods on the vehicle, in the compartment they need, if they need one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) node: usize,
    pub(super) compartment: Option<usize>,
}

/// Goods that can share a bay: of one compartment, and kept from the same others.
struct Group {
    compartment: Option<usize>,
    from: Set,
    /// The nodes of the group; none for a compartment whose goods may stand next to anything.
    nodes: Set,
}

/// The bay of each spot, from one at the front; nothing for goods that may stand anywhere, and for all
/// where no goods are kept from others.
pub(super) fn bays(spots: &[Spot], kept_from: impl Fn(usize) -> Set, budget: &mut Budget) -> Vec<Option<u8>> {
    let on_board: Set = spots.iter().map(|spot| spot.node).collect();
    let groups = groups(spots, |node| kept_from(node).and(&on_board));
    if groups.iter().all(|group| group.from.is_empty()) {
        return vec![None; spots.len()];
    }
    let mut layout = Layout {
        groups: &groups,
        bays: Vec::with_capacity(groups.len()),
        most: groups.len().min(3) as u8,
    };
    while !layout.fill(budget) {
        if budget.is_spent() || layout.most == u8::MAX {
            layout.spread();
            break;
        }
        layout.most += 1;
    }
    let bay = |spot: &Spot| {
        let of = |group: &Group| match spot.compartment {
            _ if group.nodes.contains(spot.node) => true,
            Some(compartment) => group.compartment == Some(compartment),
            None => false,
        };
        let own = groups.iter().position(|group| group.nodes.contains(spot.node));
        own.or_else(|| groups.iter().position(of))
            .map(|group| layout.bays[group])
    };
    spots.iter().map(bay).collect()
}

fn groups(spots: &[Spot], kept_from: impl Fn(usize) -> Set) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut add = |spot: &Spot, from: Set| {
        let same = |group: &&mut Group| group.compartment == spot.compartment && group.from == from;
        match groups.iter_mut().find(same) {
            Some(group) => group.nodes.insert(spot.node),
            None => groups.push(Group {
                compartment: spot.compartment,
                from,
                nodes: Set::from_iter([spot.node]),
            }),
        }
    };
    for spot in spots {
        let from = kept_from(spot.node);
        if !from.is_empty() {
            add(spot, from);
        }
    }
    for spot in spots.iter().filter(|spot| spot.compartment.is_some()) {
        if !groups.iter().any(|group| group.compartment == spot.compartment) {
            groups.push(Group {
                compartment: spot.compartment,
                from: Set::default(),
                nodes: Set::default(),
            });
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.from.len()));
    groups
}

struct Layout<'a> {
    groups: &'a [Group],
    /// The bay of each of the first groups.
    bays: Vec<u8>,
    most: u8,
}

impl Layout<'_> {
    /// Finds a bay for every further group; leaves things as they were where there is none.
    fn fill(&mut self, budget: &mut Budget) -> bool {
        let at = self.bays.len();
        if at == self.groups.len() {
            return true;
        }
        for bay in 1..=self.most {
            if !budget.spend() {
                return false;
            }
            if self.fits(at, bay) {
                self.bays.push(bay);
                if self.fill(budget) {
                    return true;
                }
                self.bays.pop();
            }
        }
        false
    }

    fn fits(&self, at: usize, bay: u8) -> bool {
        let group = &self.groups[at];
        let (mut low, mut high) = (bay, bay);
        for (other, &other_bay) in self.groups.iter().zip(&self.bays) {
            if group.from.meets(&other.nodes) && bay.abs_diff(other_bay) < 2 {
                return false;
            }
            if group.compartment.is_some() && other.compartment == group.compartment {
                (low, high) = (low.min(other_bay), high.max(other_bay));
            }
        }
        // Neither inside another compartment nor around it.
        group.compartment.is_none()
            || self
                .ranges(group.compartment)
                .all(|(other_low, other_high)| high < other_low || other_high < low)
    }

    /// First and last bay of every other compartment.
    fn ranges(&self, but: Option<usize>) -> impl Iterator<Item = (u8, u8)> {
        let placed = || self.groups.iter().zip(&self.bays);
        placed()
            .filter(move |(group, _)| group.compartment.is_some() && group.compartment != but)
            .map(move |(group, _)| {
                let own = placed()
                    .filter(|(other, _)| other.compartment == group.compartment)
                    .map(|(_, &bay)| bay);
                own.fold((u8::MAX, 0), |(low, high), bay| (low.min(bay), high.max(bay)))
            })
    }

    /// Every group two bays from the next, compartment by compartment: always possible, seldom fewest.
    fn spread(&mut self) {
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        order.sort_by_key(|&group| self.groups[group].compartment);
        self.bays = vec![0; order.len()];
        for (place, group) in order.into_iter().enumerate() {
            self.bays[group] = u8::try_from(place * 2 + 1).unwrap_or(u8::MAX);
        }
    }
}
