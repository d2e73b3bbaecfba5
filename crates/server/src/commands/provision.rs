//! `safeshipper company create` and `safeshipper person create`: the platform operator's acts.

use std::fs::File;
use std::io::BufRead;
use std::path::PathBuf;

use access::role::Role;
use anyhow::{Context, bail};
use app::provision::Person;
use clap::{Args, Subcommand};
use secrecy::{ExposeSecret, SecretString};

use super::hashing::Hashing;
use super::installation::Installation;
use super::told;
use crate::data_dir::passphrase;
use crate::logging::print;
use crate::run;

/// Companies.
#[derive(Subcommand)]
pub(crate) enum Company {
    /// Make a company with its keys.
    Create(CreateCompany),
}

/// People of a company.
#[derive(Subcommand)]
pub(crate) enum People {
    /// Make a person who can sign in.
    Create(CreatePerson),
}

/// Make a company with its keys.
#[derive(Args)]
pub(crate) struct CreateCompany {
    /// Its short name, for commands and sign-ins: small letters, digits and hyphens.
    #[arg(long)]
    slug: String,
    /// Its name.
    #[arg(long)]
    name: String,
    #[command(flatten)]
    installation: Installation,
}

/// Make a person who can sign in.
#[derive(Args)]
pub(crate) struct CreatePerson {
    /// The short name of their company.
    #[arg(long, value_name = "SLUG")]
    company: String,
    /// Their e-mail address.
    #[arg(long)]
    email: String,
    /// Their name.
    #[arg(long)]
    name: String,
    /// Their role: VIEWER, DRIVER, OPERATOR, SUPERVISOR, MANAGER or ADMIN.
    #[arg(long)]
    role: Role,
    /// Read their password from the first line of standard input, instead of printing a random one.
    #[arg(long)]
    password_stdin: bool,
    /// Refuse the passwords of this list: lines as `SHA-1:COUNT`, ordered, as Pwned Passwords offers them.
    #[arg(long, env = "SAFESHIPPER_BREACHED_PASSWORDS", value_name = "FILE")]
    breached_passwords: Option<PathBuf>,
    #[command(flatten)]
    hashing: Hashing,
    #[command(flatten)]
    installation: Installation,
}

impl Company {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let Self::Create(CreateCompany {
            slug,
            name,
            installation,
        }) = self;
        let (database, master) = installation.open()?;
        run::provision(database, master, async |mut provisioner, now| {
            match provisioner.company(&slug, &name, &[], now).await.map_err(told)? {
                Some(_) => print(&format!("company `{slug}` is made")),
                None => bail!("there is a company `{slug}` already"),
            }
            Ok(())
        })
    }
}

impl People {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let Self::Create(person) = self;
        if person.company == app::provision::PLATFORM_SLUG || person.role == Role::SuperAdmin {
            bail!("people of the platform itself are not made by this command");
        }
        let password = if person.password_stdin {
            let mut line = String::new();
            std::io::stdin()
                .lock()
                .read_line(&mut line)
                .context("reading the password")?;
            SecretString::from(line.trim_end_matches(['\r', '\n']))
        } else {
            passphrase()?
        };
        let list = person.breached_passwords.as_ref().map(File::open).transpose();
        let list = list.context("opening the list of breached passwords")?;
        let params = person.hashing.params()?;
        let (database, master) = person.installation.open()?;
        run::provision(database, master, async |provisioner, now| {
            let provisioner = provisioner.hashing_with(params);
            let mut provisioner = provisioner.refusing(list);
            let new = Person {
                email: &person.email,
                name: &person.name,
                role: person.role,
                password: &password,
            };
            provisioner
                .person(&person.company, &new, now)
                .await
                .map_err(told)?;
            print(&format!("`{}` can sign in to `{}`", person.email, person.company));
            if !person.password_stdin {
                print(&format!("password, shown only now: {}", password.expose_secret()));
            }
            Ok(())
        })
    }
}
