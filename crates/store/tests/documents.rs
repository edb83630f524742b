//! Documents in a folder and in a bucket: the same suite for both. The bucket is one of a real local server (PyPI's moto).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "this is a test")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use futures_util::future::join_all;
use issue::documents::{Documents, key};
use issue::order::{Format, InvoiceId, OrderId};
use issue::secret::Secret;
use store::{Bucket, BucketSettings, Folder};

fn keys() -> Vec<String> {
    let invoice = |order: u128, place| InvoiceId { order: OrderId(order), place };
    [
        key(invoice(0x0198_1234_5678_7abc << 64, 0), Format::Pdf, "0123456789abcdef"),
        key(invoice(0x0198_1234_5678_7abc << 64, 0), Format::Ofd, "0123456789abcdef"),
        key(invoice(0x0198_1234_5678_7abc << 64, 1), Format::Pdf, "0123456789abcdef"),
        key(invoice(7, 65535), Format::Xml, "fedcba9876543210"),
    ]
    .to_vec()
}

/// What every place for documents does.
async fn keeps_documents(documents: &dyn Documents) {
    documents.probe().await.unwrap();
    let keys = keys();
    for key in &keys {
        assert_eq!(documents.read(key).await.unwrap(), None, "{key}");
    }
    // Bytes of every value, and none at all; larger than one request's buffer.
    let large: Vec<u8> = (0..3_000_000_u32).map(|at| (at % 251) as u8).collect();
    let contents: [&[u8]; 4] = [b"%PDF-1.7 \x00\xff\r\n", &[], &large, "中文".as_bytes()];
    for (key, content) in keys.iter().zip(contents) {
        documents.keep(key, content).await.unwrap();
    }
    for (key, content) in keys.iter().zip(contents) {
        assert!(documents.read(key).await.unwrap().as_deref() == Some(content), "{key}");
    }
    // The same again changes nothing, and many at once are one.
    join_all((0..16).map(|_| documents.keep(&keys[0], contents[0]))).await.into_iter().for_each(Result::unwrap);
    assert_eq!(documents.read(&keys[0]).await.unwrap().as_deref(), Some(contents[0]));
    for wrong in ["../key", "/etc/passwd", "a/../../b", "", "A.pdf", "a b.pdf", ".incoming/x"] {
        let refused = documents.keep(wrong, b"x").await.unwrap_err();
        assert_eq!((refused.key.as_str(), refused.what), (wrong, "kept"));
        assert_eq!(documents.read(wrong).await.unwrap_err().what, "read");
    }
    documents.probe().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_keeps_documents() {
    let root = tempfile::tempdir().unwrap();
    let folder = Folder::open(root.path().join("documents")).unwrap();
    keeps_documents(&folder).await;
    // Nothing half written is left, and a folder that is opened again has them all.
    assert_eq!(fs::read_dir(root.path().join("documents/.incoming")).unwrap().count(), 0);
    let again = Folder::open(root.path().join("documents")).unwrap();
    assert_eq!(again.read(&keys()[3]).await.unwrap().as_deref(), Some("中文".as_bytes()));
}

#[tokio::test]
async fn the_documents_of_an_order_lie_together() {
    let root = tempfile::tempdir().unwrap();
    let folder = Folder::open(root.path()).unwrap();
    let keys = keys();
    for key in &keys {
        folder.keep(key, b"x").await.unwrap();
    }
    let shard = |key: &str| {
        let mut shards = fs::read_dir(root.path()).unwrap().map(|entry| entry.unwrap().path()).filter(|shard| shard.join(key).is_file());
        let found = shards.next().unwrap();
        assert_eq!(shards.next(), None);
        found
    };
    assert_eq!((shard(&keys[0]), shard(&keys[1])), (shard(&keys[2]), shard(&keys[2])));
    assert_eq!(shard(&keys[0]).file_name().unwrap().len(), 2);
}

#[tokio::test]
async fn what_a_dead_process_had_begun_is_cleared_away_in_time() {
    let root = tempfile::tempdir().unwrap();
    drop(Folder::open(root.path()).unwrap());
    let (young, old) = (root.path().join(".incoming/young"), root.path().join(".incoming/old"));
    for path in [&young, &old] {
        fs::write(path, "half").unwrap();
    }
    let day = SystemTime::now() - Duration::from_secs(100_000);
    fs::File::options().write(true).open(&old).unwrap().set_modified(day).unwrap();
    drop(Folder::open(root.path()).unwrap());
    assert!(young.exists() && !old.exists());
}

#[tokio::test]
async fn a_folder_that_is_gone_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let folder = Folder::open(root.path().join("documents")).unwrap();
    fs::remove_dir_all(root.path().join("documents")).unwrap();
    fs::write(root.path().join("documents"), "a file in its place").unwrap();
    assert!(folder.keep(&keys()[0], b"x").await.is_err());
    assert!(folder.probe().await.is_err());
    assert!(folder.read(&keys()[0]).await.is_err());
    assert!(Folder::open(root.path().join("documents")).is_err());
}

