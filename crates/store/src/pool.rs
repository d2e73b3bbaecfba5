//! The two pools of a running server, and the proof that their roles cannot reach past row-level security.

use std::sync::Arc;
use std::time::Duration;

use crypto::opaque::HandleKey;
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use crate::error::StoreError;
use crate::notices::{NoticeWriter, Outbox};

/// A connection that has rested no longer than this was in use a moment ago and is not asked again whether it
/// lives: the question is a round trip, as long as many a request's own. It was asked when it was given back.
const RESTED: Duration = Duration::from_secs(1);

/// How a server reaches the database.
pub struct PoolConfig {
    /// As `safeshipper_app`: every company's rows, one company a transaction.
    pub app: PgConnectOptions,
    /// As `safeshipper_directory`: the functions of sign-in.
    pub directory: PgConnectOptions,
    /// Connections of the application's pool at most.
    pub max_connections: u32,
    /// How long a request waits for a connection.
    pub acquire_timeout: Duration,
}

/// The database, as far as a running server reaches.
pub struct Store {
    pub(crate) app: PgPool,
    pub(crate) directory: PgPool,
    pub(crate) handles: HandleKey,
    pub(crate) outbox: Outbox,
}

impl Store {
    /// Connects both pools and checks their roles.
    ///
    /// # Errors
    /// When the database does not answer, or a role is a superuser, bypasses row-level security, or owns tables.
    pub async fn connect(config: PoolConfig, handles: HandleKey) -> Result<Self, StoreError> {
        let pool = |options: PgConnectOptions, max| {
            PgPoolOptions::new()
                .max_connections(max)
                .acquire_timeout(config.acquire_timeout)
                .test_before_acquire(false)
                .before_acquire(|connection, about| {
                    Box::pin(async move {
                        if about.idle_for > RESTED {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .connect_with(pinned(options))
        };
        let app = pool(config.app, config.max_connections).await?;
        let directory = pool(config.directory, config.max_connections.div_ceil(2)).await?;
        for pool in [&app, &directory] {
            refuse_unsafe_role(pool).await?;
        }
        Ok(Self {
            app,
            directory,
            handles,
            outbox: Outbox::default(),
        })
    }

    /// Has notices written by this writer; before that, nothing can be done of which a person is told.
    #[must_use]
    pub fn with_notices(mut self, writer: Arc<dyn NoticeWriter>) -> Self {
        self.outbox = Outbox::new(writer);
        self
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), StoreError> {
        sqlx::query_scalar!("select 1 as one")
            .fetch_one(&self.app)
            .await?;
        sqlx::query_scalar!("select 1 as one")
            .fetch_one(&self.directory)
            .await?;
        Ok(())
    }

    /// Ends both pools; waits for what is under way.
    pub async fn close(&self) {
        self.app.close().await;
        self.directory.close().await;
    }
}

/// The schema is pinned: no object elsewhere can stand in for one of ours (DATA-7).
pub(crate) fn pinned(options: PgConnectOptions) -> PgConnectOptions {
    options.application_name("safeshipper").options([
        ("search_path", "safeshipper"),
        ("statement_timeout", "15000"),
        ("lock_timeout", "5000"),
    ])
}

/// Both the role it works as and the one it signed in as, to which `reset role` returns.
async fn refuse_unsafe_role(pool: &PgPool) -> Result<(), StoreError> {
    let roles = sqlx::query!(
        r#"select rolname::text as "name!", rolsuper as "superuser!", rolbypassrls as "bypasses!",
               exists (select from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')) as "owns!",
               exists (select from pg_roles x where pg_has_role(r.oid, x.oid, 'member')
                   and (x.rolsuper or x.rolbypassrls or x.rolname in ('safeshipper_owner', 'safeshipper_guard',
                       'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')))
                   as "becomes!"
           from pg_roles r where rolname in (current_user, session_user)"#
    )
    .fetch_all(pool)
    .await?;
    for role in roles {
        let why = if role.superuser {
            "is a superuser"
        } else if role.bypasses {
            "bypasses row-level security"
        } else if role.owns {
            "owns tables"
        } else if role.becomes {
            "can become a role that reaches past row-level security"
        } else {
            continue;
        };
        return Err(StoreError::UnsafeRole { role: role.name, why });
    }
    Ok(())
}
