//! A running application per test: the people of [`World`] behind a real listener, and a clock to turn.
//!
//! `RunningApp::start().await`, then `app.caller(Company::A, Role::Operator).await.get("/api/v1/me").await`.
//! Callers have really signed in: with a bearer token for the API, with a cookie for the console. What a
//! request left behind is looked up past the application: [`RunningApp::rows`], [`RunningApp::since`].

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use access::role::Role;
use app::provision::Provisioner;
use app::sessions::place::Countries;
use app::signing::KeyKeeper;
use app::{App, Clock, Settings};
use crypto::Rng;
use crypto::field::MasterKey;
use crypto::password::{self, Argon2Params};
use crypto::totp::Drift;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, SET_COOKIE};
use reqwest::{Method, RequestBuilder};
use secrecy::SecretString;
use serde_json::{Value, json};
use sqlx::PgPool;
use store::pool::PoolConfig;
use time::Duration;
use tokio::sync::{Mutex, oneshot};
use uuid::Uuid;

use crate::database::{installation, master_key};
use crate::mail::{Mail, MailSink};
use crate::now;
use crate::world::{CHEAP, Company, PASSWORD, World};

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

/// One node: the application behind a listener of its own.
struct Node {
    app: Arc<App>,
    url: String,
    stop: oneshot::Sender<()>,
}

impl Node {
    async fn start(
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
    http: reqwest::Client,
    node: Node,
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

/// An event of the trail, as far as tests ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its kind.
    pub event_type: String,
    /// How it ended.
    pub outcome: String,
    /// At which path.
    pub path: Option<String>,
    /// The UUID of the thing it happened to.
    pub resource: Option<Uuid>,
}

/// The events there were at some moment.
pub struct Mark(HashSet<Uuid>);

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
        let owner = self.world.database.owner().await;
        let provisioner = Provisioner::new(owner, master_key(), CHEAP, Rng::system()).await;
        let keeper = provisioner.expect("the keys are read").key_keeper(self.app.now());
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

    /// Changes what no use case changes and the triggers would not let pass.
    ///
    /// # Panics
    /// When the statement fails.
    pub async fn behind_the_back(&self, sql: &'static str) {
        let mut tx = self.behind.begin().await.expect("begins");
        sqlx::query("set local session_replication_role = replica")
            .execute(&mut *tx)
            .await
            .expect("a superuser may");
        sqlx::query(sql).execute(&mut *tx).await.expect("changes");
        tx.commit().await.expect("commits");
    }

    /// What stands in an id of this company's, after its prefix: the first that `sql` selects, which takes the company as `$1`.
    ///
    /// # Panics
    /// When there is none.
    pub async fn id_of(&self, company: Company, sql: &'static str) -> String {
        let id: Uuid = sqlx::query_scalar(sql)
            .bind(self.world.id(company).uuid())
            .fetch_one(&self.behind)
            .await
            .expect("there is one");
        id.simple().to_string()
    }

