//! `safeshipper paper-verify FILE --signature SIG --jwks KEYS`: is this paper, byte for byte, the one that was
//! signed? Needs neither server nor database: the keys are those published at `/.well-known/document-keys.json`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use crypto::token::{DocumentType, verify_document};
use dangerous_goods::paper::json::{Document, SCHEMA_ID};

use crate::logging::{print, say};

/// What the command line cannot be used for.
const UNUSABLE: u8 = 2;
/// No key set, signature or paper is larger.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Verify the signature of a paper. Exit status: 0 genuine, 1 not genuine, 2 unusable input.
#[derive(Args)]
pub(crate) struct PaperVerify {
    /// The paper as JSON, exactly as it was downloaded.
    #[arg(value_name = "FILE")]
    paper: PathBuf,
    /// Its detached signature; the paper's name with `.jws` where none is named.
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,
    /// The published keys.
    #[arg(long, value_name = "FILE")]
    jwks: PathBuf,
}

impl PaperVerify {
    pub(super) fn run(self) -> ExitCode {
        let beside = || {
            let mut name = self.paper.clone().into_os_string();
            name.push(".jws");
            PathBuf::from(name)
        };
        let signature = self.signature.clone().unwrap_or_else(beside);
        let files = (read(&self.paper), text(&signature), text(&self.jwks));
        let (paper, signature, keys) = match files {
            (Ok(paper), Ok(signature), Ok(keys)) => (paper, signature, keys),
            (paper, signature, keys) => {
                let problems = [paper.err(), signature.err(), keys.err()];
                problems
                    .into_iter()
                    .flatten()
                    .for_each(|problem| say(&format!("safeshipper paper-verify: {problem}")));
                return ExitCode::from(UNUSABLE);
            }
        };
        let kid = match verify_document(DocumentType::ShippingPaper, &keys, &signature, &paper) {
            Ok(kid) => kid,
            Err(refusal) => {
                say(&format!("safeshipper paper-verify: not genuine: {refusal}"));
                return ExitCode::FAILURE;
            }
        };
        print(&told(&paper, &kid));
        ExitCode::SUCCESS
    }
}

/// What a genuine paper says, in a few lines.
fn told(paper: &[u8], kid: &str) -> String {
    match serde_json::from_slice::<Document>(paper) {
        Ok(paper) if paper.schema == SCHEMA_ID => format!(
            "genuine: {} {}, signed with key {kid}\nload {}\nchecked under {}, data {}",
            paper.title, paper.number, paper.load_hash, paper.edition, paper.data_hash
        ),
        // Signed by us, in a form this version does not know.
        _ => format!("genuine, signed with key {kid}; the form of the paper is not known to this version"),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let fail = |error: std::io::Error| format!("cannot read `{}`: {error}", path.display());
    let size = std::fs::metadata(path).map_err(fail)?.len();
    if size > LARGEST {
        return Err(format!("`{}` is larger than 16 MiB", path.display()));
    }
    std::fs::read(path).map_err(fail)
}

fn text(path: &Path) -> Result<String, String> {
    String::from_utf8(read(path)?).map_err(|_| format!("`{}` is not text", path.display()))
}
