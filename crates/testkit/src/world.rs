//! Two companies with a person of every role, the platform beside them, and their live sessions.
//!
//! What one company must not see of the other is tested with both in one database.

use std::collections::HashMap;
use std::sync::Arc;

use access::actor::{Actor, LiveSession};
use access::grant::Grant;
use access::ids::{CompanyId, PLATFORM_COMPANY, SessionId, UserId};
use access::permission::Permission;
use access::policy::Policies;
use access::role::Role;
use crypto::Rng;
use crypto::field::{BlindIndex, DataKey, DataKeyId, FieldContext, Keychain, Purpose, normalise_email};
use crypto::opaque::{RefreshToken, SessionToken};
use crypto::password::{Argon2Params, hash};
use secrecy::SecretString;
use store::Store;
use store::audit::Origin;
use store::bootstrap::Owner;
use store::provision::{NewKey, NewUser};
use store::sessions::{Candidate, Limits, NewSession};
use time::Duration;
use uuid::Uuid;

use crate::database::{TestDatabase, installation_key, master_key};
use crate::now;

/// The password of everybody.
pub const PASSWORD: &str = "correct horse battery staple";

/// As cheap as Argon2 goes.
pub const CHEAP: Argon2Params = Argon2Params {
    memory_kib: 8,
    iterations: 1,
    parallelism: 1,
};

/// Limits no test reaches.
pub const LONG: Limits = Limits {
    idle: Duration::hours(1),
    absolute: Duration::hours(12),
};

/// The companies of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Company {
    /// The one that tests act as.
    A,
    /// The other one.
    B,
    /// The platform's own; its only person is a SUPER_ADMIN.
    Platform,
}

impl Company {
    /// Its short name.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::A => "alpha",
            Self::B => "bravo",
            Self::Platform => "platform",
        }
    }

    /// The address of its person of a role, as `viewer@alpha.example`.
    #[must_use]
    pub fn email(self, role: Role) -> String {
        format!("{}@{}.example", role.as_str().to_lowercase(), self.slug())
    }
}

/// A database with everybody in it.
pub struct World {
    /// The database.
    pub database: TestDatabase,
    /// The store of a running server on it.
    pub store: Arc<Store>,
    /// The policies of the program.
    pub policies: Policies,
    ids: HashMap<Company, CompanyId>,
    users: HashMap<(Company, Role), UserId>,
    keys: HashMap<(Company, Purpose), DataKey>,
}

impl World {
    /// Makes everybody.
    ///
    /// # Panics
    /// When there is no server to test with.
    pub async fn create() -> Self {
        let database = TestDatabase::create().await;
        let store = Arc::new(database.store().await);
        let mut world = Self {
            store,
            policies: Policies::embedded().expect("the policies load"),
            ids: HashMap::new(),
            users: HashMap::new(),
            keys: HashMap::new(),
            database,
        };
        let mut owner = world.database.owner().await;
        for company in [Company::Platform, Company::A, Company::B] {
            world.found(&mut owner, company).await;
            for role in Role::ALL {
                if (role == Role::SuperAdmin) == (company == Company::Platform) {
                    let user = world.hire(&mut owner, company, role, &company.email(role)).await;
                    world.users.insert((company, role), user);
                }
            }
        }
        world
    }

    async fn found(&mut self, owner: &mut Owner, company: Company) {
        let id = match company {
            Company::Platform => PLATFORM_COMPANY,
            Company::A | Company::B => CompanyId::generate(now()),
        };
        let (rng, master) = (Rng::system(), master_key());
        let mut keys = Vec::new();
        for purpose in Purpose::ALL {
            let key = match (company, purpose) {
                (Company::Platform, Purpose::Installation) => installation_key(),
                (_, Purpose::Installation) => continue,
                _ => DataKey::generate(DataKeyId(Uuid::new_v4()), id.uuid(), purpose, &rng)
                    .expect("randomness"),
            };
            self.keys.insert((company, purpose), key.clone());
            keys.push(NewKey::wrap(key, &master, &rng).expect("wraps"));
        }
        owner
            .provision_company(id, company.slug(), company.slug(), &keys, now())
            .await
            .expect("provisions");
        self.ids.insert(company, id);
    }

