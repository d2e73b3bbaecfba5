//! `safeshipper dataset …`: makes, signs and verifies data sets of regimes that a company loads itself
//! (`docs/data-sets.md`). Works without a server or database.

mod files;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use crypto::Rng;
use crypto::note::{NoteError, SignerKey, VerifierKey, open};
use dangerous_goods::Load;
use dangerous_goods::dataset::{DataSet, DataSetResult, Draft, Head, Refused, Signed, check};
use secrecy::ExposeSecret;
use time::Date;

use crate::logging::{print, say};

/// What the command line cannot be used for.
const UNUSABLE: u8 = 2;
/// A data set that is refused.
const REFUSED: u8 = 1;

/// Data sets of IMDG, ADG and IATA. Exit status: 0 good, 1 refused, 2 unusable input.
#[derive(Subcommand)]
pub(crate) enum Dataset {
    /// Read a data set that is not signed yet and tell everything that is wrong with it.
    Read(Read),
    /// Make a key to sign data sets with; prints the public key.
    NewKey(NewKey),
    /// Sign a data set; prints the bundle.
    Sign(Sign),
    /// Verify a bundle: its signature, everything it says, and whom it is for.
    Verify(Verify),
}

#[derive(Args)]
pub(crate) struct Read {
    /// The data set.
    file: PathBuf,
}

#[derive(Args)]
pub(crate) struct NewKey {
    /// The key's name, without spaces and plus signs, such as `publisher.example/imdg`.
    name: String,
    /// A new file for the private key, readable by you alone.
    #[arg(long, value_name = "FILE")]
    private: PathBuf,
}

#[derive(Args)]
pub(crate) struct Sign {
    /// The data set.
    file: PathBuf,
    /// The file with the private key.
    #[arg(long, value_name = "FILE")]
    private: PathBuf,
}

#[derive(Args)]
pub(crate) struct Verify {
    /// The bundle.
    file: PathBuf,
    /// A public key that may sign it, or a file that holds one; may be repeated.
    #[arg(long, required = true, value_name = "KEY")]
    key: Vec<String>,
    /// The short name or id of the company that it must be made out to.
    #[arg(long, value_name = "SLUG")]
    company: Option<String>,
}

/// The data sets that a check or a split is to use.
#[derive(Args)]
pub(super) struct DataSets {
    /// Ask this bundle of another regime too; may be repeated.
    #[arg(long, value_name = "FILE", requires = "key")]
    dataset: Vec<PathBuf>,
    /// A public key that may sign a bundle, or a file that holds one; may be repeated.
    #[arg(long, value_name = "KEY", requires = "dataset")]
    key: Vec<String>,
}

/// A message for whoever started the program, and the exit status.
type Failed = (u8, String);

impl Dataset {
    pub(super) fn run(self) -> ExitCode {
        let done = match self {
            Self::Read(read) => read.run(),
            Self::NewKey(new) => new.run(),
            Self::Sign(sign) => sign.run(),
            Self::Verify(verify) => verify.run(),
        };
        match done {
            Ok(text) => {
                print(text.trim_end_matches('\n'));
                ExitCode::SUCCESS
            }
            Err((status, why)) => {
                say(&why);
                ExitCode::from(status)
            }
        }
    }
}

impl Read {
    fn run(self) -> Result<String, Failed> {
        let bytes = files::read(&self.file)?;
        let draft = Draft::parse(&bytes).map_err(|faults| (REFUSED, faults.to_string()))?;
        Ok(describe(draft.head(), draft.row_count()))
    }
}

impl NewKey {
    fn run(self) -> Result<String, Failed> {
        let key = SignerKey::generate(&self.name, &Rng::system());
        let key = key.map_err(|error| (UNUSABLE, error.to_string()))?;
        files::write_secret(&self.private, key.to_text().expose_secret())?;
        Ok(key.verifier().to_string())
    }
}

impl Sign {
    fn run(self) -> Result<String, Failed> {
        let key = files::read_secret(&self.private)?;
        let key = SignerKey::from_text(&key)
            .map_err(|error| (UNUSABLE, format!("{}: {error}", self.private.display())))?;
        let text = files::read_text(&self.file)?;
        // A data set that would be refused everywhere is not worth a signature.
        Draft::parse(text.as_bytes()).map_err(|faults| (REFUSED, faults.to_string()))?;
        key.sign(&text).map_err(|error| (REFUSED, error.to_string()))
    }
}

impl Verify {
    fn run(self) -> Result<String, Failed> {
        let bundle = files::read(&self.file)?;
        let set = open_bundle(&bundle, &files::keys(&self.key)?, self.company.as_deref())?;
        Ok(format!(
            "{}\nhash        {}\nsigned by   {}",
            describe(set.head(), set.row_count()),
            set.hash(),
            set.signed_by()
        ))
    }
}

impl DataSets {
    /// The answers of every data set given, as of a day.
    pub(super) fn check(&self, load: &Load, on: Date) -> Result<Vec<DataSetResult>, String> {
        let opened = self.open()?;
        Ok(opened.iter().map(|set| check(set, load, on)).collect())
    }

    /// Every data set given, one a regime.
    pub(super) fn open(&self) -> Result<Vec<DataSet>, String> {
        let keys = files::keys(&self.key).map_err(|(_, why)| why)?;
        let mut opened: Vec<DataSet> = Vec::new();
        for file in &self.dataset {
            let named = |why: String| format!("{}: {why}", file.display());
            let bundle = files::read(file).map_err(|(_, why)| why)?;
            let set = open_bundle(&bundle, &keys, None).map_err(|(_, why)| named(why))?;
            let regime = set.head().regime;
            if opened.iter().any(|known| known.head().regime == regime) {
                return Err(named(format!("a second data set of `{regime}`")));
            }
            opened.push(set);
        }
        Ok(opened)
    }
}

/// Opens a bundle for a company; where none is given, for the one it names.
fn open_bundle(bundle: &[u8], keys: &[VerifierKey], company: Option<&str>) -> Result<DataSet, Failed> {
    let named = || -> Result<String, Refused<NoteError>> {
        let opened = open(bundle, keys).map_err(Refused::Signature)?;
        let draft = Draft::parse(opened.text.as_bytes()).map_err(Refused::Malformed)?;
        Ok(draft.head().company.clone())
    };
    let opened = match company {
        Some(company) => Ok(company.to_owned()),
        None => named(),
    };
    opened
        .and_then(|company| DataSet::open(bundle, &[&company], |bundle| signed(bundle, keys)))
        .map_err(|refused| (REFUSED, refused.to_string()))
}

fn signed<'b>(bundle: &'b [u8], keys: &[VerifierKey]) -> Result<Signed<'b>, NoteError> {
    let opened = open(bundle, keys)?;
    Ok(Signed {
        text: opened.text.as_bytes(),
        key: opened.key.to_owned(),
    })
}

fn describe(head: &Head, rows: usize) -> String {
    format!(
        "{}, {}\n{}\nsource      {}\nvalid       {} to {}\nmade out to {}\nrows        {rows}",
        head.regime.name(),
        head.edition,
        head.title,
        head.source,
        head.valid_from,
        head.valid_to,
        head.company
    )
}
