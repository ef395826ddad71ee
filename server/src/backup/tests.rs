use std::fs;

use age::x25519::Identity;

use super::*;
use crate::demo;
use crate::store::{open_file, sheets};

/// A demo folder and a place for what is made from it.
struct Place {
    folder: tempfile::TempDir,
    key: Identity,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        demo::prepare(&folder.path().join("data"), &Key::for_tests()).unwrap();
        Self { folder, key: Identity::generate() }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn make(&self, name: &str) -> Result<Watermark, BackupError> {
        let keys = std::slice::from_ref(&self.key);
        make(
            (&self.at("data"), &Key::for_tests()),
            &self.at(name),
            &[self.key.to_public()],
            Some(keys),
        )
    }

    fn restore(&self, name: &str, to: &str) -> Result<About, BackupError> {
        restore(&self.at(name), std::slice::from_ref(&self.key), (&self.at(to), &Key::for_tests()))
    }
}

fn epoch(data: &Path) -> Option<String> {
    let store = Store::open(data, &Key::for_tests()).unwrap();
    store.read_now(|db| meta::get(db, meta::EPOCH)).unwrap()
}

#[test]
fn a_backup_comes_back_whole_with_another_epoch() {
    let place = Place::new();
    let data = place.at("data");
    let through = place.make("backup").unwrap();
    let store = Store::open(&data, &Key::for_tests()).unwrap();
    assert_eq!(store.read_now(watermark).unwrap(), Some(through));
    let about = place.restore("backup", "restored").unwrap();
    assert_eq!(about.through, through);
    let restored = place.at("restored");
    let again = Store::open(&restored, &Key::for_tests()).unwrap();
    let digests = |store: &Store| store.read_now(sheets::list).unwrap();
    assert_eq!(digests(&again), digests(&store));
    assert_eq!(again.read_now(changes::last_position).unwrap(), through.position);
    let pepper = |folder: &Path| fs::read(folder.join(pepper::FILE_NAME)).unwrap();
    assert_eq!(pepper(&restored), pepper(&data));
    assert!(epoch(&restored).is_some());
    assert_ne!(epoch(&restored), epoch(&data));
    // Nothing plain is left behind.
    let left: Vec<_> =
        fs::read_dir(&data).unwrap().flatten().map(|file| file.file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("backup-")), "{left:?}");
}

#[test]
fn the_private_key_alone_brings_it_back_and_the_new_server_has_a_key_of_its_own() {
    let place = Place::new();
    place.make("backup").unwrap();
    let (keys, new) = (std::slice::from_ref(&place.key), Key::random());
    // The lost server's key is lost with it.
    restore(&place.at("backup"), keys, (&place.at("restored"), &new)).unwrap();
    let file = place.at("restored").join(FILE_NAME);
    let opens = |key: &Key| copy::pages(&file, key).is_ok();
    assert!(opens(&new) && !opens(&Key::for_tests()));
    assert_eq!(verify::look_into(&place.at("restored"), &new).unwrap(), None);
    let mut names: Vec<_> =
        fs::read_dir(place.at("restored")).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [FILE_NAME, "lock", "pepper"]);
}

#[test]
fn a_backup_of_an_older_version_holds_a_plain_database_and_comes_back_encrypted() {
    let place = Place::new();
    let (data, scratch) = (place.at("data"), place.at("scratch"));
    let through = place.make("newer").unwrap();
    fs::create_dir(&scratch).unwrap();
    fs::copy(data.join(pepper::FILE_NAME), scratch.join(pepper::FILE_NAME)).unwrap();
    let db = open_file(&data.join(FILE_NAME), &Key::for_tests()).unwrap();
    let plain = scratch.join(FILE_NAME);
    db.execute("ATTACH DATABASE ?1 AS plain KEY ''", (plain.to_str(),)).unwrap();
    db.query_row("SELECT sqlcipher_export('plain')", (), |_| Ok(())).unwrap();
    let version: u32 = db.query_row("PRAGMA user_version", (), |row| row.get(0)).unwrap();
    db.execute_batch(&format!("PRAGMA plain.user_version = {version}")).unwrap();
    drop(db);
    let about = About { through, version: "0.1.0".to_owned(), key: None };
    let said = serde_json::to_string(&about).unwrap();
    assert!(!said.contains("key"), "{said}");
    let mut file = File::create(place.at("backup")).unwrap();
    pack::pack(&about, &scratch, &[place.key.to_public()], &mut file).unwrap();
    drop(file);
    assert_eq!(place.restore("backup", "restored").unwrap(), about);
    let restored = place.at("restored");
    assert!(!crate::store::is_plain(&restored.join(FILE_NAME)).unwrap());
    assert_eq!(verify::look_into(&restored, &Key::for_tests()).unwrap(), None);
}

