//! `safeshipper policy explain`: which policies decide a permission, and why.

use access::actor::{AccountState, PasskeyPolicy, Passkeys, Personal, SecondFactorPolicy, SessionRow};
use access::document::DocumentType;
use access::ids::{CompanyId, PLATFORM_COMPANY, SessionId, UserId};
use access::permission::ALL;
use access::policy::{Cited, Explanation, Policies};
use access::role::Role;
use anyhow::{Context, anyhow, bail};
use app::Clock;
use app::provision::{ObjectId, Standing};
use clap::Args;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::super::installation::Installation;
use super::super::told;
use super::about::{About, Object, OfShipment, document_type};
use crate::logging::print;
use crate::run;

/// Who asks for what, on what, having shown what.
#[derive(Args)]
pub(crate) struct Explain {
    /// The permission, such as `shipments.view.own`; see docs/permissions.txt.
    permission: String,
    /// One object: of the company by its id, such as `shipment:shp_…`, `incident:…`, `override:…` or `user:…`; or one that
    /// need not exist by its kind alone (`shipment`, `check`, `audit-event`, `incident`, `override`, `person`, `document`),
    /// described by the options. Without it, the company as a whole.
    #[arg(value_parser = About::parse)]
    resource: Option<About>,
    /// The short name of the person's company.
    #[arg(
        long,
        value_name = "SLUG",
        requires = "email",
        required_unless_present = "role"
    )]
    company: Option<String>,
    /// The person's e-mail address.
    #[arg(long, value_name = "ADDRESS", requires = "company")]
    email: Option<String>,
    /// Somebody of this role instead of a person; needs no installation.
    #[arg(long, conflicts_with_all = ["company", "email"])]
    role: Option<Role>,
    /// The object was created by whoever asks; of an override, its shipment.
    #[arg(long, requires = "resource")]
    own: bool,
    /// The override was asked for by whoever asks.
    #[arg(long, requires = "resource")]
    asked: bool,
    /// Whoever asks has changed the load that the override is of.
    #[arg(long, requires = "resource")]
    changed: bool,
    /// The object is assigned to whoever asks.
    #[arg(long, requires = "resource")]
    assigned: bool,
    /// The object is another company's.
    #[arg(long, requires = "resource")]
    foreign: bool,
    /// The shipment, or that of the override, is one that the incident of the person's emergency access names.
    #[arg(long, requires = "resource")]
    named: bool,
    /// The type of the document, such as `SAFETY_DATA_SHEET`.
    #[arg(
        long,
        value_name = "TYPE",
        requires = "resource",
        required_if_eq("resource", "document"),
        value_parser = document_type
    )]
    document_type: Option<DocumentType>,
    /// The document is of a shipment, which whoever asks sees or does not.
    #[arg(long, value_name = "SEEN", requires = "document_type")]
    of_shipment: Option<OfShipment>,
    /// The role of the other person whom something is done to.
    #[arg(
        long,
        value_name = "ROLE",
        requires = "resource",
        required_if_eq("resource", "person")
    )]
    of_role: Option<Role>,
    /// How long ago the session showed the password.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    password: u32,
    /// How long ago the session showed a second factor; without it, it has not.
    #[arg(long, value_name = "SECONDS")]
    second_factor: Option<u32>,
    /// How long ago the session showed a passkey, which is a second factor too.
    #[arg(long, value_name = "SECONDS")]
    passkey: Option<u32>,
    #[command(flatten)]
    installation: Installation,
}

impl Explain {
    pub(super) fn run(self) -> anyhow::Result<bool> {
        let policies = Policies::embedded()?;
        if !ALL.iter().any(|info| info.name == self.permission) {
            bail!("`{}` is no permission", self.permission);
        }
        let (permission, object) = (self.permission.clone(), self.object()?);
        let (password, factor, passkey) = (self.password, self.second_factor, self.passkey);
        let on = self.stored().map_or_else(String::new, |id| format!(" on `{id}`"));
        let now = Clock::system().now();
        let ago = |seconds: u32| now - Duration::seconds(i64::from(seconds));
        let Standing {
            session: mut row,
            object: stored,
        } = self.standing(now)?;
        row.authenticated_at = ago(password);
        row.passkeys.shown_at = passkey.map(ago);
        row.second_factor_at = factor.into_iter().chain(passkey).min().map(ago);
        let object = stored.or_else(|| object.map(|object| object.of(&row)));
        let who = format!("{} ({}) of {}{on}", row.display_name, row.role, row.company_name);
        let explanation = policies
            .explain(row, object.as_ref(), &permission, now)
            .map_err(|_| anyhow!("`{permission}` does not apply to this kind of object"))?;
        print(told_of(&explanation, &who).trim_end());
        Ok(explanation.allowed)
    }

