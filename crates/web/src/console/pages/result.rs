//! The answer for a load: a verdict a regime, the matrix of pairs, the findings. Shared by the checker, the
//! shipment form and the shipment's page.

use super::{Effect, FollowsView, Hazard, RegimeVerdict, SplitView, Verdict};

/// The answer for a load in every regime asked.
#[derive(Clone, Debug, Default)]
pub struct ResultView {
    /// One a regime; empty while there is nothing to check.
    pub regimes: Vec<RegimeView>,
    /// Why the regimes differ, where their verdicts do.
    pub difference: Option<String>,
    /// How several vehicles travel, and what that means; none for a load on one.
    pub travel: Option<TravelView>,
    /// The regimes of data sets that were not checked, in words: not loaded, or not asked for. Empty where that is
    /// not worth a word.
    pub not_loaded: String,
    /// What is to be said of an override of this answer; none where nothing is prohibited.
    pub override_note: Option<String>,
    /// SHA-256 of what was checked, hexadecimal.
    pub load_hash: Option<String>,
    /// Whether conditions can be confirmed here; otherwise they are shown as they were.
    pub confirmable: bool,
    /// Why there is no answer although something was typed.
    pub hindrance: Option<String>,
    /// Whether splitting the load can be asked for here.
    pub may_split: bool,
    /// What became of the wish to split it.
    pub split: Option<SplitView>,
    /// Ids of conditions confirmed before, carried along while there is no answer to show them in.
    pub kept: Vec<String>,
}

/// How the vehicles of a load travel.
#[derive(Clone, Debug)]
pub struct TravelView {
    /// `coupled` or `apart`.
    pub word: &'static str,
    /// What it means for the answer.
    pub meaning: &'static str,
    /// The vehicles that are judged each by itself; empty where the verdict is one for all.
    pub vehicles: Vec<VehicleView>,
}

/// What the answer says of one vehicle.
#[derive(Clone, Debug)]
pub struct VehicleView {
    /// Its number, from one.
    pub number: u8,
    /// A verdict a regime.
    pub verdicts: Vec<RegimeVerdict>,
}

/// The answer of one regime.
#[derive(Clone, Debug)]
pub struct RegimeView {
    /// `us`, `adr`, `imdg`, `adg` or `iata`: part of element ids.
    pub key: String,
    /// The regime's name, such as `US highway`.
    pub name: String,
    /// The verdict for the whole load.
    pub verdict: Verdict,
    /// The reason in one sentence.
    pub sentence: String,
    /// Conditions not confirmed yet.
    pub open_conditions: usize,
    /// What is to be said of the edition today, such as that it has expired: one sentence.
    pub warning: Option<String>,
    /// The edition of the law, such as `49 CFR, 1 Oct 2025`.
    pub edition: String,
    /// Lower triangle of pairs, the diagonal (a line by itself) included.
    pub matrix: Vec<MatrixRow>,
    /// What was found, the gravest first.
    pub findings: Vec<FindingView>,
    /// Findings beyond those shown.
    pub more: usize,
    /// What follows from the load, a vehicle or transport unit each; empty where the load is no longer known.
    pub follows: Vec<FollowsView>,
}

/// One line's row of the matrix.
#[derive(Clone, Debug)]
pub struct MatrixRow {
    /// 1-based line.
    pub number: usize,
    /// The line's goods, such as `UN 1203`.
    pub goods: String,
    /// The name, for the accessible text and the tooltip.
    pub name: String,
    /// The pairs with lines `1..=number`; the last is the line by itself.
    pub cells: Vec<MatrixCell>,
}

/// One pair of the matrix.
#[derive(Clone, Debug)]
pub struct MatrixCell {
    /// 1-based line of the column.
    pub column: usize,
    /// The verdict of the pair.
    pub verdict: Verdict,
    /// What the pair is, in words, such as `no restriction in the table`.
    pub text: String,
    /// The [`FindingView::id`] that explains it. A permitted pair with a finding is shown as a note, not as
    /// cleared: the table may be silent on it.
    pub finding: Option<String>,
}

impl MatrixCell {
    /// What the cell shows: the verdict, or a note where nothing but information was found.
    fn effect(&self) -> Option<Effect> {
        match self.verdict {
            Verdict::Permitted => self.finding.is_some().then_some(Effect::Information),
            Verdict::Conditional => Some(Effect::Condition),
            Verdict::Prohibited => Some(Effect::Prohibits),
            Verdict::NotCleared | Verdict::NotChecked => Some(Effect::NotCleared),
        }
    }

    /// The cell in words.
    pub fn word(&self) -> &'static str {
        match self.effect() {
            Some(Effect::Information) => "Note",
            _ => self.verdict.word(),
        }
    }

    /// The class in the stylesheet.
    pub fn slug(&self) -> &'static str {
        self.effect().map_or(self.verdict.slug(), Effect::slug)
    }

    /// The icon's id in the layout's sprite.
    pub fn icon(&self) -> &'static str {
        self.effect().map_or(self.verdict.icon(), Effect::icon)
    }
}

/// One finding.
#[derive(Clone, Debug)]
pub struct FindingView {
    /// Unique on the page and fit for an element id, such as `us-1-2-d`.
    pub id: String,
    /// What it does to the load.
    pub effect: Effect,
    /// The goods it is about: one or two.
    pub goods: Vec<GoodsView>,
    /// The finding in one plain sentence.
    pub sentence: String,
    /// Further pairs of lines of which the same is to be said; empty where there are none.
    pub also: String,
    /// The clause, such as `49 CFR 177.848(d)`.
    pub clause: String,
    /// The edition the clause was read in.
    pub edition: String,
    /// A condition to confirm, where there is one.
    pub condition: Option<ConditionView>,
}

/// The goods of one line, named in a finding.
#[derive(Clone, Debug)]
pub struct GoodsView {
    /// 1-based line.
    pub line: usize,
    /// Such as `UN 1203`, or the name where there is no number.
    pub goods: String,
    /// Proper shipping name.
    pub name: String,
    /// The hazards, the primary one first.
    pub hazards: Vec<Hazard>,
}

/// A condition that a person confirms.
#[derive(Clone, Debug)]
pub struct ConditionView {
    /// The id posted as `confirm`.
    pub id: String,
    /// What the person states by confirming.
    pub text: String,
    /// Whether it is confirmed.
    pub confirmed: bool,
    /// Whether an earlier finding asks for the same; it is confirmed there.
    pub repeated: bool,
}

#[cfg(test)]
mod tests {
    use super::{MatrixCell, Verdict};

    #[test]
    fn a_pair_the_table_is_silent_on_is_a_note_and_never_a_tick() {
        let cell = |finding: Option<&str>| MatrixCell {
            column: 1,
            verdict: Verdict::Permitted,
            text: String::new(),
            finding: finding.map(Into::into),
        };
        assert_eq!(
            (cell(None).word(), cell(None).icon()),
            ("Permitted", "i-permitted")
        );
        assert_eq!(
            (cell(Some("a")).word(), cell(Some("a")).icon()),
            ("Note", "i-information")
        );
    }
}
