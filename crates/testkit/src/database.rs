//! A PostgreSQL database a test: cloned from a migrated template, gone afterwards.
//!
//! The server is named by `SAFESHIPPER_TEST_PG`, the URL of a superuser. The template's name is a hash of the
//! migrations, so that it is made once for a server and made anew when they change. Roles belong to the
//! server, not to a database: all tests share them, with passwords from one fixed master key.

use std::time::Duration;

use access::ids::PLATFORM_COMPANY;
use crypto::derive::{InstallationSecret, derive_secret};
use crypto::field::{DataKey, DataKeyId, MasterKey};
use crypto::opaque::HandleKey;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};
use store::Store;
use store::audit::Origin;
use store::bootstrap::{Owner, RolePasswords, prepare};
use store::notices::{Addressee, Country, Lanes, Notice, NoticeWriter, Outbox, SealedLetter};
use store::pool::PoolConfig;
use uuid::Uuid;

/// Names the superuser's URL.
pub const SERVER: &str = "SAFESHIPPER_TEST_PG";

/// One for the whole server, whatever the template: making one alters roles, which belong to the server.
const MAKING_A_TEMPLATE: i64 = 0x5afe_0001;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../../migrations");

/// The master key of every test.
///
/// # Panics
/// Never: the text is one.
#[must_use]
pub fn master_key() -> MasterKey {
    let text = SecretString::from("dGVzdCBtYXN0ZXIga2V5OiBuZXZlciBpbiBzZXJ2aWM=");
    MasterKey::from_base64(&text).expect("32 bytes in base64")
}

/// What the program's own secrets derive from in every test.
///
/// # Panics
/// Never: the key is of its purpose.
#[must_use]
pub fn installation() -> InstallationSecret {
    InstallationSecret::new(&installation_key()).expect("a key of its purpose")
}

/// As [`installation`], as the data key of the platform that it is.
#[must_use]
pub fn installation_key() -> DataKey {
    DataKey::inherited(
        DataKeyId(Uuid::from_u128(16)),
        PLATFORM_COMPANY.uuid(),
        &master_key(),
    )
}

/// A database of this test alone, dropped with it.
pub struct TestDatabase {
    admin: PgConnectOptions,
    name: String,
}

impl TestDatabase {
    /// Clones a new database.
    ///
    /// # Panics
    /// When there is no server to test with.
    pub async fn create() -> Self {
        let url = std::env::var(SERVER).unwrap_or_else(|_| {
            panic!("`{SERVER}` is not set: run through `./dev test` or the example `with-postgres` of crates/cluster")
        });
        let admin: PgConnectOptions = url.parse().expect("a postgres:// URL");
        let mut server = PgConnection::connect_with(&admin)
            .await
            .expect("the server of the tests answers");
        let template = template(&mut server, &admin).await;
        let name = format!("test_{}", uuid::Uuid::new_v4().simple());
        run(&mut server, format!("create database {name} template {template}")).await;
        // A clone does not inherit who may connect.
        run(&mut server, format!("revoke all on database {name} from public")).await;
        let working = "safeshipper_app, safeshipper_directory";
        run(
            &mut server,
            format!("grant connect on database {name} to {working}"),
        )
        .await;
        server.close().await.expect("closes");
        Self { admin, name }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How the superuser connects to it.
    #[must_use]
    pub fn superuser_options(&self) -> PgConnectOptions {
        self.admin.clone().database(&self.name)
    }

    /// The superuser's URL of it, for programs of PostgreSQL.
    ///
    /// # Panics
    /// When there is no server to test with.
    #[must_use]
    pub fn url(&self) -> String {
        let server = std::env::var(SERVER).expect("a server to test with");
        let (server, _) = server.rsplit_once('/').expect("a URL with a database");
        format!("{server}/{}", self.name)
    }

    /// How `safeshipper_app` connects to it.
    #[must_use]
    pub fn app_options(&self) -> PgConnectOptions {
        as_role(self.superuser_options(), "safeshipper_app", &passwords().app)
    }

    /// How `safeshipper_directory` connects to it.
    #[must_use]
    pub fn directory_options(&self) -> PgConnectOptions {
        as_role(
            self.superuser_options(),
            "safeshipper_directory",
            &passwords().directory,
        )
    }

    /// The store of a running server.
    ///
    /// # Panics
    /// When it does not connect.
    pub async fn store(&self) -> Store {
        let config = PoolConfig {
            app: self.app_options(),
            directory: self.directory_options(),
            max_connections: 4,
            acquire_timeout: Duration::from_secs(20),
        };
        Store::connect(config, HandleKey::derive(&installation()))
            .await
            .expect("the store connects")
            .with_notices(std::sync::Arc::new(Unread))
    }

    /// The schema's owner, for provisioning.
    ///
    /// # Panics
    /// When it does not connect.
    pub async fn owner(&self) -> Owner {
        Owner::connect(self.superuser_options())
            .await
            .expect("the owner connects")
    }

    /// A pool that sees everything, to look behind the store's back.
    ///
    /// # Panics
    /// When it does not connect.
    pub async fn superuser(&self) -> PgPool {
        PgPoolOptions::new()
            .max_connections(2)
            .connect_with(in_schema(self.superuser_options()))
            .await
            .expect("the superuser connects")
    }

    /// A raw connection as `safeshipper_app`, as SQL injected into the application would have it.
    ///
    /// # Panics
    /// When it does not connect.
    pub async fn as_app(&self) -> PgConnection {
        connect(in_schema(self.app_options())).await
    }

    /// A raw connection as `safeshipper_directory`.
    ///
    /// # Panics
    /// When it does not connect.
    pub async fn as_directory(&self) -> PgConnection {
        connect(in_schema(self.directory_options())).await
    }
}

/// The one text that a query finds in a database of its own, past row-level security.
///
/// # Panics
/// When the database does not answer, or with anything else.
pub async fn one_text(url: &str, sql: &'static str) -> String {
    let mut connection = PgConnection::connect(url).await.expect("connects");
    sqlx::query_scalar(sql)
        .fetch_one(&mut connection)
        .await
        .expect("one text")
}

/// An outbox whose notices nobody reads.
#[must_use]
pub fn unread() -> Outbox {
    Outbox::new(std::sync::Arc::new(Unread))
}

/// Writes notices that nobody reads: for tests of the store alone, where there is no platform with its key.
struct Unread;

impl NoticeWriter for Unread {
    fn country(&self, _: std::net::IpAddr) -> Option<Country> {
        None
    }

