//! From a configuration to a running service and back: migrate, load, serve, stop in order.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use app::provision::{Prepared, Provisioner};
use app::sessions::place::Countries;
use app::{App, Clock, Reach, Settings};
use crypto::Rng;
use crypto::field::MasterKey;
use crypto::password::Argon2Params;
use crypto::totp::Drift;
use partners::mail::Mailer;
use store::address::{APP, DIRECTORY};
use store::bootstrap::RolePasswords;
use store::pool::PoolConfig;
use time::OffsetDateTime;
use tokio::runtime::{Handle, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::database::Database;

/// Connections to the database at most.
const CONNECTIONS: u32 = 16;
/// How long connections to the database may be busy after the last request was finished or given up.
const CLOSING: Duration = Duration::from_secs(5);

/// What to serve, and on what.
pub(crate) struct Service {
    pub(crate) listener: TcpListener,
    pub(crate) database: Database,
    pub(crate) master: MasterKey,
    pub(crate) options: Options,
}

/// What may be chosen about a service.
pub(crate) struct Options {
    pub(crate) public_url: String,
    pub(crate) mailer: Option<Mailer>,
    pub(crate) argon2: Argon2Params,
    pub(crate) breached: Option<PathBuf>,
    pub(crate) countries: Countries,
    pub(crate) drift: Drift,
    pub(crate) reach: Reach,
}

/// What a command may use between migration and the first request.
pub(crate) struct BeforeServing {
    pub(crate) handle: Handle,
    pub(crate) provisioner: Provisioner,
    pub(crate) now: OffsetDateTime,
}

/// Takes the address before anything is started, so that a second start fails at once and clearly.
pub(crate) fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address)
        .with_context(|| format!("cannot listen on {address}; choose another with --listen"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// The address to type into a browser on this machine. By name: browsers keep `Secure` cookies for it.
pub(crate) fn local_url(listener: &TcpListener) -> String {
    let port = listener.local_addr().map_or(0, |address| address.port());
    format!("http://localhost:{port}")
}

/// How far requests to OpenID providers may go.
pub(crate) const fn reach(loopback: bool) -> Reach {
    if loopback {
        Reach::AlsoLoopback
    } else {
        Reach::Public
    }
}

/// Serves until told to stop, then stops what was started; told twice, it waits for nothing but the database.
pub(crate) fn block_on(
    service: Service,
    before: impl FnOnce(BeforeServing) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Service {
        listener,
        database,
        master,
        options,
    } = service;
    let runtime = Runtime::new()?;
    let served = serve(&runtime, listener, (&database, master), options, before);
    runtime.shutdown_timeout(Duration::from_secs(5));
    let stopped = database.stop();
    served.and(stopped)
}

/// Prepares the database as a start does, and has companies or people made in it.
pub(crate) fn provision(
    database: Database,
    master: MasterKey,
    make: impl AsyncFnOnce(Provisioner, OffsetDateTime) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let runtime = Runtime::new()?;
    let made = runtime.block_on(async {
        let (now, rng) = (Clock::system().now(), Rng::system());
        let address = database.address().await.context("the database")?;
        let prepared = app::provision::prepare(&address, &master, &rng, now)
            .await
            .context("preparing the database")?;
        make(
            Provisioner::new(prepared.owner, master, Argon2Params::default(), rng).await?,
            now,
        )
        .await
    });
    let stopped = database.stop();
    made.and(stopped)
}

fn serve(
    runtime: &Runtime,
    listener: TcpListener,
    (database, master): (&Database, MasterKey),
    options: Options,
    before: impl FnOnce(BeforeServing) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut signals = {
        let _inside = runtime.enter();
        Signals::listen().context("listening for signals")?
    };
    let public_url = options.public_url.clone();
    let (app, before_serving) = runtime.block_on(async {
        tokio::select! {
            started = start(database, master, options) => started,
            () = signals.next() => bail!("told to stop while starting"),
        }
    })?;
    before(before_serving)?;
    let router = web::service(web::WebState::new(app.clone()));
    runtime.block_on(async {
        tracing::info!(url = public_url, "serving");
        let (stop, stopped) = oneshot::channel();
        let serving = web::serve(listener, router, async {
            // An error says that there is nobody left to tell.
            let _ = stopped.await;
        });
        tokio::select! {
            served = async {
                let served = serving.await;
                if timeout(CLOSING, app.close()).await.is_err() {
                    tracing::warn!("stopping although the database is in use");
                }
                served
            } => served.context("serving"),
            () = async {
                signals.next().await;
                tracing::info!("stopping");
                let _ = stop.send(());
                signals.next().await;
            } => {
                tracing::warn!("stopping at once");
                Ok(())
            }
        }
    })
}

async fn start(
    database: &Database,
    master: MasterKey,
    options: Options,
) -> anyhow::Result<(Arc<App>, BeforeServing)> {
    let (clock, rng) = (Clock::system(), Rng::system());
    let address = database.address().await.context("the database")?;
    let Prepared { owner, secret } = app::provision::prepare(&address, &master, &rng, clock.now())
        .await
        .context("preparing the database")?;
    let argon2 = options.argon2;
    let passwords = RolePasswords::derive(&secret);
    let settings = Settings {
        pools: PoolConfig {
            app: address.as_role(APP, &passwords.app),
            directory: address.as_role(DIRECTORY, &passwords.directory),
            max_connections: CONNECTIONS,
            acquire_timeout: Duration::from_secs(5),
        },
        master: master.clone(),
        secret,
        issuer: options.public_url,
        audience: "safeshipper".to_owned(),
        argon2,
        breached: options.breached,
        hashing_at_once: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        countries: options.countries,
        drift: options.drift,
        mail: app::Mail {
            mailer: options.mailer,
            sends_by_itself: true,
        },
        tends_data_keys: true,
        reach: options.reach,
        clock: clock.clone(),
    };
    let app = App::start(settings).await?;
    let before = BeforeServing {
        handle: Handle::current(),
        provisioner: Provisioner::new(owner, master, argon2, rng).await?,
        now: clock.now(),
    };
    Ok((Arc::new(app), before))
}

/// The ways in which a process is asked to stop.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Ends when the process is asked to stop once more.
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
