//! A recogniser's graph in two parts: the encoder, which looks at lines, and the head, which tells the characters apart.
//!
//! The head compares each step of a line with some twenty thousand characters. At most steps nothing is written, which one of these comparisons alone
//! says: such steps are spared the others.

use std::collections::BTreeSet;

use rten_onnx::onnx::{AttributeProto, AttributeType, DataType, Dimension, GraphProto, ModelProto, NodeProto, TensorShapeProto, TypeProto};
use rten_onnx::onnx::{TypeProtoTensor, ValueInfoProto};

use super::back::{Back, output, take_out, unlike};
use super::eight_bit::Unfit;

/// What tells that nothing is written at a step.
#[derive(Debug, Clone, PartialEq)]
pub struct Blank {
    /// One for each number that the encoder says of a step.
    pub weights: Vec<f32>,
    /// What is added to their product.
    pub bias: f32,
}

impl Blank {
    /// The score of the blank at a step.
    pub fn score(&self, step: &[f32]) -> f32 {
        self.bias + self.weights.iter().zip(step).map(|(weight, value)| weight * value).sum::<f32>()
    }
}

/// The last step of a recogniser's graph without its softmax: the product with all characters.
struct Head {
    /// What the encoder says.
    features: String,
    /// The names of the weights and of the bias.
    tensors: [String; 2],
    blank: Blank,
    /// The places of its operations.
    places: BTreeSet<usize>,
}

impl Head {
    fn of(graph: &GraphProto) -> Result<Head, Unfit> {
        let output = output(graph)?;
        let mut back = Back::of(graph);
        let (_, [product, bias]) = back.two(&output, "Add")?;
        let (_, [features, weights]) = back.two(product, "MatMul")?;
        let (dims, values) = back.values(weights)?;
        let (_, biases) = back.values(bias)?;
        let [width, classes] = *dims else { return Err(unlike(format!("its last product has weights of {dims:?}"))) };
        let own = match biases.first() {
            Some(own) if width > 0 && biases.len() == classes => *own,
            _ => return Err(unlike("its last product and sum do not fit each other")),
        };
        // Class 0 is the blank.
        let blank = Blank { weights: values.into_iter().step_by(classes.max(1)).collect(), bias: own };
        let tensors = [weights, bias].map(str::to_owned);
        Ok(Head { features: features.to_owned(), tensors, blank, places: back.passed() })
    }
}

/// Makes a recogniser's graph, which has no softmax any more, its encoder: it gives what it knows of each step. Returns what tells the blank.
///
/// # Errors
/// [`Unfit`] when the graph does not end in a product with weights and a sum with a bias.
pub(super) fn encoder(model: &mut ModelProto) -> Result<Blank, Unfit> {
    let graph = model.graph.as_mut().ok_or_else(|| unlike("it has no graph"))?;
    let head = Head::of(graph)?;
    take_out(graph, &head.places);
    graph.initializer.retain(|tensor| !tensor.name.as_ref().is_some_and(|name| head.tensors.contains(name)));
    graph.output = vec![ValueInfoProto { name: Some(head.features), ..ValueInfoProto::default() }];
    Ok(head.blank)
}

