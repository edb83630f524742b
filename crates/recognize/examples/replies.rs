//! Reads files and prints what the recognition API would reply, as one JSON object by file name: the `--saved` form that the
//! project's scoring tool takes. Usage: `replies FOLDER FILE…`, file names relative to the folder. Models are used when they are found.

use std::path::Path;
use std::sync::Arc;

use recognize::{Options, Reader};
use serde_json::{Map, Value, json};

#[allow(clippy::print_stdout, reason = "printing is what this program is for")]
fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_default();
    let eyes = ocr::Reader::load(&ocr::Options::default()).map(|r| Arc::new(r) as Arc<dyn ocr::Eyes>);
    let reader = Reader::new(eyes);
    let mut replies = Map::new();
    for name in arguments {
        let started = std::time::Instant::now();
        let reply = match std::fs::read(Path::new(&folder).join(&name)).map(|bytes| reader.read(&bytes, &Options::default())) {
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
