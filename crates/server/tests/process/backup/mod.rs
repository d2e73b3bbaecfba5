//! Backups by the program itself: made, looked into with the standard `age` tool, restored elsewhere, refused (DATA-9,
//! E17).

mod age;
mod comes_back;
mod private;
mod refused;
mod unfinished;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use cluster::EmbeddedCluster;

use crate::program::command;
use crate::serve::{key_file, postgres};

const PASSWORD: &str = "correct horse battery staple";

/// What a command says, and whether it succeeded.
#[derive(Debug)]
struct Said {
    ok: bool,
    text: String,
}

/// Runs the program; what it is given on standard input is the people's password.
fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Said {
    use std::io::Write as _;
    let mut command = command(arguments);
    command.envs(variables.iter().copied());
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that reads nothing may have closed its end.
    let _ = child.stdin.take().unwrap().write_all(PASSWORD.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Said {
        ok: output.status.success(),
        text,
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// An installation with two companies, in a PostgreSQL of its own that runs until it is dropped.
struct Source {
    _cluster: EmbeddedCluster,
    url: String,
    key: PathBuf,
}

impl Source {
    fn make(data: &Path) -> Self {
        let (cluster, url) = postgres(data);
        let source = Self {
            _cluster: cluster,
            url,
            key: key_file(data, "master"),
        };
        for (slug, name) in [
            ("northwind", "Northwind Chemicals"),
            ("southcross", "Southern Cross"),
        ] {
            let made = source.run(&["company", "create", "--slug", slug, "--name", name]);
            assert!(made.ok, "{made:?}");
        }
        for (role, email) in [
            ("ADMIN", "admin@northwind.example"),
            ("DRIVER", "driver@northwind.example"),
        ] {
            let who = [
                "person",
                "create",
                "--company",
                "northwind",
                "--email",
                email,
                "--name",
                role,
            ];
            let made = source.run(&[&who[..], &["--role", role, "--password-stdin"]].concat());
            assert!(made.ok, "{made:?}");
        }
        source
    }

    /// The options that name it.
    fn options(&self) -> [&str; 4] {
        ["--database-url", &self.url, "--master-key-file", text(&self.key)]
    }

    fn run(&self, words: &[&str]) -> Said {
        run(&[words, &self.options()[..]].concat(), &[])
    }

    /// Makes a backup in the directory, which must succeed; the file.
    fn back_up(&self, directory: &Path, recipient: &str) -> PathBuf {
        let before = files(directory);
        let made = self.run(&["backup", "--to", text(directory), "--recipient", recipient]);
        assert!(made.ok, "{made:?}");
        let mut after = files(directory);
        after.retain(|file| !before.contains(file));
        assert_eq!(after.len(), 1, "{after:?}");
        after.remove(0)
    }
}

/// Restores a backup, or tries to.
fn restore(file: &Path, identity: &Path, url: &str, key: &Path) -> Said {
    let arguments = [
        "restore",
        text(file),
        "--identity",
        text(identity),
        "--database-url",
        url,
    ];
    run(&[&arguments[..], &["--master-key-file", text(key)]].concat(), &[])
}

/// What is in a directory, hidden files too.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    found.sort();
    found
}

fn new_directory(parent: &Path, name: &str) -> PathBuf {
    let path = parent.join(name);
    fs::create_dir(&path).unwrap();
    // Of the private cluster too, which runs under another account.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// What a query finds, by PostgreSQL's own program.
fn psql(url: &str, sql: &str) -> String {
    let output = std::process::Command::new("psql")
        .args([
            "--no-psqlrc",
            "--tuples-only",
            "--no-align",
            "--set",
            "ON_ERROR_STOP=1",
            "--dbname",
            url,
        ])
        .args(["--command", sql])
        .output()
        .expect("psql runs");
    assert!(
        output.status.success(),
        "{sql}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
