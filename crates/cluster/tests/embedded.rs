//! The cluster against a real PostgreSQL: started, stopped, killed and left behind.
#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cluster::{EmbeddedCluster, EmbeddedError, EmbeddedOptions};
use tempfile::TempDir;

const PASSWORD: &str = "correct-horse-battery";

fn home() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), Permissions::from_mode(0o711)).unwrap();
    dir
}

fn options(data_dir: &Path) -> EmbeddedOptions {
    EmbeddedOptions {
        data_dir: data_dir.to_owned(),
        pg_bin: None,
        superuser_password: PASSWORD.into(),
        durable: false,
    }
}

fn start(data_dir: &Path) -> Result<EmbeddedCluster, EmbeddedError> {
    EmbeddedCluster::start(options(data_dir))
}

/// What `psql` answers, or what it complains of.
fn ask(cluster: &EmbeddedCluster, password: &str, sql: &str) -> Result<String, String> {
    let output = Command::new("psql")
        .args([
            "--no-psqlrc",
            "--tuples-only",
            "--no-align",
            "--dbname=postgres",
            "--command",
            sql,
        ])
        .args([
            "--username",
            cluster.superuser(),
            "--port",
            &cluster.port().to_string(),
        ])
        .arg("--host")
        .arg(cluster.socket_dir())
        .env("PGPASSWORD", password)
        .output()
        .unwrap();
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

fn kill(signal: &str, pid: u32) {
    let done = Command::new("sh")
        .args(["-c", "kill \"-$0\" \"$1\"", signal, &pid.to_string()])
        .status();
    assert!(done.unwrap().success());
}

/// Waits for what another process brings about, with a deadline.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "not within 30 s: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is_running(pid: u32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit(") ").next().unwrap().starts_with('Z'))
}

fn owner(path: &Path) -> (u32, u32) {
    let metadata = fs::metadata(path).unwrap();
    (metadata.uid(), metadata.mode() & 0o777)
}

#[test]
fn a_second_start_reuses_what_the_first_has_stored() {
    let home = home();
    let first = start(home.path()).unwrap();
    ask(&first, PASSWORD, "create table kept as select 42 as answer").unwrap();
    first.stop().unwrap();

    let second = start(home.path()).unwrap();
    assert_eq!(ask(&second, PASSWORD, "select answer from kept").unwrap(), "42");
}

#[test]
fn the_server_takes_no_other_password_and_listens_on_no_network() {
    let home = home();
    let cluster = start(home.path()).unwrap();
    let refused = ask(&cluster, "wrong", "select 1").unwrap_err();
    assert!(refused.contains("password authentication failed"), "{refused}");
    assert_eq!(ask(&cluster, PASSWORD, "show listen_addresses").unwrap(), "");
    assert_eq!(ask(&cluster, PASSWORD, "show data_checksums").unwrap(), "on");
    assert_eq!(
        ask(&cluster, PASSWORD, "show password_encryption").unwrap(),
        "scram-sha-256"
    );
    assert_eq!(ask(&cluster, PASSWORD, "show server_encoding").unwrap(), "UTF8");
}

