//! Reads files and prints what the recognition API would reply, as one JSON object by file name: the `--saved` form that the
//! project's scoring tool takes. Usage: `replies FOLDER FILE…`, file names relative to the folder; a file that ends in `.jsonl` is a catalogue whose `file`s are
//! read. Models are used when they are found. With `REPLIES_REMEMBER=FOLDER` what was read by eye is kept there and not read twice.

mod remembered;

use std::path::Path;
use std::sync::Arc;

use recognize::{Options, Reader};
use remembered::Remembered;
use serde_json::{Map, Value, json};

#[allow(clippy::print_stdout, reason = "printing is what this program is for")]
fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_default();
    let names: Vec<String> =
        arguments.flat_map(|name| if name.ends_with(".jsonl") { listed(&folder, &name) } else { vec![name] }).collect();
    let eyes = ocr::Reader::load(&ocr::Options::default()).map(|eyes| match std::env::var_os("REPLIES_REMEMBER") {
        Some(folder) => Arc::new(Remembered { eyes, folder: folder.into() }) as Arc<dyn ocr::Eyes>,
        None => Arc::new(eyes),
    });
    let reader = Reader::new(eyes);
    // a busy machine is no reason to read less
    let budget = document::budget::Budget { time: std::time::Duration::from_secs(600), ..Default::default() };
    let options = Options { budget, ..Options::default() };
    let mut replies = Map::new();
    for name in names {
        let started = std::time::Instant::now();
        let reply = match std::fs::read(Path::new(&folder).join(&name)).map(|bytes| reader.read(&bytes, &options)) {
            Ok(Ok(reading)) => {
                let results: Vec<Value> = reading
                    .results
                    .iter()
                    .map(|found| {
                        json!({
                            "type": found.kind.code(), "orientation": found.orientation, "image_size": found.image_size, "page": found.page,
                            "region": found.region, "details": found.kind.record(&found.details),
                            "qrcode": found.extra.qrcode,
                            "checks": found.checks.iter().map(|c| format!("{} {} {}", c.passed, c.name, c.detail)).collect::<Vec<_>>(),
                        })
                    })
                    .collect();
                json!({"result": 1, "response": {"data": {"identify_results": results}}, "ms": started.elapsed().as_millis() as u64})
            }
            Ok(Err(error)) => json!({"result": 0, "message": error.to_string()}),
            Err(error) => json!({"result": 0, "message": error.to_string()}),
        };
        replies.insert(name, reply);
    }
    println!("{}", serde_json::to_string_pretty(&Value::Object(replies)).unwrap_or_default());
}

/// The files that a catalogue lists.
fn listed(folder: &str, name: &str) -> Vec<String> {
    let lines = std::fs::read_to_string(Path::new(folder).join(name)).unwrap_or_default();
    lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()?["file"].as_str().map(str::to_owned)).collect()
}
