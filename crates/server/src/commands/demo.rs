//! `safeshipper demo`: everything on this machine, with two companies to look at.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use access::role::Role;
use app::provision::{Person, Provisioner};
use clap::Args;
use crypto::password::Argon2Params;
use crypto::totp::Drift;
use partners::mail::{Mailer, Sender};
use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;

use super::mail::Mail;
use super::places::Places;
use crate::data_dir::DataDir;
use crate::database::Database;
use crate::run::{self, Options, Service};

/// Start everything on this machine, with two demo companies.
#[derive(Args)]
pub(crate) struct Demo {
    /// Address to listen on.
    #[arg(long, env = "SAFESHIPPER_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where the private cluster and its keys live.
    #[arg(long, env = "SAFESHIPPER_DATA_DIR", default_value = "data")]
    data_dir: PathBuf,
    /// Takes OpenID providers on this machine too, and those without TLS: for development alone.
    #[arg(long, env = "SAFESHIPPER_LOOPBACK_PROVIDERS")]
    loopback_providers: bool,
    #[command(flatten)]
    places: Places,
    #[command(flatten)]
    mail: Mail,
}

/// Short name, name, and the people as (first part of the address, name, role).
struct Company {
    slug: &'static str,
    name: &'static str,
    people: &'static [(&'static str, &'static str, Role)],
}

const COMPANIES: [Company; 2] = [
    Company {
        slug: "northwind",
        name: "Northwind Chemicals",
        people: &[
            ("operator", "Olivia Park", Role::Operator),
            ("driver", "Dario Conti", Role::Driver),
            ("viewer", "Vera Lindt", Role::Viewer),
            ("supervisor", "Samuel Osei", Role::Supervisor),
            ("manager", "Mira Novak", Role::Manager),
            ("admin", "Ada Brandt", Role::Admin),
        ],
    },
    Company {
        slug: "southcross",
        name: "Southern Cross Freight",
        people: &[
            ("operator", "Ollie Tran", Role::Operator),
            ("manager", "Maeve Byrne", Role::Manager),
            ("admin", "Arun Pillai", Role::Admin),
        ],
    },
];

impl Demo {
    pub(super) fn run(self) -> anyhow::Result<()> {
        crate::logging::start();
        let listener = run::bind(self.listen)?;
        let (countries, server) = (self.places.countries()?, self.mail.mailer()?);
        let data = DataDir::open(&self.data_dir)?;
        let master = data.master_key()?;
        let public_url = run::local_url(&listener);
        let sender = Sender::parse("SafeShipper <notices@localhost>")?;
        // Into a folder, unless there is a server.
        let folder = server.is_none().then(|| data.mail());
        let mailer = server.unwrap_or_else(|| Mailer::folder(data.mail(), sender));
        let service = Service {
            listener,
            database: Database::embedded(&data)?,
            master,
            options: Options {
                public_url: public_url.clone(),
                mailer: Some(mailer),
                argon2: Argon2Params::default(),
                breached: None,
                countries,
                drift: Drift::OneStep,
                reach: run::reach(self.loopback_providers),
            },
        };
        run::block_on(service, move |runtime| {
            let (provisioner, now) = (runtime.provisioner, runtime.now);
            let password = runtime.handle.block_on(seed(provisioner, &data, now))?;
            announce(&public_url, &password, folder.as_deref());
            Ok(())
        })
    }
}

async fn seed(
    mut provisioner: Provisioner,
    data: &DataDir,
    now: OffsetDateTime,
) -> anyhow::Result<SecretString> {
    let mut has_companies = false;
    for company in COMPANIES {
        has_companies |= provisioner.has_company(company.slug).await?;
    }
    let password = data.demo_password(has_companies)?;
    for Company { slug, name, people } in COMPANIES {
        let addresses: Vec<String> = people
            .iter()
            .map(|(who, _, _)| format!("{who}@{slug}.example"))
            .collect();
        let people: Vec<Person<'_>> = people
            .iter()
            .zip(&addresses)
            .map(|((_, name, role), email)| Person {
                email,
                name,
                role: *role,
                password: &password,
            })
            .collect();
        provisioner.company(slug, name, &people, now).await?;
    }
    Ok(password)
}

fn announce(url: &str, password: &SecretString, mail: Option<&Path>) {
    let mut text = format!(
        "\nSafeShipper is up: {url}\n\nDemo sign-ins, all with the password {}\n",
        password.expose_secret()
    );
    for Company { slug, name, people } in COMPANIES {
        text.push_str(&format!("\n  {name}\n"));
        for (who, person, role) in people {
            text.push_str(&format!(
                "    {:34} {:12} {person}\n",
                format!("{who}@{slug}.example"),
                role.as_str()
            ));
        }
    }
    if let Some(folder) = mail {
        text.push_str(&format!(
            "\nWhat is sent by mail is written to {} instead.\n",
            folder.display()
        ));
    }
    text.push_str("\nStop with Ctrl-C. The data is kept for the next start.\n");
    crate::logging::print(&text);
}