    /// Holds every person's row, so that what changes something of theirs waits until it is let go.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn hold_people(&self) -> HeldPeople {
        let mut tx = self.behind.begin().await.expect("begins");
        sqlx::query("select from users for update")
            .execute(&mut *tx)
            .await
            .expect("a superuser may");
        HeldPeople(tx)
    }

    /// Every row of every table as text, to be searched for what must not stand there.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn dump(&self) -> String {
        let tables: Vec<String> = sqlx::query_scalar(
            "select query_to_xml(format('select * from safeshipper.%I', c.relname), true, true, '')::text
             from pg_class c join pg_namespace s on s.oid = c.relnamespace
             where s.nspname = 'safeshipper' and c.relkind in ('r', 'p') and not c.relispartition",
        )
        .fetch_all(&self.behind)
        .await
        .expect("the tables are read");
        tables.concat()
    }

    /// The sealed letters that wait in the outbox, as they are stored.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn outbox(&self) -> Vec<Vec<u8>> {
        sqlx::query_scalar("select letter_sealed from notices order by id")
            .fetch_all(&self.behind)
            .await
            .expect("the outbox is read")
    }

    /// Stores everybody's password under a hash of these parameters.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn hash_passwords_with(&self, params: Argon2Params) {
        let hash = password::hash(&SecretString::from(PASSWORD), params, &Rng::system()).expect("hashes");
        let mut tx = self.behind.begin().await.expect("begins");
        sqlx::query("set local session_replication_role = replica")
            .execute(&mut *tx)
            .await
            .expect("a superuser may");
        sqlx::query("update passwords set hash = $1")
            .bind(hash.as_str())
            .execute(&mut *tx)
            .await
            .expect("the hashes are stored");
        tx.commit().await.expect("commits");
    }

    /// The parameters that passwords are hashed with, each once.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn password_parameters(&self) -> Vec<String> {
        sqlx::query_scalar("select distinct split_part(hash, '$', 4) from passwords order by 1")
            .fetch_all(&self.behind)
            .await
            .expect("the hashes are read")
    }

    /// Where it listens, as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Nobody.
    #[must_use]
    pub fn anonymous(&self) -> Caller {
        self.holder(Proof::Nothing)
    }

    /// Nobody, who comes from this address of the machine's own, such as `127.0.2.1`: another network than everybody
    /// else's.
    ///
    /// # Panics
    /// When it is no address.
    #[must_use]
    pub fn anonymous_from(&self, address: &str) -> Caller {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .local_address(address.parse::<std::net::IpAddr>().expect("an address"))
            .build();
        Caller {
            http: http.expect("a client"),
            ..self.holder(Proof::Nothing)
        }
    }

    /// A client of the API with this access token, whatever it is.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Caller {
        self.holder(Proof::Bearer(token.to_owned()))
    }

    /// A browser with this session cookie and CSRF token, whatever they are.
    #[must_use]
    pub fn cookie(&self, cookie: &str, csrf: &str) -> Caller {
        self.holder(Proof::Cookie {
            cookie: cookie.to_owned(),
            csrf: csrf.to_owned(),
        })
    }

    fn holder(&self, proof: Proof) -> Caller {
        Caller {
            http: self.http.clone(),
            url: self.url.clone(),
            proof,
        }
    }

    /// A person as a client of the API; signs in at the first call.
    ///
    /// # Panics
    /// When the sign-in fails.
    pub async fn caller(&self, company: Company, role: Role) -> Caller {
        let mut signed_in = self.signed_in.lock().await;
        if let Some(caller) = signed_in.get(&(company, role, true)) {
            return caller.clone();
        }
        let caller = self.bearer(&self.tokens(company, role).await.access);
        signed_in.insert((company, role, true), caller.clone());
        caller
    }

    /// A person with a browser; signs in at the first call.
    ///
    /// # Panics
    /// When the sign-in fails.
    pub async fn browser(&self, company: Company, role: Role) -> Caller {
        let mut signed_in = self.signed_in.lock().await;
        if let Some(caller) = signed_in.get(&(company, role, false)) {
            return caller.clone();
        }
        let caller = self.new_browser(company, role).await;
        signed_in.insert((company, role, false), caller.clone());
        caller
    }

    /// A second administrator of the company, hired and signed in to the API in a session of their own.
    ///
    /// # Panics
    /// When there is one already.
    pub async fn second_admin(&self, company: Company) -> Caller {
        let email = format!("second@{}.example", company.slug());
        let mut owner = self.world.database.owner().await;
        self.world.hire(&mut owner, company, Role::Admin, &email).await;
        let form = json!({"email": email, "password": PASSWORD});
        let answer = self.anonymous().post_json("/api/v1/sessions", &form).await;
        self.bearer(&Tokens::from(answer.expect(200).json()).access)
    }

    /// Forgets who has signed in: their sessions were ended.
    pub async fn forget_callers(&self) {
        self.signed_in.lock().await.clear();
    }

    /// Signs in to the API in a new session.
    ///
    /// # Panics
    /// When the sign-in fails.
    pub async fn tokens(&self, company: Company, role: Role) -> Tokens {
        let form = json!({"email": company.email(role), "password": PASSWORD});
        let answer = self.anonymous().post_json("/api/v1/sessions", &form).await;
        Tokens::from(answer.expect(200).json())
    }

    /// Signs in to the console in a new session, by its own form.
    ///
    /// # Panics
    /// When the sign-in fails.
    pub async fn new_browser(&self, company: Company, role: Role) -> Caller {
        let anonymous = self.anonymous();
        let form = anonymous.get("/sign-in").await.expect(200);
        let fields = [("email", company.email(role)), ("password", PASSWORD.to_owned())];
        let answer = anonymous.gate("/sign-in", &form, &fields).await;
        let cookie = answer.expect(303).cookie(SESSION_COOKIE);
        // The one page that is open to everybody, whatever their company demands.
        let page = self.cookie(&cookie, "").get("/security").await;
        self.cookie(&cookie, &page.hidden("csrf_token"))
    }

    /// How many rows each table has.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn rows(&self) -> BTreeMap<String, i64> {
        // `query_to_xml` counts a table that is named by a row, so that the SQL stays a literal.
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "select c.relname::text, (xpath('/row/n/text()', query_to_xml(
                 format('select count(*) as n from safeshipper.%I', c.relname), false, true, '')))[1]::text::bigint
             from pg_class c join pg_namespace s on s.oid = c.relnamespace
             where s.nspname = 'safeshipper' and c.relkind in ('r', 'p') and not c.relispartition",
        )
        .fetch_all(&self.behind)
        .await
        .expect("the tables are counted");
        rows.into_iter().collect()
    }

    /// The events of every company so far.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn mark(&self) -> Mark {
        let ids: Vec<Uuid> = sqlx::query_scalar("select id from audit_events")
            .fetch_all(&self.behind)
            .await
            .expect("the events are read");
        Mark(ids.into_iter().collect())
    }

    /// The events since, of every company, in their order.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn since(&self, mark: &Mark) -> Vec<Seen> {
        type Row = (Uuid, String, String, Option<String>, Option<Uuid>);
        let rows: Vec<Row> = sqlx::query_as(
            "select id, event_type, outcome, request_path, resource_id from audit_events order by id",
        )
        .fetch_all(&self.behind)
        .await
        .expect("the events are read");
        rows.into_iter()
            .filter(|(id, ..)| !mark.0.contains(id))
            .map(|(_, event_type, outcome, path, resource)| Seen {
                event_type,
                outcome,
                path,
                resource,
            })
            .collect()
    }

    /// What the trail says of every event that ended so, each with its severity before it.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn descriptions(&self, outcome: &str) -> Vec<String> {
        sqlx::query_scalar(
            "select severity || ' ' || description from audit_events where outcome = $1 order by occurred_at, id",
        )
        .bind(outcome)
        .fetch_all(&self.behind)
        .await
        .expect("the events are read")
    }

    /// Makes every signing key older, for sessions and tokens do not outlive the month that a key signs.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn age_signing_keys(&self, by: Duration) {
        let mut tx = self.behind.begin().await.expect("begins");
        sqlx::query("set local session_replication_role = replica")
            .execute(&mut *tx)
            .await
            .expect("a superuser may");
        sqlx::query(
            "update signing_keys set created_at = created_at - $1 * interval '1 second',
                 activated_at = activated_at - $1 * interval '1 second',
                 retired_at = retired_at - $1 * interval '1 second'",
        )
        .bind(by.as_seconds_f64())
        .execute(&mut *tx)
        .await
        .expect("the keys are older");
        tx.commit().await.expect("commits");
    }

    /// How long the one revoked access token is kept from now on.
    ///
    /// # Panics
    /// When there is not exactly one.
    pub async fn revoked_tokens_live_for(&self) -> Duration {
        let seconds: f64 =
            sqlx::query_scalar("select extract(epoch from expires_at - now())::float8 from revoked_tokens")
                .fetch_one(&self.behind)
                .await
                .expect("one revoked token");
        Duration::seconds_f64(seconds)
    }

    /// Makes every revoked access token older.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn age_revoked_tokens(&self, by: Duration) {
        let mut tx = self.behind.begin().await.expect("begins");
        sqlx::query("set local session_replication_role = replica")
            .execute(&mut *tx)
            .await
            .expect("a superuser may");
        sqlx::query("update revoked_tokens set expires_at = expires_at - $1 * interval '1 second'")
            .bind(by.as_seconds_f64())
            .execute(&mut *tx)
            .await
            .expect("the rows are older");
        tx.commit().await.expect("commits");
    }

    /// Assigns a shipment of company A to its driver, which no use case does yet.
    ///
    /// # Panics
    /// When there is no such shipment.
    pub async fn assign_to_driver(&self, tracking_number: &str) {
        let mut tx = self.behind.begin().await.expect("begins");
        // The demand for an event is a trigger; this change has none.
        sqlx::query("set local session_replication_role = replica")
            .execute(&mut *tx)
            .await
            .expect("a superuser may");
        let done = sqlx::query("update shipments set assigned_to = $1 where tracking_number = $2")
            .bind(self.world.user(Company::A, Role::Driver).uuid())
            .bind(tracking_number)
            .execute(&mut *tx)
            .await
            .expect("assigns");
        assert_eq!(done.rows_affected(), 1, "no shipment `{tracking_number}`");
        tx.commit().await.expect("commits");
    }
}