#[test]
fn data_and_socket_are_closed_and_never_roots_and_no_password_is_left_in_a_file() {
    let home = home();
    let data_dir = home.path().join("data");
    let cluster = start(&data_dir).unwrap();
    for inside in ["pgdata", "socket"] {
        let (uid, mode) = owner(&data_dir.join(inside));
        assert_ne!(uid, 0);
        assert_eq!(mode, 0o700, "{inside}");
    }
    assert_ne!(owner(Path::new(&format!("/proc/{}", cluster.process_id()))).0, 0);
    assert_eq!(owner(&data_dir.join("postgres.log")).1, 0o600);
    let mut left: Vec<_> = fs::read_dir(&data_dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(left, ["lock", "pgdata", "postgres.log", "socket"]);
}

#[test]
fn the_environment_of_the_application_is_not_the_servers() {
    let home = home();
    let cluster = start(home.path()).unwrap();
    let environment = fs::read(format!("/proc/{}/environ", cluster.process_id())).unwrap();
    let environment = String::from_utf8_lossy(&environment);
    assert!(std::env::var("CARGO_MANIFEST_DIR").is_ok());
    assert!(
        environment.contains("LC_ALL=C") && !environment.contains("CARGO_MANIFEST_DIR"),
        "{environment}"
    );
}

#[test]
fn a_server_killed_while_it_works_starts_again() {
    let home = home();
    let durable = || EmbeddedOptions {
        durable: true,
        ..options(home.path())
    };
    let first = EmbeddedCluster::start(durable()).unwrap();
    ask(&first, PASSWORD, "create table kept as select 42 as answer").unwrap();
    // Busy, it does not notice the server's death: its process works on and keeps the data in use.
    let forever = "do $$ begin loop perform 1; end loop; end $$";
    let mut busy = Command::new("psql")
        .args([
            "--dbname=postgres",
            "--username",
            first.superuser(),
            "--command",
            forever,
        ])
        .arg("--host")
        .arg(first.socket_dir())
        .env("PGPASSWORD", PASSWORD)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let running = "select count(*) from pg_stat_activity where state = 'active' and query like 'do %'";
    eventually("the statement runs", || {
        ask(&first, PASSWORD, running).unwrap() == "1"
    });
    kill("KILL", first.process_id());
    drop(first);

    let second = EmbeddedCluster::start(durable()).unwrap();
    assert_eq!(ask(&second, PASSWORD, "select answer from kept").unwrap(), "42");
    busy.wait().unwrap();
}

#[test]
fn a_pid_file_that_names_a_process_of_somebody_else_neither_blocks_nor_harms_it() {
    let home = home();
    start(home.path()).unwrap().stop().unwrap();
    let mut other = Command::new("sleep").arg("600").spawn().unwrap();
    let pid_file = home.path().join("pgdata/postmaster.pid");
    fs::write(&pid_file, format!("{}\n/data\n0\n5432\n", other.id())).unwrap();

    let cluster = start(home.path());
    assert!(is_running(other.id()));
    other.kill().unwrap();
    other.wait().unwrap();
    // PostgreSQL refuses while that process might be a server of the same account; never as another's.
    if owner(&home.path().join("pgdata")).0 != owner(Path::new("/proc/self")).0 {
        cluster.unwrap();
    }
}

/// Not a test of its own: the application that the two tests below kill. It holds a cluster until then.
#[test]
#[ignore = "run by other tests, in a process of its own"]
fn an_application() {
    let Some(data_dir) = std::env::var_os("SAFESHIPPER_TEST_DATA_DIR") else {
        return;
    };
    let cluster = start(Path::new(&data_dir)).unwrap();
    fs::write(
        Path::new(&data_dir).join("started"),
        cluster.process_id().to_string(),
    )
    .unwrap();
    std::thread::sleep(Duration::from_secs(600));
}

/// Starts the application above and returns it with the process of its server.
fn application(data_dir: &Path) -> (std::process::Child, u32) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "an_application", "--ignored"])
        .env("SAFESHIPPER_TEST_DATA_DIR", data_dir)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut server = None;
    eventually("the application starts", || {
        server = fs::read_to_string(data_dir.join("started"))
            .ok()
            .and_then(|pid| pid.parse().ok());
        server.is_some()
    });
    (child, server.unwrap())
}

#[test]
fn a_killed_application_takes_its_server_with_it() {
    let home = home();
    let (mut application, server) = application(home.path());
    application.kill().unwrap();
    application.wait().unwrap();
    eventually("the server stops", || !is_running(server));
    start(home.path()).unwrap();
}

#[test]
fn an_orphan_that_still_serves_is_stopped_by_the_next_start() {
    let home = home();
    let first = start(home.path()).unwrap();
    ask(&first, PASSWORD, "create table kept as select 42 as answer").unwrap();
    first.stop().unwrap();

    // Started by a thread that is gone, and by no application: nothing ties it to anyone.
    let pgdata = home.path().join("pgdata");
    let (uid, _) = owner(&pgdata);
    let mut orphan = Command::new(debian_bin().join("postgres"));
    orphan
        .arg("-D")
        .arg(&pgdata)
        .args(["-c", "listen_addresses=", "-k"])
        .arg(home.path().join("socket"));
    if owner(Path::new("/proc/self")).0 == 0 {
        use std::os::unix::process::CommandExt;
        orphan.uid(uid).gid(fs::metadata(&pgdata).unwrap().gid());
    }
    let mut orphan = orphan.current_dir("/").stderr(Stdio::null()).spawn().unwrap();
    eventually("the orphan serves", || {
        fs::read_to_string(pgdata.join("postmaster.pid")).is_ok_and(|file| file.contains("ready"))
    });
    // Its parent, this test, must take notice of its end for it to be gone.
    let reaper = std::thread::spawn(move || orphan.wait().unwrap());

    let second = start(home.path()).unwrap();
    assert!(reaper.join().unwrap().success(), "the orphan was stopped cleanly");
    assert_eq!(ask(&second, PASSWORD, "select answer from kept").unwrap(), "42");
}

