//! Making a cluster, running its server, stopping it.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use secrecy::ExposeSecret;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::error::{EmbeddedError, io};
use crate::pidfile::PidFile;
use crate::{EmbeddedOptions, PORT, SUPERUSER, files, leftover};

/// How long a start may take; a recovery after a crash is part of it.
const START: Duration = Duration::from_secs(60);
/// How long each way to stop is given: closing all connections cleanly, then at once.
const STOP: [(&str, Duration); 2] = [
    ("INT", Duration::from_secs(60)),
    ("QUIT", Duration::from_secs(10)),
];
/// How often a state is looked at.
const PULSE: Duration = Duration::from_millis(5);

/// Makes the cluster's files. They get their name last, so that a half-made cluster is never started.
pub(crate) fn init(
    binaries: &Binaries,
    account: &Account,
    data_dir: &Path,
    pgdata: &Path,
    options: &EmbeddedOptions,
) -> Result<(), EmbeddedError> {
    let unfinished = data_dir.join("pgdata.unfinished");
    let password = data_dir.join("password.unfinished");
    let remove_password = || match fs::remove_file(&password) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(io("cannot remove", &password)(error))
        }
        _ => Ok(()),
    };
    remove_password()?;
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(io("cannot remove", &unfinished))?;
    }
    files::make_for(account, &unfinished)?;
    files::write_for(account, &password, options.superuser_password.expose_secret())?;

    let initdb = binaries.program("initdb");
    let mut command = tied_to_us(&initdb);
    command
        .args([
            "--auth=scram-sha-256",
            "--data-checksums",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ])
        .arg(format!("--username={SUPERUSER}"))
        .arg("--pwfile")
        .arg(&password)
        .arg("--pgdata")
        .arg(&unfinished)
        .stdin(Stdio::null());
    if !options.durable {
        command.arg("--no-sync");
    }
    let output = account.run(&mut command).output();
    remove_password()?;
    let output = output.map_err(io("cannot run", &initdb))?;
    if !output.status.success() {
        return Err(EmbeddedError::Failed {
            program: "initdb",
            status: output.status.to_string(),
            output: last_lines(&String::from_utf8_lossy(&output.stderr)),
        });
    }
    fs::rename(&unfinished, pgdata).map_err(io("cannot name", pgdata))
}

/// A running server and the thread that is its parent.
#[derive(Debug)]
pub(crate) struct Server {
    pid: u32,
    /// Dropped to ask for the stop.
    keep: Option<mpsc::Sender<()>>,
    parent: Option<JoinHandle<Result<(), EmbeddedError>>>,
}

impl Server {
    /// Starts the server and waits until it is ready.
    ///
    /// The operating system ties "signal the child when its parent dies" to the *thread* that started the
    /// child, so a thread of its own starts it and lives exactly as long as the server is wanted.
    pub(crate) fn start(
        binaries: Binaries,
        account: Account,
        data_dir: PathBuf,
        pgdata: PathBuf,
        socket_dir: &Path,
        durable: bool,
    ) -> Result<Self, EmbeddedError> {
        let mut command = command(&binaries, &account, &pgdata, socket_dir, durable);
        let mut log = files::log(&data_dir)?;
        let log_path = data_dir.join("postgres.log");
        let said_before = log.seek(SeekFrom::End(0)).map_err(io("cannot read", &log_path))?;
        command.stderr(log);

        let (keep, wanted) = mpsc::channel::<()>();
        let (tell, told) = mpsc::channel();
        let parent = thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || {
                let mut child = match command.spawn() {
                    Ok(child) => child,
                    Err(error) => {
                        let _ = tell.send(Err(io("cannot run", Path::new(command.get_program()))(error)));
                        return Ok(());
                    }
                };
                let pid = child.id();
                let ready = wait_until_ready(&mut child, &pgdata, &log_path, said_before);
                let failed = ready.is_err();
                let _ = tell.send(ready.map(|()| pid));
                if !failed {
                    // Nothing is ever sent: the wait ends when the sender is dropped.
                    let _ = wanted.recv();
                }
                stop_child(&binaries, &account, &mut child)
            })
            .map_err(io("cannot start the thread for", Path::new("postgres")))?;

