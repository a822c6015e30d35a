//! Every call of a publication fails once, or from then on: what people open is whole at every instant.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use annexd::pass::Publication;
use annexd::shell::publish::{
    Disk, Ours, Outcome, PublishError, Published, Publisher, ShareDisk, Words, is_own_temp,
};
use rustix::io::Errno;
use tempfile::TempDir;

const TARGET: &str = "_tong-hop/Tong-hop.xlsx";
const OLD: &[u8] = b"old workbook";
const NEW: &[u8] = b"new workbook";
const EDITED: &[u8] = b"a person wrote into it";

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

fn words() -> Words {
    Words {
        edited: "sửa tay".to_owned(),
        fresh: "mới".to_owned(),
    }
}

fn share() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(".annexd"), b"").unwrap();
    dir
}

fn put(share: &Path, path: &str, bytes: &[u8]) {
    let path = share.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn names(share: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(share.join("_tong-hop"))
        .map(|d| {
            d.map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
                .collect()
        })
        .unwrap_or_default();
    names.sort();
    names
}

/// Faults between the publisher and the share.
struct Faulty {
    inner: ShareDisk,
    calls: usize,
    fail_at: usize,
    persistent: bool,
    errno: Errno,
    only: Option<&'static str>,
}

impl Faulty {
    fn gate(&mut self, what: &str) -> io::Result<()> {
        if self.only.is_some_and(|only| only != what) {
            return Ok(());
        }
        let at = self.calls;
        self.calls += 1;
        if at == self.fail_at || self.persistent && at > self.fail_at {
            return Err(self.errno.into());
        }
        Ok(())
    }
}

impl Disk for Faulty {
    fn present(&mut self) -> io::Result<()> {
        self.gate("present")?;
        self.inner.present()
    }
    fn make_folder(&mut self, folder: &str) -> io::Result<()> {
        self.gate("make_folder")?;
        self.inner.make_folder(folder)
    }
    fn read(&mut self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.gate("read")?;
        self.inner.read(path)
    }
    fn write_new(&mut self, path: &str, bytes: &[u8], like: &str) -> io::Result<()> {
        self.gate("write_new")?;
        self.inner.write_new(path, bytes, like)
    }
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.gate("rename")?;
        self.inner.rename(from, to)
    }
    fn rename_new(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.gate("rename_new")?;
        self.inner.rename_new(from, to)
    }
    fn remove(&mut self, path: &str) -> io::Result<()> {
        self.gate("remove")?;
        self.inner.remove(path)
    }
    fn sync_folder(&mut self, folder: &str) -> io::Result<()> {
        self.gate("sync_folder")?;
        self.inner.sync_folder(folder)
    }
    fn list(&mut self, folder: &str) -> io::Result<Vec<(String, SystemTime)>> {
        self.gate("list")?;
        self.inner.list(folder)
    }
    fn pause(&mut self, _ms: u64) {}
}

fn publish(disk: impl Disk, ours: &Ours, bytes: &[u8]) -> Result<Published, PublishError> {
    let local = jiff::civil::date(2026, 11, 22).at(8, 5, 0, 0);
    let publication = Publication {
        path: TARGET.to_owned(),
        bytes: bytes.to_vec(),
    };
    Publisher::new(disk, words(), local, SystemTime::now()).publish(&publication, ours)
}

fn ours(hashes: &[&[u8]]) -> Ours {
    let set: BTreeSet<String> = hashes.iter().map(|b| hash(b)).collect();
    Ours::from([(TARGET.to_owned(), set)])
}

fn faulty(share: &Path, fail_at: usize, persistent: bool, errno: Errno) -> Faulty {
    Faulty {
        inner: ShareDisk::new(share),
        calls: 0,
        fail_at,
        persistent,
        errno,
        only: None,
    }
}

#[test]
fn every_failing_call_leaves_old_or_new_whole_and_the_next_try_mends_it() {
    let errnos = [
        Errno::NOSPC,
        Errno::IO,
        Errno::BUSY,
        Errno::ACCESS,
        Errno::ROFS,
        Errno::DQUOT,
    ];
    let mut failures = 0;
    for errno in errnos {
        for persistent in [false, true] {
            for present in [OLD, EDITED] {
                for n in 0..16 {
                    let share = share();
                    put(share.path(), TARGET, present);
                    let disk = faulty(share.path(), n, persistent, errno);
                    let result = publish(disk, &ours(&[OLD]), NEW);
                    failures += usize::from(result.is_err());
                    let target = fs::read(share.path().join(TARGET)).unwrap();
                    assert!(
                        target == present || target == NEW,
                        "{errno:?} at call {n}: a torn target"
                    );
                    let case = format!("{errno:?} at call {n}, persistent {persistent}");
                    if target == NEW && present == EDITED {
                        assert!(
                            keeps(share.path(), EDITED),
                            "{case}: the hand edit was lost"
                        );
                    }
                    // The next pass without the fault.
                    publish(ShareDisk::new(share.path()), &ours(&[OLD]), NEW).unwrap();
                    assert_eq!(fs::read(share.path().join(TARGET)).unwrap(), NEW, "{case}");
                    if present == EDITED {
                        assert!(
                            keeps(share.path(), EDITED),
                            "{case}: the hand edit was lost"
                        );
                    }
                }
            }
        }
    }
    assert!(failures > 50, "the sweep hardly failed anything");
}

