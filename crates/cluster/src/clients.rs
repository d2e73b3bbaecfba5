//! PostgreSQL's own programs that copy a database out and in: `pg_dump`, `pg_restore`, `createdb`, `dropdb`.
//!
//! They speak to any server, so they are looked for by its version. What they copy goes through a pipe and never into
//! a file. The password is in their environment, which nobody but this account and root can read; arguments anybody
//! can. What they say of an error is cut to its first line: the lines behind it quote rows.

use std::env;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use secrecy::ExposeSecret;

use crate::binaries::Binaries;
use crate::error::{EmbeddedError, io as fault};
use crate::login::Login;

/// How long `pg_dump` waits for a table that somebody is changing the form of.
const LOCK_WAIT: &str = "60s";
/// Bytes of what a program says that are kept.
const SAID: u64 = 64 << 10;
/// Characters of an error that are repeated.
const REPEATED: usize = 300;

/// The programs, of one version.
#[derive(Debug)]
pub struct Clients {
    binaries: Binaries,
    version: u32,
}

impl Clients {
    /// The programs for a server of this major version: of the same where they are installed, otherwise of the next
    /// newer; older ones refuse the server or do not know all it holds. `SAFESHIPPER_PG_BIN` names a directory.
    ///
    /// # Errors
    /// [`EmbeddedError::NoClients`] with what to install.
    pub fn for_server(version: u32) -> Result<Self, EmbeddedError> {
        let (binaries, version) = Binaries::clients(version)?;
        Ok(Self { binaries, version })
    }

    /// Their major version.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Writes a dump of the database, as it is in a snapshot that another connection holds open, in PostgreSQL's
    /// custom form. Returns when it is whole. Where row-level security would keep a row back, `pg_dump` fails.
    ///
    /// # Errors
    /// When `pg_dump` fails, or `into` takes no more.
    pub fn dump(&self, login: &Login, snapshot: &str, into: &mut impl Write) -> Result<(), EmbeddedError> {
        let mut command = self.command("pg_dump", login);
        command.args([
            "--format=custom",
            "--no-tablespaces",
            "--no-publications",
            "--no-subscriptions",
        ]);
        command.arg(format!("--lock-wait-timeout={LOCK_WAIT}"));
        command.arg(format!("--snapshot={snapshot}"));
        command.arg("--dbname").arg(login.conninfo());
        let mut child = self.start("pg_dump", command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
        let copied = match child.stdout.take() {
            Some(mut output) => io::copy(&mut output, into),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        };
        if copied.is_err() {
            // It may wait for us to read on; what it says of that is not the fault.
            let _ = child.kill();
        }
        let ended = end("pg_dump", child);
        copied.map_err(fault("cannot write what comes from", Path::new("pg_dump")))?;
        ended
    }

    /// Puts a dump into a database, whole or with an error at the first fault.
    ///
    /// # Errors
    /// When `pg_restore` fails, or `from` cannot be read.
    pub fn restore(&self, login: &Login, from: &mut impl Read) -> Result<(), EmbeddedError> {
        let mut command = self.command("pg_restore", login);
        command.args(["--exit-on-error", "--no-tablespaces"]);
        command.arg("--dbname").arg(login.conninfo());
        let mut child = self.start("pg_restore", command.stdin(Stdio::piped()).stdout(Stdio::null()))?;
        let copied = match child.stdin.take() {
            Some(mut input) => pour(from, &mut input),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        };
        if copied.is_err() {
            let _ = child.kill();
        }
        let ended = end("pg_restore", child);
        copied.map_err(fault("cannot read what goes to", Path::new("pg_restore")))?;
        ended
    }

    /// Makes a database like another that is empty: with its encoding and language.
    ///
    /// # Errors
    /// When `createdb` fails.
    pub fn create_database(&self, beside: &Login, name: &str, like: &str) -> Result<(), EmbeddedError> {
        let mut command = self.command("createdb", beside);
        command.arg(format!("--template={like}"));
        command.arg("--maintenance-db").arg(beside.conninfo()).arg(name);
        self.run("createdb", command)
    }

    /// Removes a database and ends who is connected to it; nothing to do where there is none.
    ///
    /// # Errors
    /// When `dropdb` fails.
    pub fn drop_database(&self, beside: &Login, name: &str) -> Result<(), EmbeddedError> {
        let mut command = self.command("dropdb", beside);
        command.args(["--if-exists", "--force"]);
        command.arg("--maintenance-db").arg(beside.conninfo()).arg(name);
        self.run("dropdb", command)
    }

    fn command(&self, program: &str, login: &Login) -> Command {
        let mut command = Command::new(self.binaries.program(program));
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("LC_ALL", "C")
            .env("PGCONNECT_TIMEOUT", "15")
            .env("PGAPPNAME", "safeshipper")
            .arg("--no-password");
        for name in ["HOME", "PGPASSFILE"] {
            if let Some(value) = env::var_os(name) {
                command.env(name, value);
            }
        }
        if let Some(password) = login.password() {
            command.env("PGPASSWORD", password.expose_secret());
        }
        command
    }

    fn start(&self, program: &'static str, command: &mut Command) -> Result<Child, EmbeddedError> {
        let path = self.binaries.program(program);
        command
            .stderr(Stdio::piped())
            .spawn()
            .map_err(fault("cannot run", &path))
    }

    fn run(&self, program: &'static str, mut command: Command) -> Result<(), EmbeddedError> {
        let child = self.start(program, command.stdin(Stdio::null()).stdout(Stdio::null()))?;
        end(program, child)
    }
}

/// Copies everything. That the reader has had enough is no error of ours: it says why when it ends.
fn pour(from: &mut impl Read, into: &mut impl Write) -> io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        match into.write_all(buffer.get(..read).unwrap_or_default()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            other => other?,
        }
    }
}

/// Waits for a program. It says little, and what it says fits into the pipe; should it not, it is read beside.
fn end(program: &'static str, mut child: Child) -> Result<(), EmbeddedError> {
    let saying = child.stderr.take().map(|stderr| {
        thread::spawn(move || {
            let (mut said, mut stderr) = (String::new(), stderr);
            let _ = stderr.by_ref().take(SAID).read_to_string(&mut said);
            let _ = io::copy(&mut stderr, &mut io::sink());
            said
        })
    });
    let status = child
        .wait()
        .map_err(fault("cannot wait for", Path::new(program)))?;
    let said = saying.and_then(|saying| saying.join().ok()).unwrap_or_default();
    if status.success() {
        return Ok(());
    }
    Err(EmbeddedError::Failed {
        program,
        status: status.to_string(),
        output: first_error(&said),
    })
}

/// The first line that tells of an error.
fn first_error(said: &str) -> String {
    let line = said.lines().find(|line| line.contains("error:"));
    let line = line.or_else(|| said.lines().next()).unwrap_or_default();
    line.chars().take(REPEATED).collect()
}

#[cfg(test)]
mod tests {
    use super::first_error;

    #[test]
    fn of_what_a_program_says_the_error_is_repeated_and_no_row() {
        let said = "pg_restore: while PROCESSING TOC:\npg_restore: error: COPY failed for table \"users\": ERROR:  \
            duplicate key\nDETAIL:  Key (name)=(Ada) already exists.\nCONTEXT:  COPY users, line 1: \"Ada\"\n";
        let error = first_error(said);
        assert!(
            error.contains("duplicate key") && !error.contains("Ada"),
            "{error}"
        );
        assert_eq!(first_error(""), "");
    }
}
