//! Secrets managers: moto's KMS, which stands in for AWS, and OpenBao itself.
//!
//! `./dev test` installs them and says where in `SAFESHIPPER_KEY_MANAGERS`; without them the tests fail.

use std::io::{BufRead as _, BufReader, Read};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use reqwest::Client;
use serde_json::{Value, json};

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
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("has an address").port();
    drop(listener);
    let mut child = Command::new(PathBuf::from(tools).join("bin").join(name))
        .args(arguments(port))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let (say, said) = std::sync::mpsc::channel();
    let outputs: [Box<dyn Read + Send>; 2] = [
        Box::new(child.stdout.take().expect("is piped")),
        Box::new(child.stderr.take().expect("is piped")),
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

/// A KMS of one's own.
pub struct AwsKms(Running);

impl AwsKms {
    /// Starts one.
    ///
    /// # Panics
    /// When it does not serve.
    #[must_use]
    pub fn start() -> Self {
        let arguments = |port: u16| {
            ["-H", "127.0.0.1", "-p", &port.to_string()]
                .map(str::to_owned)
                .into()
        };
        Self(start("moto_server", arguments, "Running on"))
    }

    /// Where it is.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/", self.0.port)
    }

    /// A new key in it; its id.
    ///
    /// # Panics
    /// When there is none.
    pub async fn create_key(&self) -> String {
        let made = self.ask("CreateKey", &json!({})).await;
        made["KeyMetadata"]["KeyId"].as_str().expect("an id").to_owned()
    }

    /// What it answers to an operation of somebody else.
    ///
    /// # Panics
    /// When it does not answer.
    pub async fn ask(&self, operation: &str, body: &Value) -> Value {
        let scope = "Credential=AKID/20260101/us-east-1/kms/aws4_request";
        let request = Client::new()
            .post(self.endpoint())
            .header("x-amz-target", format!("TrentService.{operation}"))
            .header("content-type", "application/x-amz-json-1.1")
            .header(
                "authorization",
                format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"),
            )
            .body(body.to_string());
        let answer = request.send().await.expect("answers");
        serde_json::from_str(&answer.text().await.expect("with text")).expect("in JSON")
    }
}

/// An OpenBao of one's own, with a transit engine.
pub struct OpenBao(Running);

impl OpenBao {
    /// Of its administrator.
    pub const TOKEN: &str = "root";

    /// Starts one.
    ///
    /// # Panics
    /// When it does not serve.
    pub async fn start() -> Self {
        let arguments = |port: u16| {
            let text = format!(
                "server -dev -dev-no-store-token -dev-root-token-id={} -dev-listen-address=127.0.0.1:{port}",
                Self::TOKEN
            );
            text.split(' ').map(str::to_owned).collect()
        };
        let bao = Self(start("bao", arguments, "Root Token"));
        bao.administer("sys/mounts/transit", &json!({"type": "transit"}))
            .await;
        bao
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.0.port)
    }

    /// What it answers to its administrator, who has this token.
    ///
    /// # Panics
    /// When it refuses.
    pub async fn administer(&self, path: &str, body: &Value) -> Value {
        let request = Client::new()
            .post(format!("{}/v1/{path}", self.address()))
            .header("x-vault-token", Self::TOKEN)
            .body(body.to_string());
        let answer = request.send().await.expect("answers");
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_str(&answer.text().await.expect("with text")).unwrap_or_default()
    }
}
