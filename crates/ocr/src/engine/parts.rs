//! The last product of a recogniser's graph in two parts: one for the characters that print hardly ever leaves, in the graph itself, and one for all
//! others, a graph of its own.
//!
//! With some twenty thousand characters, writing their scores down is an eighth of all work, and at nearly every step one of the few is certain. The
//! steps where none is are asked about again. For that the first part gives out what it multiplies, too, as scores of columns with ones on the diagonal:
//! so an engine has one output as before, and rounds nothing that it did not round before.

use std::cell::RefCell;

use rten_onnx::onnx::{
    DataType, Dimension, GraphProto, ModelProto, OperatorSetIdProto, TensorProto, TensorShapeProto, TypeProto, TypeProtoTensor,
    ValueInfoProto,
};

use super::back::{Back, output, unlike};
use super::eight_bit::Unfit;

/// The last product of a recogniser's graph, and the bias that is added to it.
struct Product {
    /// Dimensions: what is multiplied, classes.
    weights: Vec<f32>,
    bias: Vec<f32>,
    width: usize,
    names: [String; 2],
}

impl Product {
    /// The tensors for these classes, in their order, and behind them for what is multiplied, if `through`.
    fn of(&self, classes: &[usize], through: bool) -> [TensorProto; 2] {
        let diagonal = if through { self.width } else { 0 };
        let count = classes.len() + diagonal;
        let mut weights = Vec::with_capacity(self.width * count);
        for (place, row) in self.weights.chunks_exact(self.bias.len()).enumerate() {
            weights.extend(classes.iter().filter_map(|class| row.get(*class)));
            weights.extend((0..diagonal).map(|column| if column == place { 1.0 } else { 0.0 }));
        }
        let bias: Vec<f32> = classes.iter().filter_map(|class| self.bias.get(*class)).copied().chain(vec![0.0; diagonal]).collect();
        let [of_weights, of_bias] = &self.names;
        [raw(of_weights, &[self.width, count], &weights), raw(of_bias, &[count], &bias)]
    }
}

/// A tensor of floats, in the form in which model files hold them.
fn raw(name: &str, dims: &[usize], values: &[f32]) -> TensorProto {
    TensorProto {
        name: Some(name.to_owned()),
        dims: dims.iter().map(|&dim| dim as i64).collect(),
        data_type: Some(DataType::FLOAT),
        raw_data: Some(RefCell::new(values.iter().flat_map(|value| value.to_le_bytes()).collect())),
        ..TensorProto::default()
    }
}

