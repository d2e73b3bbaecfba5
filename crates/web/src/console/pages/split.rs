//! What became of the wish to split a load over vehicles, compartments and bays.

/// The proposal that was applied to the form, or why there is none.
#[derive(Clone, Debug)]
pub struct SplitView {
    /// Whether the load passes with these places.
    pub helps: bool,
    /// The answer in one sentence.
    pub headline: String,
    /// Which lines go where.
    pub parts: Vec<SplitPart>,
    /// What keeps which lines apart, or what stands in the way; one sentence each.
    pub reasons: Vec<String>,
    /// What else to know, one sentence each.
    pub notes: Vec<String>,
}

/// One vehicle of the proposal.
#[derive(Clone, Debug)]
pub struct SplitPart {
    /// Its number.
    pub vehicle: u8,
    /// Its lines in words.
    pub lines: String,
    /// Its compartments and bays in words; empty where it needs none.
    pub places: String,
}
