//! `safeshipper serve` with a database of one's own. It has a server to itself, for a start sets the passwords of
//! roles, which belong to a server and not to a database.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use cluster::{EmbeddedCluster, EmbeddedOptions};
use crypto::Rng;
use crypto::field::MasterKey;
use secrecy::{ExposeSecret, SecretString};

use crate::program::{Program, command, directory};

/// A PostgreSQL that runs until it is dropped, and how to reach it.
pub(crate) fn postgres(data: &Path) -> (EmbeddedCluster, String) {
    let password = SecretString::from("only-for-this-test");
    let cluster = EmbeddedCluster::start(EmbeddedOptions {
        data_dir: data.join("elsewhere"),
        pg_bin: None,
        superuser_password: password.clone(),
        durable: false,
    })
    .unwrap();
    let socket = cluster.socket_dir().to_str().unwrap().replace('/', "%2F");
    let url = format!(
        "postgres://{}:{}@{socket}:{}/postgres",
        cluster.superuser(),
        password.expose_secret(),
        cluster.port()
    );
    (cluster, url)
}

pub(crate) fn key_file(data: &Path, name: &str) -> PathBuf {
    let path = data.join(name);
    let key = MasterKey::generate(&Rng::system()).unwrap().to_base64();
    closed_file(&path, &format!("{}\n", key.expose_secret()));
    path
}

/// A file that nobody else may read, as a key's must be.
fn closed_file(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
}

/// Starts it where it must refuse to start; returns what it says.
pub(crate) fn refused(arguments: &[&str]) -> String {
    let output = command(arguments).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn serve_starts_on_a_fresh_database_with_a_master_key_and_only_with_that_one_again() {
    let directory = directory();
    let data = directory.path();
    let (cluster, url) = postgres(data);
    let (right, wrong) = (key_file(data, "right"), key_file(data, "wrong"));
    let serve = |key: &'static str| {
        let key = data.join(key).to_str().unwrap().to_owned();
        ["serve", "--database-url", &url, "--master-key-file", &key]
            .map(str::to_owned)
            .to_vec()
    };

    let without = refused(&["serve", "--database-url", &url, "--listen", "127.0.0.1:0"]);
    assert!(without.contains("--master-key-file"), "{without}");

    let arguments = serve("right");
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let first = Program::start(&arguments, data).await;
    let keys = jwks(&first).await;
    let waits = first.log().matches("no mail server is configured").count();
    assert_eq!(waits, 1, "who runs it is told once that notices wait");

    let mut with_wrong = serve("wrong");
    with_wrong.extend(["--listen", "127.0.0.1:0"].map(str::to_owned));
    let with_wrong: Vec<&str> = with_wrong.iter().map(String::as_str).collect();
    let said = refused(&with_wrong);
    assert!(said.contains("master key"), "{said}");
    assert_eq!(
        many_ready(&first).await,
        [204; 32],
        "a node that was refused leaves the others alone"
    );
    assert!(first.interrupt().success());
    for key in [&right, &wrong] {
        let secret = std::fs::read_to_string(key).unwrap();
        assert!(!said.contains(secret.trim()), "the refusal holds a key");
    }
    assert!(
        !said.contains("only-for-this-test"),
        "the refusal holds the password: {said}"
    );

    let second = Program::start(&arguments, data).await;
    assert_eq!(jwks(&second).await, keys, "the signing key is the stored one");
    assert!(second.interrupt().success());

    let installation = &arguments[1..];
    let (first, published) = (states(&keys_command("list", installation)), |text: &str| {
        states(text)
            .into_iter()
            .map(|(_, state)| state)
            .collect::<Vec<_>>()
    });
    assert_eq!(published(&keys_command("rotate", installation)), [""; 0]);
    assert_eq!(
        published(&keys_command("list", installation)),
        ["pending", "active"]
    );
    let mut at_once = vec!["--at-once"];
    at_once.extend(installation);
    keys_command("rotate", &at_once);
    assert_eq!(
        published(&keys_command("list", installation)),
        ["active", "retired"]
    );
    let mut old = vec![first[0].0.as_str()];
    old.extend(installation);
    keys_command("destroy", &old);
    assert_eq!(
        published(&keys_command("list", installation)),
        ["active", "destroyed"]
    );
    cluster.stop().unwrap();
}

