//! The master key in AWS KMS and in a transit engine (DATA-2, J14), against real parts: moto's KMS and OpenBao.
//!
//! `./dev test` installs them and says where in `SAFESHIPPER_KEY_MANAGERS`; without them these tests fail.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

use std::io::{BufRead as _, BufReader, Read};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use partners::kms::{AwsCredentials, Kms};
use partners::manager::ManagerError;
use partners::vault::Transit;
use reqwest::Client;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use testkit::now;

/// 32 bytes in base64.
const KEY: &str = "dGVzdCBtYXN0ZXIga2V5OiBuZXZlciBpbiBzZXJ2aWM=";

/// A program that runs until it is dropped.
struct Running {
    child: Child,
    port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a program on a free port and waits until it says that it serves.
fn start(name: &str, arguments: impl Fn(u16) -> Vec<String>, serves: &str) -> Running {
    let tools = std::env::var("SAFESHIPPER_KEY_MANAGERS")
        .expect("`./dev test` installs moto and OpenBao and says where they are");
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut child = Command::new(PathBuf::from(tools).join("bin").join(name))
        .args(arguments(port))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (say, said) = std::sync::mpsc::channel();
    let outputs: [Box<dyn Read + Send>; 2] = [
        Box::new(child.stdout.take().unwrap()),
        Box::new(child.stderr.take().unwrap()),
    ];
    for output in outputs {
        let say = say.clone();
        // Reads on to the end, so that the program never waits for a reader.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let _ = say.send(line);
            }
        });
    }
    drop(say);
    assert!(
        said.iter().any(|line| line.contains(serves)),
        "{name} does not serve"
    );
    Running { child, port }
}

fn moto() -> Running {
    let arguments = |port: u16| {
        vec![
            "-H".to_owned(),
            "127.0.0.1".to_owned(),
            "-p".to_owned(),
            port.to_string(),
        ]
    };
    start("moto_server", arguments, "Running on")
}

/// What moto's KMS answers to an operation of somebody else.
async fn ask(kms: &Running, operation: &str, body: &Value) -> Value {
    let scope = "Credential=AKID/20260101/us-east-1/kms/aws4_request";
    let answer = Client::new()
        .post(format!("http://127.0.0.1:{}/", kms.port))
        .header("x-amz-target", format!("TrentService.{operation}"))
        .header("content-type", "application/x-amz-json-1.1")
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"),
        )
        .body(body.to_string());
    serde_json::from_str(&answer.send().await.unwrap().text().await.unwrap()).unwrap()
}

fn client(kms: &Running, key: &str) -> Kms {
    let credentials = AwsCredentials {
        access_key_id: "AKID".into(),
        secret_access_key: "secret".into(),
        session_token: None,
    };
    let endpoint = format!("http://127.0.0.1:{}/", kms.port);
    Kms::new("us-east-1", key, Some(&endpoint), credentials).unwrap()
}

#[tokio::test]
async fn kms_unwraps_what_it_has_wrapped_as_this_and_nothing_else_data_2() {
    let running = moto();
    let made = ask(&running, "CreateKey", &json!({})).await;
    let id = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    let (kms, plain) = (client(&running, id), SecretString::from(KEY));
    let wrapped = kms.wrap(&plain, now()).await.unwrap();
    assert!(!wrapped.contains(KEY) && wrapped.len() > KEY.len());
    let opened = kms.unwrap(&format!("{wrapped}\n"), now()).await.unwrap();
    assert_eq!(opened.expose_secret(), KEY);

    // Wrapped by the same key for something else.
    for context in [
        json!({}),
        json!({"application": "safeshipper", "secret": "another"}),
    ] {
        let asked = json!({"KeyId": id, "Plaintext": KEY, "EncryptionContext": context});
        let other = ask(&running, "Encrypt", &asked).await;
        let refused = kms.unwrap(other["CiphertextBlob"].as_str().unwrap(), now()).await;
        assert_eq!(refused.unwrap_err(), ManagerError::Refused(400), "{context}");
    }
    let mut tampered = wrapped.clone();
    tampered.replace_range(70..71, if &wrapped[70..71] == "A" { "B" } else { "A" });
    assert!(kms.unwrap(&tampered, now()).await.is_err());
    assert!(client(&running, "alias/none").wrap(&plain, now()).await.is_err());
    drop(running);
    assert_eq!(
        kms.unwrap(&wrapped, now()).await.unwrap_err(),
        ManagerError::Unreachable
    );
}

