//! Starting the real binary: several nodes on one database, wrong keys, first starts cut short, and stopping.
//!
//! Each test has a PostgreSQL of its own, for roles belong to the server: to add one, `Installation::new()` and
//! `start`.
#![allow(clippy::unwrap_used, reason = "a start that cannot be set up fails the test")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{fs, thread};

use access::permission::ViewAuditLogs;
use access::role::Role;
use app::provision::{Person, Provisioner};
use app::sign_in::Credentials;
use app::{App, Clock, Error, Origin, Settings};
use cluster::{EmbeddedCluster, EmbeddedOptions};
use crypto::Rng;
use crypto::field::MasterKey;
use secrecy::ExposeSecret;
use store::audit::{EventType, Filter, list};
use store::pool::PoolConfig;
use testkit::database::{installation, master_key, one_text};
use testkit::running::{AUDIENCE, ISSUER};
use testkit::world::CHEAP;
use testkit::{Company, World, now};

const PASSWORD: &str = "a-password-of-this-test-alone";

/// A database without anything in it, and a master key.
struct Installation {
    url: String,
    key: PathBuf,
    _cluster: EmbeddedCluster,
    dir: tempfile::TempDir,
}

impl Installation {
    fn new() -> Self {
        let dir = directory();
        let cluster = EmbeddedCluster::start(EmbeddedOptions {
            data_dir: dir.path().join("postgres"),
            pg_bin: None,
            superuser_password: PASSWORD.into(),
            durable: false,
        })
        .unwrap();
        let socket = cluster.socket_dir().to_str().unwrap().replace('/', "%2F");
        let url = format!(
            "postgres://postgres:{PASSWORD}@{socket}:{}/postgres",
            cluster.port()
        );
        let key = key_file(dir.path(), "master");
        Self {
            url,
            key,
            _cluster: cluster,
            dir,
        }
    }

    fn command(&self, arguments: &[&str], key: &Path) -> Command {
        let mut command = safeshipper(arguments);
        command
            .env("SAFESHIPPER_DATABASE_URL", &self.url)
            .env("SAFESHIPPER_MASTER_KEY_FILE", key);
        command
    }

    fn serve(&self, key: &Path) -> Result<Node, String> {
        Node::start(self.command(&["serve", "--listen", "127.0.0.1:0"], key))
    }
}

/// Open to the account PostgreSQL runs under.
fn directory() -> tempfile::TempDir {
    let dir = tempfile::Builder::new()
        .prefix("safeshipper-test-")
        .tempdir()
        .unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o711)).unwrap();
    dir
}

fn key_file(dir: &Path, name: &str) -> PathBuf {
    let path = dir.join(name);
    let key = MasterKey::generate(&Rng::system()).unwrap().to_base64();
    fs::write(&path, key.expose_secret()).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path
}

/// The program without any setting of the caller's.
fn safeshipper(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_safeshipper"));
    for setting in [
        "LISTEN",
        "PUBLIC_URL",
        "DATABASE_URL",
        "MASTER_KEY_FILE",
        "DATA_DIR",
    ] {
        command.env_remove(format!("SAFESHIPPER_{setting}"));
    }
    command
        .args(arguments)
        .env("RUST_LOG", "info")
        .stdin(Stdio::null());
    command
}

/// A running server; killed when dropped.
#[derive(Debug)]
struct Node {
    child: Child,
    port: u16,
}

