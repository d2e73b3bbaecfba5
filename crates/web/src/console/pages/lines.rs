//! The lines of a load as they are edited. The checker and the shipment form share this editor.
//!
//! What is typed lives in [`LineView`]; what the catalogue answers (name, hazards, rows to choose from) lives in
//! [`LineDetails`], which the live check swaps on its own so that typing is never interrupted.

/// The editor of a load's lines.
#[derive(Clone, Debug)]
pub struct LinesEditor {
    /// Where the form posts: `/checker`, `/shipments` or `/shipments/{id}`.
    pub action: String,
    /// The lines, at least one (an empty one for a new load).
    pub lines: Vec<LineView>,
    /// What is said of the load as a whole.
    pub facts: Vec<FactField>,
    /// Units of quantity to choose from.
    pub units: Vec<SelectOption>,
    /// Kinds of packaging to choose from, without the empty choice.
    pub packagings: Vec<SelectOption>,
}

/// One choice of a select.
#[derive(Clone, Debug)]
pub struct SelectOption {
    /// The value posted.
    pub value: String,
    /// The text shown.
    pub text: String,
}

impl SelectOption {
    /// A choice that posts `value` and shows `text`.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            text: text.into(),
        }
    }
}

/// One line as typed. Text fields hold exactly what was typed, so that a refused form comes back unchanged.
#[derive(Clone, Debug, Default)]
pub struct LineView {
    /// 1-based position.
    pub number: usize,
    /// UN number or name as typed.
    pub goods: String,
    /// `I`, `II`, `III`, or empty when not stated.
    pub packing_group: String,
    /// Packed as a limited quantity.
    pub limited_quantity: bool,
    /// Quantity as typed.
    pub quantity: String,
    /// A value of [`LinesEditor::units`].
    pub unit: String,
    /// Number of packages as typed.
    pub packages: String,
    /// A value of [`LinesEditor::packagings`], or empty.
    pub packaging: String,
    /// The technical name as typed, for goods whose name alone does not say what they are.
    pub technical_name: String,
    /// What is said beyond that, folded away while nothing is.
    pub facts: Vec<FactField>,
    /// What the papers say of goods that ask for it; each shown only where it is asked for or was said.
    pub entries: Vec<FactField>,
    /// What the catalogue says of it.
    pub details: LineDetails,
}

impl LineView {
    /// Whether any further fact is said.
    pub fn says_more(&self) -> bool {
        self.facts.iter().any(|fact| !fact.value.trim().is_empty())
    }
}

/// A field for a fact: typed, or chosen where there are options.
#[derive(Clone, Debug)]
pub struct FactField {
    /// The field's name.
    pub name: String,
    /// What it asks for.
    pub label: String,
    /// What was typed, or the value chosen; empty where nothing is said.
    pub value: String,
    /// What to type, such as `kg`.
    pub hint: String,
    /// The choices beside saying nothing.
    pub options: Vec<SelectOption>,
}

/// Something that a paper needs to know of a line, and that not every line says.
#[derive(Clone, Debug)]
pub struct AskedView {
    /// The field's name.
    pub field: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Whether it is said.
    pub given: bool,
}

/// What the catalogue says of a line.
#[derive(Clone, Debug, Default)]
pub struct LineDetails {
    /// 1-based position, the same as the line's.
    pub number: usize,
    /// Proper shipping name, once known.
    pub name: Option<String>,
    /// Hazards, the primary one first.
    pub hazards: Vec<Hazard>,
    /// The row of the US table.
    pub us_row: RowChoice,
    /// The row of ADR table A.
    pub adr_row: RowChoice,
    /// Whether the papers print a technical name after the proper shipping name.
    pub needs_technical_name: bool,
    /// What else the papers ask of these goods.
    pub asked: Vec<AskedView>,
    /// The physical state, where the answer depends on it.
    pub physical_state: StateChoice,
    /// What is wrong with the line, such as an unknown number: one sentence.
    pub problem: Option<String>,
}

impl LineDetails {
    /// Whether the answer waits for a choice here.
    pub fn asks(&self) -> bool {
        self.us_row.needed || self.adr_row.needed || self.physical_state.needed
    }

    /// What the papers still lack, in words; empty where they lack nothing.
    pub fn lacks(&self) -> String {
        let open = self.asked.iter().filter(|asked| !asked.given);
        open.map(|asked| asked.name.to_lowercase())
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// A catalogue row to choose where the number alone leads to several.
#[derive(Clone, Debug, Default)]
pub struct RowChoice {
    /// The row chosen, or empty.
    pub selected: String,
    /// The rows to choose from; empty where there is nothing to choose.
    pub options: Vec<RowOption>,
    /// Whether the answer waits for the choice. Rows of the same hazards are told apart by the papers alone.
    pub needed: bool,
}

/// One catalogue row to choose.
#[derive(Clone, Debug)]
pub struct RowOption {
    /// The row's id, such as `us:UN1950:…`.
    pub id: String,
    /// What tells it from the others: name, class, packing group.
    pub text: String,
}

/// The physical state where the rules turn on it (class 8, for one).
#[derive(Clone, Debug, Default)]
pub struct StateChoice {
    /// Whether the answer waits for it.
    pub needed: bool,
    /// `liquid`, `solid`, `gas`, or empty.
    pub selected: String,
}

impl StateChoice {
    /// Whether to show the choice: also where one was made before.
    pub fn shown(&self) -> bool {
        self.needed || !self.selected.is_empty()
    }
}

/// One hazard, shown as its diamond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hazard {
    /// The label's code, which names its drawing at `/assets/labels/{code}.svg`: `3`, `2.1`, `8`, `LQ`.
    pub code: String,
    /// The label in words, such as `flammable liquid`.
    pub name: String,
}

impl Hazard {
    /// Whether a drawing exists; label 1 beside another hazard has no division to draw.
    pub fn is_drawn(&self) -> bool {
        self.code != "1"
    }
}
