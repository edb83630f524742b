//! A model made ready for arithmetic in eight bits, which a processor with VNNI instructions does several times as fast as in floats, and one with
//! AVX2 alone in three quarters of the time.
//!
//! What a convolution or a matrix product takes in, and its weights, are rounded to 256 steps (`FakeQuantize` of OpenVINO, which then computes in
//! integers): what comes in by one range for all, known from pictures ([`Ranges`]), the weights by one range for each output channel. Everything
//! else of the graph stays as it is; the way around a block of convolutions, above all, keeps its full precision.
//! After Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018.

use std::collections::{BTreeMap, BTreeSet};

use rten_onnx::onnx::{AttributeProto, AttributeType, DataType, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, TensorProto};

use super::ranges::{Range, Ranges};

/// Where OpenVINO's own operators live.
const DOMAIN: &str = "org.openvinotoolkit";
/// The operator that rounds.
const ROUND: &str = "FakeQuantize";
/// Steps of what comes in.
const STEPS: i64 = 256;
/// Steps of weights: as many below zero as above.
const WEIGHT_STEPS: i64 = 255;
/// Up to this share of the greatest value, what lies below zero does not make the range symmetric.
const SLIGHT: f32 = 0.3;

/// How a processor adds up products of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sums {
    /// In 32 bits at once (VNNI).
    Wide,
    /// Two of neighbouring channels in 16 bits first (`vpmaddubsw` of AVX2), where what is more than 32 767 is cut off without notice. No two weights
    /// that are added up may stand for more than 127 together before they are rounded, and so for 128 afterwards: 255 × 128 fits in. Products of matrices are left in floats,
    /// which OpenVINO multiplies no slower there.
    Narrow,
}

/// Why a model cannot be made ready.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// The file is no ONNX model.
    #[error("it is no ONNX model: {0}")]
    Damaged(String),
    /// It ends otherwise than the models do that are made ready.
    #[error("it does not end as PP-OCR's models do: {0}")]
    Unlike(String),
    /// The graph is missing, or has no operation whose range is known.
    #[error("none of its values has a known range")]
    Unknown,
}

/// Makes a model ready: the ONNX file with rounding put before every convolution and matrix product that takes in a value of known range. The integers of
/// its weights are as large as `sums` allow.
///
/// # Errors
/// [`Unfit`] when the file is no ONNX model or not the one that the ranges are of.
pub fn eight_bit(model: &[u8], ranges: &Ranges, sums: Sums) -> Result<Vec<u8>, Unfit> {
    let damaged = |error: rten_onnx::protobuf::ProtobufError| Unfit::Damaged(error.to_string());
    let mut model = ModelProto::parse_buf(model).map_err(damaged)?;
    let graph = model.graph.as_mut().ok_or(Unfit::Unknown)?;
    if round_all(graph, ranges, sums) == 0 {
        return Err(Unfit::Unknown);
    }
    model.opset_import.push(OperatorSetIdProto { domain: Some(DOMAIN.to_owned()), version: Some(1) });
    model.write_buf().map_err(damaged)
}

/// The values that convolutions and matrix products with the model's weights take in: those that may have a range.
///
/// `worth` says of an operation's weights, by their dimensions, whether there is enough to multiply.
///
/// # Errors
/// [`Unfit`] when the file is no ONNX model.
pub fn taken_in(model: &[u8], worth: impl Fn(&[i64]) -> bool) -> Result<BTreeSet<String>, Unfit> {
    let model = ModelProto::parse_buf(model).map_err(|error| Unfit::Damaged(error.to_string()))?;
    let graph = model.graph.ok_or(Unfit::Unknown)?;
    let weights = weights(&graph);
    let operands = graph.node.iter().filter_map(|node| Product::of(node, &weights)).filter(|product| worth(&product.weights.dims));
    Ok(operands.map(|product| product.value.to_owned()).collect())
}

/// A convolution or matrix product of a value with weights of the model.
#[derive(Clone, Copy)]
struct Product<'a> {
    value: &'a str,
    weights: &'a TensorProto,
    /// The dimension of the weights that counts output channels.
    channels: usize,
}