/// A value of four dimensions, of which the last is known.
fn value(name: &str, last: usize) -> ValueInfoProto {
    let any = ["batch", "channels", "height"].map(|name| Dimension { dim_value: None, dim_param: Some(name.to_owned()) });
    let dim = any.into_iter().chain([Dimension { dim_value: Some(last as i64), dim_param: None }]).collect();
    let tensor_type = Some(TypeProtoTensor { elem_type: Some(DataType::FLOAT), shape: Some(TensorShapeProto { dim }) });
    ValueInfoProto { name: Some(name.to_owned()), r#type: Some(TypeProto { tensor_type, sequence: None }) }
}

/// Parts a recogniser's graph that gives scores. `first` are the classes of the first part in the order of its scores, `second` those of the second,
/// which is given back. Behind the scores of its classes the first part gives, for each step, what the second takes in.
///
/// # Errors
/// [`Unfit`] when the graph does not end in a product with a bias, or has not those classes.
pub(super) fn part(model: &mut ModelProto, first: &[usize], second: &[usize]) -> Result<ModelProto, Unfit> {
    let graph = model.graph.as_mut().ok_or_else(|| unlike("it has no graph"))?;
    let scores = output(graph)?;
    let (product, taken, nodes) = {
        let mut back = Back::of(graph);
        let (add, [multiplied, bias]) = back.two(&scores, "Add")?;
        let (multiply, [taken, weights]) = back.two(multiplied, "MatMul")?;
        let (dims, values) = back.values(weights)?;
        let (_, offsets) = back.values(bias)?;
        let (&[width, classes], true) = (dims.as_slice(), !offsets.is_empty()) else {
            return Err(unlike(format!("its last weights are of {dims:?}")));
        };
        if offsets.len() != classes || first.iter().chain(second).any(|class| *class >= classes) {
            return Err(unlike(format!("it has {classes} classes and {} offsets", offsets.len())));
        }
        let names = [weights.to_owned(), bias.to_owned()];
        (Product { weights: values, bias: offsets, width, names }, taken.to_owned(), vec![multiply.clone(), add.clone()])
    };
    let given: Vec<String> = nodes.iter().skip(1).flat_map(|node| node.output.clone()).collect();
    let other = GraphProto {
        node: nodes,
        initializer: product.of(second, false).into(),
        input: vec![value(&taken, product.width)],
        output: given.iter().map(|name| value(name, second.len())).collect(),
        ..GraphProto::default()
    };
    for own in product.of(first, true) {
        graph.initializer.iter_mut().filter(|tensor| tensor.name == own.name).for_each(|tensor| tensor.clone_from(&own));
    }
    graph.output.iter_mut().for_each(|output| output.r#type = None);
    let version = |own: &OperatorSetIdProto| OperatorSetIdProto { domain: own.domain.clone(), version: own.version };
    let opset_import = model.opset_import.iter().map(version).collect();
    Ok(ModelProto { ir_version: model.ir_version, graph: Some(other), opset_import, ..ModelProto::default() })
}

#[cfg(test)]
mod tests {
    use rten::Value;
    use rten_onnx::onnx::NodeProto;
    use rten_tensor::prelude::*;
    use rten_tensor::{NdTensor, Tensor};

    use super::*;

    const WIDTH: usize = 3;
    const CLASSES: usize = 5;

    fn node(operation: &str, inputs: &[&str], output: &str) -> NodeProto {
        NodeProto {
            name: Some(output.to_owned()),
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![output.to_owned()],
            op_type: Some(operation.to_owned()),
            ..NodeProto::default()
        }
    }

    /// A recogniser's end: three values become the scores of five classes.
    fn model(last: &str, offsets: usize) -> ModelProto {
        let numbers = |count: usize| (0..count).map(|at| ((at * 7 + count) % 11) as f32 / 4.0 - 1.0).collect::<Vec<f32>>();
        let graph = GraphProto {
            node: vec![
                node("Relu", &["line"], "taken"),
                node("MatMul", &["taken", "letters"], "product"),
                node(last, &["product", "offsets"], "added"),
                node("Identity", &["added"], "scores"),
            ],
            initializer: vec![raw("letters", &[WIDTH, CLASSES], &numbers(WIDTH * CLASSES)), raw("offsets", &[offsets], &numbers(offsets))],
            input: vec![value("line", WIDTH)],
            output: vec![value("scores", CLASSES)],
            ..GraphProto::default()
        };
        let opset_import = vec![OperatorSetIdProto { domain: None, version: Some(13) }];
        ModelProto { ir_version: Some(7), graph: Some(graph), opset_import, ..ModelProto::default() }
    }

    /// What a model makes of so many steps.
    fn run(model: &ModelProto, steps: usize, values: &[f32]) -> Vec<Vec<f32>> {
        let model = rten::Model::load(model.write_buf().unwrap()).unwrap();
        let input = NdTensor::from_data([1, 1, steps, WIDTH], values.to_vec());
        let output: Tensor<f32> = model.run_one(Value::from(input).into(), None).unwrap().try_into().unwrap();
        let width = *output.shape().last().unwrap();
        output.to_vec().chunks_exact(width).map(<[f32]>::to_vec).collect()
    }

    #[test]
    fn both_parts_give_the_scores_of_the_whole() {
        let line = [0.5, -1.0, 2.0, 1.5, 0.25, -0.5];
        let whole = run(&model("Add", CLASSES), 2, &line);
        let (first, second) = ([0, 3], [4, 1, 2]);
        let mut own = model("Add", CLASSES);
        let other = part(&mut own, &first, &second).unwrap();
        for (step, (values, scores)) in run(&own, 2, &line).iter().zip(&whole).enumerate() {
            assert_eq!(values[..2], first.map(|class| scores[class]), "step {step}");
            // what is multiplied comes through as it is
            assert_eq!(values[2..], [0, 1, 2].map(|at| line[step * WIDTH + at].max(0.0)), "step {step}");
            assert_eq!(run(&other, 1, &values[2..]), [second.map(|class| scores[class])], "step {step}");
        }
    }

    #[test]
    fn graphs_that_end_otherwise_are_errors() {
        let without = |what: fn(&mut GraphProto)| {
            let mut model = model("Add", CLASSES);
            what(model.graph.as_mut().unwrap());
            model
        };
        let cases = [
            model("Sub", CLASSES),
            model("Add", CLASSES - 1),
            without(|graph| graph.initializer.truncate(1)),
            without(|graph| graph.initializer[0] = raw("letters", &[WIDTH * CLASSES], &[0.0; WIDTH * CLASSES])),
            without(|graph| graph.node[1].op_type = Some("Mul".to_owned())),
            without(|graph| graph.output.clear()),
            ModelProto::default(),
        ];
        for (number, mut model) in cases.into_iter().enumerate() {
            assert!(matches!(part(&mut model, &[0], &[1]), Err(Unfit::Unlike(_))), "{number}");
        }
        assert!(matches!(part(&mut model("Add", CLASSES), &[0, CLASSES], &[1]), Err(Unfit::Unlike(_))));
    }
}
