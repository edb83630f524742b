//! The last step of a recogniser's graph: the softmax that makes scores probabilities.

use rten_onnx::onnx::ModelProto;

use super::back::{Back, output, take_out, unlike};
use super::eight_bit::Unfit;

/// Takes the softmax out that gives the graph's only output: the scores become the output, under the same name.
///
/// # Errors
/// [`Unfit`] when the graph does not end in a softmax.
pub(super) fn without_softmax(model: &mut ModelProto) -> Result<(), Unfit> {
    let graph = model.graph.as_mut().ok_or_else(|| unlike("it has no graph"))?;
    let output = output(graph)?;
    if graph.node.iter().any(|node| node.input.contains(&output)) {
        return Err(unlike(format!("{output} is taken in again")));
    }
    let mut back = Back::of(graph);
    let scores = back.single(&output, "Softmax")?.to_owned();
    let places = back.passed();
    take_out(graph, &places);
    let names = graph.node.iter_mut().flat_map(|node| node.output.iter_mut().chain(&mut node.input));
    names.filter(|name| **name == scores).for_each(|name| name.clone_from(&output));
    Ok(())
}

#[cfg(test)]
mod tests {
    use rten_onnx::onnx::{GraphProto, NodeProto, ValueInfoProto};

    use super::*;

    fn model(nodes: &[(&str, &[&str], &str)], outputs: &[&str]) -> ModelProto {
        let node = |&(operation, inputs, output): &(&str, &[&str], &str)| NodeProto {
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![output.to_owned()],
            op_type: Some(operation.to_owned()),
            ..NodeProto::default()
        };
        let value = |&name: &&str| ValueInfoProto { name: Some(name.to_owned()), ..ValueInfoProto::default() };
        let graph =
            GraphProto { node: nodes.iter().map(node).collect(), output: outputs.iter().map(value).collect(), ..GraphProto::default() };
        ModelProto { graph: Some(graph), ..ModelProto::default() }
    }

    #[test]
    fn without_its_softmax_a_model_gives_scores() {
        // A softmax inside, as models with attention have it, stays.
        let nodes: [(&str, &[&str], &str); 3] =
            [("Softmax", &["line"], "looked"), ("Add", &["looked", "bias"], "scores"), ("Softmax", &["scores"], "said")];
        let mut model = model(&nodes, &["said"]);
        without_softmax(&mut model).unwrap();
        let said = |node: NodeProto| format!("{} {} → {}", node.op_type.unwrap(), node.input.join(" "), node.output.join(" "));
        let left: Vec<String> = model.graph.unwrap().node.into_iter().map(said).collect();
        assert_eq!(left, ["Softmax line → looked", "Add looked bias → said"]);
    }

    #[test]
    fn graphs_that_end_otherwise_are_errors() {
        let cases = [
            model(&[("Add", &["line", "bias"], "said")], &["said"]),
            model(&[("Softmax", &["line"], "said"), ("Add", &["said", "bias"], "more")], &["said"]),
            model(&[("Softmax", &["line"], "said")], &["said", "line"]),
            model(&[("Softmax", &[], "said")], &["said"]),
            ModelProto::default(),
        ];
        for (number, mut model) in cases.into_iter().enumerate() {
            assert!(matches!(without_softmax(&mut model), Err(Unfit::Unlike(_))), "{number}");
        }
    }
}
