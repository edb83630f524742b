//! The story of README.md, told by scripts/story.sh against a real server.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what a test cannot do without may panic")]

mod process;

use std::path::Path;
use std::process::Command;

use process::Running;

#[test]
fn two_invoices_from_the_gate_to_the_hive() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(&["--demo", "--data", folder.path().to_str().unwrap()]);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/story.sh");
    let told = Command::new("bash")
        .arg(script)
        .env("HOST", format!("http://{}", server.address))
        .env("FAPIAO", env!("CARGO_BIN_EXE_fapiao"))
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
    assert!(told.status.success() && out.contains("two orders, two invoices"), "{out}\n{err}");
    assert_eq!(server.stop(), Some(0));
}
