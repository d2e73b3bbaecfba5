//! `safeshipper policy`: which policy decides and why, what another version would change, and whether everything
//! holds that is to be proved.

mod about;
mod explain;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::anyhow;
use clap::{Args, Subcommand};
use proofs::files::Files;
use proofs::{Prover, diff, prove};

use self::explain::Explain;
use super::answer::{Unusable, exit};
use crate::logging::print;

/// The policies that decide who may do what.
#[derive(Subcommand)]
pub(crate) enum Policy {
    /// Tell which policies decide a permission, and why, for a person or for a role.
    Explain(Box<Explain>),
    /// Find requests that two directories of policies answer differently, or prove that there are none; needs cvc5.
    Diff(Diff),
    /// Prove that a directory of policies keeps every promise of its `properties.cedar`; needs cvc5.
    Check(Check),
}

/// Which versions.
#[derive(Args)]
pub(crate) struct Diff {
    /// The directory of the old policies.
    old: PathBuf,
    /// The directory of the new policies.
    new: PathBuf,
    /// Ask about this action alone; several may be given.
    #[arg(long, value_name = "ACTION")]
    action: Vec<String>,
}

/// Which policies.
#[derive(Args)]
pub(crate) struct Check {
    /// The directory; without it, the policies of this program.
    directory: Option<PathBuf>,
    /// Ask about this action alone; several may be given.
    #[arg(long, value_name = "ACTION")]
    action: Vec<String>,
}

impl Policy {
    pub(super) fn run(self) -> ExitCode {
        let (name, answered) = match self {
            Self::Explain(explain) => ("policy explain", explain.run()),
            Self::Diff(diff) => ("policy diff", diff.run()),
            Self::Check(check) => ("policy check", check.run()),
        };
        exit(
            name,
            answered.map_err(|error| Unusable::from(format!("{error:#}"))),
        )
    }
}

impl Diff {
    fn run(self) -> anyhow::Result<bool> {
        let read = |directory| narrowed(Files::read(directory)?, &self.action);
        let (old, new) = (Files::read(&self.old)?, read(&self.new)?);
        let diff = diff::diff(&old.only(&self.action), &new, &mut Prover::start()?)?;
        print(&diff.to_string());
        Ok(diff.is_equivalent())
    }
}

/// The files with these actions alone; one that is not there would prove nothing.
fn narrowed(files: Files, actions: &[String]) -> anyhow::Result<Files> {
    match actions.iter().find(|action| !files.knows(action)) {
        Some(unknown) => Err(anyhow!("`{unknown}` is no action of the schema")),
        None => Ok(files.only(actions)),
    }
}

impl Check {
    fn run(self) -> anyhow::Result<bool> {
        let files = match &self.directory {
            Some(directory) => Files::read(directory)?,
            None => Files::embedded()?,
        };
        files.fit_the_program()?;
        let report = prove::prove(&narrowed(files, &self.action)?)?;
        print(&report.to_string());
        Ok(report.findings.is_empty())
    }
}