/// What `keys` prints.
fn keys_command(act: &str, arguments: &[&str]) -> String {
    let mut all = vec!["keys", act];
    all.extend(arguments);
    let output = command(&all).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{act}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Names and states of a list of keys.
fn states(list: &str) -> Vec<(String, String)> {
    let words = |line: &str| {
        let mut words = line.split_whitespace();
        let (kid, state) = (words.next()?.to_owned(), words.next()?.to_owned());
        ["pending", "active", "retired", "destroyed"]
            .contains(&state.as_str())
            .then_some((kid, state))
    };
    list.lines().filter_map(words).collect()
}

/// As many answers at once as make the server open every connection to its database that it may.
async fn many_ready(program: &Program) -> Vec<u16> {
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let url = format!("{}/readyz", program.url);
        asked.spawn(async move { reqwest::get(url).await.unwrap().status().as_u16() });
    }
    asked.join_all().await
}

pub(crate) async fn jwks(program: &Program) -> serde_json::Value {
    let answer = reqwest::get(format!("{}/.well-known/jwks.json", program.url))
        .await
        .unwrap();
    answer.json().await.unwrap()
}

#[test]
fn a_master_key_that_is_none_and_a_url_that_is_none_are_refused_by_name() {
    let directory = directory();
    let data = directory.path();
    let short = data.join("short");
    closed_file(&short, "c2hvcnQ=\n");
    let url = "postgres://nobody:hidden-word@127.0.0.1:1/none";
    let said = |url: &str, file: &str| {
        let arguments = [
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database-url",
            url,
            "--master-key-file",
            file,
        ];
        refused(&arguments)
    };
    let text = said(url, short.to_str().unwrap());
    assert!(text.contains("32 bytes in base64"), "{text}");
    let text = said(url, data.join("absent").to_str().unwrap());
    assert!(text.contains("absent"), "{text}");
    let good = key_file(data, "good");
    let text = said(url, good.to_str().unwrap());
    assert!(!text.contains("hidden-word"), "{text}");
    let text = said(
        "mysql://nobody:hidden-word@127.0.0.1/none",
        good.to_str().unwrap(),
    );
    assert!(
        text.contains("--database-url") && !text.contains("hidden-word"),
        "{text}"
    );
}

#[test]
fn an_address_in_use_is_refused_before_anything_is_started() {
    let directory = directory();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let data = directory.path().join("data");
    let said = refused(&["demo", "--listen", &address, "--data-dir", data.to_str().unwrap()]);
    assert!(said.contains(&address) && said.contains("--listen"), "{said}");
    assert!(!data.exists());
}

#[test]
fn an_unfit_mail_server_or_too_cheap_a_hash_is_refused_at_the_start_and_no_password_is_repeated() {
    for (url, why) in [
        ("smtp://user:s3cret@mail.example", "clear text"),
        ("https://user:s3cret@mail.example", "scheme"),
        ("smtps://user:s3cret@mail.example/inbox", "more than"),
    ] {
        let listen = ["serve", "--listen", "127.0.0.1:0", "--smtp-url", url];
        let said = refused(&[&listen[..], &["--mail-from", "notices@example.com"]].concat());
        assert!(said.contains("--smtp-url") && said.contains(why), "{said}");
        assert!(!said.contains("s3cret"), "{said}");
        let said = refused(&listen);
        assert!(said.contains("--mail-from") && !said.contains("s3cret"), "{said}");
    }
    let said = refused(&["serve", "--listen", "127.0.0.1:0", "--argon2-memory", "19455"]);
    assert!(said.contains("19456 KiB"), "{said}");
    let missing = ["--breached-passwords", "/nowhere/list"];
    let said = refused(&[&["serve", "--listen", "127.0.0.1:0"][..], &missing].concat());
    assert!(said.contains("--breached-passwords"), "{said}");
}

#[test]
fn a_file_that_is_no_database_of_countries_stops_the_start_and_is_named() {
    let directory = directory();
    let file = directory.path().join("countries.mmdb");
    std::fs::write(&file, "network,country\n81.2.69.0/24,GB\n").unwrap();
    for (file, why) in [
        (file.to_str().unwrap(), "no database in the MMDB format"),
        ("/nowhere/countries.mmdb", "cannot be read"),
    ] {
        let said = refused(&["serve", "--listen", "127.0.0.1:0", "--geoip", file]);
        for part in ["--geoip", file, why] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}
