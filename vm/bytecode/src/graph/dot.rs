//! A graph in the language of Graphviz.

use std::fmt::Write;

use super::{EdgeKind, Graph};

/// The graph as a `digraph`; exceptions are dashed.
pub fn dot(graph: &Graph) -> String {
    let mut out = String::new();
    let mut line =
        |text: std::fmt::Arguments<'_>| writeln!(out, "{text}").expect("a String takes everything");
    line(format_args!("digraph \"{}\" {{", escaped(&graph.name)));
    line(format_args!("  node [shape=box, fontname=\"monospace\", fontsize=10];"));
    for number in 0..graph.blocks.len() {
        let texts = graph.texts(number);
        let label: String = texts.iter().map(|text| escaped(text.as_str()) + "\\l").collect();
        line(format_args!("  b{number} [label=\"{label}\"];"));
    }
    for edge in &graph.edges {
        let style = match edge.kind {
            EdgeKind::Next => "",
            EdgeKind::Jump => " [color=blue]",
            EdgeKind::Exception => " [style=dashed, color=red, constraint=false]",
        };
        line(format_args!("  b{} -> b{}{style};", edge.from, edge.to));
    }
    line(format_args!("}}"));
    out
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
