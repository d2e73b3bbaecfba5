//! What the name and the labels of a row tell of its chemistry: acid, cyanide, oxidizer, water-reactive.
//!
//! 49 CFR 177.848(c) keeps cyanides from acids and no column of the table says which goods they are;
//! the advice beside the verdict asks for more kinds. A word that gives a kind away is one entry of
//! [`WORDS`]. Where a name leaves it open there are kinds for that too, so that nothing is guessed.

use std::sync::OnceLock;

use super::row::Row;

/// A set of kinds of goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Nature(u32);

impl Nature {
    pub(crate) const ACID: Self = Self(1);
    /// A corrosive whose name does not tell acid from alkali.
    pub(crate) const MAYBE_ACID: Self = Self(1 << 1);
    /// Strong alkalis.
    pub(crate) const ALKALI: Self = Self(1 << 2);
    pub(crate) const CYANIDE: Self = Self(1 << 3);
    /// Organic cyanides and hydrogen cyanide itself: chemistry, not the name, decides.
    pub(crate) const MAYBE_CYANIDE: Self = Self(1 << 4);
    /// Hypochlorites, chlorites and what gives off chlorine like them.
    pub(crate) const ACTIVE_CHLORINE: Self = Self(1 << 5);
    pub(crate) const CHLORINE: Self = Self(1 << 6);
    /// Ammonia and its salts.
    pub(crate) const AMMONIUM: Self = Self(1 << 7);
    /// Chlorates, perchlorates and bromates.
    pub(crate) const CHLORATE: Self = Self(1 << 8);
    pub(crate) const NITRATE: Self = Self(1 << 9);
    pub(crate) const NITRITE: Self = Self(1 << 10);
    pub(crate) const PERMANGANATE: Self = Self(1 << 11);
    pub(crate) const SULFIDE: Self = Self(1 << 12);
    pub(crate) const AZIDE: Self = Self(1 << 13);
    pub(crate) const PEROXIDE: Self = Self(1 << 14);
    pub(crate) const METAL_POWDER: Self = Self(1 << 15);
    /// Lead, copper, mercury, silver and their compounds.
    pub(crate) const HEAVY_METAL: Self = Self(1 << 16);
    pub(crate) const WATER_REACTIVE: Self = Self(1 << 17);
    /// Contains water.
    pub(crate) const AQUEOUS: Self = Self(1 << 18);
    /// Weak alkalis: ammonia and amines.
    pub(crate) const BASE: Self = Self(1 << 19);

    /// Whether the goods are of any of these kinds.
    pub(crate) const fn is(self, kinds: Self) -> bool {
        self.0 & kinds.0 != 0
    }