fn debian_bin() -> std::path::PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").unwrap();
    let newest = versions.map(|entry| entry.unwrap().path()).max().unwrap();
    newest.join("bin")
}

#[test]
fn a_second_application_on_the_same_directory_is_refused_while_the_first_lives() {
    let home = home();
    let first = start(home.path()).unwrap();
    let refused = start(home.path()).unwrap_err();
    assert!(matches!(refused, EmbeddedError::InUse { .. }), "{refused}");
    assert_eq!(ask(&first, PASSWORD, "select 1").unwrap(), "1");
    first.stop().unwrap();
    start(home.path()).unwrap();
}

#[test]
fn a_wrong_directory_of_programs_is_named_with_what_it_lacks() {
    let home = home();
    let error = EmbeddedCluster::start(EmbeddedOptions {
        pg_bin: Some("/usr/share".into()),
        ..options(home.path())
    });
    let error = error.unwrap_err().to_string();
    assert!(error.starts_with("`/usr/share` holds no `postgres`"), "{error}");
}

#[test]
fn a_path_too_long_for_a_socket_gets_a_short_one() {
    let home = home();
    let data_dir = home.path().join("d".repeat(120));
    let cluster = start(&data_dir).unwrap();
    assert!(!cluster.socket_dir().starts_with(&data_dir));
    assert_eq!(ask(&cluster, PASSWORD, "select 1").unwrap(), "1");
    let socket_dir = cluster.socket_dir().to_owned();
    cluster.stop().unwrap();
    assert!(!socket_dir.exists());
}

#[test]
fn a_parent_closed_to_the_account_is_named() {
    if owner(Path::new("/proc/self")).0 != 0 {
        return; // Only root runs it under another account.
    }
    let home = home();
    fs::set_permissions(home.path(), Permissions::from_mode(0o700)).unwrap();
    let error = start(&home.path().join("data")).unwrap_err();
    let EmbeddedError::Closed { dir, account } = &error else {
        panic!("{error}");
    };
    assert_eq!((dir.as_path(), account.as_str()), (home.path(), "postgres"));
}

#[test]
fn a_data_directory_that_others_can_change_is_refused_and_left_alone() {
    let home = home();
    let victim = home.path().join("victim");
    fs::create_dir(&victim).unwrap();
    let data_dir = home.path().join("data");
    fs::create_dir(&data_dir).unwrap();
    std::os::unix::fs::symlink(&victim, data_dir.join("socket")).unwrap();
    let before = owner(&victim);

    fs::set_permissions(&data_dir, Permissions::from_mode(0o777)).unwrap();
    let by_mode = start(&data_dir).unwrap_err();
    assert!(
        matches!(by_mode, EmbeddedError::Unsafe { mode: 0o777, .. }),
        "{by_mode}"
    );
    if before.0 == 0 {
        fs::set_permissions(&data_dir, Permissions::from_mode(0o755)).unwrap();
        std::os::unix::fs::chown(&data_dir, Some(65534), None).unwrap();
        let by_owner = start(&data_dir).unwrap_err();
        assert!(
            matches!(by_owner, EmbeddedError::Unsafe { uid: 65534, .. }),
            "{by_owner}"
        );
    }
    assert_eq!(owner(&victim), before);
    assert_eq!(fs::read_dir(&data_dir).unwrap().count(), 1);
}

#[test]
fn a_half_made_cluster_is_made_anew() {
    let home = home();
    let unfinished = home.path().join("pgdata.unfinished");
    fs::create_dir(&unfinished).unwrap();
    fs::write(unfinished.join("PG_VERSION"), "15\n").unwrap();
    fs::write(home.path().join("password.unfinished"), "old").unwrap();
    let cluster = start(home.path()).unwrap();
    assert_eq!(ask(&cluster, PASSWORD, "select 1").unwrap(), "1");
    assert!(!unfinished.exists() && !home.path().join("password.unfinished").exists());
}

#[test]
fn a_server_that_cannot_start_says_why() {
    let home = home();
    start(home.path()).unwrap().stop().unwrap();
    fs::write(
        home.path().join("pgdata/postgresql.auto.conf"),
        "no_such_setting = 1\n",
    )
    .unwrap();
    let error = start(home.path()).unwrap_err().to_string();
    assert!(error.contains("no_such_setting"), "{error}");
}
