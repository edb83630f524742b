//! Prints what is read from pictures as JSON, one object per picture, and with `--repeat N` the median time of N readings and their mean
//! processor time instead.
//!
//! `cargo run --release -p ocr --example lines -- [--engine openvino|rten] [--precision int8|f32|bf16] [--models DIR] [--repeat N] FILE…`

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use ocr::engine::{Choice, Precision};
use ocr::text::Line;
use ocr::{Eyes, Options, Reader};

struct Arguments {
    options: Options,
    repeat: usize,
    threads: usize,
    files: Vec<PathBuf>,
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut parsed = Arguments { options: Options::default(), repeat: 0, threads: 1, files: Vec::new() };
    let mut rest = std::env::args().skip(1);
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--engine" => {
                parsed.options.engine = match value()?.as_str() {
                    "openvino" => Choice::OpenVino,
                    "rten" => Choice::Rten,
                    other => return Err(format!("no engine is named {other}").into()),
                }
            }
            "--precision" => {
                parsed.options.precision = match value()?.as_str() {
                    "int8" => Precision::Int8,
                    "f32" => Precision::F32,
                    "bf16" => Precision::Bf16,
                    other => return Err(format!("no precision is named {other}").into()),
                }
            }
            "--models" => parsed.options.models = Some(value()?.into()),
            "--cache" => parsed.options.cache = Some(value()?.into()),
            "--repeat" => parsed.repeat = value()?.parse()?,
            "--threads" => parsed.threads = value()?.parse()?,
            file => parsed.files.push(file.into()),
        }
    }
    Ok(parsed)
}

fn json(line: &Line) -> serde_json::Value {
    let corners: Vec<[f32; 2]> = line.corners.iter().map(|p| [p.x, p.y]).collect();
    let at: Vec<f32> = line.chars.iter().map(|c| c.at).collect();
    serde_json::json!({ "text": line.text(), "confidence": line.confidence, "vertical": line.vertical, "corners": corners, "at": at })
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

/// What all threads of this process have had of the processor so far. Nothing where the system does not tell.
fn processor() -> Option<Duration> {
    // proc(5): after the name in brackets come the state, which is field 3, and at 14 and 15 the times as a user and in the system, in hundredths.
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut hundredths = || fields.next()?.parse::<u64>().ok();
    Some(Duration::from_millis(10 * (hundredths()? + hundredths()?)))
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    let start = Instant::now();
    let reader = Reader::load(&arguments.options)?;
    eprintln!("{} ready in {} ms", reader.engine_name(), milliseconds(start.elapsed()));
    let pictures: Result<Vec<_>, Box<dyn Error>> =
        arguments.files.iter().map(|file| Ok((file, image::ImageReader::open(file)?.with_guessed_format()?.decode()?.to_rgb8()))).collect();
    let pictures = pictures?;
    if arguments.threads > 1 {
        // How many pictures per second many callers at once are served.
        let rounds = arguments.repeat.max(1);
        let start = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..arguments.threads {
                scope.spawn(|| (0..rounds).try_for_each(|_| pictures.iter().try_for_each(|(_, p)| reader.read(p, None).map(|_| ()))));
            }
        });
        let count = (arguments.threads * rounds * pictures.len()) as f64;
        println!("{}", serde_json::json!({ "threads": arguments.threads, "pictures_per_second": count / start.elapsed().as_secs_f64() }));
        return Ok(());
    }
    for (file, picture) in &pictures {
        let text = reader.read(picture, None)?;
        let mut answer = serde_json::json!({ "file": file, "orientation": text.orientation, "width": text.width, "height": text.height });
        if arguments.repeat > 0 {
            let timed = |run: &dyn Fn() -> bool| {
                let times = (0..arguments.repeat).map(|_| {
                    let start = Instant::now();
                    assert!(run(), "a picture that was read once is read again");
                    start.elapsed()
                });
                milliseconds(median(times.collect()))
            };
            answer["lines"] = text.lines.len().into();
            let before = processor();
            answer["read_ms"] = timed(&|| reader.read(picture, None).is_ok()).into();
            let used =
                before.zip(processor()).map(|(before, after)| (after - before) / u32::try_from(arguments.repeat).unwrap_or(u32::MAX));
            answer["read_cpu_ms"] = used.map(milliseconds).into();
            answer["barcodes_ms"] = timed(&|| reader.barcodes(picture).len() < usize::MAX).into();
        } else {
            answer["lines"] = text.lines.iter().map(json).collect::<Vec<_>>().into();
            answer["barcodes"] = reader
                .barcodes(picture)
                .iter()
                .map(|code| serde_json::json!({ "text": code.text, "matrix": code.matrix }))
                .collect::<Vec<_>>()
                .into();
        }
        println!("{answer}");
    }
    Ok(())
}