        match told.recv() {
            Ok(Ok(pid)) => Ok(Self {
                pid,
                keep: Some(keep),
                parent: Some(parent),
            }),
            Ok(Err(error)) => {
                let _ = parent.join();
                Err(error)
            }
            Err(mpsc::RecvError) => Err(EmbeddedError::NotReady {
                seconds: 0,
                output: "the thread that starts it ended".to_owned(),
            }),
        }
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.pid
    }

    /// Stops the server and waits for it; nothing to do the second time.
    pub(crate) fn stop(&mut self) -> Result<(), EmbeddedError> {
        self.keep = None;
        match self.parent.take().map(JoinHandle::join) {
            None => Ok(()),
            Some(Ok(stopped)) => stopped,
            Some(Err(_)) => Err(EmbeddedError::NotStopped { pid: self.pid }),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // There is nobody to tell; the next start stops what is left.
        let _ = self.stop();
    }
}

/// The program, signalled to stop when the thread that starts it dies.
///
/// Where `setpriv` is missing it is not, and what a crash leaves is stopped at the next start.
fn tied_to_us(program: &Path) -> Command {
    let setpriv = ["/usr/bin/setpriv", "/bin/setpriv"]
        .into_iter()
        .find(|path| Path::new(path).is_file());
    match setpriv {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "INT", "--"]).arg(program);
            command
        }
        None => Command::new(program),
    }
}

fn command(
    binaries: &Binaries,
    account: &Account,
    pgdata: &Path,
    socket_dir: &Path,
    durable: bool,
) -> Command {
    let mut command = tied_to_us(&binaries.program("postgres"));
    command.arg("-D").arg(pgdata).arg("-k").arg(socket_dir);
    command.args(["-p", &PORT.to_string()]);
    let mut set = |setting: &str| {
        command.args(["-c", setting]);
    };
    set("listen_addresses=");
    set("unix_socket_permissions=0700");
    set("timezone=UTC");
    set("log_timezone=UTC");
    // The details of an error quote the row, its statement quotes passwords: neither belongs in a log.
    set("log_error_verbosity=terse");
    set("log_min_error_statement=panic");
    if !durable {
        set("fsync=off");
        set("synchronous_commit=off");
        set("full_page_writes=off");
        // Many tests at once, each with a pool of its own.
        set("max_connections=300");
    }
    command.stdin(Stdio::null()).stdout(Stdio::null());
    // A group of its own: Ctrl-C is for the application, which stops the server when it has finished.
    command.process_group(0);
    account.run(&mut command);
    command
}

fn wait_until_ready(
    child: &mut Child,
    pgdata: &Path,
    log: &Path,
    said_before: u64,
) -> Result<(), EmbeddedError> {
    let deadline = Instant::now() + START;
    loop {
        if let Some(status) = child
            .try_wait()
            .map_err(io("cannot wait for", Path::new("postgres")))?
        {
            return Err(EmbeddedError::Failed {
                program: "postgres",
                status: status.to_string(),
                output: said_since(log, said_before),
            });
        }
        if PidFile::read(pgdata)
            == Some(PidFile {
                pid: child.id(),
                ready: true,
            })
        {
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err(EmbeddedError::NotReady {
                seconds: START.as_secs(),
                output: said_since(log, said_before),
            });
        }
        thread::sleep(PULSE);
    }
}

fn stop_child(binaries: &Binaries, account: &Account, child: &mut Child) -> Result<(), EmbeddedError> {
    let pid = child.id();
    let wait = |error| io("cannot wait for", Path::new("postgres"))(error);
    for (name, patience) in STOP {
        if child.try_wait().map_err(wait)?.is_some() {
            return Ok(());
        }
        leftover::signal(binaries, account, name, pid)?;
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if child.try_wait().map_err(wait)?.is_some() {
                return Ok(());
            }
            thread::sleep(PULSE);
        }
    }
    Err(EmbeddedError::NotStopped { pid })
}

fn said_since(log: &Path, offset: u64) -> String {
    let mut text = String::new();
    let read = fs::File::open(log).and_then(|mut file| {
        file.seek(SeekFrom::Start(offset))?;
        file.read_to_string(&mut text)
    });
    match read {
        Ok(_) => last_lines(&text),
        Err(error) => format!("its log cannot be read: {error}"),
    }
}

fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(5)..].join("; ")
}
