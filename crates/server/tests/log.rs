//! Nothing that a caller entrusts to the server stands in its log, at any level.
#![allow(clippy::unwrap_used, reason = "what a test cannot do without may panic")]

#[path = "recognition/desk.rs"]
#[expect(dead_code, reason = "shared with the tests of the recognition API, which use all of it")]
mod desk;

use std::io::Write;
use std::sync::{Arc, Mutex};

use desk::{SECRET, ask, image_data, post, signed};
use tracing_subscriber::filter::LevelFilter;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_secret_no_token_no_field_no_address() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(move || writer.clone()).init();

    let auth = signed();
    let token = auth.rsplit('=').next().unwrap();
    for body in [
        format!("{auth}&{}", image_data(b"two")),
        format!("{auth}&{}", image_data(b"pdf")),
        format!("{auth}&{}", image_data(b"engine")),
        format!("{auth}&image_url=http://127.0.0.1:1/private-path?password=hunter2"),
        format!("{auth}x&image_data=AAAA"),
    ] {
        ask(post("", "", body)).await;
    }

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("call answered") && text.contains("call refused"), "{text}");
    for private in [SECRET, token, "北京样张科技有限公司", "张三", "24112000000000000001", "106.00", "private-path", "hunter2"]
    {
        assert!(!text.contains(private), "{private} is in the log:\n{text}");
    }
}
