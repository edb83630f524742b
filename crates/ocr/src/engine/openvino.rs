//! OpenVINO, loaded at run time from the libraries that lie beside the models.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crossbeam_channel::{Receiver, Sender, bounded};
use openvino::{CompiledModel, Core, DeviceType, ElementType, InferRequest, InferenceError, RwPropertyKey, Shape, Tensor};

use super::model::Model;
use super::{Engine, Load, Precision};
use crate::error::Error;

/// The folder beside the models that holds OpenVINO's libraries.
pub const FOLDER: &str = "openvino";

/// The C library's name without its version.
const LIBRARY: &str = "libopenvino_c.";

/// Loads OpenVINO's C library out of the folder [`FOLDER`] in `models`. The other libraries are found beside it.
/// A library once loaded stays for the life of the process.
///
/// # Errors
/// [`Error::Model`] when the library is not there or cannot be loaded.
pub fn load_library(models: &Path) -> Result<(), Error> {
    let folder = models.join(FOLDER);
    let bad = |what: String| Error::Model { file: folder.display().to_string(), what };
    let path = library_in(&folder).ok_or_else(|| bad("there is no libopenvino_c library".to_owned()))?;
    openvino_sys::library::load_from(path).map_err(bad)
}

/// The C library of a folder: the last by name when there are several versions.
fn library_in(folder: &Path) -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder)
        .ok()?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with(LIBRARY)))
        .collect();
    found.sort();
    found.pop()
}

/// A model compiled by OpenVINO for the processor.
pub struct OpenVino {
    /// Requests that nobody uses just now. A caller takes one and gives it back.
    idle: Receiver<InferRequest>,
    back: Sender<InferRequest>,
    parallel: usize,
    /// Outlives its requests.
    _model: Mutex<CompiledModel>,
}

impl OpenVino {
    /// Compiles a model. [`load_library`] has to have been called.
    ///
    /// # Errors
    /// [`Error::Model`] with the file and what OpenVINO says.
    pub fn load(model: &Model, load: Load, precision: Precision, cache: Option<&Path>) -> Result<OpenVino, Error> {
        let said = |error: InferenceError| model.unfit(error.message.unwrap_or_else(|| error.kind.to_string()));
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let parallel = match load {
            Load::Single => 1,
            Load::Many => cores,
        };
        let mut core = Core::new().map_err(|error| model.unfit(error))?;
        let streams = parallel.to_string();
        let threads = cores.to_string();
        let mut properties = vec![
            (
                RwPropertyKey::HintPerformanceMode,
                match load {
                    Load::Single => "LATENCY",
                    Load::Many => "THROUGHPUT",
                },
            ),
            (RwPropertyKey::NumStreams, streams.as_str()),
            (RwPropertyKey::InferenceNumThreads, threads.as_str()),
            // Pinned threads of two models would fight for the same core.
            (RwPropertyKey::HintEnableCpuPinning, "NO"),
        ];
        match precision {
            Precision::Auto | Precision::Int8 => {}
            Precision::F32 => properties.push((RwPropertyKey::HintInferencePrecision, "f32")),
            Precision::Bf16 => properties.push((RwPropertyKey::HintInferencePrecision, "bf16")),
        }
        core.set_properties(&DeviceType::CPU, properties).map_err(said)?;
        if let Some(cache) = cache.and_then(Path::to_str) {
            core.set_property(&DeviceType::CPU, &RwPropertyKey::CacheDir, cache).map_err(said)?;
        }
        let graph = core.read_model_from_buffer(model.graph(), None).map_err(said)?;
        let mut compiled = core.compile_model(&graph, DeviceType::CPU).map_err(said)?;
        let (back, idle) = bounded(parallel);
        for _ in 0..parallel {
            let request = compiled.create_infer_request().map_err(said)?;
            back.send(request).map_err(|error| model.unfit(error))?;
        }
        Ok(OpenVino { idle, back, parallel, _model: Mutex::new(compiled) })
    }
}

/// A request in use. It goes back even when what uses it panics.
struct Lease<'a> {
    request: Option<InferRequest>,
    back: &'a Sender<InferRequest>,
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(request) = self.request.take() {
            // The channel has a place for every request and lives as long as the engine.
            let _ = self.back.send(request);
        }
    }
}

/// What OpenVINO says about a run.
fn failed(error: InferenceError) -> Error {
    Error::Engine(error.message.unwrap_or_else(|| error.kind.to_string()))
}

fn run_on(
    request: &mut InferRequest,
    shape: [usize; 4],
    fill: &mut dyn FnMut(&mut [f32]),
    take: &mut dyn FnMut(&[usize], &[f32]),
) -> Result<(), Error> {
    let dimensions = shape.map(|n| i64::try_from(n).unwrap_or(i64::MAX));
    let mut input = Tensor::new(ElementType::F32, &Shape::new(&dimensions).map_err(failed)?).map_err(failed)?;
    fill(input.get_data_mut::<f32>().map_err(failed)?);
    request.set_input_tensor(&input).map_err(failed)?;
    request.infer().map_err(failed)?;
    let output = request.get_output_tensor().map_err(failed)?;
    let shape: Vec<usize> = output.get_shape().map_err(failed)?.get_dimensions().iter().map(|&n| usize::try_from(n).unwrap_or(0)).collect();
    take(&shape, output.get_data::<f32>().map_err(failed)?);
    Ok(())
}

impl Engine for OpenVino {
    fn run(&self, shape: [usize; 4], fill: &mut dyn FnMut(&mut [f32]), take: &mut dyn FnMut(&[usize], &[f32])) -> Result<(), Error> {
        let request = self.idle.recv().map_err(|_| Error::Engine("no request is left".to_owned()))?;
        let mut lease = Lease { request: Some(request), back: &self.back };
        lease.request.as_mut().map_or(Ok(()), |request| run_on(request, shape, fill, take))
    }

    fn parallel(&self) -> usize {
        self.parallel
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_found_whatever_its_version() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(library_in(folder.path()), None);
        for name in ["libopenvino.so.2641", "libopenvino_c.so.2530", "libopenvino_c.so.2641", "libtbb.so.12"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(library_in(folder.path()), Some(folder.path().join("libopenvino_c.so.2641")));
    }

    #[test]
    fn a_missing_library_is_told_with_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        let error = load_library(folder.path()).unwrap_err().to_string();
        assert!(error.contains(FOLDER) && error.contains("make models"), "{error}");
    }
}
