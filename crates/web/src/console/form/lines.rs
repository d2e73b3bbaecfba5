//! The lines of a load as typed, and what they mean.

use dangerous_goods::{
    Catalogue, EntryKind, Goods, InvalidGoods, Line, Load, PackingGroup, PhysicalState, Quantity, Regime,
    RowId, Unit,
};

use super::facts::{OF_A_LINE, OF_THE_LOAD, Said};
use super::{Posted, Unreadable};
use crate::console::pages::{FieldProblem, SelectOption};

/// The most characters of a packaging and of a technical name.
const MAX_TEXT: usize = 200;
/// The most packages of one line.
const MAX_PACKAGES: u32 = 1_000_000;

/// One line exactly as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::console) struct LineForm {
    pub(in crate::console) goods: String,
    pub(in crate::console) us_row: String,
    pub(in crate::console) adr_row: String,
    pub(in crate::console) packing_group: String,
    pub(in crate::console) physical_state: String,
    pub(in crate::console) limited_quantity: String,
    pub(in crate::console) quantity: String,
    pub(in crate::console) unit: String,
    pub(in crate::console) packages: String,
    pub(in crate::console) packaging: String,
    pub(in crate::console) technical_name: String,
    /// What is said beyond that.
    pub(in crate::console) facts: Said<{ OF_A_LINE.len() }>,
    /// What the papers say of goods that ask for it, in the order of [`EntryKind::ALL`].
    pub(in crate::console) entries: Said<{ EntryKind::ALL.len() }>,
}

/// A field's name and its place in a line.
type Field = (&'static str, fn(&mut LineForm) -> &mut String);

/// The fields beside `goods`, each once a line.
const FIELDS: [Field; 10] = [
    ("us_row", |line| &mut line.us_row),
    ("adr_row", |line| &mut line.adr_row),
    ("packing_group", |line| &mut line.packing_group),
    ("physical_state", |line| &mut line.physical_state),
    ("limited_quantity", |line| &mut line.limited_quantity),
    ("quantity", |line| &mut line.quantity),
    ("unit", |line| &mut line.unit),
    ("packages", |line| &mut line.packages),
    ("packaging", |line| &mut line.packaging),
    ("technical_name", |line| &mut line.technical_name),
];

/// Every line of a form, and what is said of the load as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::console) struct Lines(
    pub(in crate::console) Vec<LineForm>,
    pub(in crate::console) Said<{ OF_THE_LOAD.len() }>,
);

/// What the lines mean, or what keeps them from meaning something.
#[derive(Debug, Default)]
pub(in crate::console) struct Typed {
    /// The load of the lines that name goods.
    pub(in crate::console) load: Load,
    /// For each of them its position in the form, from zero.
    pub(in crate::console) places: Vec<usize>,
    /// What is wrong, with the id of the field.
    pub(in crate::console) problems: Vec<FieldProblem>,
}

impl Lines {
    /// The lines of a form; an empty one where there is none.
    pub(in crate::console) fn read(form: &Posted) -> Result<Self, Unreadable> {
        let mut lines: Vec<LineForm> = form
            .all("goods")
            .map(|goods| LineForm {
                goods: goods.to_owned(),
                ..LineForm::default()
            })
            .collect();
        let count = lines.len();
        if count > Load::MAX_LINES {
            return Err(Unreadable::TooManyLines(count));
        }
        for (field, place) in FIELDS {
            let found = form.all(field).count();
            if found != count {
                return Err(Unreadable::Uneven {
                    field,
                    found,
                    lines: count,
                });
            }
            for (line, value) in lines.iter_mut().zip(form.all(field)) {
                value.clone_into(place(line));
            }
        }
        for (at, fact) in OF_A_LINE.iter().enumerate() {
            said(form, fact.name, &mut lines, |line| &mut line.facts.0[at])?;
        }
        for (at, kind) in EntryKind::ALL.into_iter().enumerate() {
            said(form, kind.code(), &mut lines, |line| &mut line.entries.0[at])?;
        }
        if lines.is_empty() {
            lines.push(LineForm::default());
        }
        let mut whole = Said::default();
        for (at, fact) in OF_THE_LOAD.iter().enumerate() {
            form.one(fact.name).clone_into(&mut whole.0[at]);
        }
        Ok(Self(lines, whole))
    }

