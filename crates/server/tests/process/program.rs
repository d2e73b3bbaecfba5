//! Starting the program, talking to it, and ending it.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Longer than any start takes, a first one on a busy machine included.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running program.
pub(crate) struct Program {
    child: Child,
    pub(crate) url: String,
    log: PathBuf,
}

/// A directory that the account of the database can enter.
pub(crate) fn directory() -> tempfile::TempDir {
    let directory = tempfile::Builder::new()
        .prefix("safeshipper-")
        .tempdir_in("/tmp")
        .unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    directory
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// The program with these arguments and nothing of the caller's configuration.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_safeshipper"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in
        std::env::vars().filter(|(name, _)| name.starts_with("SAFESHIPPER_") && name != "SAFESHIPPER_PG_BIN")
    {
        command.env_remove(name);
    }
    command
}

impl Program {
    /// Starts it with these arguments; its log goes into `directory`. Returns when it serves.
    pub(crate) async fn start(arguments: &[&str], directory: &Path) -> Self {
        let port = free_port();
        let listen = format!("127.0.0.1:{port}");
        let log = directory.join(format!("log-{port}"));
        let file = File::create(&log).unwrap();
        let mut all = arguments.to_vec();
        all.extend(["--listen", &listen]);
        let child = command(&all).stdout(Stdio::null()).stderr(file).spawn().unwrap();
        let mut program = Self {
            child,
            url: format!("http://{listen}"),
            log,
        };
        let since = Instant::now();
        while !program.is_ready().await {
            if let Some(status) = program.child.try_wait().unwrap() {
                panic!("ended with {status}: {}", program.log());
            }
            assert!(since.elapsed() < PATIENCE, "does not serve: {}", program.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        program
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    async fn is_ready(&self) -> bool {
        let answer = reqwest::get(format!("{}/readyz", self.url)).await;
        answer.is_ok_and(|answer| answer.status() == 204)
    }

    /// `kill -9`: nothing of the program runs after this.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ctrl-C; returns how it ended.
    pub(crate) fn interrupt(mut self) -> ExitStatus {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &id])
                .status()
                .unwrap()
                .success()
        );
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(since.elapsed() < PATIENCE, "does not stop: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Program {
    /// A test that failed leaves no process behind: asks first, so that its database is stopped too.
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            let id = self.child.id().to_string();
            let _ = Command::new("kill").args(["-INT", &id]).status();
            let since = Instant::now();
            while since.elapsed() < Duration::from_secs(20)
                && self.child.try_wait().is_ok_and(|status| status.is_none())
            {
                std::thread::sleep(Duration::from_millis(20));
            }
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// The processes of a PostgreSQL whose data is below this directory.
pub(crate) fn postgres_below(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line).replace('\0', " ");
        if line.contains("postgres") && line.contains(directory.to_str().unwrap()) {
            found.push(line);
        }
    }
    found
}

/// Somebody signed in to the API of a running program.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
}

impl Client {
    /// Signs in to the demo.
    pub(crate) async fn sign_in(program: &Program, email: &str, password: &str) -> Self {
        let http = reqwest::Client::new();
        let form = json!({"email": email, "password": password});
        let answer = http
            .post(format!("{}/api/v1/sessions", program.url))
            .json(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{}", program.log());
        let body: Value = answer.json().await.unwrap();
        let token = body["access_token"].as_str().unwrap().to_owned();
        Self {
            http,
            url: program.url.clone(),
            token,
        }
    }

    /// Sends JSON; none when no whole answer came.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Option<(u16, Value)> {
        let request = self
            .http
            .post(format!("{}{path}", self.url))
            .bearer_auth(&self.token)
            .json(body);
        let answer = request.send().await.ok()?;
        Some((answer.status().as_u16(), answer.json().await.ok()?))
    }

    /// Reads JSON that must be there.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let request = self
            .http
            .get(format!("{}{path}", self.url))
            .bearer_auth(&self.token);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    /// Every item of a paged list.
    pub(crate) async fn all(&self, path: &str, items: &str) -> Vec<Value> {
        let (mut found, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}{after}")).await;
            found.extend(page[items].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => {
                    let mark = if path.contains('?') { '&' } else { '?' };
                    after = format!("{mark}after={next}");
                }
                None => return found,
            }
        }
    }
}
