//! A running application per test: the people of [`World`] behind a real listener, and a clock to turn.
//!
//! `RunningApp::start().await`, then `app.caller(Company::A, Role::Operator).await.get("/api/v1/me").await`.
//! Callers have really signed in: with a bearer token for the API, with a cookie for the console. What a
//! request left behind is looked up past the application: [`RunningApp::rows`], [`RunningApp::since`].

mod behind;
mod caller;
mod node;
mod signed_in;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use access::role::Role;
use app::App;
use app::sessions::place::Countries;
use app::signing::KeyKeeper;
use crypto::field::MasterKey;
use sqlx::PgPool;
use time::Duration;
use tokio::sync::{Mutex, oneshot};

use crate::database::master_key;
use crate::mail::{Mail, MailSink};
use crate::now;
use crate::world::{Company, World};

pub use behind::{HeldPeople, Mark, Seen};
pub use caller::{Answer, Caller};
use node::Node;
pub use node::SecondNode;
pub use signed_in::Tokens;

/// The issuer and the audience of the running application's tokens.
pub const ISSUER: &str = "http://localhost";
/// As [`ISSUER`].
pub const AUDIENCE: &str = "safeshipper";

/// The cookie of a signed-in console.
pub const SESSION_COOKIE: &str = "__Host-session";

/// A running application on a database of its own.
pub struct RunningApp {
    /// Who is there.
    pub world: World,
    url: String,
    http: reqwest::Client,
    ahead: Arc<AtomicI64>,
    /// The mail server that every node sends to.
    pub mail: MailSink,
    pub(crate) behind: PgPool,
    signed_in: Mutex<HashMap<(Company, Role, bool), Caller>>,
    countries: Countries,
    app: Arc<App>,
    // Ends the server when dropped.
    _stop: oneshot::Sender<()>,
}

impl RunningApp {
    /// Starts it, with the people of a new [`World`].
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start() -> Self {
        Self::start_knowing(Countries::default()).await
    }

    /// The same, with a database of countries.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_knowing(countries: Countries) -> Self {
        let world = World::create().await;
        let ahead = Arc::new(AtomicI64::new(0));
        let mail = MailSink::start().await;
        let Node { app, url, stop } =
            Node::start(&world, master_key(), ahead.clone(), &mail, countries.clone()).await;
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Self {
            behind: world.database.superuser().await,
            world,
            url,
            http,
            ahead,
            mail,
            signed_in: Mutex::default(),
            countries,
            app,
            _stop: stop,
        }
    }

    /// Starts a further node.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn second_node(&self) -> SecondNode {
        self.node_with(master_key()).await
    }

    /// Starts a further node with this master key.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn node_with(&self, master: MasterKey) -> SecondNode {
        SecondNode {
            http: self.http.clone(),
            node: Node::start(
                &self.world,
                master,
                self.ahead.clone(),
                &self.mail,
                self.countries.clone(),
            )
            .await,
        }
    }

    /// What looks after the signing keys by command.
    ///
    /// # Panics
    /// When the platform's keys cannot be read.
    pub async fn key_keeper(&self) -> KeyKeeper {
        let keeper = self.operator().await.key_keeper(self.app.now());
        keeper.await.expect("the keys are read")
    }

    /// The application itself, for what it does by itself from time to time.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// What has been written to people so far and arrived, after everything due was sent.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn mails(&self) -> Vec<Mail> {
        self.app.settle().await;
        self.app.deliver_notices().await.expect("the notices are sent");
        self.mail.mails()
    }

    /// The subjects of what was written to a person since there were `seen` mails, in their order.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn told(&self, email: &str, seen: usize) -> Vec<String> {
        let mails = self.mails().await.into_iter().skip(seen);
        mails
            .filter(|mail| mail.to == email)
            .map(|mail| mail.subject)
            .collect()
    }

    /// Turns the application's clock. Sessions are judged by the database's, which stays.
    pub fn turn_clock(&self, by: Duration) {
        self.ahead.fetch_add(by.whole_seconds(), Ordering::Relaxed);
    }

    /// The application's time.
    #[must_use]
    pub fn now(&self) -> time::OffsetDateTime {
        now() + Duration::seconds(self.ahead.load(Ordering::Relaxed))
    }

    /// Where it listens, as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}
