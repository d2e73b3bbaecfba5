//! The release binary with two demo companies and a durable cluster in a temporary directory.

use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use tempfile::TempDir;

use crate::cpu::Cpu;

/// The login `pgbench` uses: it has the rights of both roles a server works as, and none beyond.
const LOGIN: &str = "safeshipper_bench";

/// A running server; stopped when the last clone is dropped. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Server(Arc<Running>);

struct Running {
    child: Child,
    address: String,
    postmaster: u32,
    directory: TempDir,
}

/// As whom to reach the database.
#[derive(Clone, Copy)]
pub(crate) enum Login {
    /// With the rights of the server's roles, and so under row-level security.
    Application,
    /// Past row-level security.
    Superuser,
}

impl Server {
    /// Starts it and waits until it serves.
    pub(crate) fn start(binary: &Path) -> anyhow::Result<Self> {
        let directory = tempfile::Builder::new().prefix("safeshipper-bench").tempdir()?;
        // Started as root, the database runs under an account that has to get in.
        fs::set_permissions(directory.path(), Permissions::from_mode(0o755))?;
        let log = directory.path().join("log");
        let mut child = Command::new(binary)
            .args(["demo", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(directory.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let output = child.stdout.take().context("the server has no output")?;
        let mut url = None;
        for line in BufReader::new(output).lines() {
            let line = line?;
            if let Some((_, address)) = line.split_once("is up: http://") {
                url = Some(address.trim().replace("localhost", "127.0.0.1"));
            } else if line.starts_with("Stop with") {
                break;
            }
        }
        let Some(address) = url else {
            bail!("the server did not start: {}", fs::read_to_string(&log)?);
        };
        let pid_file = directory.path().join("data/postgres/pgdata/postmaster.pid");
        let postmaster = fs::read_to_string(pid_file)?
            .lines()
            .next()
            .context("`postmaster.pid` is empty")?
            .trim()
            .parse()?;
        let server = Self(Arc::new(Running {
            child,
            address,
            postmaster,
            directory,
        }));
        server.make_login()?;
        Ok(server)
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        &self.0.address
    }

    /// The password of the demo sign-ins.
    pub(crate) fn demo_password(&self) -> anyhow::Result<String> {
        self.secret("demo")
    }

    /// Processor time up to now.
    pub(crate) fn cpu(&self) -> anyhow::Result<Cpu> {
        Cpu::of(self.0.child.id(), self.0.postmaster)
    }

    /// A directory for what a measurement writes.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.0.directory.path().to_owned()
    }

    /// What the superuser is answered, as `psql` prints it unaligned.
    pub(crate) fn ask(&self, sql: &str) -> anyhow::Result<String> {
        self.psql(Login::Superuser, sql)
    }

    /// What this login is answered.
    pub(crate) fn psql(&self, login: Login, sql: &str) -> anyhow::Result<String> {
        let done = self
            .client("psql", login)?
            .args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .output()?;
        ensure!(
            done.status.success(),
            "psql: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        Ok(String::from_utf8(done.stdout)?.trim().to_owned())
    }

    /// One of PostgreSQL's own client programs, told where to connect.
    pub(crate) fn client(&self, program: &str, login: Login) -> anyhow::Result<Command> {
        let password = self.secret("superuser")?;
        let mut command = Command::new(program);
        command
            .env("PGHOST", self.0.directory.path().join("data/postgres/socket"))
            .env("PGDATABASE", "safeshipper")
            .env("PGOPTIONS", "-c search_path=safeshipper")
            .env("PGPASSWORD", password)
            .env(
                "PGUSER",
                match login {
                    Login::Application => LOGIN,
                    Login::Superuser => "postgres",
                },
            );
        Ok(command)
    }

    /// Rotates its signing keys by command, at once.
    pub(crate) fn rotate_keys(&self, binary: &Path) -> anyhow::Result<tokio::process::Child> {
        let data = self.0.directory.path().join("data");
        // It is base64: what a url would read otherwise is written otherwise.
        let password = self.secret("superuser")?;
        let password = password
            .replace('/', "%2F")
            .replace('+', "%2B")
            .replace('=', "%3D");
        let socket = data.join("postgres/socket");
        let url = format!(
            "postgres://postgres:{password}@localhost/safeshipper?host={}",
            socket.display()
        );
        let child = tokio::process::Command::new(binary)
            .args(["keys", "rotate", "--at-once", "--master-key-file"])
            .arg(data.join("keys/master"))
            .env("SAFESHIPPER_DATABASE_URL", url)
            .stdout(Stdio::null())
            .spawn()?;
        Ok(child)
    }

    /// Stops it.
    pub(crate) fn stop(self) -> anyhow::Result<()> {
        let running = Arc::into_inner(self.0).context("the server is still in use")?;
        drop(running);
        Ok(())
    }

    fn secret(&self, name: &str) -> anyhow::Result<String> {
        let file = self.0.directory.path().join("data/keys").join(name);
        Ok(fs::read_to_string(file)?.trim().to_owned())
    }

    fn make_login(&self) -> anyhow::Result<()> {
        // In this throw-away cluster it shares the superuser's password.
        let password = self.secret("superuser")?;
        self.ask(&format!(
            "create role {LOGIN} login password '{password}' in role safeshipper_app, safeshipper_directory"
        ))?;
        self.ask(&format!("grant connect on database safeshipper to {LOGIN}"))?;
        Ok(())
    }
}

impl Drop for Running {
    /// As Ctrl-C would; it stops its cluster itself.
    fn drop(&mut self) {
        let asked = Command::new("kill")
            .args(["-INT", &self.child.id().to_string()])
            .status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