/// Makes a recogniser's graph its head: it takes in 1 × 1 × steps × what the encoder knows of each, and gives 1 × steps × the scores of all classes.
///
/// # Errors
/// As [`encoder`].
pub(super) fn head(model: &mut ModelProto) -> Result<(), Unfit> {
    let graph = model.graph.as_mut().ok_or_else(|| unlike("it has no graph"))?;
    let head = Head::of(graph)?;
    let others: BTreeSet<usize> = (0..graph.node.len()).filter(|place| !head.places.contains(place)).collect();
    take_out(graph, &others);
    graph.initializer.retain(|tensor| tensor.name.as_ref().is_some_and(|name| head.tensors.contains(name)));
    let input = format!("{}.steps", head.features);
    let axes =
        AttributeProto { name: Some("axes".to_owned()), ints: vec![1], r#type: Some(AttributeType::INTS), ..AttributeProto::default() };
    let squeeze = NodeProto {
        name: Some(input.clone()),
        input: vec![input.clone()],
        output: vec![head.features],
        op_type: Some("Squeeze".to_owned()),
        attribute: vec![axes],
        ..NodeProto::default()
    };
    graph.node.insert(0, squeeze);
    let fixed = |value: usize| Dimension { dim_value: i64::try_from(value).ok(), dim_param: None };
    let steps = Dimension { dim_value: None, dim_param: Some("steps".to_owned()) };
    let shape = TensorShapeProto { dim: vec![fixed(1), fixed(1), steps, fixed(head.blank.weights.len())] };
    let tensor = TypeProtoTensor { elem_type: Some(DataType::FLOAT), shape: Some(shape) };
    graph.input = vec![ValueInfoProto { name: Some(input), r#type: Some(TypeProto { tensor_type: Some(tensor), sequence: None }) }];
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use rten::Value;
    use rten_onnx::onnx::{OperatorSetIdProto, TensorProto};
    use rten_tensor::prelude::*;
    use rten_tensor::{NdTensor, Tensor};

    use super::*;

    fn node(operation: &str, inputs: &[&str], output: &str) -> NodeProto {
        NodeProto {
            name: Some(output.to_owned()),
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![output.to_owned()],
            op_type: Some(operation.to_owned()),
            ..NodeProto::default()
        }
    }

    fn weights(name: &str, dims: &[i64], values: &[f32]) -> TensorProto {
        let raw = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        TensorProto {
            name: Some(name.to_owned()),
            dims: dims.to_vec(),
            data_type: Some(DataType::FLOAT),
            raw_data: Some(RefCell::new(raw)),
            ..TensorProto::default()
        }
    }

    /// Steps of two numbers, of which the positive part is compared with three characters.
    fn model(product: &str) -> ModelProto {
        let dim = |value| Dimension { dim_value: Some(value), dim_param: None };
        let tensor_type =
            Some(TypeProtoTensor { elem_type: Some(DataType::FLOAT), shape: Some(TensorShapeProto { dim: [1, 2, 2].map(dim).into() }) });
        let graph = GraphProto {
            node: vec![
                node("Relu", &["seen"], "known"),
                node(product, &["known", "letters"], "compared"),
                node("Identity", &["compared"], "same"),
                node("Add", &["same", "bias"], "scores"),
            ],
            initializer: vec![weights("letters", &[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), weights("bias", &[3], &[0.5, 0.25, 0.0])],
            input: vec![ValueInfoProto { name: Some("seen".to_owned()), r#type: Some(TypeProto { tensor_type, sequence: None }) }],
            output: vec![ValueInfoProto { name: Some("scores".to_owned()), ..ValueInfoProto::default() }],
            ..GraphProto::default()
        };
        let opset_import = vec![OperatorSetIdProto { domain: None, version: Some(11) }];
        ModelProto { ir_version: Some(7), graph: Some(graph), opset_import, ..ModelProto::default() }
    }

    fn run(model: &ModelProto, values: Tensor<f32>) -> (Vec<usize>, Vec<f32>) {
        let model = rten::Model::load(model.write_buf().unwrap()).unwrap();
        let answer: Tensor<f32> = model.run_one(Value::from(values).into(), None).unwrap().try_into().unwrap();
        (answer.shape().to_vec(), answer.to_vec())
    }

    #[test]
    fn both_parts_say_what_the_whole_says() {
        let seen = || NdTensor::from_data([1, 2, 2], vec![1.0, -2.0, 0.5, 3.0]).into_dyn();
        let (shape, scores) = run(&model("MatMul"), seen());
        assert_eq!(shape, [1, 2, 3]);
        let (mut first, mut second) = (model("MatMul"), model("MatMul"));
        let blank = encoder(&mut first).unwrap();
        head(&mut second).unwrap();
        let (shape, known) = run(&first, seen());
        assert_eq!(shape, [1, 2, 2]);
        let blanks: Vec<f32> = known.chunks_exact(2).map(|step| blank.score(step)).collect();
        assert_eq!(blanks, [scores[0], scores[3]]);
        let said = run(&second, NdTensor::from_data([1, 1, 2, 2], known).into_dyn());
        assert_eq!(said, (vec![1, 2, 3], scores));
        // neither carries the other's weights
        let count = |model: ModelProto| model.graph.unwrap().initializer.len();
        assert_eq!([count(first), count(second)], [0, 2]);
    }

    #[test]
    fn graphs_that_end_otherwise_are_errors() {
        let without = |place: usize| {
            let mut model = model("MatMul");
            model.graph.as_mut().unwrap().initializer.remove(place);
            model
        };
        let mut short = model("MatMul");
        short.graph.as_mut().unwrap().initializer[1] = weights("bias", &[2], &[0.0, 0.0]);
        for (number, mut model) in [model("Mul"), without(0), without(1), short, ModelProto::default()].into_iter().enumerate() {
            assert!(matches!(encoder(&mut model), Err(Unfit::Unlike(_))), "{number}");
            assert!(matches!(head(&mut model), Err(Unfit::Unlike(_))), "{number}");
        }
    }
}
