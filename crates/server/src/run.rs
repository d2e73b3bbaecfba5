//! From a configuration to a running service and back: migrate, load, serve, stop in order.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use app::provision::Provisioner;
use app::{App, Clock, Settings};
use crypto::Rng;
use crypto::field::MasterKey;
use crypto::password::Argon2Params;
use store::address::{APP, DIRECTORY};
use store::bootstrap::RolePasswords;
use store::pool::PoolConfig;
use time::OffsetDateTime;
use tokio::runtime::{Handle, Runtime};
use tokio::signal::unix::{SignalKind, signal};

use crate::database::Database;

/// Connections to the database at most.
const CONNECTIONS: u32 = 16;

/// What to serve, and on what.
pub(crate) struct Service {
    pub(crate) listener: TcpListener,
    pub(crate) database: Database,
    pub(crate) master: MasterKey,
    pub(crate) public_url: String,
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

/// Serves until told to stop, then stops what was started.
pub(crate) fn block_on(
    service: Service,
    before: impl FnOnce(BeforeServing) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Service {
        listener,
        database,
        master,
        public_url,
    } = service;
    let runtime = Runtime::new()?;
    let served = serve(&runtime, listener, &database, master, public_url, before);
    runtime.shutdown_timeout(Duration::from_secs(5));
    let stopped = database.stop();
    served.and(stopped)
}

fn serve(
    runtime: &Runtime,
    listener: TcpListener,
    database: &Database,
    master: MasterKey,
    public_url: String,
    before: impl FnOnce(BeforeServing) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let clock = Clock::system();
    let rng = Rng::system();
    let passwords = RolePasswords::derive(&master);
    let (app, provisioner) = runtime.block_on(async {
        let address = database.address().await.context("the database")?;
        let owner = app::provision::prepare(&address, &master, &rng, clock.now())
            .await
            .context("preparing the database")?;
        let settings = Settings {
            pools: PoolConfig {
                app: address.as_role(APP, &passwords.app),
                directory: address.as_role(DIRECTORY, &passwords.directory),
                max_connections: CONNECTIONS,
                acquire_timeout: Duration::from_secs(5),
            },
            master: master.clone(),
            issuer: public_url.clone(),
            audience: "safeshipper".to_owned(),
            argon2: Argon2Params::default(),
            hashing_at_once: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            clock: clock.clone(),
        };
        let app = App::start(settings).await?;
        let provisioner = Provisioner::new(owner, master, Argon2Params::default(), rng).await?;
        anyhow::Ok((app, provisioner))
    })?;
    before(BeforeServing {
        handle: runtime.handle().clone(),
        provisioner,
        now: clock.now(),
    })?;
    let app = Arc::new(app);
    let router = web::service(web::WebState::new(app.clone()));
    runtime.block_on(async {
        tracing::info!(url = public_url, "serving");
        let served = web::serve(listener, router, stop_asked()).await;
        app.close().await;
        served.context("serving")
    })
}

/// Ends when the process is asked to stop.
async fn stop_asked() {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        // Without signals the process can only be killed; serving on is what it is for.
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("stopping");
}
