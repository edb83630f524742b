//! What runs a model: one small trait and its two engines, OpenVINO (loaded at run time) and rten (built in).

mod back;
pub mod eight_bit;
pub mod model;
pub mod openvino;
mod parts;
pub mod ranges;
pub mod rten;
mod softmax;
pub(crate) mod tiles;

use std::path::{Path, PathBuf};

use crate::error::Error;
use eight_bit::Sums;
use model::Model;

/// A loaded model with one `f32` input of four dimensions (batch, channels, height, width) and one `f32` output.
///
/// Calls may come from any number of threads at once; no caller waits for another as long as the engine has room.
pub trait Engine: Send + Sync {
    /// Runs the model once.
    ///
    /// `shape` is the input's shape; `fill` writes the input's values in row-major order into a slice of exactly that many
    /// values (their content before is undefined); `take` is given the output's shape and values.
    ///
    /// # Errors
    /// [`Error::Engine`] with what the engine says.
    fn run(&self, shape: [usize; 4], fill: &mut dyn FnMut(&mut [f32]), take: &mut dyn FnMut(&[usize], &[f32])) -> Result<(), Error>;

    /// How many calls of [`Engine::run`] at once make the best use of the machine.
    fn parallel(&self) -> usize;
}

/// Which engine runs the models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// OpenVINO when its libraries are there and can be loaded, else rten.
    #[default]
    Auto,
    /// OpenVINO, or an error.
    OpenVino,
    /// rten.
    Rten,
}

/// The precision in which OpenVINO computes. rten always computes in `f32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// What the processor does best: 8-bit integers where it has instructions for products of them and the model's ranges are known, else `bf16` where
    /// it has instructions for that, else `f32`.
    #[default]
    Auto,
    /// 8-bit integers, where the model's ranges are known; what is not products of weights in floats. Without VNNI this is faster than `f32` and less exact.
    Int8,
    /// 32-bit floats.
    F32,
    /// 16-bit brain floats.
    Bf16,
}

impl Precision {
    /// How products are added up if they shall be computed in 8-bit integers.
    fn eight_bit(self) -> Option<Sums> {
        match self {
            Precision::Auto => adds_up_bytes().then_some(Sums::Wide),
            Precision::Int8 => Some(if adds_up_bytes() { Sums::Wide } else { Sums::Narrow }),
            Precision::F32 | Precision::Bf16 => None,
        }
    }
}

/// Whether the processor adds up products of bytes without overflow in one instruction (VNNI). Without it, eight bits take three quarters of the time of
/// floats, but one field in a hundred of pictures is lost.
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
fn adds_up_bytes() -> bool {
    std::arch::is_x86_feature_detected!("avx512vnni") || std::arch::is_x86_feature_detected!("avxvnni")
}

/// Only measured on x86.
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
fn adds_up_bytes() -> bool {
    false
}

/// What a model is used for, which decides how its work is spread over the cores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// One large input at a time, all cores inside each operation.
    Single,
    /// Many small inputs, one core each.
    Many,
}

/// A choice that has been made, ready to load models.
pub(crate) enum Loader {
    OpenVino { precision: Precision, cache: Option<PathBuf> },
    Rten,
}

impl Loader {
    /// Makes the choice: looks for OpenVINO's libraries in `folder` and loads them if they are wanted.
    ///
    /// # Errors
    /// [`Error::Model`] when OpenVINO is forced and cannot be loaded.
    pub(crate) fn new(choice: Choice, precision: Precision, folder: &Path, cache: Option<PathBuf>) -> Result<Loader, Error> {
        match choice {
            Choice::Rten => Ok(Loader::Rten),
            Choice::OpenVino => openvino::load_library(folder).map(|()| Loader::OpenVino { precision, cache }),
            Choice::Auto => match openvino::load_library(folder) {
                Ok(()) => Ok(Loader::OpenVino { precision, cache }),
                Err(error) => {
                    tracing::info!(%error, "reading pictures with the built-in engine");
                    Ok(Loader::Rten)
                }
            },
        }
    }

    /// The engine's name, for logs.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Loader::OpenVino { .. } => "OpenVINO",
            Loader::Rten => "rten",
        }
    }

    /// Whether a model shall be computed in eight bits. One that was not measured reads as well in floats, only slower.
    pub(crate) fn rounds(&self, model: &Model) -> bool {
        self.sums(model).is_some()
    }

    /// How its products are added up then.
    fn sums(&self, model: &Model) -> Option<Sums> {
        match self {
            Loader::OpenVino { precision, .. } => precision.eight_bit().filter(|_| model.is_measured()),
            Loader::Rten => None,
        }
    }

    /// Loads a model, in eight bits where that is faster and the model's ranges are known.
    ///
    /// # Errors
    /// [`Error::Model`] when the model is damaged or not understood.
    pub(crate) fn load(&self, model: &Model, load: Load) -> Result<Box<dyn Engine>, Error> {
        match self.sums(model) {
            Some(sums) => self.load_as_it_is(&model.eight_bit(sums)?, load),
            None => self.load_as_it_is(model, load),
        }
    }

    /// Loads a model as it is.
    ///
    /// # Errors
    /// [`Error::Model`] when the model is damaged or not understood.
    pub(crate) fn load_as_it_is(&self, model: &Model, load: Load) -> Result<Box<dyn Engine>, Error> {
        Ok(match self {
            Loader::OpenVino { precision, cache } => Box::new(openvino::OpenVino::load(model, load, *precision, cache.as_deref())?),
            Loader::Rten => Box::new(rten::Rten::load(model)?),
        })
    }
}
