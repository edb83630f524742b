//! The last steps of a detector's graph, which bring its map to the picture's size.
//!
//! Two transposed convolutions double both sides, one after the other, and a sigmoid makes scores probabilities. Neither convolution mixes
//! neighbours: each pixel becomes four by itself. So the same numbers come of two plain convolutions of single pixels before anything is doubled, the
//! first with an output for each of the four, the second with one for each of the sixteen of a tile. That is a fifth of all work of the detector: a map
//! of one channel and full size costs an engine as much as one of sixteen channels, and the sigmoid matters where there may be text.

use std::collections::BTreeSet;

use rten_onnx::onnx::{AttributeProto, AttributeType, GraphProto, ModelProto, NodeProto};

use super::back::{Back, output, take_out, unlike};
use super::eight_bit::{Unfit, tensor};

/// How many pixels of the picture a tile is wide and high.
pub(crate) const TILE: usize = DOUBLE * DOUBLE;
/// How many pixels a pixel becomes along each side in one step.
const DOUBLE: usize = 2;
/// How many pixels a pixel becomes in one step.
const FOUR: usize = DOUBLE * DOUBLE;

/// Makes a detector's graph give scores in tiles: an output of [`TILE`]² channels, a [`TILE`]th as wide and high as the picture, under the name of the
/// output that it had. [`place`] tells which pixel of its tile a channel is.
///
/// # Errors
/// [`Unfit`] when the graph does not end as described above.
pub(super) fn in_tiles(model: &mut ModelProto) -> Result<(), Unfit> {
    let graph = model.graph.as_mut().ok_or_else(|| unlike("it has no graph"))?;
    let output = output(graph)?;
    let tail = Tail::of(graph, &output)?;
    take_out(graph, &tail.places);
    let names = ["doubled", "tiles"].map(|name| format!("{output}.{name}"));
    let (first, second) = (tail.first.singly()?, tail.second.in_groups()?);
    for (name, layer) in names.iter().zip([&first, &second]) {
        let dims = vec![layer.bias.len() as i64, (layer.weights.len() / layer.bias.len().max(1)) as i64, 1, 1];
        graph.initializer.push(tensor(&format!("{name}.weights"), dims, layer.weights.clone()));
        graph.initializer.push(tensor(&format!("{name}.bias"), vec![layer.bias.len() as i64], layer.bias.clone()));
    }
    let [doubled, tiles] = names;
    let positive = format!("{doubled}.positive");
    graph.node.push(convolution(&tail.input, &doubled, &doubled));
    graph.node.push(node("Relu", vec![doubled], &positive, Vec::new()));
    graph.node.push(convolution(&positive, &tiles, &output));
    graph.output.iter_mut().for_each(|output| output.r#type = None);
    Ok(())
}

/// Column and row within its tile of a channel of [`in_tiles`]' output.
pub(crate) fn place(channel: usize) -> (usize, usize) {
    let (outer, inner) = (channel / FOUR, channel % FOUR);
    (outer % DOUBLE * DOUBLE + inner % DOUBLE, outer / DOUBLE * DOUBLE + inner / DOUBLE)
}

/// A transposed convolution that makes four pixels of each.
struct Doubling {
    /// By input channel, output channel, row and column.
    weights: Vec<f32>,
    bias: Vec<f32>,
    inputs: usize,
}

/// A convolution of single pixels: its weights by output channel and input channel.
struct Layer {
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Doubling {
    fn weight(&self, input: usize, output: usize, part: usize) -> Result<f32, Unfit> {
        let place = (input * self.bias.len() + output) * FOUR + part;
        self.weights.get(place).copied().ok_or_else(|| unlike("a transposed convolution has too few weights"))
    }

    /// The convolution that gives all channels of each of the four pixels, one pixel after the other.
    fn singly(&self) -> Result<Layer, Unfit> {
        let mut weights = Vec::with_capacity(self.weights.len());
        for part in 0..FOUR {
            for output in 0..self.bias.len() {
                for input in 0..self.inputs {
                    weights.push(self.weight(input, output, part)?);
                }
            }
        }
        Ok(Layer { weights, bias: self.bias.repeat(FOUR) })
    }

    /// The convolution that does the same to each of four pixels whose channels follow each other, and takes nothing from one to another.
    fn in_groups(&self) -> Result<Layer, Unfit> {
        let mut weights = Vec::with_capacity(FOUR * FOUR * self.inputs * FOUR);
        for group in 0..FOUR {
            for part in 0..FOUR {
                for input in 0..FOUR * self.inputs {
                    let own = input / self.inputs == group;
                    weights.push(if own { self.weight(input % self.inputs, 0, part)? } else { 0.0 });
                }
            }
        }
        Ok(Layer { weights, bias: self.bias.repeat(FOUR * FOUR) })
    }
}

/// How a detector ends.
struct Tail {
    input: String,
    first: Doubling,
    second: Doubling,
    /// The places of its operations.
    places: BTreeSet<usize>,
}

impl Tail {
    fn of(graph: &GraphProto, output: &str) -> Result<Tail, Unfit> {
        let mut back = Back::of(graph);
        let scores = back.single(output, "Sigmoid")?;
        let (second, between) = doubling(&mut back, scores)?;
        let positive = back.single(between, "Relu")?;
        let (first, input) = doubling(&mut back, positive)?;
        if first.bias.len() != second.inputs || second.bias.len() != 1 {
            return Err(unlike("its last two steps do not fit each other"));
        }
        Ok(Tail { input: input.to_owned(), first, second, places: back.passed() })
    }
}

/// A transposed convolution with its bias that gives a value, and what it takes in.
fn doubling<'a>(back: &mut Back<'a>, value: &str) -> Result<(Doubling, &'a str), Unfit> {
    let (_, [product, bias]) = back.two(value, "Add")?;
    let (_, bias) = back.values(bias)?;
    let (node, [input, weights]) = back.two(product, "ConvTranspose")?;
    let attribute = |name: &str| node.attribute.iter().find(|own| own.name.as_deref() == Some(name));
    let numbers = |name: &str| attribute(name).map(|own| own.ints.as_slice());
    let all = |name, value| numbers(name).is_none_or(|all| all.iter().all(|own| *own == value));
    let doubles = numbers("strides") == Some(&[DOUBLE as i64; 2]) && all("pads", 0) && all("dilations", 1);
    let (dims, weights) = back.values(weights)?;
    match *dims {
        [inputs, outputs, DOUBLE, DOUBLE]
            if doubles && attribute("group").and_then(|own| own.i).unwrap_or(1) == 1 && outputs == bias.len() && inputs > 0 =>
        {
            Ok((Doubling { weights, bias, inputs }, input))
        }
        _ => Err(unlike(format!("a transposed convolution with weights of {dims:?} does not double the sides"))),
    }
}

fn node(operation: &str, input: Vec<String>, output: &str, attribute: Vec<AttributeProto>) -> NodeProto {
    NodeProto {
        name: Some(output.to_owned()),
        input,
        output: vec![output.to_owned()],
        op_type: Some(operation.to_owned()),
        attribute,
        ..NodeProto::default()
    }
}

/// A convolution of single pixels with the weights and the bias of that name.
fn convolution(input: &str, name: &str, output: &str) -> NodeProto {
    let kernel = AttributeProto {
        name: Some("kernel_shape".to_owned()),
        ints: vec![1, 1],
        r#type: Some(AttributeType::INTS),
        ..AttributeProto::default()
    };
    node("Conv", vec![input.to_owned(), format!("{name}.weights"), format!("{name}.bias")], output, vec![kernel])
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use rten::Value;
    use rten_onnx::onnx::{
        DataType, Dimension, OperatorSetIdProto, TensorProto, TensorShapeProto, TypeProto, TypeProtoTensor, ValueInfoProto,
    };
    use rten_tensor::prelude::*;
    use rten_tensor::{NdTensor, Tensor};

    use super::*;

    fn weights(name: &str, dims: &[i64], seed: u32) -> TensorProto {
        let count: i64 = dims.iter().product();
        let value = |at: i64| ((at as u32 * 37 + seed * 11) % 23) as f32 / 11.0 - 1.0;
        let raw = (0..count).flat_map(|at| value(at).to_le_bytes()).collect();
        TensorProto { raw_data: Some(RefCell::new(raw)), data_type: Some(DataType::FLOAT), ..tensor(name, dims.to_vec(), Vec::new()) }
    }

    fn doubling(inputs: [&str; 2], output: &str, stride: i64) -> NodeProto {
        let numbers = |name: &str, ints: Vec<i64>| AttributeProto {
            name: Some(name.to_owned()),
            ints,
            r#type: Some(AttributeType::INTS),
            ..AttributeProto::default()
        };
        let attribute = vec![numbers("strides", vec![stride; 2]), numbers("kernel_shape", vec![2, 2])];
        node("ConvTranspose", inputs.map(str::to_owned).into(), output, attribute)
    }

    fn plain(operation: &str, inputs: &[&str], output: &str) -> NodeProto {
        node(operation, inputs.iter().map(|&input| input.to_owned()).collect(), output, Vec::new())
    }

    /// A detector's end: two channels become three, and these one.
    fn model(stride: i64, last: &str) -> ModelProto {
        let dim = |value| Dimension { dim_value: Some(value), dim_param: None };
        let shape = TensorShapeProto { dim: [1, 2, 3, 2].map(dim).into() };
        let tensor_type = Some(TypeProtoTensor { elem_type: Some(DataType::FLOAT), shape: Some(shape) });
        let seen = ValueInfoProto { name: Some("seen".to_owned()), r#type: Some(TypeProto { tensor_type, sequence: None }) };
        let graph = GraphProto {
            node: vec![
                doubling(["seen", "w1"], "one", stride),
                plain("Identity", &["one"], "same"),
                plain("Add", &["same", "b1"], "two"),
                plain("Relu", &["two"], "three"),
                doubling(["three", "w2"], "four", 2),
                plain("Add", &["four", "b2"], "five"),
                plain(last, &["five"], "map"),
            ],
            initializer: vec![
                weights("w1", &[2, 3, 2, 2], 1),
                weights("b1", &[1, 3, 1, 1], 2),
                weights("w2", &[3, 1, 2, 2], 3),
                weights("b2", &[1, 1, 1, 1], 4),
            ],
            input: vec![seen],
            output: vec![ValueInfoProto { name: Some("map".to_owned()), ..ValueInfoProto::default() }],
            ..GraphProto::default()
        };
        let opset_import = vec![OperatorSetIdProto { domain: None, version: Some(13) }];
        ModelProto { ir_version: Some(7), graph: Some(graph), opset_import, ..ModelProto::default() }
    }

    fn run(model: &ModelProto) -> (Vec<usize>, Vec<f32>) {
        let seen: Vec<f32> = (0..12_u8).map(|at| f32::from(at * 7 % 12) / 4.0 - 1.0).collect();
        let model = rten::Model::load(model.write_buf().unwrap()).unwrap();
        let map: Tensor<f32> =
            model.run_one(Value::from(NdTensor::from_data([1, 2, 3, 2], seen)).into(), None).unwrap().try_into().unwrap();
        (map.shape().to_vec(), map.to_vec())
    }

    #[test]
    fn tiles_hold_the_same_numbers() {
        let (shape, map) = run(&model(2, "Sigmoid"));
        assert_eq!(shape, [1, 1, 12, 8]);
        let mut tiled = model(2, "Sigmoid");
        in_tiles(&mut tiled).unwrap();
        let (shape, scores) = run(&tiled);
        assert_eq!(shape, [1, 16, 3, 2]);
        for (at, score) in scores.iter().enumerate() {
            let (channel, row, column) = (at / 6, at / 2 % 3, at % 2);
            let (x, y) = place(channel);
            let probability = map[(row * TILE + y) * 8 + column * TILE + x];
            assert!((1.0 / (1.0 + (-score).exp()) - probability).abs() < 1e-5, "channel {channel} at {column}, {row}");
        }
        let left: Vec<_> = tiled.graph.unwrap().node.into_iter().map(|node| node.op_type.unwrap()).collect();
        assert_eq!(left, ["Conv", "Relu", "Conv"]);
    }

    #[test]
    fn graphs_that_end_otherwise_are_errors() {
        let without = |what: fn(&mut GraphProto)| {
            let mut model = model(2, "Sigmoid");
            what(model.graph.as_mut().unwrap());
            model
        };
        let cases = [
            model(2, "Relu"),
            model(1, "Sigmoid"),
            without(|graph| graph.initializer.truncate(1)),
            without(|graph| graph.initializer[1] = weights("b1", &[1, 1, 1, 1], 2)),
            without(|graph| graph.node[1].input = vec!["same".to_owned()]),
            without(|graph| graph.output.clear()),
            without(|graph| graph.node.clear()),
            ModelProto::default(),
        ];
        for (number, mut model) in cases.into_iter().enumerate() {
            assert!(matches!(in_tiles(&mut model), Err(Unfit::Unlike(_))), "{number}");
        }
    }
}
