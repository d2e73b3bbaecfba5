//! The language of verdicts. One word and one icon each, so that colour never stands alone.

/// The answer for a load, a pair or a regime.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing stands against it.
    Permitted,
    /// Permitted where every condition is met.
    Conditional,
    /// Not allowed.
    Prohibited,
    /// Something is missing or unknown, so it cannot be cleared.
    NotCleared,
    /// Nothing was there to answer: no data set of the regime is loaded.
    NotChecked,
}

impl Verdict {
    /// The verdict in words, as every page and paper says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Permitted => "Permitted",
            Self::Conditional => "Permitted with conditions",
            Self::Prohibited => "Prohibited",
            Self::NotCleared => "Cannot be cleared",
            Self::NotChecked => "Not checked",
        }
    }

    /// The class in the stylesheet; but for what was not checked equal to the verdict's name on the wire.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Permitted => "permitted",
            Self::Conditional => "conditional",
            Self::Prohibited => "prohibited",
            Self::NotCleared => "not_cleared",
            Self::NotChecked => "not_checked",
        }
    }

    /// The icon's id in the layout's sprite; each verdict has its own outline.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Permitted => "i-permitted",
            Self::Conditional => "i-conditional",
            Self::Prohibited => "i-prohibited",
            Self::NotCleared => "i-not-cleared",
            Self::NotChecked => "i-not-checked",
        }
    }
}

/// What one finding does to the load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It prohibits the load.
    Prohibits,
    /// It leaves a question open.
    NotCleared,
    /// It permits the load under a condition.
    Condition,
    /// It is worth knowing and changes nothing.
    Information,
}

impl Effect {
    /// The effect in words.
    pub fn word(self) -> &'static str {
        match self {
            Self::Prohibits => "Prohibited",
            Self::NotCleared => "Cannot be cleared",
            Self::Condition => "Condition",
            Self::Information => "Note",
        }
    }

    /// The class in the stylesheet.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Prohibits => "prohibited",
            Self::NotCleared => "not_cleared",
            Self::Condition => "conditional",
            Self::Information => "information",
        }
    }

    /// The icon's id in the layout's sprite.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Prohibits => "i-prohibited",
            Self::NotCleared => "i-not-cleared",
            Self::Condition => "i-conditional",
            Self::Information => "i-information",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Verdict;

    #[test]
    fn no_two_verdicts_share_a_word_or_an_icon() {
        let all = [
            Verdict::Permitted,
            Verdict::Conditional,
            Verdict::Prohibited,
            Verdict::NotCleared,
            Verdict::NotChecked,
        ];
        for (i, a) in all.iter().enumerate() {
            for b in &all[i + 1..] {
                assert_ne!(a.word(), b.word());
                assert_ne!(a.icon(), b.icon());
            }
        }
    }
}
