//! `safeshipper user lockdown`, `safeshipper user unlock` and `safeshipper session revoke`: the platform operator
//! takes access back at once, and is in the company's trail for it.

use app::factor_reset::{Asking, COOLING_HOURS};
use clap::{Args, Subcommand};

use super::installation::Installation;
use super::told;
use crate::logging::print;
use crate::run;

/// Accounts of people.
#[derive(Subcommand)]
pub(crate) enum Users {
    /// Lock an account: no sign-in, and every session is over at once.
    Lockdown(Decision),
    /// Let a person sign in again; what a lockdown ended stays over.
    Unlock(Decision),
    /// Reset a person's lost second factors, in effect after 24 hours unless they object.
    ResetFactors(Reset),
}

/// Sessions of people.
#[derive(Subcommand)]
pub(crate) enum Sessions {
    /// End every session of a person at once.
    Revoke(Revoke),
}

/// Whose account, and why.
#[derive(Args)]
pub(crate) struct Decision {
    #[command(flatten)]
    person: Person,
    /// Why, for the company's audit trail: 10 to 500 characters.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    installation: Installation,
}

/// Whose second factors, why, and how it is known who asks.
#[derive(Args)]
pub(crate) struct Reset {
    #[command(flatten)]
    decision: Decision,
    /// How the person proved again who they are, for the audit trail: 10 to 500 characters.
    #[arg(long, value_name = "TEXT")]
    identity: String,
}

/// Whose sessions.
#[derive(Args)]
pub(crate) struct Revoke {
    #[command(flatten)]
    person: Person,
    #[command(flatten)]
    installation: Installation,
}

#[derive(Args)]
struct Person {
    /// The short name of their company.
    #[arg(long, value_name = "SLUG")]
    company: String,
    /// Their e-mail address.
    #[arg(long, value_name = "ADDRESS")]
    email: String,
}

impl Users {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (decision, locks) = match self {
            Self::Lockdown(decision) => (decision, true),
            Self::Unlock(decision) => (decision, false),
            Self::ResetFactors(reset) => return reset.run(),
        };
        let Decision {
            person: Person { company, email },
            reason,
            installation,
        } = decision;
        let (database, master) = installation.open()?;
        run::provision(database, master, async |mut provisioner, now| {
            if locks {
                let done = provisioner.lock_down(&company, &email, &reason, now).await;
                done.map_err(told)?;
                print(&format!(
                    "`{email}` of `{company}` is locked, and every session is over"
                ));
            } else {
                let done = provisioner.unlock(&company, &email, &reason, now).await;
                done.map_err(told)?;
                print(&format!("`{email}` of `{company}` can sign in again"));
            }
            Ok(())
        })
    }
}

impl Reset {
    fn run(self) -> anyhow::Result<()> {
        let Self {
            decision:
                Decision {
                    person: Person { company, email },
                    reason,
                    installation,
                },
            identity,
        } = self;
        let (database, master) = installation.open()?;
        run::provision(database, master, async |mut provisioner, now| {
            let asking = Asking {
                reason: &reason,
                identity: &identity,
            };
            let done = provisioner.reset_factors(&company, &email, asking, now).await;
            done.map_err(told)?;
            print(&format!(
                "the second factors of `{email}` of `{company}` are removed in {COOLING_HOURS} hours, unless they object"
            ));
            Ok(())
        })
    }
}

impl Sessions {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let Self::Revoke(Revoke {
            person: Person { company, email },
            installation,
        }) = self;
        let (database, master) = installation.open()?;
        run::provision(database, master, async |mut provisioner, now| {
            let ended = provisioner
                .end_sessions(&company, &email, now)
                .await
                .map_err(told)?;
            print(&format!("{ended} sessions of `{email}` of `{company}` are over"));
            Ok(())
        })
    }
}