impl<'a> Product<'a> {
    fn of(node: &'a NodeProto, weights: &BTreeMap<&str, &'a TensorProto>) -> Option<Product<'a>> {
        let channels = match node.op_type.as_deref()? {
            // One filter for each channel is no product: there is nothing to add up.
            "Conv" if groups(node) == 1 => 0,
            "MatMul" => 1,
            _ => return None,
        };
        let [value, weight, ..] = node.input.as_slice() else { return None };
        Some(Product { value, weights: weights.get(weight.as_str())?, channels })
    }

    /// Whether it is a convolution's.
    fn is_convolution(&self) -> bool {
        self.channels == 0
    }
}

fn groups(node: &NodeProto) -> i64 {
    node.attribute.iter().find(|attribute| attribute.name.as_deref() == Some("group")).and_then(|attribute| attribute.i).unwrap_or(1)
}

/// The model's own tensors of floats, by name.
fn weights(graph: &GraphProto) -> BTreeMap<&str, &TensorProto> {
    let floats = graph.initializer.iter().filter(|tensor| tensor.data_type == Some(DataType::FLOAT));
    floats.filter_map(|tensor| Some((tensor.name.as_deref()?, tensor))).collect()
}

/// Puts rounding before every product whose range is known, unless it is better left in floats. Returns how many such products there are.
fn round_all(graph: &mut GraphProto, ranges: &Ranges, sums: Sums) -> usize {
    let mut tensors = Vec::new();
    let mut nodes = Vec::with_capacity(graph.node.len());
    let mut rounded = BTreeSet::new();
    let mut count = 0;
    {
        let weights = weights(graph);
        for node in &graph.node {
            let known = |product: Product<'_>| Some((ranges.get(product.value)?, greatest(product.weights, product.channels, sums)?));
            let Some((product, (range, greatest))) = Product::of(node, &weights).and_then(|product| Some((product, known(product)?)))
            else {
                nodes.push(node.clone());
                continue;
            };
            count += 1;
            if sums == Sums::Narrow && !product.is_convolution() {
                nodes.push(node.clone());
                continue;
            }
            let (least, most) = steps(range);
            let mut round = |value: &str, steps: i64, dims: Vec<i64>, low: Vec<f32>, high: Vec<f32>| {
                let name = format!("{value}.rounded");
                if rounded.insert(name.clone()) {
                    let (below, above) = (format!("{name}.low"), format!("{name}.high"));
                    tensors.push(tensor(&below, dims.clone(), low));
                    tensors.push(tensor(&above, dims, high));
                    nodes.push(rounding(value, &below, &above, &name, steps));
                }
                name
            };
            let value = round(product.value, STEPS, vec![1], vec![least], vec![most]);
            let mut dims = vec![1; product.weights.dims.len()];
            if let (Some(dim), Some(own)) = (dims.get_mut(product.channels), product.weights.dims.get(product.channels)) {
                *dim = *own;
            }
            let own = product.weights.name.as_deref().unwrap_or_default();
            let weight = round(own, WEIGHT_STEPS, dims, greatest.iter().map(|most| -most).collect(), greatest);
            let mut node = node.clone();
            for (input, rounded) in node.input.iter_mut().zip([value, weight]) {
                *input = rounded;
            }
            nodes.push(node);
        }
    }
    graph.node = nodes;
    graph.initializer.extend(tensors);
    count
}

/// A range as the integers can stand for it: zero is one of the steps, and what is clearly on both sides of zero reaches as far on either.
fn steps((least, greatest): Range) -> Range {
    let most = STEPS as f32 - 1.0;
    if least >= 0.0 {
        (0.0, greatest)
    } else if -least <= greatest * SLIGHT {
        let step = (greatest - least) / most;
        let below = (-least / step).round();
        (-below * step, (most - below) * step)
    } else {
        let reach = greatest.max(-least);
        (-reach * (STEPS / 2) as f32 / (STEPS / 2 - 1) as f32, reach)
    }
}

