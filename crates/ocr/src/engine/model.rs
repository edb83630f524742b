//! A model file, read and made ready for an engine.

use std::path::Path;

use rten_onnx::onnx::ModelProto;

use super::eight_bit::{Sums, Unfit, eight_bit};
use super::parts::part;
use super::ranges::Ranges;
use super::softmax::without_softmax;
use super::tiles::in_tiles;
use crate::error::Error;

/// A model file in memory.
#[derive(Debug)]
pub struct Model {
    file: String,
    graph: Vec<u8>,
    ranges: Option<Ranges>,
}

impl Model {
    /// Reads an ONNX file. What it holds is looked at when an engine loads it.
    ///
    /// # Errors
    /// [`Error::Model`] when the file cannot be read.
    pub fn read(path: &Path) -> Result<Model, Error> {
        let file = path.display().to_string();
        match std::fs::read(path) {
            Ok(graph) => Ok(Model { file, ranges: Ranges::of_model(&graph), graph }),
            Err(error) => Err(Error::Model { file, what: error.to_string() }),
        }
    }

    /// The ONNX file's bytes.
    pub fn graph(&self) -> &[u8] {
        &self.graph
    }

    /// Whether it can be made ready for eight-bit arithmetic.
    pub fn is_measured(&self) -> bool {
        self.ranges.is_some()
    }

    /// The same model without its last step, in which scores become probabilities: with some twenty thousand characters it is a twentieth of all work,
    /// and only the few probabilities that matter are computed from the scores afterwards.
    ///
    /// # Errors
    /// [`Error::Model`] when the file is no ONNX model, or does not end in a softmax.
    pub fn of_scores(&self) -> Result<Model, Error> {
        self.changed(without_softmax)
    }

    /// The same model, whose output is a score for every pixel in tiles of four by four instead of a probability for every pixel: a detector's last steps
    /// are a fifth of its work, and what they do is nearly all padding.
    ///
    /// # Errors
    /// [`Error::Model`] when the file is no ONNX model, or does not end as a detector does.
    pub fn of_tiles(&self) -> Result<Model, Error> {
        self.changed(in_tiles)
    }

    /// The same model of scores in two parts ([`Model::of_scores`]): the first gives the scores of the classes `first` and behind them, for each step, what
    /// the second takes in (batch, channels, steps, values) to give the scores of the classes `second`.
    ///
    /// # Errors
    /// [`Error::Model`] when the file is no ONNX model, does not end in a product with a bias, or has not those classes.
    pub fn in_parts(&self, first: &[usize], second: &[usize]) -> Result<[Model; 2], Error> {
        let mut other = None;
        let own = self.changed(|model| {
            other = Some(part(model, first, second)?);
            Ok(())
        })?;
        let other = other.as_ref().map(ModelProto::write_buf).transpose().map_err(|error| self.unfit(Unfit::Damaged(error.to_string())))?;
        let other = Model { file: self.file.clone(), graph: other.unwrap_or_default(), ranges: self.ranges.clone() };
        Ok([own, other])
    }

    fn changed(&self, change: impl FnOnce(&mut ModelProto) -> Result<(), Unfit>) -> Result<Model, Error> {
        let damaged = |error: rten_onnx::protobuf::ProtobufError| self.unfit(Unfit::Damaged(error.to_string()));
        let mut model = ModelProto::parse_buf(&self.graph).map_err(damaged)?;
        change(&mut model).map_err(|unfit| self.unfit(unfit))?;
        let graph = model.write_buf().map_err(damaged)?;
        Ok(Model { file: self.file.clone(), graph, ranges: self.ranges.clone() })
    }

    /// The model made ready for eight-bit arithmetic, for a processor that adds up like that.
    ///
    /// # Errors
    /// [`Error::Model`] when its ranges have not been measured, or the graph is not the one that they are of.
    pub fn eight_bit(&self, sums: Sums) -> Result<Model, Error> {
        let ranges = self.ranges.as_ref().ok_or_else(|| self.unfit(Unfit::Unknown))?;
        let graph = eight_bit(&self.graph, ranges, sums).map_err(|unfit| self.unfit(unfit))?;
        Ok(Model { file: self.file.clone(), graph, ranges: None })
    }

    /// That this model cannot be used, and why.
    pub(crate) fn unfit(&self, why: impl std::fmt::Display) -> Error {
        Error::Model { file: self.file.clone(), what: why.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_model_are_errors_with_their_names() {
        assert!(Model::read(Path::new("not there.onnx")).unwrap_err().to_string().contains("not there.onnx"));
        let file = tempfile::NamedTempFile::new().unwrap();
        for bytes in [&b"\x3a\x64abc"[..], b""] {
            std::fs::write(file.path(), bytes).unwrap();
            let model = Model::read(file.path()).unwrap();
            assert!(!model.is_measured());
            let errors =
                [model.of_scores().err(), model.of_tiles().err(), model.in_parts(&[], &[]).err(), model.eight_bit(Sums::Wide).err()];
            for error in errors {
                let error = error.unwrap().to_string();
                assert!(error.contains(&file.path().display().to_string()), "{error}");
            }
        }
    }
}
