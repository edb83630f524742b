//! The key file of a store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "this is a test")]

use std::fs;
use std::path::Path;

use issue::secret::{Secret, Vault};
use store::{KeyError, KeyFile, Sqlite, SqliteSettings};

fn open(folder: &Path) -> Sqlite {
    Sqlite::open(SqliteSettings { spare: 0, ..SqliteSettings::small(folder.join("fapiao.db")) }).unwrap()
}

#[tokio::test]
async fn a_store_knows_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let store = open(folder.path());
    let sealed = KeyFile::of(&path, &store).await.unwrap().seal("app/demo/secret", &Secret::new("demo-secret")).unwrap();
    drop(store);
    // The same file opens what it sealed, after a restart.
    let store = open(folder.path());
    let key = KeyFile::of(&path, &store).await.unwrap();
    assert_eq!(key.open("app/demo/secret", &sealed).unwrap().expose(), "demo-secret");
    // Gone, it is not made anew: nothing could be opened with that.
    let kept = folder.path().join("kept");
    fs::rename(&path, &kept).unwrap();
    let refused = KeyFile::of(&path, &store).await.unwrap_err();
    assert!(matches!(refused, KeyError::Missing { .. }), "{refused}");
    assert!(!path.exists());
    // The key of another store.
    drop(KeyFile::make(&path).unwrap());
    let refused = KeyFile::of(&path, &store).await.unwrap_err();
    assert!(matches!(refused, KeyError::Wrong { .. }), "{refused}");
    let said = refused.to_string();
    assert!(said.contains("fapiao.db") && said.contains("put that one back"), "{said}");
    fs::rename(&kept, &path).unwrap();
    KeyFile::of(&path, &store).await.unwrap();
}