/// Dimensions and values of a tensor of floats. Nothing when it does not hold as many as its dimensions say.
pub(super) fn floats(tensor: &TensorProto) -> Option<(Vec<usize>, Vec<f32>)> {
    let dims: Vec<usize> = tensor.dims.iter().map(|&dim| usize::try_from(dim).ok()).collect::<Option<_>>()?;
    let raw = tensor.raw_data.as_ref()?.borrow();
    let values = raw.chunks_exact(4).map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
    (raw.len() == 4 * dims.iter().product::<usize>()).then(|| (dims, values.collect()))
}

/// The greatest size of a weight in each output channel, and of two neighbours together where these are added up first. Nothing when the tensor is not what its
/// dimensions say, or not of numbers.
fn greatest(tensor: &TensorProto, channels: usize, sums: Sums) -> Option<Vec<f32>> {
    let (dims, values) = floats(tensor)?;
    let count = *dims.get(channels)?;
    // How many neighbours in memory belong to one channel.
    let inner: usize = dims.get(channels + 1..)?.iter().product();
    if count == 0 || inner == 0 {
        return None;
    }
    let mut greatest = vec![0_f32; count];
    for (place, value) in values.iter().enumerate() {
        let most = greatest.get_mut(place / inner % count)?;
        *most = most.max(value.abs());
    }
    if sums == Sums::Narrow
        && let Some(inputs) = dims.get(channels + 1)
    {
        // a convolution's weights of one input channel, and behind them its neighbour's; there is at least one, or `inner` would be zero
        let own = inner / inputs;
        for (values, most) in values.chunks_exact(inner).zip(&mut greatest) {
            for pair in values.chunks(2 * own) {
                let (first, second) = pair.split_at(own);
                *most = first.iter().zip(second).map(|(a, b)| (a + b).abs()).fold(*most, f32::max);
            }
        }
    }
    // A channel of zeros has a range nevertheless.
    greatest.iter().all(|most| most.is_finite()).then(|| greatest.into_iter().map(|most| most.max(f32::MIN_POSITIVE)).collect())
}

/// A tensor of floats with that name.
pub(super) fn tensor(name: &str, dims: Vec<i64>, values: Vec<f32>) -> TensorProto {
    TensorProto { name: Some(name.to_owned()), dims, data_type: Some(DataType::FLOAT), float_data: values, ..TensorProto::default() }
}

