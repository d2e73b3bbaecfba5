//! The commands, one file each.

mod check;
mod demo;
mod installation;
mod openapi;
mod paper_verify;
mod provision;
mod serve;

use std::process::ExitCode;

use clap::Subcommand;

/// What to do.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Start everything on this machine, with two demo companies.
    Demo(demo::Demo),
    /// Serve the product.
    Serve(serve::Serve),
    /// Make a company.
    #[command(subcommand)]
    Company(provision::Company),
    /// Make a person of a company.
    #[command(subcommand)]
    Person(provision::People),
    /// Check whether goods may travel together; needs no server.
    Check(check::Check),
    /// Verify the signature of a paper; needs no server.
    PaperVerify(paper_verify::PaperVerify),
    /// Print the OpenAPI description.
    Openapi,
}

impl Command {
    pub(crate) fn run(self) -> ExitCode {
        let done = match self {
            Self::Check(check) => return check.run(),
            Self::PaperVerify(verify) => return verify.run(),
            Self::Openapi => openapi::run(),
            Self::Demo(demo) => demo.run(),
            Self::Serve(serve) => serve.run(),
            Self::Company(company) => company.run(),
            Self::Person(person) => person.run(),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                crate::logging::say(&format!("safeshipper: {error:#}"));
                ExitCode::FAILURE
            }
        }
    }
}
