//! The commands, one file each.

mod answer;
mod backup;
mod catalogue;
mod check;
mod dataset;
mod demo;
mod emergency;
mod goods;
mod hashing;
mod installation;
mod keys;
mod lockdown;
mod mail;
mod notices;
mod openapi;
mod paper;
mod paper_verify;
mod placards;
mod places;
mod points;
mod policy;
mod provision;
mod restore;
mod serve;
mod split;
mod un;

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
    /// Lock the account of a person, or unlock it.
    #[command(subcommand)]
    User(lockdown::Users),
    /// End the sessions of a person.
    #[command(subcommand)]
    Session(lockdown::Sessions),
    /// Ask which policy decides, what another version would change, and whether every promise is kept.
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Look after the keys that sign access tokens and papers, that seal what is stored, and the master key.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// See which letters to people have failed, and have them tried again.
    #[command(subcommand)]
    Notices(notices::Notices),
    /// Copy everything that is stored into one encrypted file, or prove that such a file can be restored.
    Backup(Box<backup::Backup>),
    /// Restore a backup into an empty database, all of it or nothing.
    Restore(restore::Restore),
    /// End what a database's own snapshot or recovery to a point in time has brought back: sessions, links, codes.
    RestoreSettle(restore::Settle),
    /// Check whether goods may travel together; needs no server.
    Check(check::Check),
    /// Look goods up by number, name or class; needs no server.
    Un(un::Un),
    /// Count ADR points, with tunnels, plates, security plan and limits per package; needs no server.
    Points(points::Points),
    /// Tell the placards and plates of a load; needs no server.
    Placards(placards::Placards),
    /// Find the smallest split under which a load passes; needs no server.
    Split(split::Split),
    /// Tell what to do when a load leaks or burns; needs no server.
    Emergency(emergency::Emergency),
    /// Make the shipping paper or transport document of a load that passes; needs no server.
    Paper(paper::Paper),
    /// The editions of the law the program holds, and what changed between two; needs no server.
    #[command(subcommand)]
    Catalogue(catalogue::Data),
    /// Verify the signature of a paper; needs no server.
    PaperVerify(paper_verify::PaperVerify),
    /// Read, sign and verify data sets of other regimes; needs no server.
    #[command(subcommand)]
    Dataset(dataset::Dataset),
    /// Print the OpenAPI description.
    Openapi,
}

impl Command {
    pub(crate) fn run(self) -> ExitCode {
        let done = match self {
            Self::Check(check) => return answer::exit("check", check.run()),
            Self::Un(un) => return answer::exit("un", un.run()),
            Self::Points(points) => return answer::exit("points", points.run()),
            Self::Placards(placards) => return answer::exit("placards", placards.run()),
            Self::Split(split) => return answer::exit("split", split.run()),
            Self::Emergency(emergency) => return answer::exit("emergency", emergency.run()),
            Self::Paper(paper) => return answer::exit("paper", paper.run()),
            Self::Catalogue(data) => return answer::exit("catalogue", data.run()),
            Self::PaperVerify(verify) => return verify.run(),
            Self::Dataset(dataset) => return dataset.run(),
            Self::Policy(policy) => return policy.run(),
            Self::Openapi => openapi::run(),
            Self::Demo(demo) => demo.run(),
            Self::Serve(serve) => serve.run(),
            Self::Company(company) => company.run(),
            Self::Person(person) => person.run(),
            Self::User(user) => user.run(),
            Self::Session(session) => session.run(),
            Self::Keys(keys) => keys.run(),
            Self::Notices(notices) => notices.run(),
            Self::Backup(backup) => backup.run(),
            Self::Restore(restore) => restore.run(),
            Self::RestoreSettle(settle) => settle.run(),
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

/// What went wrong, to somebody at a terminal.
fn told(error: app::Error) -> anyhow::Error {
    match error {
        app::Error::Invalid(problems) => {
            let details: Vec<_> = problems.into_iter().map(|problem| problem.detail).collect();
            anyhow::anyhow!(details.join("; "))
        }
        app::Error::NotFound(what) => anyhow::anyhow!("there is no such {what}"),
        app::Error::State(why) => anyhow::anyhow!(why),
        other => other.into(),
    }
}
