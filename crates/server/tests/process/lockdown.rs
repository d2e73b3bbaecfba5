//! The platform operator takes access back by command, while the program serves.

use reqwest::StatusCode;
use serde_json::json;

use crate::program::{Program, command, directory};
use crate::serve::{key_file, postgres};

const PASSWORD: &str = "correct horse battery staple";
const PERSON: [&str; 4] = ["--company", "northwind", "--email", "driver@northwind.example"];

/// Runs a command against the installation; its status and what it says.
fn run(words: &[&str], input: &str, installation: &[&str]) -> (bool, String) {
    use std::io::Write;
    let mut arguments = words.to_vec();
    arguments.extend(installation);
    let mut command = command(&arguments);
    command.stdin(std::process::Stdio::piped());
    command.stdout(std::process::Stdio::piped());
    command.stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that reads nothing may have closed its end.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), said)
}

#[tokio::test]
async fn the_operator_ends_sessions_locks_and_unlocks_while_the_program_serves() {
    let directory = directory();
    let data = directory.path();
    let (cluster, url) = postgres(data);
    let key = key_file(data, "key");
    let installation = ["--database-url", &url, "--master-key-file", key.to_str().unwrap()];
    let run = |words: &[&str], input: &str| run(words, input, &installation);
    let made = run(
        &["company", "create", "--slug", "northwind", "--name", "Northwind"],
        "",
    );
    assert!(made.0, "{}", made.1);
    for (role, email) in [("ADMIN", "admin@northwind.example"), ("DRIVER", PERSON[3])] {
        let words = [
            "person",
            "create",
            "--company",
            "northwind",
            "--email",
            email,
            "--name",
            role,
        ];
        let words = [&words[..], &["--role", role, "--password-stdin"]].concat();
        let made = run(&words, PASSWORD);
        assert!(made.0, "{}", made.1);
    }
    let program = Program::start(&[&["serve"], &installation[..]].concat(), data).await;
    let client = reqwest::Client::new();
    let sign_in = async || {
        let form = json!({"email": PERSON[3], "password": PASSWORD});
        let sent = client
            .post(format!("{}/api/v1/sessions", program.url))
            .json(&form);
        let answer = sent.send().await.unwrap();
        let status = answer.status();
        let body: serde_json::Value = answer.json().await.unwrap();
        (
            status,
            body["access_token"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let me = async |token: &str| {
        let sent = client
            .get(format!("{}/api/v1/me", program.url))
            .bearer_auth(token);
        sent.send().await.unwrap().status()
    };

    let (_, token) = sign_in().await;
    assert_eq!(me(&token).await, StatusCode::OK);
    let ended = run(&[&["session", "revoke"], &PERSON[..]].concat(), "");
    assert!(ended.0 && ended.1.contains("1 sessions"), "{}", ended.1);
    assert_eq!(me(&token).await, StatusCode::UNAUTHORIZED);

    let (_, token) = sign_in().await;
    let with = |act: &'static str, reason: &'static str| {
        [&["user", act], &PERSON[..], &["--reason", reason]].concat()
    };
    let short = run(&with("lockdown", "short"), "");
    assert!(
        !short.0 && short.1.contains("10 to 500 characters"),
        "{}",
        short.1
    );
    assert_eq!(me(&token).await, StatusCode::OK);
    let locked = run(&with("lockdown", "telephone stolen in Rotterdam"), "");
    assert!(locked.0, "{}", locked.1);
    assert_eq!(me(&token).await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in().await.0, StatusCode::UNAUTHORIZED);
    let unlocked = run(&with("unlock", "telephone found in Rotterdam"), "");
    assert!(unlocked.0, "{}", unlocked.1);
    assert_eq!(me(&token).await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in().await.0, StatusCode::OK);

    let reset = with("reset-factors", "telephone lost in Rotterdam");
    let none = run(
        &[&reset[..], &["--identity", "came with a passport"]].concat(),
        "",
    );
    assert!(!none.0 && none.1.contains("no second factor"), "{}", none.1);

    let mut nobody = PERSON;
    nobody[3] = "nobody@northwind.example";
    let absent = run(&[&["session", "revoke"], &nobody[..]].concat(), "");
    assert!(!absent.0 && absent.1.contains("no such person"), "{}", absent.1);
    assert!(program.interrupt().success());
    cluster.stop().unwrap();
}
