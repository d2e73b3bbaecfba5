//! The master key in AWS KMS and in a transit engine (DATA-2, J14), against real parts: moto's KMS and OpenBao.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use partners::kms::{AwsCredentials, Kms};
use partners::manager::ManagerError;
use partners::vault::Transit;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use testkit::managers::{AwsKms, OpenBao};
use testkit::now;

/// 32 bytes in base64.
const KEY: &str = "dGVzdCBtYXN0ZXIga2V5OiBuZXZlciBpbiBzZXJ2aWM=";

fn client(kms: &AwsKms, key: &str) -> Kms {
    let credentials = AwsCredentials {
        access_key_id: "AKID".into(),
        secret_access_key: "secret".into(),
        session_token: None,
    };
    Kms::new("us-east-1", key, Some(&kms.endpoint()), credentials).unwrap()
}

#[tokio::test]
async fn kms_unwraps_what_it_has_wrapped_as_this_and_nothing_else_data_2() {
    let running = AwsKms::start();
    let id = running.create_key().await;
    let (kms, plain) = (client(&running, &id), SecretString::from(KEY));
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
        let other = running.ask("Encrypt", &asked).await;
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

#[tokio::test]
async fn the_transit_engine_unwraps_what_it_has_wrapped_as_this_and_nothing_else_data_2() {
    let running = OpenBao::start().await;
    for key in ["safeshipper", "another"] {
        running
            .administer(&format!("transit/keys/{key}"), &json!({}))
            .await;
    }
    let address = running.address();
    let with =
        |key: &str, token: &str| Transit::new(&address, "transit", key, &SecretString::from(token)).unwrap();
    let (transit, plain) = (with("safeshipper", "root\n"), SecretString::from(KEY));
    let wrapped = transit.wrap(&plain).await.unwrap();
    assert!(wrapped.starts_with("vault:v1:"), "{wrapped}");
    let opened = transit.unwrap(&format!("{wrapped}\n")).await.unwrap();
    assert_eq!(opened.expose_secret(), KEY);
    // The key in the engine may change by itself.
    running
        .administer("transit/keys/safeshipper/rotate", &json!({}))
        .await;
    assert_eq!(transit.unwrap(&wrapped).await.unwrap().expose_secret(), KEY);

    let other = running
        .administer("transit/encrypt/safeshipper", &json!({"plaintext": KEY}))
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

/// What a client makes of a manager that answers this once.
async fn answered(answer: String) -> ManagerError {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let manager = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = Vec::new();
        // The request is one line of JSON.
        while !asked.ends_with(b"}") {
            let mut some = [0; 4096];
            let read = stream.read(&mut some).unwrap();
            asked.extend(&some[..read]);
        }
        // The client may have seen enough before the end.
        let _ = stream.write_all(answer.as_bytes());
    });
    let transit = Transit::new(&address, "transit", "k", &SecretString::from("t")).unwrap();
    let made = transit.wrap(&SecretString::from(KEY)).await.err().unwrap();
    manager.join().unwrap();
    made
}

#[tokio::test]
async fn a_manager_leads_nowhere_else_and_its_answer_has_an_end_j14() {
    let elsewhere =
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(answered(elsewhere.to_owned()).await, ManagerError::Refused(307));
    let (data, text) = (
        json!({"data": {"ciphertext": "vault:v1:"}}).to_string(),
        " ".repeat(70_000),
    );
    let long = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{data}{text}",
        data.len() + text.len()
    );
    assert_eq!(answered(long).await, ManagerError::Form);
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