#[test]
fn what_a_killed_backup_left_in_plain_is_removed_and_two_at_once_are_none() {
    let place = Place::new();
    let data = place.at("data");
    place.make("backup").unwrap();
    let left = data.join(format!("{COPIES}killed"));
    fs::create_dir(&left).unwrap();
    fs::write(left.join(FILE_NAME), "plain").unwrap();
    let running = lock::take(&data, Alone::BackUp).unwrap();
    assert!(matches!(place.make("second"), Err(BackupError::Another(_))));
    clear(&data).unwrap();
    assert!(left.exists(), "it may be in use");
    drop(running);
    clear(&data).unwrap();
    assert!(!left.exists());
    fs::create_dir(&left).unwrap();
    place.make("second").unwrap();
    assert!(!left.exists());
}

#[test]
fn a_name_stands_in_the_database_and_nowhere_on_the_disk() {
    let place = Place::new();
    place.make("backup").unwrap();
    let holds = |bytes: Vec<u8>| bytes.windows(8).any(|bytes| bytes == b"Tuasikal");
    let file = place.at("data").join(FILE_NAME);
    assert!(holds(copy::pages(&file, &Key::for_tests()).unwrap()));
    assert!(!holds(fs::read(file).unwrap()));
    assert!(!holds(fs::read(place.at("backup")).unwrap()));
}

#[test]
fn what_cannot_be_restored_is_told_in_a_sentence_and_leaves_nothing() {
    let place = Place::new();
    place.make("backup").unwrap();
    let whole = fs::read(place.at("backup")).unwrap();
    // A byte every 4 KiB, the first and the last.
    let places = (0..whole.len()).step_by(4096).chain([whole.len() - 1]);
    for (n, at) in places.enumerate() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(place.at("flipped"), bytes).unwrap();
        let to = format!("from-flipped-{n}");
        let refused = place.restore("flipped", &to).unwrap_err();
        let damaged = matches!(refused, BackupError::Damaged(_) | BackupError::WrongIdentity(_));
        assert!(damaged, "byte {at}: {refused}");
        assert!(!place.at(&to).join(FILE_NAME).exists());
    }
    for length in [0, 100, whole.len() / 2, whole.len() - 1] {
        fs::write(place.at("cut"), &whole[..length]).unwrap();
        let refused = place.restore("cut", "from-cut").unwrap_err();
        assert!(matches!(refused, BackupError::Damaged(_)), "{length} bytes: {refused}");
    }
    let stranger = [Identity::generate()];
    let refused =
        restore(&place.at("backup"), &stranger, (&place.at("from-stranger"), &Key::for_tests()))
            .unwrap_err();
    assert!(refused.to_string().contains("made for another one"), "{refused}");
    let refused = place.restore("backup", "data").unwrap_err();
    assert!(refused.to_string().contains("is not empty"), "{refused}");
    // A folder in which restoring failed takes the next try.
    place.restore("backup", "from-cut").unwrap();
}

#[test]
fn a_disk_without_space_is_told_and_an_older_backup_stays() {
    let place = Place::new();
    let through = Watermark { at: clock::now(), position: 0 };
    let about = About { through, version: String::new(), key: None };
    let mut full = File::options().write(true).open("/dev/full").unwrap();
    let failed = pack::pack(&about, &place.at("data"), &[place.key.to_public()], &mut full);
    let told = BackupError::Write("usb/backup".into(), failed.unwrap_err()).to_string();
    assert!(told.starts_with("The disk is full: usb/backup was not written"), "{told}");
}

#[test]
fn a_copy_that_is_not_what_its_changes_say_is_no_backup() {
    let place = Place::new();
    place.make("backup").unwrap();
    let good = fs::read(place.at("backup")).unwrap();
    let db = open_file(&place.at("data").join(FILE_NAME), &Key::for_tests()).unwrap();
    meta::set(&db, meta::PROJECTION, crate::projection::VERSION).unwrap();
    db.execute("UPDATE entries SET row = replace(row, 'A', 'B')", ()).unwrap();
    let refused = place.make("backup").unwrap_err();
    assert!(matches!(&refused, BackupError::Faulty(Fault::Derived("entries", _))), "{refused}");
    assert_eq!(fs::read(place.at("backup")).unwrap(), good, "the good one stays");
}

#[test]
fn a_key_is_made_once_and_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    let public = make_key(&file).unwrap();
    let read = read_identities(&file).unwrap();
    assert_eq!(read[0].to_public().to_string(), public.to_string());
    assert!(matches!(make_key(&file), Err(BackupError::KeyIsThere(_))));
    fs::write(&file, "# nothing\n").unwrap();
    assert!(matches!(read_identities(&file), Err(BackupError::NoIdentity(_))));
}
