//! rten: pure Rust, built in, there on every machine.

use std::path::Path;

use rten::{Model, Value};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use super::Engine;
use crate::error::Error;

/// A model that rten runs. It spreads each run over all cores by itself.
pub struct Rten {
    model: Model,
}

impl Rten {
    /// Loads an ONNX file.
    ///
    /// # Errors
    /// [`Error::Model`] with the file and what rten says.
    pub fn load(model: &Path) -> Result<Rten, Error> {
        match Model::load_file(model) {
            Ok(model) => Ok(Rten { model }),
            Err(error) => Err(Error::Model { file: model.display().to_string(), what: error.to_string() }),
        }
    }
}

impl Engine for Rten {
    fn run(&self, shape: [usize; 4], fill: &mut dyn FnMut(&mut [f32]), take: &mut dyn FnMut(&[usize], &[f32])) -> Result<(), Error> {
        let mut values = vec![0.0; shape.iter().product()];
        fill(&mut values);
        let input = NdTensor::from_data(shape, values);
        let output = self.model.run_one(Value::from(input).into(), None).map_err(|error| Error::Engine(error.to_string()))?;
        let output: Tensor<f32> = output.try_into().map_err(|_| Error::Engine("the output is not of 32-bit floats".to_owned()))?;
        let shape = output.shape().to_vec();
        take(&shape, &output.to_vec());
        Ok(())
    }

    fn parallel(&self) -> usize {
        1
    }
}