/// Everybody's rows, held.
pub struct HeldPeople(sqlx::Transaction<'static, sqlx::Postgres>);

impl HeldPeople {
    /// Lets them go.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn let_go(self) {
        self.0.rollback().await.expect("rolls back");
    }
}

/// What signing in to the API returned.
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
}

impl From<Value> for Tokens {
    fn from(body: Value) -> Self {
        let text = |name: &str| body[name].as_str().expect("a token").to_owned();
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
        }
    }
}

#[derive(Clone)]
enum Proof {
    Nothing,
    Bearer(String),
    Cookie { cookie: String, csrf: String },
}

/// Somebody who sends requests.
#[derive(Clone)]
pub struct Caller {
    http: reqwest::Client,
    url: String,
    proof: Proof,
}

impl Caller {
    /// A request with the caller's proof, and from a browser the mark of our own pages.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.proof {
            Proof::Nothing => request,
            Proof::Bearer(token) => request.header(AUTHORIZATION, format!("Bearer {token}")),
            Proof::Cookie { cookie, .. } => request
                .header(COOKIE, format!("{SESSION_COOKIE}={cookie}"))
                .header("sec-fetch-site", "same-origin"),
        }
    }

    /// The access token or the cookie.
    #[must_use]
    pub fn proof(&self) -> &str {
        match &self.proof {
            Proof::Nothing => "",
            Proof::Bearer(token) => token,
            Proof::Cookie { cookie, .. } => cookie,
        }
    }

    /// The CSRF token of the browser's session.
    #[must_use]
    pub fn csrf(&self) -> &str {
        match &self.proof {
            Proof::Cookie { csrf, .. } => csrf,
            _ => "",
        }
    }

    /// Sends a request.
    ///
    /// # Panics
    /// When no answer comes: the server is dead.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("the server answers");
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.expect("a whole body").to_vec(),
        }
    }

    /// Sends a `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Sends a `DELETE`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Sends a `POST` without a body.
    pub async fn post(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    /// Sends a `POST` of JSON.
    pub async fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// Sends a `PUT` of JSON.
    pub async fn put_json(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// Sends a `POST` of these bytes as JSON, whatever they are.
    pub async fn post_raw(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(Method::POST, path);
        self.send(request.header(CONTENT_TYPE, "application/json").body(body))
            .await
    }

    /// Sends a form with the session's CSRF token.
    pub async fn post_form(&self, path: &str, fields: &[(&str, String)]) -> Answer {
        let mut form = fields.to_vec();
        form.push(("csrf_token", self.csrf().to_owned()));
        self.send(self.request(Method::POST, path).form(&form)).await
    }

    /// Sends a form of a page that is there before there is a session, as a browser that has loaded the page.
    pub async fn gate(&self, path: &str, page: &Answer, fields: &[(&str, String)]) -> Answer {
        let mut form = fields.to_vec();
        form.push(("csrf_token", page.hidden("csrf_token")));
        let cookie = format!("__Host-sign-in={}", page.cookie("__Host-sign-in"));
        let request = self.request(Method::POST, path).header(COOKIE, cookie);
        self.send(request.header("sec-fetch-site", "same-origin").form(&form))
            .await
    }

    /// Sends a file in a field of a form with the session's CSRF token, as a browser writes it.
    pub async fn post_file(&self, path: &str, field: &str, file: &[u8]) -> Answer {
        const BOUNDARY: &str = "----WebKitFormBoundaryTestkit";
        let csrf = self.csrf();
        let mut body = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"csrf_token\"\r\n\r\n{csrf}\r\n\
             --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"file\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(file);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = self.request(Method::POST, path).header("content-type", kind);
        self.send(request.body(body)).await
    }
}

/// An answer.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// A header; empty when it is absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The value of a cookie that the answer sets.
    ///
    /// # Panics
    /// When it sets none of this name.
    #[must_use]
    pub fn cookie(&self, name: &str) -> String {
        let cookies = self.headers.get_all(SET_COOKIE).iter();
        let value = cookies
            .filter_map(|value| value.to_str().ok()?.strip_prefix(name)?.strip_prefix('='))
            .find_map(|rest| rest.split(';').next());
        value.unwrap_or_else(|| panic!("no cookie `{name}`")).to_owned()
    }

    /// The value of a field of the page's first form that has it.
    ///
    /// # Panics
    /// When the page has no such field.
    #[must_use]
    pub fn hidden(&self, name: &str) -> String {
        let (text, wanted) = (self.text(), format!("name=\"{name}\""));
        let field = text.split("<input").find(|field| field.contains(&wanted));
        let value = field.and_then(|field| field.split("value=\"").nth(1)?.split('"').next());
        value
            .unwrap_or_else(|| panic!("no `{name}` in a page of status {}", self.status))
            .to_owned()
    }

    /// The answer, which must have this status.
    ///
    /// # Panics
    /// When it has another one; says what came instead.
    #[must_use]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}
