//! One node of the application, and further ones on the same database.

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::sessions::place::Countries;
use app::{App, Clock, Settings};
use crypto::field::MasterKey;
use crypto::totp::Drift;
use store::pool::PoolConfig;
use time::Duration;
use tokio::sync::oneshot;

use super::caller::Proof;
use super::{AUDIENCE, Caller, ISSUER};
use crate::database::installation;
use crate::mail::MailSink;
use crate::now;
use crate::world::{CHEAP, World};

/// One node: the application behind a listener of its own.
pub(super) struct Node {
    pub(super) app: Arc<App>,
    pub(super) url: String,
    pub(super) stop: oneshot::Sender<()>,
}

impl Node {
    pub(super) async fn start(
        world: &World,
        master: MasterKey,
        ahead: Arc<AtomicI64>,
        mail: &MailSink,
        countries: Countries,
    ) -> Self {
        let settings = Settings {
            pools: PoolConfig {
                app: world.database.app_options(),
                directory: world.database.directory_options(),
                max_connections: 8,
                acquire_timeout: std::time::Duration::from_secs(20),
            },
            master,
            secret: installation(),
            issuer: ISSUER.to_owned(),
            audience: AUDIENCE.to_owned(),
            argon2: CHEAP,
            breached: None,
            countries,
            hashing_at_once: 2,
            reach: app::Reach::AlsoLoopback,
            drift: Drift::OneStep,
            mail: app::Mail {
                mailer: Some(mail.mailer()),
                // When told to alone, so that what has arrived is no matter of time.
                sends_by_itself: false,
            },
            // As with mail.
            tends_data_keys: false,
            clock: Clock::told_by(move || now() + Duration::seconds(ahead.load(Ordering::Relaxed))),
        };
        let app = Arc::new(App::start(settings).await.expect("the application starts"));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a listener of tokio's");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let service = web::service(web::WebState::new(app.clone()));
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(web::serve(listener, service, async move {
            // An error says that the sender is gone, and with it the test.
            let _ = stopped.await;
        }));
        Self { app, url, stop }
    }
}

/// A further node of a [`RunningApp`], on the same database and with the same clock.
pub struct SecondNode {
    pub(super) http: reqwest::Client,
    pub(super) node: Node,
}

impl SecondNode {
    /// A client of the API of this node with this access token.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Caller {
        Caller {
            http: self.http.clone(),
            url: self.node.url.clone(),
            proof: Proof::Bearer(token.to_owned()),
        }
    }

    /// A client of this node who has not signed in.
    #[must_use]
    pub fn anonymous(&self) -> Caller {
        Caller {
            http: self.http.clone(),
            url: self.node.url.clone(),
            proof: Proof::Nothing,
        }
    }

    /// The application itself.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.node.app
    }
}