    /// Those of these kinds that the goods are of.
    pub(crate) const fn of(self, kinds: Self) -> Self {
        Self(self.0 & kinds.0)
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The nature of a row, read at the first question: most rows are never asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Lazy(OnceLock<Nature>);

/// Follows from the other fields of the row.
impl PartialEq for Lazy {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Lazy {}

impl Row {
    pub(crate) fn nature(&self) -> Nature {
        *self.nature.0.get_or_init(|| of(self))
    }
}

/// Words, or their ends (`-amine`), and the kind of goods they name.
const WORDS: [(&str, Nature); 55] = [
    ("acid", Nature::ACID),
    ("acids", Nature::ACID),
    ("acidic", Nature::ACID),
    ("hydroxide", Nature::ALKALI),
    ("hydroxides", Nature::ALKALI),
    ("alkali", Nature::ALKALI),
    ("alkaline", Nature::ALKALI),
    ("caustic", Nature::ALKALI),
    ("basic", Nature::ALKALI),
    ("amine", Nature::BASE),
    ("amines", Nature::BASE),
    ("-amine", Nature::BASE),
    ("ammonia", Nature::BASE.or(Nature::AMMONIUM)),
    ("ammonium", Nature::AMMONIUM),
    ("-cyanide", Nature::CYANIDE),
    ("-cyanides", Nature::CYANIDE),
    ("cyanogen", Nature::CYANIDE),
    ("-cyanohydrin", Nature::CYANIDE),
    ("hypochlorite", Nature::ACTIVE_CHLORINE),
    ("hypochlorites", Nature::ACTIVE_CHLORINE),
    ("chlorite", Nature::ACTIVE_CHLORINE),
    ("chlorites", Nature::ACTIVE_CHLORINE),
    ("dichloroisocyanuric", Nature::ACTIVE_CHLORINE),
    ("trichloroisocyanuric", Nature::ACTIVE_CHLORINE),
    ("chlorate", Nature::CHLORATE),
    ("chlorates", Nature::CHLORATE),
    ("perchlorate", Nature::CHLORATE),
    ("perchlorates", Nature::CHLORATE),
    ("bromate", Nature::CHLORATE),
    ("bromates", Nature::CHLORATE),
    ("nitrate", Nature::NITRATE),
    ("nitrates", Nature::NITRATE),
    ("nitrite", Nature::NITRITE),
    ("nitrites", Nature::NITRITE),
    ("permanganate", Nature::PERMANGANATE),
    ("permanganates", Nature::PERMANGANATE),
    ("sulfide", Nature::SULFIDE),
    ("sulfides", Nature::SULFIDE),
    ("hydrosulfide", Nature::SULFIDE),
    ("polysulfide", Nature::SULFIDE),
    ("pentasulfide", Nature::SULFIDE),
    ("azide", Nature::AZIDE),
    ("azides", Nature::AZIDE),
    ("peroxide", Nature::PEROXIDE),
    ("peroxides", Nature::PEROXIDE),
    ("lead", Nature::HEAVY_METAL),
    ("copper", Nature::HEAVY_METAL),
    ("cupric", Nature::HEAVY_METAL),
    ("mercury", Nature::HEAVY_METAL),
    ("mercuric", Nature::HEAVY_METAL),
    ("mercurous", Nature::HEAVY_METAL),
    ("silver", Nature::HEAVY_METAL),
    ("solution", Nature::AQUEOUS),
    ("solutions", Nature::AQUEOUS),
    ("aqueous", Nature::AQUEOUS),
];

/// Metals that are dangerous goods as a powder or as turnings.
const METALS: [&str; 9] = [
    "aluminum",
    "magnesium",
    "zinc",
    "titanium",
    "zirconium",
    "hafnium",
    "iron",
    "metal",
    "metals",
];

/// Words beside which a name that holds "cyanide" leaves open what an acid would do.
const OPEN_CYANIDES: [&str; 5] = [
    "benzyl",
    "hydrogen cyanide",
    "hydrocyanic",
    "cyanogen",
    "cyanohydrin",
];

const NO_ACID: Nature = Nature::ALKALI.or(Nature::BASE);

fn of(row: &Row) -> Nature {
    let name = row.name();
    let mut nature = words(name).fold(Nature::default(), |nature, word| nature.or(kind(word)));
    let open = || OPEN_CYANIDES.iter().any(|word| contains(name, word));
    if nature.is(Nature::CYANIDE) && open() {
        nature = Nature(nature.0 & !Nature::CYANIDE.0).or(Nature::MAYBE_CYANIDE);
    }
    let is_corrosive = row.labels().any(|label| label == "8");
    if nature.is(Nature::ACID) {
        // An acid by name is one whatever else the name holds ("Alkyl amines or acids").
        nature = Nature(nature.0 & !NO_ACID.0);
    } else if is_corrosive && !nature.is(NO_ACID.or(Nature::ACTIVE_CHLORINE)) {
        nature = nature.or(Nature::MAYBE_ACID);
    }
    if row.division() == "5.2" {
        nature = nature.or(Nature::PEROXIDE);
    }
    if row.labels().any(|label| label == "4.3") {
        // The word "solution" is then about something other than water.
        nature = Nature(nature.0 & !Nature::AQUEOUS.0).or(Nature::WATER_REACTIVE);
    }
    if row.number().is_some_and(|number| number.is(1017)) {
        nature = nature.or(Nature::CHLORINE);
    }
    let is_fine = ["powder", "powders", "turnings", "borings", "shavings"];
    if words(name).any(|word| is_one(word, &is_fine)) && words(name).any(|word| is_one(word, &METALS)) {
        nature = nature.or(Nature::METAL_POWDER);
    }
    nature
}

fn kind(word: &str) -> Nature {
    let names = |(pattern, _): &&(&str, Nature)| match pattern.strip_prefix('-') {
        Some(end) => ends(word, end),
        None => word.eq_ignore_ascii_case(pattern),
    };
    WORDS
        .iter()
        .filter(names)
        .fold(Nature::default(), |all, (_, kind)| all.or(*kind))
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn is_one(word: &str, of: &[&str]) -> bool {
    of.iter().any(|one| word.eq_ignore_ascii_case(one))
}

fn ends(word: &str, end: &str) -> bool {
    let at = word.len().checked_sub(end.len());
    at.and_then(|at| word.get(at..))
        .is_some_and(|found| found.eq_ignore_ascii_case(end))
}

/// Whether a name holds a word or part of one, whatever its case.
pub(crate) fn contains(name: &str, part: &str) -> bool {
    name.as_bytes()
        .windows(part.len().max(1))
        .any(|found| found.eq_ignore_ascii_case(part.as_bytes()))
}
