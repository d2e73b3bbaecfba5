//! A set of lines or of nodes: small numbers as bits, so that a conflict is one `and`.

/// Numbers below [`Set::CAPACITY`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Set([u64; Self::WORDS]);

impl Set {
    const WORDS: usize = 4;
    /// One more than the greatest number.
    pub(super) const CAPACITY: usize = Self::WORDS * 64;

    pub(super) fn insert(&mut self, number: usize) {
        self.0[number / 64] |= 1 << (number % 64);
    }

    pub(super) fn remove(&mut self, number: usize) {
        self.0[number / 64] &= !(1 << (number % 64));
    }

    pub(super) fn contains(&self, number: usize) -> bool {
        self.0[number / 64] & (1 << (number % 64)) != 0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0 == [0; Self::WORDS]
    }

    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether any number is in both.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| a & b != 0)
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        self.join(other, |a, b| a & b)
    }

    pub(super) fn or(&self, other: &Self) -> Self {
        self.join(other, |a, b| a | b)
    }

    pub(super) fn without(&self, other: &Self) -> Self {
        self.join(other, |a, b| a & !b)
    }

    fn join(&self, other: &Self, with: impl Fn(u64, u64) -> u64) -> Self {
        Self(std::array::from_fn(|word| with(self.0[word], other.0[word])))
    }

    /// The numbers, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(at, &word)| {
            let next = |rest: &u64| Some(rest & rest.wrapping_sub(1)).filter(|rest| *rest != 0);
            std::iter::successors(Some(word).filter(|word| *word != 0), next)
                .map(move |rest| at * 64 + rest.trailing_zeros() as usize)
        })
    }
}

impl FromIterator<usize> for Set {
    fn from_iter<I: IntoIterator<Item = usize>>(numbers: I) -> Self {
        let mut set = Self::default();
        numbers.into_iter().for_each(|number| set.insert(number));
        set
    }
}
