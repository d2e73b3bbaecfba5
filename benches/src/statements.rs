//! The store's statements, from their descriptions in `.sqlx`, made into scripts for `pgbench`.
//!
//! Parameters stay parameters: each becomes a variable that `pgbench` sends beside a prepared statement, as
//! the server does. Only absent values, and ids that must be new every time, are written into the text.

use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::Value;

/// A parameter of a statement.
#[derive(Clone)]
pub(crate) enum Bind {
    /// Nothing.
    Null,
    /// The text of a value.
    Text(String),
    /// An expression that is evaluated each time.
    Fresh(&'static str),
}

impl Bind {
    /// A value as `to_jsonb` gives it.
    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::String(text) => Self::Text(text.clone()),
            other => Self::Text(other.to_string()),
        }
    }
}

/// Statements one after the other, and the values of their variables.
#[derive(Clone, Default)]
pub(crate) struct Script {
    pub(crate) text: String,
    pub(crate) variables: Vec<String>,
}

impl Script {
    /// Adds a statement without parameters.
    pub(crate) fn plain(mut self, statement: &str) -> Self {
        self.text.push_str(statement);
        self.text.push_str(";\n");
        self
    }

    /// Adds a statement with its parameters.
    pub(crate) fn with(mut self, statement: &str, binds: &[Bind]) -> anyhow::Result<Self> {
        let mut rest = statement;
        while let Some(at) = rest.find('$') {
            let (before, after) = (&rest[..at], &rest[at + 1..]);
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            let number: usize = after[..digits].parse().context("a `$` without a number")?;
            let bind = binds
                .get(number.wrapping_sub(1))
                .with_context(|| format!("no value for `${number}`"))?;
            self.text.push_str(before);
            match bind {
                Bind::Null => self.text.push_str("null"),
                Bind::Fresh(expression) => self.text.push_str(expression),
                Bind::Text(value) => {
                    self.text.push_str(&format!(":v{}", self.variables.len()));
                    self.variables.push(value.clone());
                }
            }
            rest = &after[digits..];
        }
        self.text.push_str(rest);
        self.text.push_str(";\n");
        Ok(self)
    }
}

/// The one statement of the store that begins so.
pub(crate) fn statement(beginning: &str) -> anyhow::Result<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.sqlx");
    let mut found = Vec::new();
    for entry in fs::read_dir(&directory).context("`.sqlx` is missing: run ./dev prepare")? {
        let described: Value = serde_json::from_slice(&fs::read(entry?.path())?)?;
        let query = described["query"]
            .as_str()
            .context("a description without `query`")?;
        let query = query.split_whitespace().collect::<Vec<_>>().join(" ");
        if query.starts_with(beginning) {
            found.push(query);
        }
    }
    ensure!(
        found.len() == 1,
        "{} statements of the store begin with `{beginning}`",
        found.len()
    );
    Ok(found.remove(0))
}

/// The parameters with which an `insert` writes this row again, but for what must be new.
pub(crate) fn as_in(insert: &str, row: &Value, fresh: &[(&str, &'static str)]) -> anyhow::Result<Vec<Bind>> {
    let inside = |text: &str| -> Option<Vec<String>> {
        let (list, _) = text.split_once('(')?.1.split_once(')')?;
        Some(list.split(',').map(|item| item.trim().to_owned()).collect())
    };
    let (head, tail) = insert.split_once(" values ").context("not an insert")?;
    let columns = inside(head).context("no columns")?;
    let values = inside(tail).context("no values")?;
    ensure!(columns.len() == values.len(), "columns and values differ");
    let mut binds = vec![Bind::Null; values.len()];
    for (column, value) in columns.iter().zip(values) {
        let number: usize = value
            .strip_prefix('$')
            .context("a value is no parameter")?
            .parse()?;
        let bind = match fresh.iter().find(|(name, _)| name == column) {
            Some((_, expression)) => Bind::Fresh(expression),
            None if column == "regimes" => {
                Bind::Text(row[column].to_string().replace('[', "{").replace(']', "}"))
            }
            None => Bind::of(&row[column]),
        };
        *binds
            .get_mut(number.wrapping_sub(1))
            .context("a number too high")? = bind;
    }
    Ok(binds)
}
