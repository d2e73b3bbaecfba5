//! Where the master key comes from (DATA-2, E4): a file, any program that prints it, a secrets manager that unwraps
//! it, or, for development alone, the environment. Exactly one of them, and none of them is no start.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, anyhow, bail, ensure};
use app::Clock;
use clap::Args;
use crypto::field::MasterKey;
use partners::kms::{AwsCredentials, Kms};
use partners::vault::Transit;
use secrecy::SecretString;
use tokio::io::AsyncReadExt as _;
use tokio::process::Command;
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use crate::data_dir::DataDir;

/// How long the program that prints the key may take.
const COMMAND: Duration = Duration::from_secs(20);
/// Bytes it may print.
const PRINTED: u64 = 1024;
/// The key itself; for development alone.
const VARIABLE: &str = "SAFESHIPPER_MASTER_KEY";

/// Where the master key comes from.
#[derive(Args)]
pub(crate) struct MasterKeySource {
    /// A file with the master key: 32 bytes in base64. A database of one's own needs this or another source.
    #[arg(long, env = "SAFESHIPPER_MASTER_KEY_FILE", value_name = "FILE")]
    master_key_file: Option<PathBuf>,
    /// A program that prints the master key within 20 seconds, with its arguments. Words are split as a shell splits
    /// them, and no shell runs.
    #[arg(long, env = "SAFESHIPPER_MASTER_KEY_COMMAND", value_name = "COMMAND")]
    master_key_command: Option<String>,
    /// A file with the master key as the key in AWS KMS has wrapped it (`keys new-master`).
    #[arg(
        long,
        env = "SAFESHIPPER_MASTER_KEY_KMS",
        value_name = "FILE",
        requires = "kms_key"
    )]
    master_key_kms: Option<PathBuf>,
    /// A file with the master key as the transit engine of Vault or OpenBao has wrapped it (`keys new-master`).
    #[arg(
        long,
        env = "SAFESHIPPER_MASTER_KEY_VAULT",
        value_name = "FILE",
        requires = "vault_address"
    )]
    master_key_vault: Option<PathBuf>,
    /// A file with the master key before this one: what that has wrapped opens too, until `keys rewrap-master` has run.
    #[arg(long, env = "SAFESHIPPER_FORMER_MASTER_KEY_FILE", value_name = "FILE")]
    former_master_key_file: Option<PathBuf>,
    /// This is no production: the master key may stand in the environment, as SAFESHIPPER_MASTER_KEY.
    #[arg(long, env = "SAFESHIPPER_DEVELOPMENT")]
    development: bool,
    #[command(flatten)]
    pub(crate) managers: Managers,
}

/// Which key of which secrets manager.
#[derive(Args)]
pub(crate) struct Managers {
    /// The id, alias or ARN of the key in AWS KMS.
    #[arg(
        long,
        env = "SAFESHIPPER_KMS_KEY",
        value_name = "KEY",
        requires = "kms_region"
    )]
    kms_key: Option<String>,
    /// Its region. Credentials are those in AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
    #[arg(long, env = "AWS_REGION", value_name = "REGION")]
    kms_region: Option<String>,
    /// Another address than the region's own.
    #[arg(long, env = "SAFESHIPPER_KMS_ENDPOINT", value_name = "URL")]
    kms_endpoint: Option<String>,
    /// The address of Vault or OpenBao.
    #[arg(
        long,
        env = "SAFESHIPPER_VAULT_ADDRESS",
        value_name = "URL",
        requires_all = ["vault_key", "vault_token_file"]
    )]
    vault_address: Option<String>,
    /// Where the transit engine is mounted.
    #[arg(
        long,
        env = "SAFESHIPPER_VAULT_MOUNT",
        value_name = "PATH",
        default_value = "transit"
    )]
    vault_mount: String,
    /// The name of the key in it.
    #[arg(long, env = "SAFESHIPPER_VAULT_KEY", value_name = "NAME")]
    vault_key: Option<String>,
    /// A file with the token, where an agent renews it.
    #[arg(long, env = "SAFESHIPPER_VAULT_TOKEN_FILE", value_name = "FILE")]
    vault_token_file: Option<PathBuf>,
}

impl MasterKeySource {
    /// The key from the source that is given; none where none is. Blocks; call it before there is a runtime.
    pub(crate) fn open(&self) -> anyhow::Result<Option<MasterKey>> {
        let in_environment = std::env::var(VARIABLE).ok().map(SecretString::from);
        let given = [
            self.master_key_file.is_some(),
            self.master_key_command.is_some(),
            self.master_key_kms.is_some(),
            self.master_key_vault.is_some(),
            in_environment.is_some(),
        ];
        ensure!(
            given.into_iter().filter(|given| *given).count() <= 1,
            "the master key comes from more than one source; choose one"
        );
        if let Some(key) = &in_environment {
            ensure!(
                self.development,
                "{VARIABLE} is set: a master key in the environment is for development alone (`--development`); \
                 use a file, a command or a secrets manager"
            );
            return self.with_former(key, VARIABLE).map(Some);
        }
        if let Some(file) = &self.master_key_file {
            let key = DataDir::read_master_key(file)?;
            return self.knowing_former(key).map(Some);
        }
        if let Some(command) = &self.master_key_command {
            let printed = Runtime::new()?.block_on(run(command, COMMAND))?;
            return self
                .with_former(&printed, "what `--master-key-command` prints")
                .map(Some);
        }
        if let Some(file) = &self.master_key_kms {
            let (kms, wrapped) = (self.managers.kms()?, read(file)?);
            let kms = kms.context("`--kms-key` is missing")?;
            let opened = Runtime::new()?.block_on(kms.unwrap(&wrapped, Clock::system().now()));
            let opened = opened.context("the master key cannot be unwrapped")?;
            return self.with_former(&opened, "what AWS KMS unwrapped").map(Some);
        }
        if let Some(file) = &self.master_key_vault {
            let (transit, wrapped) = (self.managers.transit()?, read(file)?);
            let transit = transit.context("`--vault-address` is missing")?;
            let opened = Runtime::new()?.block_on(transit.unwrap(&wrapped));
            let opened = opened.context("the master key cannot be unwrapped")?;
            return self
                .with_former(&opened, "what the transit engine unwrapped")
                .map(Some);
        }
        Ok(None)
    }