fn keeps(share: &Path, bytes: &[u8]) -> bool {
    names(share)
        .iter()
        .filter(|n| n.ends_with(".xlsx"))
        .any(|n| fs::read(share.join("_tong-hop").join(n)).unwrap() == bytes)
}

#[test]
fn nothing_is_left_behind_when_the_disk_is_full() {
    let share = share();
    put(share.path(), TARGET, OLD);
    let mut disk = faulty(share.path(), 0, true, Errno::NOSPC);
    disk.only = Some("rename");
    let error = publish(disk, &ours(&[OLD]), NEW).unwrap_err();
    assert!(matches!(error, PublishError::NotWritable { .. }));
    assert_eq!(names(share.path()), ["Tong-hop.xlsx"]);
}

#[test]
fn equal_bytes_are_not_rewritten() {
    use std::os::unix::fs::MetadataExt;
    let share = share();
    let ours = ours(&[]);
    let first = publish(ShareDisk::new(share.path()), &ours, NEW).unwrap();
    assert_eq!((first.outcome, first.kept), (Outcome::Written, None));
    let inode = fs::metadata(share.path().join(TARGET)).unwrap().ino();
    let again = publish(ShareDisk::new(share.path()), &ours, NEW).unwrap();
    assert_eq!((again.outcome, again.kept), (Outcome::Unchanged, None));
    assert_eq!(
        fs::metadata(share.path().join(TARGET)).unwrap().ino(),
        inode
    );
}

#[test]
fn a_hand_edited_workbook_is_kept_beside_it_once() {
    let share = share();
    put(share.path(), TARGET, EDITED);
    let done = publish(ShareDisk::new(share.path()), &ours(&[OLD]), NEW).unwrap();
    let kept = "_tong-hop/Tong-hop (sửa tay 2026-11-22 0805).xlsx";
    assert_eq!(done.kept.as_deref(), Some(kept));
    assert_eq!(fs::read(share.path().join(kept)).unwrap(), EDITED);
    assert_eq!(fs::read(share.path().join(TARGET)).unwrap(), NEW);
    // Another edit within the same minute gets a name of its own.
    put(share.path(), TARGET, b"a second edit");
    let done = publish(ShareDisk::new(share.path()), &ours(&[NEW]), OLD).unwrap();
    assert_eq!(
        done.kept.as_deref(),
        Some("_tong-hop/Tong-hop (sửa tay 2026-11-22 0805 2).xlsx")
    );
    assert_eq!(fs::read(share.path().join(kept)).unwrap(), EDITED);
}

#[test]
fn bytes_that_a_crashed_pass_published_are_not_taken_for_a_persons() {
    let share = share();
    put(share.path(), TARGET, NEW);
    let done = publish(ShareDisk::new(share.path()), &ours(&[OLD, NEW]), b"newer").unwrap();
    assert_eq!(done.kept, None);
}

#[test]
fn a_target_held_elsewhere_gets_one_fresh_workbook_beside_it() {
    let share = share();
    put(share.path(), TARGET, OLD);
    let hold = |turn: usize| {
        let mut disk = faulty(share.path(), 0, true, Errno::BUSY);
        disk.only = Some("rename");
        // The five tries of the target fail, the alternate's rename does not.
        disk.persistent = false;
        disk.fail_at = usize::MAX;
        HeldTarget { inner: disk, turn }
    };
    let beside = "_tong-hop/Tong-hop (mới 0805).xlsx";
    let mut known = ours(&[OLD]);
    for (turn, bytes) in [NEW, b"newer workbook"].into_iter().enumerate() {
        let done = publish(hold(turn), &known, bytes).unwrap();
        assert!(
            matches!(&done.outcome, Outcome::Beside(path, _) if path == beside),
            "{:?}",
            done.outcome
        );
        known
            .entry(beside.to_owned())
            .or_default()
            .insert(hash(bytes));
        assert_eq!(fs::read(share.path().join(TARGET)).unwrap(), OLD);
        assert_eq!(fs::read(share.path().join(beside)).unwrap(), bytes);
        assert_eq!(names(share.path()).len(), 2, "one alternate only");
    }
    let done = publish(ShareDisk::new(share.path()), &known, b"newer workbook").unwrap();
    assert_eq!(done.outcome, Outcome::Written);
    assert_eq!(
        names(share.path()),
        ["Tong-hop.xlsx"],
        "the alternate is tidied"
    );
}

/// Only renames onto the target are refused.
struct HeldTarget {
    inner: Faulty,
    turn: usize,
}