    const fn stored(&self) -> Option<ObjectId> {
        match self.resource {
            Some(About::Stored(id)) => Some(id),
            _ => None,
        }
    }

    /// What the options describe; nothing where a stored object is named.
    fn object(&self) -> anyhow::Result<Option<Object>> {
        let kind = match self.resource {
            None => return Ok(None),
            Some(About::Stored(_)) if self.describes() => {
                bail!("what is stored is not described: leave out the options that say what the object is");
            }
            Some(About::Stored(_)) => return Ok(None),
            Some(About::Kind(kind)) => kind,
        };
        Ok(Some(Object {
            kind: kind.resource(),
            own: self.own,
            asked: self.asked,
            changed: self.changed,
            assigned: self.assigned,
            foreign: self.foreign,
            named: self.named,
            role: self.of_role,
            document_type: self.document_type,
            of_shipment: self.of_shipment,
        }))
    }

    const fn describes(&self) -> bool {
        self.own
            || self.asked
            || self.changed
            || self.assigned
            || self.foreign
            || self.named
            || self.of_role.is_some()
            || self.document_type.is_some()
    }

    /// The session that the person would have and the object by its id, or somebody of the role.
    fn standing(self, now: OffsetDateTime) -> anyhow::Result<Standing> {
        let stored = self.stored();
        let (Some(company), Some(email)) = (self.company, self.email) else {
            if stored.is_some() {
                bail!("an object is a company's: name a person of it with `--company` and `--email`");
            }
            return Ok(Standing {
                session: somebody(self.role.context("`--role` is missing")?, now),
                object: None,
            });
        };
        let (database, master) = self.installation.open()?;
        let mut standing = None;
        run::provision(database, master, async |mut provisioner, _| {
            let asked = (self.permission.as_str(), stored);
            let told = provisioner
                .standing(&company, &email, asked, now)
                .await
                .map_err(told);
            standing = Some(told?);
            Ok(())
        })?;
        standing.context("the database did not answer")
    }
}

/// Somebody of this role, in a company that demands nothing.
fn somebody(role: Role, now: OffsetDateTime) -> SessionRow {
    let company = if role == Role::SuperAdmin {
        PLATFORM_COMPANY
    } else {
        CompanyId::from_uuid(Uuid::nil())
    };
    SessionRow {
        session: SessionId::from_uuid(Uuid::nil()),
        handle_hash: [0; 32],
        user: UserId::from_uuid(Uuid::nil()),
        company,
        company_name: "a company that demands no factors".to_owned(),
        role,
        account: AccountState::Active,
        display_name: "somebody".to_owned(),
        second_factor_at: None,
        authenticated_at: now,
        amr: Vec::new(),
        has_second_factor: false,
        second_factor_policy: SecondFactorPolicy::Optional,
        passkeys: Passkeys {
            policy: PasskeyPolicy::Optional,
            ..Passkeys::default()
        },
        personal: Personal::default(),
        expires_at: now + Duration::HOUR,
    }
}

fn told_of(explanation: &Explanation, who: &str) -> String {
    let Explanation {
        permission,
        allowed,
        permits,
        forbids,
        missing,
        failed,
    } = explanation;
    let answer = if *allowed { "allowed" } else { "refused" };
    let mut text = format!("`{permission}` is {answer} to {who}\n");
    let mut list = |head: &str, cited: &[Cited]| {
        if !cited.is_empty() {
            text.push_str(&format!("\n{head}\n"));
        }
        for policy in cited {
            let reason = policy.reason.map_or("", |reason| reason.as_str());
            let colon = if reason.is_empty() { "" } else { ": " };
            text.push_str(&format!("  {}{colon}{reason}\n", policy.at));
            for line in excerpt(&policy.text, permission) {
                text.push_str(&format!("      {line}\n"));
            }
        }
    };
    list("forbidden, whatever permits it, by", forbids);
    list(
        if forbids.is_empty() {
            "permitted by"
        } else {
            "it would be permitted by"
        },
        permits,
    );
    if permits.is_empty() {
        list("no permit applies; it would take", missing);
    }
    if permits.is_empty() && missing.is_empty() {
        text.push_str("\nno policy permits it to anybody\n");
    }
    for error in failed {
        text.push_str(&format!("\ncould not be evaluated: {error}\n"));
    }
    text
}

/// A policy without the other actions it names.
fn excerpt<'a>(text: &'a str, permission: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().filter(move |line| {
        let line = line.trim().trim_end_matches(',');
        let name = line
            .strip_prefix("Action::\"")
            .and_then(|rest| rest.strip_suffix('"'));
        name.is_none_or(|name| name == permission) && !line.starts_with("@reason")
    })
}
