//! A walk through a model's graph from its output backwards, to take its last operations apart.

use std::collections::{BTreeMap, BTreeSet};

use rten_onnx::onnx::{GraphProto, NodeProto, TensorProto};

use super::eight_bit::{Unfit, floats};

/// That a graph is none of those that are taken apart, and why.
pub(super) fn unlike(what: impl Into<String>) -> Unfit {
    Unfit::Unlike(what.into())
}

/// The name of the graph's only output.
pub(super) fn output(graph: &GraphProto) -> Result<String, Unfit> {
    match graph.output.as_slice() {
        [output] => output.name.clone().ok_or_else(|| unlike("its output has no name")),
        outputs => Err(unlike(format!("it has {} outputs", outputs.len()))),
    }
}

/// The walk.
pub(super) struct Back<'a> {
    graph: &'a GraphProto,
    /// The place of the operation that gives a value.
    givers: BTreeMap<&'a str, usize>,
    tensors: BTreeMap<&'a str, &'a TensorProto>,
    passed: BTreeSet<usize>,
}

impl<'a> Back<'a> {
    pub(super) fn of(graph: &'a GraphProto) -> Back<'a> {
        let given = |(place, node): (usize, &'a NodeProto)| node.output.iter().map(move |output| (output.as_str(), place));
        let tensors = graph.initializer.iter().filter_map(|tensor| Some((tensor.name.as_deref()?, tensor)));
        Back { graph, givers: graph.node.iter().enumerate().flat_map(given).collect(), tensors: tensors.collect(), passed: BTreeSet::new() }
    }

    /// The operation of this kind that gives a value, past operations that change nothing.
    ///
    /// # Errors
    /// [`Unfit`] when the value comes from another.
    pub(super) fn giver(&mut self, value: &str, operation: &str) -> Result<&'a NodeProto, Unfit> {
        let mut value = value;
        loop {
            let giver = self.givers.get(value).and_then(|place| Some((*place, self.graph.node.get(*place)?)));
            let (place, node) = giver.ok_or_else(|| unlike(format!("nothing gives {value}")))?;
            // a graph that is none leads round in circles
            if !self.passed.insert(place) {
                return Err(unlike(format!("{value} comes from itself")));
            }
            match (node.op_type.as_deref(), node.input.as_slice()) {
                (Some(own), _) if own == operation => return Ok(node),
                (Some("Identity"), [input]) => value = input,
                _ => return Err(unlike(format!("{value} does not come from {operation}"))),
            }
        }
    }

    /// What the operation of this kind that gives a value takes in first.
    ///
    /// # Errors
    /// [`Unfit`] when there is no such operation.
    pub(super) fn single(&mut self, value: &str, operation: &str) -> Result<&'a str, Unfit> {
        let node = self.giver(value, operation)?;
        node.input.first().map(String::as_str).ok_or_else(|| unlike(format!("{operation} takes nothing in")))
    }

    /// The two values that the operation of this kind that gives a value takes in.
    ///
    /// # Errors
    /// [`Unfit`] when there is no such operation of two values.
    pub(super) fn two(&mut self, value: &str, operation: &str) -> Result<(&'a NodeProto, [&'a str; 2]), Unfit> {
        let node = self.giver(value, operation)?;
        match node.input.as_slice() {
            [first, second] => Ok((node, [first, second])),
            all => Err(unlike(format!("{operation} takes in {} values", all.len()))),
        }
    }

    /// Dimensions and values of a tensor of the model.
    ///
    /// # Errors
    /// [`Unfit`] when it is not in the model, or not of as many floats as it says.
    pub(super) fn values(&self, name: &str) -> Result<(Vec<usize>, Vec<f32>), Unfit> {
        let tensor = self.tensors.get(name).ok_or_else(|| unlike(format!("{name} is not in the model")))?;
        floats(tensor).ok_or_else(|| unlike(format!("{name} has not the numbers that it says")))
    }

    /// The places of the operations that were passed.
    pub(super) fn passed(self) -> BTreeSet<usize> {
        self.passed
    }
}

/// Takes operations out of a graph, by their places.
pub(super) fn take_out(graph: &mut GraphProto, places: &BTreeSet<usize>) {
    let mut place = 0..;
    graph.node.retain(|_| place.next().is_none_or(|place| !places.contains(&place)));
}