fn bao() -> Running {
    let arguments = |port: u16| {
        let text = format!(
            "server -dev -dev-no-store-token -dev-root-token-id=root -dev-listen-address=127.0.0.1:{port}"
        );
        text.split(' ').map(str::to_owned).collect()
    };
    start("bao", arguments, "Root Token")
}

/// What OpenBao answers to its administrator.
async fn administer(bao: &Running, path: &str, body: &Value) -> Value {
    let request = Client::new()
        .post(format!("http://127.0.0.1:{}/v1/{path}", bao.port))
        .header("x-vault-token", "root")
        .body(body.to_string());
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default()
}

#[tokio::test]
async fn the_transit_engine_unwraps_what_it_has_wrapped_as_this_and_nothing_else_data_2() {
    let running = bao();
    administer(&running, "sys/mounts/transit", &json!({"type": "transit"})).await;
    for key in ["safeshipper", "another"] {
        administer(&running, &format!("transit/keys/{key}"), &json!({})).await;
    }
    let address = format!("http://127.0.0.1:{}", running.port);
    let with =
        |key: &str, token: &str| Transit::new(&address, "transit", key, &SecretString::from(token)).unwrap();
    let (transit, plain) = (with("safeshipper", "root\n"), SecretString::from(KEY));
    let wrapped = transit.wrap(&plain).await.unwrap();
    assert!(wrapped.starts_with("vault:v1:"), "{wrapped}");
    let opened = transit.unwrap(&format!("{wrapped}\n")).await.unwrap();
    assert_eq!(opened.expose_secret(), KEY);
    // The key in the engine may change by itself.
    administer(&running, "transit/keys/safeshipper/rotate", &json!({})).await;
    assert_eq!(transit.unwrap(&wrapped).await.unwrap().expose_secret(), KEY);

    let other = administer(
        &running,
        "transit/encrypt/safeshipper",
        &json!({"plaintext": KEY}),
    )
    .await;
    let for_something_else = other["data"]["ciphertext"].as_str().unwrap();
    for (client, wrapped) in [
        (&transit, for_something_else),
        (&with("another", "root"), wrapped.as_str()),
        (&transit, "vault:v1:AAAA"),
    ] {
        assert_eq!(
            client.unwrap(wrapped).await.unwrap_err(),
            ManagerError::Refused(400)
        );
    }
    let stranger = with("safeshipper", "not a token of it");
    assert_eq!(
        stranger.unwrap(&wrapped).await.unwrap_err(),
        ManagerError::Refused(403)
    );
}

#[test]
fn an_address_without_tls_or_a_name_that_changes_the_path_is_refused() {
    let token = SecretString::from("t");
    for address in [
        "http://vault.example",
        "ftp://127.0.0.1/",
        "vault.example",
        "file:///etc/passwd",
    ] {
        let refused = Transit::new(address, "transit", "k", &token).err();
        assert_eq!(refused, Some(ManagerError::Address), "{address}");
    }
    for (mount, key) in [
        ("transit", "../sys"),
        ("transit/../sys", "k"),
        ("", "k"),
        ("transit", "k?x"),
    ] {
        assert!(
            Transit::new("https://vault.example", mount, key, &token).is_err(),
            "{mount} {key}"
        );
    }
    let empty = SecretString::from("\n");
    assert!(Transit::new("https://vault.example", "transit", "k", &empty).is_err());
    let credentials = || AwsCredentials {
        access_key_id: "AKID".into(),
        secret_access_key: "hidden-word".into(),
        session_token: None,
    };
    assert!(Kms::new("evil.example/", "k", None, credentials()).is_err());
    assert!(Kms::new("us-east-1", "k", Some("http://kms.example/"), credentials()).is_err());
    let kms = Kms::new("us-east-1", "k", None, credentials()).unwrap();
    assert!(!format!("{kms:?}").contains("hidden-word"));
}
