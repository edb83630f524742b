//! rten: pure Rust, built in, there on every machine.

use rten::Value;
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use super::Engine;
use super::model::Model;
use crate::error::Error;

/// A model that rten runs. It spreads each run over all cores by itself.
pub struct Rten {
    model: rten::Model,
}

impl Rten {
    /// Loads a model.
    ///
    /// # Errors
    /// [`Error::Model`] with the file and what rten says.
    pub fn load(model: &Model) -> Result<Rten, Error> {
        let loaded = rten::Model::load(model.graph().to_vec()).map_err(|error| model.unfit(error))?;
        Ok(Rten { model: loaded })
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