    /// Makes one more person, with [`PASSWORD`].
    ///
    /// # Panics
    /// When the address is taken in this company.
    pub async fn hire(&self, owner: &mut Owner, company: Company, role: Role, email: &str) -> UserId {
        let rng = Rng::system();
        let (id, company_id) = (UserId::generate(now()), self.id(company));
        let place = FieldContext {
            table: "users",
            column: "email_sealed",
            row: id.uuid(),
            company: company_id.uuid(),
        };
        let sealed = Keychain::new(self.key(company, Purpose::Identity))
            .seal(&place, email.as_bytes(), &rng)
            .expect("seals");
        let person = NewUser {
            id,
            email_index: self.email_index(email),
            email: sealed,
            display_name: &format!("{} of {}", role.as_str().to_lowercase(), company.slug()),
            role,
            password: &hash(&SecretString::from(PASSWORD), CHEAP, &rng).expect("hashes"),
        };
        owner
            .provision_user(company_id, &person, now())
            .await
            .expect("provisions");
        id
    }

    /// A company's id.
    #[must_use]
    pub fn id(&self, company: Company) -> CompanyId {
        self.ids[&company]
    }

    /// Its person of a role.
    #[must_use]
    pub fn user(&self, company: Company, role: Role) -> UserId {
        self.users[&(company, role)]
    }

    /// Its data key for a purpose.
    #[must_use]
    pub fn key(&self, company: Company, purpose: Purpose) -> &DataKey {
        &self.keys[&(company, purpose)]
    }

    /// By which an address is found: keyed by the platform, since at sign-in the company is not known yet.
    ///
    /// # Panics
    /// Never: the key is of its purpose.
    #[must_use]
    pub fn email_index(&self, email: &str) -> [u8; 16] {
        let key = self.key(Company::Platform, Purpose::BlindIndex);
        let index = BlindIndex::new(key, "users.email").expect("a key for indexes");
        *index.of(&normalise_email(email)).as_bytes()
    }

    /// A company's person of a role as sign-in finds them.
    ///
    /// # Panics
    /// When they are not found.
    pub async fn candidate(&self, company: Company, role: Role) -> Candidate {
        self.store
            .find_sign_in(&self.email_index(&company.email(role)), Some(company.slug()))
            .await
            .expect("the directory answers")
            .expect("the person is there")
    }

    /// Signs in with a cookie: a live session and who is calling in it.
    ///
    /// # Panics
    /// When the sign-in fails.
    pub async fn session(&self, company: Company, role: Role) -> Arc<Actor> {
        let (_, token) = self.sign_in(company, role, LONG).await;
        let live = self.store.session_of_cookie(&token.hash()).await;
        actor(live.expect("the directory answers"))
    }

    /// Opens a console session with these limits.
    ///
    /// # Panics
    /// When the sign-in fails.
    pub async fn sign_in(&self, company: Company, role: Role, limits: Limits) -> (SessionId, SessionToken) {
        let token = SessionToken::generate(&Rng::system()).expect("randomness");
        let new = NewSession::Console(token.hash());
        (self.open(company, role, &new, limits).await, token)
    }

    /// Opens an API session with these limits.
    ///
    /// # Panics
    /// When the sign-in fails.
    pub async fn sign_in_to_api(
        &self,
        company: Company,
        role: Role,
        limits: Limits,
    ) -> (SessionId, RefreshToken) {
        let token = RefreshToken::generate(&Rng::system()).expect("randomness");
        let new = NewSession::Api(token.hash());
        (self.open(company, role, &new, limits).await, token)
    }

    async fn open(&self, company: Company, role: Role, new: &NewSession, limits: Limits) -> SessionId {
        let who = self.candidate(company, role).await;
        self.store
            .open_session(&who, new, limits, &Origin::default(), now())
            .await
            .expect("the session opens")
    }

    /// A permission of an actor, by the policies of the program.
    ///
    /// # Panics
    /// When they refuse it.
    #[must_use]
    pub fn grant<P: Permission>(&self, actor: &Arc<Actor>) -> Grant<P> {
        self.policies
            .authorize(actor, now())
            .expect("the policies permit it")
    }
}

/// Who calls in a session that must be live.
///
/// # Panics
/// When it is not.
#[must_use]
pub fn actor(live: Option<LiveSession>) -> Arc<Actor> {
    Actor::from_live_session(live.expect("the session is live"))
}