    /// As [`Self::open`], where there must be one.
    pub(crate) fn must_open(&self) -> anyhow::Result<MasterKey> {
        self.open()?.ok_or_else(|| {
            anyhow!(
                "there is no master key: give one of `--master-key-file`, `--master-key-command`, \
                 `--master-key-kms` and `--master-key-vault`"
            )
        })
    }

    fn with_former(&self, text: &SecretString, source: &str) -> anyhow::Result<MasterKey> {
        let key =
            MasterKey::from_base64(text).with_context(|| format!("{source} is not 32 bytes in base64"))?;
        self.knowing_former(key)
    }

    /// The key, that also unwraps what a former one has wrapped.
    pub(crate) fn knowing_former(&self, key: MasterKey) -> anyhow::Result<MasterKey> {
        match &self.former_master_key_file {
            Some(file) => Ok(key.with_former(&DataDir::read_master_key(file)?)),
            None => Ok(key),
        }
    }
}

impl Managers {
    fn kms(&self) -> anyhow::Result<Option<Kms>> {
        let (Some(key), Some(region)) = (&self.kms_key, &self.kms_region) else {
            return Ok(None);
        };
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let (id, secret) = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
        let credentials = AwsCredentials {
            access_key_id: variable(id).with_context(|| format!("{id} is not set"))?,
            secret_access_key: variable(secret)
                .with_context(|| format!("{secret} is not set"))?
                .into(),
            session_token: variable("AWS_SESSION_TOKEN").map(SecretString::from),
        };
        Ok(Some(Kms::new(
            region,
            key,
            self.kms_endpoint.as_deref(),
            credentials,
        )?))
    }

    fn transit(&self) -> anyhow::Result<Option<Transit>> {
        let (Some(address), Some(key), Some(token)) =
            (&self.vault_address, &self.vault_key, &self.vault_token_file)
        else {
            return Ok(None);
        };
        let token = SecretString::from(read(token)?);
        Ok(Some(Transit::new(address, &self.vault_mount, key, &token)?))
    }

    /// Has a manager wrap the key, if one is named; otherwise the key itself.
    pub(crate) fn wrap(&self, key: &MasterKey) -> anyhow::Result<SecretString> {
        let plain = key.to_base64();
        match (self.kms()?, self.transit()?) {
            (Some(_), Some(_)) => bail!("two secrets managers are named; choose one"),
            (Some(kms), None) => {
                let wrapped = Runtime::new()?.block_on(kms.wrap(&plain, Clock::system().now()));
                Ok(SecretString::from(wrapped.context("AWS KMS")?))
            }
            (None, Some(transit)) => {
                let wrapped = Runtime::new()?.block_on(transit.wrap(&plain));
                Ok(SecretString::from(wrapped.context("the transit engine")?))
            }
            (None, None) => Ok(plain),
        }
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// What the program prints. Neither that nor what it says of errors is ever shown: both may hold the key.
async fn run(command: &str, within: Duration) -> anyhow::Result<SecretString> {
    let words = shlex::split(command).context("`--master-key-command` has quotes that do not end")?;
    let (program, arguments) = words.split_first().context("`--master-key-command` is empty")?;
    let mut child = Command::new(program)
        .args(arguments)
        .env_remove("SAFESHIPPER_DATABASE_URL")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("`--master-key-command`: cannot run `{program}`"))?;
    let output = child
        .stdout
        .take()
        .context("`--master-key-command` has no output")?;
    let mut printed = Zeroizing::new(String::with_capacity(PRINTED as usize));
    let whole = async {
        // As much as the key and a line's end; what prints more is no key.
        output.take(PRINTED).read_to_string(&mut printed).await?;
        child.wait().await
    };
    let status = tokio::time::timeout(within, whole)
        .await
        .with_context(|| format!("`--master-key-command`: `{program}` does not end within 20 seconds"))?
        .with_context(|| format!("`--master-key-command`: what `{program}` prints cannot be read"))?;
    ensure!(
        status.success(),
        "`--master-key-command`: `{program}` failed ({status})"
    );
    Ok(SecretString::from(printed.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_does_not_end_is_not_waited_for() {
        let ran = Runtime::new().unwrap().block_on(run("sleep 20", Duration::ZERO));
        let said = ran.err().unwrap().to_string();
        assert!(said.contains("`sleep` does not end"), "{said}");
    }
}