    /// The lines of a stored load.
    pub(in crate::console) fn of(load: &Load) -> Self {
        let text = |row: &Option<RowId>| row.as_ref().map(ToString::to_string).unwrap_or_default();
        let form = |line: &Line| LineForm {
            goods: line.goods.to_string(),
            us_row: text(&line.us_row),
            adr_row: text(&line.adr_row),
            packing_group: line
                .packing_group
                .map(|group| group.to_string())
                .unwrap_or_default(),
            physical_state: line.physical_state.map(state_word).unwrap_or_default().to_owned(),
            limited_quantity: if line.limited_quantity { "yes" } else { "no" }.to_owned(),
            quantity: line.quantity.map(Quantity::value).unwrap_or_default(),
            unit: line
                .quantity
                .map(|quantity| quantity.unit().symbol())
                .unwrap_or_default()
                .to_owned(),
            packages: line.packages.map(|count| count.to_string()).unwrap_or_default(),
            packaging: line.packaging.clone().unwrap_or_default(),
            technical_name: line.technical_name.clone().unwrap_or_default(),
            facts: Said::of(&OF_A_LINE, line),
            entries: Said(EntryKind::ALL.map(|kind| line.entries.get(kind).unwrap_or_default().to_owned())),
        };
        Self(
            load.lines.iter().map(form).collect(),
            Said::of(&OF_THE_LOAD, load),
        )
    }

    /// One more line, up to the limit.
    pub(in crate::console) fn add(&mut self) {
        if self.0.len() < Load::MAX_LINES {
            self.0.push(LineForm::default());
        }
    }

    /// Without the line of this number, counted from one; an empty one stays.
    pub(in crate::console) fn remove(&mut self, number: usize) {
        if let Some(at) = number.checked_sub(1).filter(|at| *at < self.0.len()) {
            self.0.remove(at);
        }
        if self.0.is_empty() {
            self.0.push(LineForm::default());
        }
    }

    /// Puts the facts of a load, whose lines stand at these places of the form, into the form.
    pub(in crate::console) fn take_facts(&mut self, load: &Load, places: &[usize]) {
        for (line, place) in load.lines.iter().zip(places) {
            if let Some(form) = self.0.get_mut(*place) {
                form.facts = Said::of(&OF_A_LINE, line);
            }
        }
        self.1 = Said::of(&OF_THE_LOAD, load);
    }

    /// What the lines mean. Lines in which nothing was typed are left out.
    pub(in crate::console) fn parse(&self, catalogue: &Catalogue) -> Typed {
        let mut typed = Typed::default();
        for (at, form) in self.0.iter().enumerate().filter(|(_, form)| !form.is_blank()) {
            if let Some(line) = form.parse(catalogue, at + 1, &mut typed.problems) {
                typed.load.lines.push(line);
                typed.places.push(at);
            }
        }
        self.1.apply(&OF_THE_LOAD, &mut typed.load, |field, why| {
            typed.problems.push(FieldProblem {
                field: field.to_owned(),
                message: labelled("Load", &why),
            });
        });
        typed
    }
}

/// Reads a field that is said of few lines, or of none: a page of before an update posts none of them.
fn said(
    form: &Posted,
    field: &'static str,
    lines: &mut [LineForm],
    place: impl Fn(&mut LineForm) -> &mut String,
) -> Result<(), Unreadable> {
    let (found, count) = (form.all(field).count(), lines.len());
    if found != count && found != 0 {
        return Err(Unreadable::Uneven {
            field,
            found,
            lines: count,
        });
    }
    for (line, value) in lines.iter_mut().zip(form.all(field)) {
        value.clone_into(place(line));
    }
    Ok(())
}

impl LineForm {
    /// Whether nothing was typed; a unit is always chosen.
    fn is_blank(&self) -> bool {
        [
            &self.goods,
            &self.quantity,
            &self.packages,
            &self.packaging,
            &self.technical_name,
        ]
        .iter()
        .all(|text| text.trim().is_empty())
            && self.facts.is_blank()
            && self.entries.is_blank()
    }

    /// What was typed of the goods, without amounts, names and entries.
    pub(in crate::console) fn goods_alone(&self) -> Self {
        Self {
            quantity: String::new(),
            packages: String::new(),
            packaging: String::new(),
            technical_name: String::new(),
            entries: Said::default(),
            ..self.clone()
        }
    }