impl Node {
    /// Starts a server; waits until it serves. What it said, if it does not.
    fn start(mut command: Command) -> Result<Self, String> {
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut node = Self {
            child: piped.spawn().unwrap(),
            port: 0,
        };
        let mut log = BufReader::new(node.child.stderr.take().unwrap());
        let mut all = String::new();
        loop {
            let mut line = String::new();
            if log.read_line(&mut line).unwrap() == 0 {
                return Err(all);
            }
            let port = line.split("http://localhost:").nth(1).map(|rest| {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                digits.parse().unwrap()
            });
            all.push_str(&line);
            if let (Some(port), true) = (port, line.contains("serving")) {
                // Nobody's log may fill up and stop them.
                thread::spawn(move || log.read_to_end(&mut Vec::new()));
                node.port = port;
                return Ok(node);
            }
        }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).unwrap()
    }

    /// Asks it to stop and waits until it has.
    fn stop(mut self) {
        signal(&self.child, "TERM");
        assert!(self.child.wait().unwrap().success());
    }

    /// The status of a sign-in to the API.
    fn sign_in(&self, email: &str, password: &str) -> u16 {
        let body = serde_json::json!({"email": email, "password": password}).to_string();
        let mut stream = self.connect();
        let head = "POST /api/v1/sessions HTTP/1.1\r\nhost: localhost\r\nconnection: close";
        let kind = format!("content-type: application/json\r\ncontent-length: {}", body.len());
        write!(stream, "{head}\r\n{kind}\r\n\r\n{body}").unwrap();
        status(&mut stream)
    }

    /// The status of an answer.
    fn get(&self, path: &str) -> u16 {
        let mut stream = self.connect();
        let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        status(&mut stream)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([format!("-{name}"), child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

fn status(stream: &mut TcpStream) -> u16 {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_start_with_another_master_key_is_refused_and_leaves_running_nodes_their_passwords() {
    let installation = Installation::new();
    let running = installation
        .serve(&installation.key)
        .expect("the first node serves");
    let other = key_file(installation.dir.path(), "other");
    let refused = installation.serve(&other).expect_err("the other key is refused");
    assert!(
        refused.contains("the master key does not open the platform's keys"),
        "{refused}"
    );
    assert_eq!(running.get("/readyz"), 204);
    // A node that has to sign in to the database now still can.
    let third = installation
        .serve(&installation.key)
        .expect("the right key serves");
    assert_eq!(third.get("/readyz"), 204);
}

#[test]
fn nodes_that_start_together_on_an_empty_database_all_serve() {
    let installation = Installation::new();
    let nodes: Vec<_> = thread::scope(|scope| {
        let starting: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| installation.serve(&installation.key)))
            .collect();
        starting.into_iter().map(|node| node.join().unwrap()).collect()
    });
    for node in nodes {
        match node {
            Ok(node) => assert_eq!(node.get("/readyz"), 204),
            Err(said) => panic!("{said}"),
        }
    }
}

#[test]
fn a_demo_starts_in_a_data_directory_first_used_by_serve_and_never_with_another_password() {
    let dir = directory();
    let data = dir.path().join("data");
    let start = |what| {
        let mut command = safeshipper(&[what, "--listen", "127.0.0.1:0", "--data-dir"]);
        command.arg(&data);
        Node::start(command)
    };
    start("serve").expect("serves").stop();
    let demo = start("demo").expect("the demo serves");
    let password = fs::read_to_string(data.join("keys/demo")).unwrap();
    assert_eq!(demo.sign_in("operator@northwind.example", &password), 200);
    assert_eq!(demo.sign_in("admin@southcross.example", &password), 200);
    demo.stop();
    fs::remove_file(data.join("keys/demo")).unwrap();
    let refused = start("demo").expect_err("the password is gone");
    assert!(
        refused.contains("keys/demo is missing, and the demo companies have its password"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_company_is_made_with_all_its_people_or_not_at_all() {
    let world = World::create().await;
    let owner = world.database.owner().await;
    let mut provisioner = Provisioner::new(owner, master_key(), CHEAP, Rng::system())
        .await
        .unwrap();
    let password = PASSWORD.into();
    let person = |email| Person {
        email,
        name: "Olivia Park",
        role: Role::Operator,
        password: &password,
    };
    // The second person has the first one's address: what a start cut short leaves behind.
    let twice = [person("olivia@charlie.example"), person("Olivia@charlie.example")];
    assert!(
        provisioner
            .company("charlie", "Charlie", &twice, now())
            .await
            .is_err()
    );
    assert!(!provisioner.has_company("charlie").await.unwrap());
    let made = provisioner
        .company("charlie", "Charlie", &twice[..1], now())
        .await;
    assert!(made.unwrap().is_some());
}

#[tokio::test]
async fn nobody_is_made_with_a_password_that_is_guessed_or_known_from_a_breach_auth_1() {
    // In the middle the SHA-1 of `tide-lantern-orchid-58-quarry`.
    let breached = "0000000000000000000000000000000000000000:9\n\
                    25B26BC21BCBED838C02D0D7A29C7E36861803F2:3\n\
                    FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF:1\n";
    let world = World::create().await;
    let made = async |password: &str, list: &str| {
        let owner = world.database.owner().await;
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(list.as_bytes()).unwrap();
        let mut provisioner = Provisioner::new(owner, master_key(), CHEAP, Rng::system())
            .await
            .unwrap()
            .refusing(Some(file));
        let person = Person {
            email: "new@alpha.example",
            name: "Olivia Park",
            role: Role::Operator,
            password: &password.into(),
        };
        match provisioner.person("alpha", &person, now()).await {
            Ok(_) => String::new(),
            Err(app::Error::Invalid(problems)) => problems[0].detail.clone(),
            Err(other) => panic!("{other}"),
        }
    };
    assert!(made("OliviaPark20261", breached).await.contains("easy to guess"));
    assert!(
        made("tide-lantern-orchid-58-quarry", breached)
            .await
            .contains("breach")
    );
    let unusable = made("tide-lantern-orchid-59-quarry", "no list").await;
    assert!(unusable.contains("cannot be used"), "{unusable}");
    assert_eq!(made("tide-lantern-orchid-59-quarry", breached).await, "");
}

#[test]
fn told_to_stop_twice_a_server_waits_for_no_client_and_its_database_is_stopped() {
    let dir = directory();
    let mut command = safeshipper(&["serve", "--listen", "127.0.0.1:0", "--data-dir"]);
    command.arg(dir.path().join("data"));
    let node = Node::start(command).expect("serves");
    let mut client = node.connect();
    client
        .write_all(b"POST /api/v1/sessions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nhalf")
        .unwrap();
    assert_eq!(node.get("/healthz"), 204);
    signal(&node.child, "INT");
    node.stop();
    assert!(!dir.path().join("data/postgres/pgdata/postmaster.pid").exists());
}

#[test]
fn companies_and_people_made_by_command_can_sign_in_to_a_served_database() {
    let installation = Installation::new();
    let company = ["company", "create", "--slug", "northwind", "--name", "Northwind"];
    let run = |arguments: &[&str], input: &str| {
        let mut command = installation.command(arguments, &installation.key);
        let piped = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    };
    let person = |email, more| {
        let mut arguments = vec!["person", "create", "--company", "northwind", "--email", email];
        arguments.extend(["--name", "Ada Brandt", "--role", "ADMIN"]);
        arguments.extend::<Option<&str>>(more);
        arguments
    };
    let (_, _, said) = run(&person("ada@northwind.example", None), "");
    assert!(said.contains("there is no such company"), "{said}");
    assert!(run(&company, "").0);
    let (again, _, said) = run(&company, "");
    assert!(
        !again && said.contains("there is a company `northwind` already"),
        "{said}"
    );

    let (made, printed, said) = run(&person("ada@northwind.example", None), "");
    assert!(made, "{said}");
    let generated = printed.trim().rsplit(' ').next().unwrap();
    let typed = "correct horse battery staple";
    let (made, printed, said) = run(&person("bo@northwind.example", Some("--password-stdin")), typed);
    assert!(made && !printed.contains(typed), "{said}");
    let (weak, _, said) = run(
        &person("cy@northwind.example", Some("--password-stdin")),
        "secret",
    );
    assert!(!weak && said.contains("password"), "{said}");

    let node = installation.serve(&installation.key).expect("serves");
    assert_eq!(node.sign_in("ada@northwind.example", generated), 200);
    assert_eq!(node.sign_in("bo@northwind.example", typed), 200);
    assert_eq!(node.sign_in("cy@northwind.example", "secret"), 401);
}

/// With others, refusing them would take another time than refusing everybody else.
#[tokio::test]
async fn people_made_by_command_are_hashed_as_the_server_is_configured_auth_1() {
    let installation = Installation::new();
    let run = |arguments: &[&str]| {
        let mut command = installation.command(arguments, &installation.key);
        let output = command.env("SAFESHIPPER_ARGON2_PASSES", "3").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (
            output.status.success(),
            said,
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    let company = ["company", "create", "--slug", "northwind", "--name", "Northwind"];
    assert!(run(&company).0);
    let person = [
        "person",
        "create",
        "--company",
        "northwind",
        "--email",
        "ada@northwind.example",
        "--name",
        "Ada",
        "--role",
        "ADMIN",
    ];
    let (made, said, _) = run(&person);
    assert!(made, "{said}");
    let hash = one_text(&installation.url, "select hash from safeshipper.passwords").await;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=3,p=1$"), "{hash}");
    let weaker = [&person[..], &["--argon2-memory", "1024"]].concat();
    let (made, said, _) = run(&weaker);
    assert!(!made && said.contains("--argon2-memory"), "{said}");
    let (listed, said, printed) = run(&["notices", "list"]);
    assert!(
        listed && printed.contains("0 wait, 0 have failed"),
        "{said}{printed}"
    );
    let (retried, _, _) = run(&["notices", "retry"]);
    assert!(!retried, "what is retried is said");
    let (retried, said, printed) = run(&["notices", "retry", "--all"]);
    assert!(
        retried && printed.contains("0 are tried again"),
        "{said}{printed}"
    );
}

#[tokio::test]
async fn ten_failed_sign_ins_of_a_person_are_recorded_and_the_rest_of_the_minute_is_counted() {
    let world = World::create().await;
    let moment = now();
    let settings = Settings {
        pools: PoolConfig {
            app: world.database.app_options(),
            directory: world.database.directory_options(),
            max_connections: 4,
            acquire_timeout: Duration::from_secs(20),
        },
        master: master_key(),
        secret: installation(),
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
        argon2: CHEAP,
        breached: None,
        countries: app::sessions::place::Countries::default(),
        hashing_at_once: 2,
        reach: app::Reach::Public,
        drift: crypto::totp::Drift::OneStep,
        mail: app::Mail {
            mailer: None,
            sends_by_itself: false,
        },
        tends_data_keys: false,
        clock: Clock::told_by(move || moment),
    };
    let app = App::start(settings).await.unwrap();
    for _ in 0..15 {
        let credentials = Credentials {
            email: Company::A.email(Role::Operator),
            password: "hunter2-hunter2".into(),
            company: None,
        };
        let refused = app::sign_in::api(&app, credentials, "api", &Origin::default()).await;
        assert!(matches!(refused, Err(Error::SignInRefused)));
    }
    app.close().await;

    let grant = world.grant::<ViewAuditLogs>(&world.session(Company::A, Role::Admin).await);
    let mut tx = world.store.read(&grant).await.unwrap();
    let filter = Filter {
        actor_name: Some("operator of".to_owned()),
        event_type: Some(EventType::Login),
        ..Filter::default()
    };
    let mut events: Vec<_> = list(&mut tx, &grant, &filter, 100)
        .await
        .unwrap()
        .into_iter()
        .map(|event| (event.outcome, event.description))
        .collect();
    events.sort();
    let failure = |what: &str| {
        (
            "FAILURE".to_owned(),
            format!("sign-in refused: wrong password{what}"),
        )
    };
    let mut expected = vec![failure(""); 10];
    expected.push(failure(", 5 more times within a minute"));
    assert_eq!(events, expected);
}
