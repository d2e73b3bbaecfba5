//! Backups as files: named by their time, complete or without a name, and how long they are kept.
//!
//! A backup is written under a name that nobody takes for one and gets its own when it is whole and on the disk, never
//! that of another file. What a killed backup leaves is `.safeshipper-….partial`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use tempfile::NamedTempFile;
use time::format_description::FormatItem;
use time::macros::format_description;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

/// `safeshipper-20261126T191021Z.age`
const NAME: &[FormatItem<'_>] =
    format_description!("safeshipper-[year][month][day]T[hour][minute][second]Z.age");

/// No backup takes so long: what is still unfinished then was killed.
const KILLED: Duration = Duration::DAY;

/// How long backups are kept.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Keep {
    /// Those of so many days.
    pub(crate) days: u16,
    /// And the newest so many, however old.
    pub(crate) at_least: u16,
}

/// Where a backup goes.
#[derive(Debug)]
pub(crate) struct Place {
    directory: PathBuf,
    file: PathBuf,
    /// Whether it is named by its time, in a directory of such.
    pub(crate) named_by_time: bool,
}

impl Place {
    /// In a directory that is there, by the time; otherwise as a new file of that name.
    pub(crate) fn at(to: &Path, now: OffsetDateTime) -> anyhow::Result<Self> {
        let named_by_time = to.is_dir();
        let (directory, file) = if named_by_time {
            (to.to_owned(), to.join(name_of(now)?))
        } else {
            let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty());
            (parent.unwrap_or(Path::new(".")).to_owned(), to.to_owned())
        };
        ensure!(
            directory.is_dir(),
            "there is no directory {}",
            directory.display()
        );
        ensure!(!file.exists(), "{} is there already", file.display());
        Ok(Self {
            directory,
            file,
            named_by_time,
        })
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.file
    }

    /// Its name.
    pub(crate) fn name(&self) -> String {
        self.file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// A file without a name of its own yet, which only this account reads; gone if it is dropped.
    pub(crate) fn begin(&self) -> anyhow::Result<NamedTempFile> {
        tempfile::Builder::new()
            .prefix(&format!(".{}.", self.name()))
            .suffix(".partial")
            .tempfile_in(&self.directory)
            .with_context(|| format!("cannot make a file in {}", self.directory.display()))
    }

    /// Names a file that is whole and on the disk.
    pub(crate) fn finish(&self, file: NamedTempFile) -> anyhow::Result<()> {
        let named = file.persist_noclobber(&self.file).map_err(|error| error.error);
        named.with_context(|| format!("cannot name {}", self.file.display()))?;
        File::open(&self.directory)?.sync_all()?;
        Ok(())
    }
}

fn name_of(at: OffsetDateTime) -> anyhow::Result<String> {
    Ok(at.to_offset(time::UtcOffset::UTC).format(NAME)?)
}

/// Removes backups of the directory that are older than they are kept, but neither the newest few nor the one just
/// made, and what backups that were killed have left a day ago. By name alone, so that nothing is touched but what
/// these commands made; which ones.
pub(crate) fn remove_old(made: &Place, keep: Keep, now: OffsetDateTime) -> anyhow::Result<Vec<PathBuf>> {
    let read = || {
        let (mut found, mut killed) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(&made.directory)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().unwrap_or_default();
            if !entry.file_type()?.is_file() {
                continue;
            }
            if let Some(taken) = taken_at(name) {
                found.push((taken, entry.path()));
            } else if begun_at(name).is_some_and(|begun| now - begun > KILLED) {
                killed.push(entry.path());
            }
        }
        std::io::Result::Ok((found, killed))
    };
    let (mut found, killed) = read().with_context(|| format!("cannot read {}", made.directory.display()))?;
    found.sort();
    found.reverse();
    let remove =
        |path: &Path| fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()));
    let mut removed = killed;
    removed.iter().try_for_each(|path| remove(path))?;
    for (taken, path) in found.into_iter().skip(usize::from(keep.at_least)) {
        if now - taken > Duration::days(i64::from(keep.days)) && path != made.file {
            remove(&path)?;
            removed.push(path);
        }
    }
    Ok(removed)
}

/// The time in the name of a backup; none for any other file.
fn taken_at(name: &str) -> Option<OffsetDateTime> {
    let at = PrimitiveDateTime::parse(name, NAME).ok()?.assume_utc();
    (name_of(at).ok()? == name).then_some(at)
}

