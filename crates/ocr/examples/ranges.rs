//! Measures between which bounds the values inside the models lie while pictures are read, and writes the tables that eight-bit arithmetic
//! goes by into `crates/ocr/ranges`.
//!
//! `cargo run --release --workspace --example ranges -- [--models DIR] [--into DIR] PICTURE…`
//!
//! Any pictures of documents will do; the tables in the repository come from specimens (`cargo xtask specimens --count 1 --seed 7001 --damage mild`,
//! and `hard`). The engine is rten, which gives out what lies inside a graph.

#![allow(clippy::print_stderr)]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ocr::detect::Detector;
use ocr::engine::Engine;
use ocr::engine::eight_bit::taken_in;
use ocr::engine::model::Model as Source;
use ocr::engine::ranges::Ranges;
use ocr::read::Recogniser;
use ocr::read::alphabet::Alphabet;
use ocr::{Eyes, Reader, models};
use rten::{Model, ModelOptions, NodeId, Value};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

/// The share of runs whose extremes lie outside of a range: rare ones would make every step larger.
const RARE: f64 = 0.02;
/// Multiplications for each point from which a convolution is worth it.
const CONVOLUTION: i64 = 1000;
/// Multiplications from which a matrix product is: the one that tells the characters apart.
const PRODUCT: i64 = 1_000_000;
/// The fewest channels: pictures themselves have three.
const CHANNELS: i64 = 8;

/// What the detector's neck takes in, where the maps of all sizes are brought together: rounding one of these alone moves one to four of a hundred
/// pixels of text, and all of them together are a twentieth of the time.
const KEPT: [&str; 7] = [
    "p2o.pd_op.add.14.0",
    "p2o.pd_op.add.27.0",
    "p2o.pd_op.add.50.0",
    "p2o.pd_op.add.63.0",
    "p2o.pd_op.add.83.0",
    "p2o.pd_op.add.87.0",
    "p2o.pd_op.add.91.0",
];

/// The extremes of each value, one pair for each run.
type Extremes = BTreeMap<String, Vec<(f32, f32)>>;
/// Extremes that are being noted.
type Seen = Arc<Mutex<Extremes>>;

/// A model that notes the extremes of what its operations take in.
struct Measured {
    model: Model,
    values: Vec<(String, NodeId)>,
    seen: Seen,
}

impl Measured {
    /// `kept` are values that stay in floats.
    fn load(source: &Source, kept: &[&str]) -> Result<(Measured, Seen), Box<dyn Error>> {
        let worth = |dims: &[i64]| {
            let points: i64 = dims.iter().product();
            match dims {
                [_, _] => points >= PRODUCT,
                [_, channels, ..] => *channels >= CHANNELS && points >= CONVOLUTION,
                _ => false,
            }
        };
        let mut names = taken_in(source.graph(), worth)?;
        names.retain(|name| !kept.contains(&name.as_str()));
        // Otherwise operations are fused, and what lies between them is gone.
        let model = ModelOptions::with_all_ops().enable_optimization(false).load(source.graph().to_vec())?;
        let values = names.into_iter().map(|name| Ok((name.clone(), model.node_id(&name)?))).collect::<Result<_, Box<dyn Error>>>()?;
        let seen = Seen::default();
        Ok((Measured { model, values, seen: Arc::clone(&seen) }, seen))
    }
}

impl Engine for Measured {
    fn run(
        &self,
        shape: [usize; 4],
        fill: &mut dyn FnMut(&mut [f32]),
        take: &mut dyn FnMut(&[usize], &[f32]),
    ) -> Result<(), ocr::error::Error> {
        let failed = |error: &dyn std::fmt::Display| ocr::error::Error::Engine(error.to_string());
        let mut pixels = vec![0.0; shape.iter().product()];
        fill(&mut pixels);
        let outputs: Vec<NodeId> = self.model.output_ids().iter().copied().chain(self.values.iter().map(|(_, id)| *id)).collect();
        let input = (self.model.input_ids()[0], Value::from(NdTensor::from_data(shape, pixels)).into());
        let mut values = self.model.run(vec![input], &outputs, None).map_err(|error| failed(&error))?.into_iter();
        let mut next = || -> Result<Tensor<f32>, ocr::error::Error> {
            values.next().and_then(|value| value.try_into().ok()).ok_or_else(|| failed(&"a value is not of 32-bit floats"))
        };
        let output = next()?;
        for (name, _) in &self.values {
            let value = next()?;
            // One row, or one point, is the end of a line or the whole of a picture: too little to be worth rounding.
            if matches!(value.shape(), [_, _, 1, _]) {
                continue;
            }
            let (least, greatest) = value.iter().fold((f32::MAX, f32::MIN), |(least, greatest), v| (least.min(*v), greatest.max(*v)));
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).entry(name.clone()).or_default().push((least, greatest));
        }
        let shape = output.shape().to_vec();
        take(&shape, &output.to_vec());
        Ok(())
    }

    fn parallel(&self) -> usize {
        1
    }
}

/// The value below which a share of all lies.
fn quantile(mut values: Vec<f32>, share: f64) -> f32 {
    values.sort_by(f32::total_cmp);
    let place = ((values.len().saturating_sub(1)) as f64 * share).round() as usize;
    values.get(place).copied().unwrap_or_default()
}

fn write(file: &Path, into: &Path, seen: &Mutex<Extremes>) -> Result<(), Box<dyn Error>> {
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    let ranges = Ranges::measured(seen.iter().map(|(name, extremes)| {
        let (least, greatest) = extremes.iter().copied().unzip();
        (name.clone(), (quantile(least, RARE), quantile(greatest, 1.0 - RARE)))
    }));
    let name = Path::new(file.file_stem().ok_or("a model without a name")?).with_extension("txt");
    std::fs::write(into.join(&name), ranges.table(&std::fs::read(file)?))?;
    eprintln!("{}: {} values", name.display(), ranges.len());
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut folder, mut into, mut pictures) = (None, PathBuf::from("crates/ocr/ranges"), Vec::new());
    let mut rest = std::env::args().skip(1);
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--models" => folder = rest.next().map(PathBuf::from),
            "--into" => into = rest.next().ok_or("--into needs a folder")?.into(),
            picture => pictures.push(PathBuf::from(picture)),
        }
    }
    let folder = models::find(folder.as_deref())?;
    let (detector_file, recogniser_file) = (folder.join(models::DETECTOR), folder.join(models::RECOGNISER));
    let (detector, boxes) = Measured::load(&Source::read(&detector_file)?, &KEPT)?;
    let (recogniser, lines) = Measured::load(&Source::read(&recogniser_file)?.of_scores()?, &[])?;
    let alphabet = Alphabet::of_model(&recogniser_file)?;
    let reader = Reader::of(Detector::new(Box::new(detector)), Recogniser::new(Box::new(recogniser), alphabet));
    for (done, picture) in pictures.iter().enumerate() {
        let text = reader.read(&image::open(picture)?.into_rgb8(), None)?;
        eprintln!("{} of {}: {}, {} lines", done + 1, pictures.len(), picture.display(), text.lines.len());
    }
    write(&detector_file, &into, &boxes)?;
    write(&recogniser_file, &into, &lines)
}