    fn write(
        &self,
        _: &Notice,
        to: &Addressee,
        _: &Origin,
        _: time::OffsetDateTime,
    ) -> Result<SealedLetter, &'static str> {
        Ok(SealedLetter {
            id: uuid::Uuid::new_v4(),
            sealed: b"unread".to_vec(),
            lanes: Lanes {
                company: to.company.uuid().into_bytes(),
                person: to.user.uuid().into_bytes(),
            },
        })
    }
}

impl Drop for TestDatabase {
    /// Best effort: what remains goes with the server. On a thread of its own, for a runtime cannot wait.
    fn drop(&mut self) {
        let (admin, name) = (self.admin.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let mut server = PgConnection::connect_with(&admin).await?;
                sqlx::query(trusted(format!("drop database if exists {name} with (force)")))
                    .execute(&mut server)
                    .await?;
                server.close().await
            })?;
            anyhow::Ok(())
        });
        let _ = dropping.join();
    }
}

fn passwords() -> RolePasswords {
    let password = |label| {
        let bytes = derive_secret(&installation(), label);
        SecretString::from(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
    };
    RolePasswords {
        app: password("database role safeshipper_app"),
        directory: password("database role safeshipper_directory"),
    }
}

fn as_role(options: PgConnectOptions, role: &str, password: &SecretString) -> PgConnectOptions {
    options.username(role).password(password.expose_secret())
}

fn in_schema(options: PgConnectOptions) -> PgConnectOptions {
    options.options([("search_path", "safeshipper")])
}

async fn connect(options: PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(&options).await.expect("connects")
}

/// The template of these migrations; made by whoever comes first, under a name it gets only when complete.
async fn template(server: &mut PgConnection, admin: &PgConnectOptions) -> String {
    let mut hash = Sha256::new();
    hash.update(include_str!("../../store/src/roles.sql"));
    for migration in MIGRATIONS.iter() {
        hash.update(&migration.checksum);
    }
    let digest: String = hash
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let name = format!("safeshipper_template_{digest}");
    sqlx::query("select pg_advisory_lock($1)")
        .bind(MAKING_A_TEMPLATE)
        .execute(&mut *server)
        .await
        .expect("locks");
    let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut *server)
        .await
        .expect("answers");
    if !there {
        let half = format!("{name}_half");
        run(server, format!("drop database if exists {half} with (force)")).await;
        run(server, format!("create database {half}")).await;
        let owner = prepare(admin.clone().database(&half), &passwords())
            .await
            .expect("the migrations apply");
        drop(owner);
        run(server, format!("alter database {half} rename to {name}")).await;
    }
    sqlx::query("select pg_advisory_unlock($1)")
        .bind(MAKING_A_TEMPLATE)
        .execute(&mut *server)
        .await
        .expect("unlocks");
    name
}

async fn run(server: &mut PgConnection, statement: String) {
    sqlx::query(trusted(statement))
        .execute(server)
        .await
        .expect("the superuser may do it");
}

#[expect(
    clippy::disallowed_methods,
    reason = "`create database` takes no parameters; the names are made of hexadecimal digits here"
)]
fn trusted(statement: String) -> sqlx::AssertSqlSafe<String> {
    sqlx::AssertSqlSafe(statement)
}