/// As [`taken_at`], of the name of one that is not finished.
fn begun_at(name: &str) -> Option<OffsetDateTime> {
    let (name, _) = name
        .strip_prefix('.')?
        .strip_suffix(".partial")?
        .rsplit_once('.')?;
    taken_at(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::os::unix::fs::PermissionsExt as _;

    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-26 03:00:00 UTC);

    fn files(directory: &Path) -> BTreeSet<String> {
        let entries = fs::read_dir(directory).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    fn made(directory: &Path, at: OffsetDateTime) -> Place {
        let place = Place::at(directory, at).unwrap();
        let file = place.begin().unwrap();
        place.finish(file).unwrap();
        place
    }

    fn days_ago(directory: &Path, days: i64) -> String {
        made(directory, NOW - Duration::days(days)).name()
    }

    #[test]
    fn old_backups_go_after_the_new_one_and_only_files_with_their_names_data_9() {
        let directory = tempfile::tempdir().unwrap();
        let others = [
            "safeshipper-20200101T000000Z.age.bak",
            "copy-safeshipper-20200101T000000Z.age",
            "safeshipper-20201301T000000Z.age",
            "notes.age",
        ];
        for name in others {
            fs::write(directory.path().join(name), "").unwrap();
        }
        fs::create_dir(directory.path().join("safeshipper-20200102T000000Z.age")).unwrap();
        std::os::unix::fs::symlink(
            "notes.age",
            directory.path().join("safeshipper-20200103T000000Z.age"),
        )
        .unwrap();
        let kept: Vec<String> = [1, 20, 30].map(|days| days_ago(directory.path(), days)).to_vec();
        let old: Vec<String> = [31, 400].map(|days| days_ago(directory.path(), days)).to_vec();
        let new = made(directory.path(), NOW);
        let keep = Keep {
            days: 30,
            at_least: 1,
        };
        let removed = remove_old(&new, keep, NOW).unwrap();
        assert_eq!(
            removed,
            [directory.path().join(&old[0]), directory.path().join(&old[1])]
        );
        let left = files(directory.path());
        assert!(kept.iter().all(|name| left.contains(name)) && left.contains(&new.name()));
        assert!(others.iter().all(|name| left.contains(*name)));
        assert_eq!(left.len(), 4 + 4 + 2);
    }

    #[test]
    fn what_a_killed_backup_left_goes_a_day_later_data_9() {
        let directory = tempfile::tempdir().unwrap();
        for hours in [1, 25] {
            let place = Place::at(directory.path(), NOW - Duration::hours(hours)).unwrap();
            place.begin().unwrap().keep().unwrap();
        }
        let new = made(directory.path(), NOW);
        let removed = remove_old(&new, Keep { days: 1, at_least: 1 }, NOW).unwrap();
        assert_eq!(removed.len(), 1);
        assert!(
            removed[0]
                .to_str()
                .unwrap()
                .contains("/.safeshipper-20261125T020000Z.age.")
        );
        assert_eq!(files(directory.path()).len(), 2);
    }

    #[test]
    fn the_newest_few_stay_however_old_and_the_one_just_made_whatever_the_clock_says_data_9() {
        let directory = tempfile::tempdir().unwrap();
        let old: Vec<String> = [400, 300, 200]
            .map(|days| days_ago(directory.path(), days))
            .to_vec();
        let new = made(directory.path(), NOW);
        let keep = Keep { days: 7, at_least: 3 };
        let removed = remove_old(&new, keep, NOW).unwrap();
        assert_eq!(removed, [directory.path().join(&old[0])]);
        // The clock was wrong: the one just made looks the oldest of all.
        let wrong = made(directory.path(), NOW - Duration::days(5000));
        let keep = Keep { days: 7, at_least: 1 };
        remove_old(&wrong, keep, NOW).unwrap();
        assert_eq!(
            files(directory.path()),
            BTreeSet::from([new.name(), wrong.name()])
        );
    }

    #[test]
    fn a_backup_that_is_not_finished_has_no_name_and_none_takes_anothers_data_9() {
        let directory = tempfile::tempdir().unwrap();
        let place = Place::at(directory.path(), NOW).unwrap();
        let begun = place.begin().unwrap();
        let name = files(directory.path()).into_iter().next().unwrap();
        assert!(name.starts_with('.') && name.ends_with(".partial") && taken_at(&name).is_none());
        assert_eq!(begun_at(&name), Some(NOW));
        assert_eq!(
            begun.as_file().metadata().unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::write(place.path(), "another").unwrap();
        let refused = place.finish(begun).unwrap_err();
        assert!(refused.to_string().contains("cannot name"), "{refused}");
        assert_eq!(fs::read_to_string(place.path()).unwrap(), "another");
        assert_eq!(files(directory.path()).len(), 1);
        let again = Place::at(place.path(), NOW).unwrap_err();
        assert!(again.to_string().contains("there already"), "{again}");
        let nowhere = Place::at(Path::new("/nowhere/at/all"), NOW).unwrap_err();
        assert!(nowhere.to_string().contains("/nowhere/at"), "{nowhere}");
    }
}