impl Disk for HeldTarget {
    fn present(&mut self) -> io::Result<()> {
        self.inner.present()
    }
    fn make_folder(&mut self, folder: &str) -> io::Result<()> {
        self.inner.make_folder(folder)
    }
    fn read(&mut self, path: &str) -> io::Result<Option<Vec<u8>>> {
        self.inner.read(path)
    }
    fn write_new(&mut self, path: &str, bytes: &[u8], like: &str) -> io::Result<()> {
        self.inner.write_new(path, bytes, like)
    }
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        if to == TARGET {
            let errno = if self.turn == 0 {
                Errno::BUSY
            } else {
                Errno::ACCESS
            };
            return Err(errno.into());
        }
        self.inner.rename(from, to)
    }
    fn rename_new(&mut self, from: &str, to: &str) -> io::Result<()> {
        self.inner.rename_new(from, to)
    }
    fn remove(&mut self, path: &str) -> io::Result<()> {
        self.inner.remove(path)
    }
    fn sync_folder(&mut self, folder: &str) -> io::Result<()> {
        self.inner.sync_folder(folder)
    }
    fn list(&mut self, folder: &str) -> io::Result<Vec<(String, SystemTime)>> {
        self.inner.list(folder)
    }
    fn pause(&mut self, _ms: u64) {}
}

#[test]
fn a_target_that_cannot_be_looked_at_is_not_replaced() {
    let share = share();
    put(share.path(), TARGET, EDITED);
    let mut disk = faulty(share.path(), 0, false, Errno::BUSY);
    disk.only = Some("read");
    let done = publish(disk, &ours(&[OLD]), NEW).unwrap();
    assert!(matches!(done.outcome, Outcome::Beside(..)));
    assert_eq!(fs::read(share.path().join(TARGET)).unwrap(), EDITED);
}

#[test]
fn nothing_is_written_without_the_marker() {
    let share = tempfile::tempdir().unwrap();
    let error = publish(ShareDisk::new(share.path()), &Ours::new(), NEW).unwrap_err();
    assert!(matches!(error, PublishError::Away(_)));
    assert_eq!(fs::read_dir(share.path()).unwrap().count(), 0);
}

#[test]
fn an_output_folder_that_is_a_link_is_not_followed() {
    let (share, outside) = (share(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(outside.path(), share.path().join("_tong-hop")).unwrap();
    publish(ShareDisk::new(share.path()), &Ours::new(), NEW).unwrap_err();
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn people_keep_their_access() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let share = share();
    put(share.path(), TARGET, OLD);
    let target = share.path().join(TARGET);
    fs::set_permissions(&target, fs::Permissions::from_mode(0o664)).unwrap();
    // A group of its own, where the account may give it.
    let _ = std::os::unix::fs::chown(&target, None, Some(12_345));
    let group = fs::metadata(&target).unwrap().gid();
    for bytes in [NEW, OLD, NEW] {
        publish(ShareDisk::new(share.path()), &ours(&[OLD, NEW]), bytes).unwrap();
    }
    let meta = fs::metadata(&target).unwrap();
    assert_eq!((meta.mode() & 0o777, meta.gid()), (0o664, group));
}

#[test]
fn only_own_leftovers_are_cleaned() {
    let share = share();
    let strange = [
        "a.tmp",
        "7BD1C000",
        "~$Tong-hop.xlsx",
        ".~nv-0123456.tmp",
        ".~nv-0123456g.tmp",
    ];
    for name in strange
        .iter()
        .chain(&[".~nv-01234567.tmp", ".~nv-89abcdef.tmp"])
    {
        put(share.path(), &format!("_tong-hop/{name}"), b"x");
    }
    let old = SystemTime::now() - Duration::from_secs(7200);
    for name in strange.iter().chain(&[".~nv-01234567.tmp"]) {
        let file = fs::File::options()
            .write(true)
            .open(share.path().join("_tong-hop").join(name))
            .unwrap();
        file.set_modified(old).unwrap();
    }
    let local = jiff::civil::date(2026, 11, 22).at(8, 5, 0, 0);
    let mut publisher = Publisher::new(
        ShareDisk::new(share.path()),
        words(),
        local,
        SystemTime::now(),
    );
    publisher.clean(&BTreeSet::from([
        "_tong-hop".to_owned(),
        "_phan-hoi".to_owned(),
    ]));
    let left = names(share.path());
    assert!(
        !left.contains(&".~nv-01234567.tmp".to_owned()),
        "an old one of ours is cleaned"
    );
    assert!(
        left.contains(&".~nv-89abcdef.tmp".to_owned()),
        "a young one may be in use"
    );
    assert_eq!(
        left.len(),
        strange.len() + 1,
        "nobody else's is touched: {left:?}"
    );
    assert!(is_own_temp(".~nv-01234567.tmp") && !is_own_temp(".~nv-0123456g.tmp"));
}