/// The operation that rounds `value` to `steps` steps between two bounds, which it keeps.
fn rounding(value: &str, low: &str, high: &str, name: &str, steps: i64) -> NodeProto {
    let levels =
        AttributeProto { name: Some("levels".to_owned()), i: Some(steps), r#type: Some(AttributeType::INT), ..AttributeProto::default() };
    NodeProto {
        domain: Some(DOMAIN.to_owned()),
        name: Some(name.to_owned()),
        input: [value, low, high, low, high].map(str::to_owned).into(),
        output: vec![name.to_owned()],
        op_type: Some(ROUND.to_owned()),
        attribute: vec![levels],
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use proptest::prelude::*;

    use super::*;

    fn weights_of(name: &str, dims: &[i64], values: &[f32]) -> TensorProto {
        let raw = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        TensorProto { raw_data: Some(RefCell::new(raw)), ..tensor(name, dims.to_vec(), Vec::new()) }
    }

    fn node(operation: &str, inputs: &[&str], output: &str, groups: Option<i64>) -> NodeProto {
        let attribute =
            groups.map(|groups| AttributeProto { name: Some("group".to_owned()), i: Some(groups), ..AttributeProto::default() });
        NodeProto {
            name: Some(output.to_owned()),
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![output.to_owned()],
            op_type: Some(operation.to_owned()),
            attribute: attribute.into_iter().collect(),
            ..NodeProto::default()
        }
    }

    /// A convolution, one filter for each channel, another convolution of the same value, and a matrix product.
    fn model() -> Vec<u8> {
        let graph = GraphProto {
            node: vec![
                node("Conv", &["picture", "first"], "seen", Some(1)),
                node("Conv", &["seen", "each"], "filtered", Some(2)),
                node("Conv", &["seen", "second", "bias"], "told", None),
                node("Conv", &["seen", "third"], "said", Some(1)),
                node("MatMul", &["told", "letters"], "read", None),
                node("MatMul", &["told", "said"], "compared", None),
            ],
            initializer: vec![
                weights_of("first", &[2, 1, 1, 1], &[1.0, -2.0]),
                weights_of("each", &[2, 1, 1, 1], &[1.0, 1.0]),
                weights_of("second", &[2, 2, 1, 1], &[0.5, -0.25, 0.0, 0.0]),
                weights_of("third", &[1, 2, 1, 1], &[4.0, 8.0]),
                weights_of("letters", &[2, 3], &[1.0, -2.0, 3.0, -4.0, 1.0, 0.0]),
            ],
            ..GraphProto::default()
        };
        ModelProto { graph: Some(graph), ..ModelProto::default() }.write_buf().unwrap()
    }

    fn ranges(values: &[(&str, Range)]) -> Ranges {
        Ranges::measured(values.iter().map(|&(name, range)| (name.to_owned(), range)))
    }

    #[test]
    fn products_of_known_values_are_rounded_and_the_rest_stays() {
        let rounded = eight_bit(&model(), &ranges(&[("seen", (-1.0, 3.0)), ("told", (0.0, 2.0))]), Sums::Wide).unwrap();
        let model = ModelProto::parse_buf(&rounded).unwrap();
        let graph = model.graph.unwrap();
        let inputs = |output: &str| {
            let node = graph.node.iter().find(|node| node.output == [output]).unwrap();
            node.input.iter().map(String::as_str).collect::<Vec<_>>()
        };
        assert_eq!(inputs("seen"), ["picture", "first"]);
        assert_eq!(inputs("filtered"), ["seen", "each"]);
        assert_eq!(inputs("told"), ["seen.rounded", "second.rounded", "bias"]);
        assert_eq!(inputs("said"), ["seen.rounded", "third.rounded"]);
        assert_eq!(inputs("read"), ["told.rounded", "letters.rounded"]);
        assert_eq!(inputs("compared"), ["told", "said"]);
        // Each value once, before whoever takes it in, and by operators whose home the model names.
        let names: Vec<&str> = graph.node.iter().map(|node| node.output[0].as_str()).collect();
        let rounding = graph.node.iter().filter(|node| node.domain.as_deref() == Some(DOMAIN)).count();
        assert_eq!(rounding, 5, "{names:?}");
        let place = |name: &str| names.iter().position(|own| *own == name).unwrap();
        assert!(place("seen") < place("seen.rounded") && place("seen.rounded") < place("told"), "{names:?}");
        assert!(model.opset_import.iter().any(|set| set.domain.as_deref() == Some(DOMAIN)));
        let bounds = |name: &str| {
            let tensor = graph.initializer.iter().find(|tensor| tensor.name.as_deref() == Some(name)).unwrap();
            (tensor.dims.clone(), tensor.float_data.clone())
        };
        assert_eq!(bounds("second.rounded.high"), (vec![2, 1, 1, 1], vec![0.5, f32::MIN_POSITIVE]));
        assert_eq!(bounds("third.rounded.low"), (vec![1, 1, 1, 1], vec![-8.0]));
        assert_eq!(bounds("letters.rounded.high"), (vec![1, 3], vec![4.0, 2.0, 3.0]));
        assert_eq!(bounds("told.rounded.low"), (vec![1], vec![0.0]));
    }

    #[test]
    fn what_is_added_up_in_sixteen_bits_is_no_product_of_matrices() {
        let rounded = eight_bit(&model(), &ranges(&[("seen", (-1.0, 3.0)), ("told", (0.0, 2.0))]), Sums::Narrow).unwrap();
        let rounded = ModelProto::parse_buf(&rounded).unwrap().graph.unwrap();
        let inputs = |output: &str| rounded.node.iter().find(|node| node.output == [output]).unwrap().input.clone();
        assert_eq!(inputs("told"), ["seen.rounded", "second.rounded", "bias"]);
        assert_eq!(inputs("read"), ["told", "letters"]);
        // a model of nothing else stays as it is
        let graph = GraphProto {
            node: vec![node("MatMul", &["told", "letters"], "read", None)],
            initializer: vec![weights_of("letters", &[2, 1], &[1.0, -2.0])],
            ..GraphProto::default()
        };
        let alone = ModelProto { graph: Some(graph), ..ModelProto::default() }.write_buf().unwrap();
        let alone = ModelProto::parse_buf(&eight_bit(&alone, &ranges(&[("told", (0.0, 2.0))]), Sums::Narrow).unwrap()).unwrap();
        assert_eq!(alone.graph.unwrap().node.len(), 1);
        let high = rounded.initializer.iter().find(|tensor| tensor.name.as_deref() == Some("third.rounded.high")).unwrap();
        assert_eq!(high.float_data, [12.0]);
    }

    #[test]
    fn what_may_be_rounded_is_told_by_its_weights() {
        assert_eq!(Vec::from_iter(taken_in(&model(), |_| true).unwrap()), ["picture", "seen", "told"]);
        assert_eq!(Vec::from_iter(taken_in(&model(), |dims| dims.len() == 2).unwrap()), ["told"]);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        let unfit = |model: &[u8], value| eight_bit(model, &ranges(&[(value, (0.0, 1.0))]), Sums::Wide).unwrap_err();
        assert!(matches!(unfit(b"\x3a\x64abc", "seen"), Unfit::Damaged(_)));
        assert!(matches!(unfit(b"", "seen"), Unfit::Unknown));
        assert!(matches!(unfit(&model(), "another"), Unfit::Unknown));
    }

    #[test]
    fn weights_that_are_not_what_their_dimensions_say_have_no_range() {
        let cases: [(&[i64], &[f32]); 4] = [(&[2, 2], &[1.0, 2.0, 3.0]), (&[0, 2], &[]), (&[-1, 2], &[1.0]), (&[1, 1], &[f32::NAN])];
        for (dims, values) in cases {
            // NaN is no greater than anything: a channel of it alone looks like zeros, which is as well.
            let expected = (values.len() == 1 && dims == [1, 1]).then(|| vec![f32::MIN_POSITIVE]);
            assert_eq!(greatest(&weights_of("w", dims, values), 0, Sums::Wide), expected, "{dims:?}");
        }
        assert_eq!(greatest(&weights_of("w", &[1, 1], &[f32::INFINITY]), 0, Sums::Wide), None);
    }

    proptest! {
        #[test]
        fn two_neighbours_fit_into_sixteen_bits(inputs in 1_usize..6, taps in 1_usize..4, seed in proptest::collection::vec(-8.0_f32..8.0, 30)) {
            let values: Vec<f32> = seed.into_iter().cycle().take(2 * inputs * taps).collect();
            let weights = weights_of("w", &[2, inputs as i64, taps as i64], &values);
            for (values, most) in values.chunks(inputs * taps).zip(greatest(&weights, 0, Sums::Narrow).unwrap()) {
                let integer = |input: usize, tap: usize| (values.get(input * taps + tap).map_or(0.0, |value| value / most) * 127.0).round() as i32;
                for (input, tap) in (0..inputs).step_by(2).flat_map(|input| (0..taps).map(move |tap| (input, tap))) {
                    let second = if input + 1 < inputs { integer(input + 1, tap) } else { 0 };
                    prop_assert!(255 * (integer(input, tap) + second).abs() <= i32::from(i16::MAX));
                }
            }
        }

        #[test]
        fn zero_is_a_step_and_the_range_is_covered(least in -50.0_f32..=0.0, span in 0.01_f32..100.0) {
            let greatest = least + span;
            prop_assume!(greatest > 0.0);
            let (low, high) = steps((least, greatest));
            let step = (high - low) / (STEPS - 1) as f32;
            let zero = -low / step;
            prop_assert!((zero - zero.round()).abs() < 1e-2, "{low} to {high}");
            prop_assert!(low <= least + step && high >= greatest - step, "{low} to {high}");
        }
    }
}
