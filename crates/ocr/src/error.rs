//! What can go wrong while reading a picture.

/// Why a picture could not be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// The model files are not there.
    #[error("the recognition models are not in {searched}; run `make models`, or set FAPIAO_MODELS to their folder")]
    NoModels {
        /// The folders that were searched.
        searched: String,
    },
    /// A model file is there but cannot be used.
    #[error("the model {file} cannot be loaded: {what}; run `make models` again")]
    Model {
        /// Which file.
        file: String,
        /// What the engine says.
        what: String,
    },
    /// The engine failed while running.
    #[error("the inference engine failed: {0}")]
    Engine(String),
    /// The wall time is used up.
    #[error("reading the picture took longer than the {0} ms allowed")]
    Time(u64),
}