    pub(in crate::console) fn parse(
        &self,
        catalogue: &Catalogue,
        number: usize,
        problems: &mut Vec<FieldProblem>,
    ) -> Option<Line> {
        let before = problems.len();
        let mut refuse = |field: &str, why: String| {
            problems.push(FieldProblem {
                field: format!("{field}-{number}"),
                message: labelled(&format!("Line {number}"), &why),
            });
        };
        let goods = self.goods.parse::<Goods>().map_err(|error| {
            refuse(
                "goods",
                match error {
                    InvalidGoods::Empty => "name the goods, or clear the line".to_owned(),
                    error => error.to_string(),
                },
            );
        });
        let mut line = Line::new(goods.unwrap_or_else(|()| Goods::Name(String::new())));
        if let Some(group) = filled(&self.packing_group) {
            match group.parse::<PackingGroup>() {
                Ok(group) => line.packing_group = Some(group),
                Err(error) => refuse("packing_group", error.to_string()),
            }
        }
        if let Some(state) = filled(&self.physical_state) {
            match STATES.into_iter().find(|known| state_word(*known) == state) {
                Some(state) => line.physical_state = Some(state),
                None => refuse("physical_state", "expected `solid`, `liquid` or `gas`".to_owned()),
            }
        }
        match self.limited_quantity.as_str() {
            "" | "no" => {}
            "yes" => line.limited_quantity = true,
            _ => refuse("limited_quantity", "expected `yes` or `no`".to_owned()),
        }
        if let Some(value) = filled(&self.quantity) {
            match self
                .unit
                .parse::<Unit>()
                .and_then(|unit| Quantity::parse(value, unit))
            {
                Ok(quantity) => line.quantity = Some(quantity),
                Err(error) => refuse("quantity", error.to_string()),
            }
        }
        if let Some(value) = filled(&self.packages) {
            match value.parse::<u32>() {
                Ok(count) if (1..=MAX_PACKAGES).contains(&count) => line.packages = Some(count),
                _ => refuse(
                    "packages",
                    format!("expected a number of packages from 1 to {MAX_PACKAGES}"),
                ),
            }
        }
        for (field, value, place) in [
            ("packaging", &self.packaging, &mut line.packaging),
            ("technical_name", &self.technical_name, &mut line.technical_name),
        ] {
            let Some(value) = filled(value) else { continue };
            if value.chars().count() > MAX_TEXT {
                refuse(field, format!("at most {MAX_TEXT} characters fit"));
            } else if value.chars().any(char::is_control) {
                refuse(field, "holds a control character".to_owned());
            } else {
                *place = Some(value.to_owned());
            }
        }
        self.facts.apply(&OF_A_LINE, &mut line, &mut refuse);
        for (kind, text) in EntryKind::ALL.into_iter().zip(&self.entries.0) {
            let Some(text) = filled(text) else { continue };
            if let Err(error) = line.entries.set(kind, text) {
                refuse(kind.code(), error.to_string());
            }
        }
        if let Err(fault) = line.validate() {
            refuse("goods", fault.to_string());
        }
        line.us_row = row(catalogue, &line, Regime::Us, &self.us_row);
        line.adr_row = row(catalogue, &line, Regime::Adr, &self.adr_row);
        (problems.len() == before).then_some(line)
    }
}

/// The row chosen, while it is one of these goods. A choice made for other goods before is forgotten: without a
/// row nothing is cleared that should not be.
fn row(catalogue: &Catalogue, line: &Line, regime: Regime, text: &str) -> Option<RowId> {
    let id: RowId = filled(text)?.parse().ok()?;
    let row = catalogue.row(&id).filter(|row| row.regime() == regime)?;
    let fits_group = line
        .packing_group
        .is_none_or(|group| row.packing_group() == Some(group));
    let of_goods = match &line.goods {
        Goods::Number(number) => row.number() == Some(*number),
        Goods::Name(name) => {
            let known = catalogue.rows_named(name, regime);
            let is_free = Regime::ALL
                .into_iter()
                .all(|regime| catalogue.rows_named(name, regime).is_empty());
            is_free || known.iter().any(|known| *known.id() == id)
        }
    };
    (fits_group && of_goods).then_some(id)
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

const STATES: [PhysicalState; 3] = [PhysicalState::Solid, PhysicalState::Liquid, PhysicalState::Gas];

fn state_word(state: PhysicalState) -> &'static str {
    match state {
        PhysicalState::Solid => "solid",
        PhysicalState::Liquid => "liquid",
        PhysicalState::Gas => "gas",
    }
}

/// `Line 2: the quantity is zero`.
pub(in crate::console) fn labelled(label: &str, why: &str) -> String {
    format!("{label}: {why}")
}

/// The units to choose from.
pub(in crate::console) fn units() -> Vec<SelectOption> {
    let text = |unit| match unit {
        Unit::Kilogram => "kg",
        Unit::Litre => "L",
        Unit::NetExplosiveKilogram => "kg NEM",
        Unit::WaterCapacityLitre => "L water",
    };
    Unit::ALL
        .into_iter()
        .map(|unit| SelectOption::new(unit.symbol(), text(unit)))
        .collect()
}

/// The kinds of packaging to choose from, in the words of the papers, with those the lines already have.
pub(in crate::console) fn packagings(lines: &Lines) -> Vec<SelectOption> {
    const KINDS: [&str; 12] = [
        "drums",
        "jerricans",
        "boxes",
        "bags",
        "cylinders",
        "IBCs",
        "wooden barrels",
        "composite packagings",
        "aerosol cartons",
        "Type A packages",
        "Type B packages",
        "industrial packages",
    ];
    let mut kinds: Vec<&str> = KINDS.to_vec();
    for line in &lines.0 {
        if let Some(kind) = filled(&line.packaging).filter(|kind| !kinds.contains(kind)) {
            kinds.push(kind);
        }
    }
    kinds
        .into_iter()
        .map(|kind| SelectOption::new(kind, kind))
        .collect()
}