/// A server that speaks S3, stopped with the test.
struct Moto {
    child: Child,
    address: String,
}

impl Moto {
    /// None when it is to be left out.
    fn start() -> Option<Moto> {
        if std::env::var("FAPIAO_TEST_S3").is_ok_and(|value| value == "skip") {
            println!("left out: FAPIAO_TEST_S3=skip");
            return None;
        }
        let program = program().expect(
            "this test needs moto: `pip install 'moto[server]'` and name its moto_server in FAPIAO_TEST_MOTO, or leave it out with FAPIAO_TEST_S3=skip",
        );
        // Of any free port; the server says which.
        let mut child =
            Command::new(program).args(["-H", "127.0.0.1", "-p", "0"]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = String::new();
        let address = loop {
            let Some(line) = lines.next() else { panic!("moto has ended: {said}") };
            let line = line.unwrap();
            if let Some((_, rest)) = line.split_once("Running on http://") {
                break rest.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ':').next().unwrap().to_owned();
            }
            said.push_str(&line);
        };
        // It goes on talking, and must be heard.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Moto { child, address })
    }

    /// Makes a bucket.
    fn bucket(&self, name: &str) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "PUT /{name} HTTP/1.1\r\nHost: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    fn settings(&self, bucket: &str) -> BucketSettings {
        BucketSettings {
            bucket: bucket.to_owned(),
            endpoint: Some(format!("http://{}", self.address)),
            region: "us-east-1".to_owned(),
            virtual_hosted: false,
            key_id: "test".to_owned(),
            key: Secret::new("geheim"),
            prefix: "invoices/2026".to_owned(),
        }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("FAPIAO_TEST_MOTO") {
        return Some(PathBuf::from(named));
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("moto_server")).find(|program| program.is_file())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_keeps_documents() {
    let Some(moto) = Moto::start() else { return };
    moto.bucket("fapiao");
    let settings = moto.settings("fapiao");
    keeps_documents(&Bucket::open(&settings).unwrap()).await;
    // Another node has them too; another prefix has not.
    let again = Bucket::open(&settings).unwrap();
    assert_eq!(again.read(&keys()[3]).await.unwrap().as_deref(), Some("中文".as_bytes()));
    let elsewhere = Bucket::open(&BucketSettings { prefix: String::new(), ..settings.clone() }).unwrap();
    assert_eq!(elsewhere.read(&keys()[3]).await.unwrap(), None);
    // A bucket that is not there is an error, never an empty one.
    let nowhere = Bucket::open(&moto.settings("nowhere")).unwrap();
    assert!(nowhere.probe().await.is_err());
    assert!(nowhere.keep(&keys()[0], b"x").await.is_err());
    assert!(nowhere.read(&keys()[0]).await.is_err());
    assert!(!format!("{settings:?} {again:?}").contains("geheim"));
}

#[test]
fn addresses_that_are_none_are_refused() {
    for endpoint in ["", "oss-cn-hangzhou.aliyuncs.com", "ftp://x", "file:///etc"] {
        let settings = BucketSettings {
            bucket: "fapiao".to_owned(),
            endpoint: Some(endpoint.to_owned()),
            region: "cn-hangzhou".to_owned(),
            virtual_hosted: true,
            key_id: "test".to_owned(),
            key: Secret::new("geheim"),
            prefix: String::new(),
        };
        let refused = Bucket::open(&settings).unwrap_err();
        assert_eq!(refused.bucket, "fapiao", "{endpoint}");
    }
}
