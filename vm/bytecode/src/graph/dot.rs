//! A graph in the language of Graphviz.

use std::fmt::Write;

use super::{Block, EdgeKind, Graph};

/// The graph as a `digraph`; exceptions are dashed.
pub fn dot(graph: &Graph) -> String {
    let mut out = String::new();
    let mut line =
        |text: std::fmt::Arguments<'_>| writeln!(out, "{text}").expect("a String takes everything");
    line(format_args!("digraph \"{}\" {{", escaped(&graph.name)));
    line(format_args!("  node [shape=box, fontname=\"monospace\", fontsize=10];"));
    for (number, block) in graph.blocks.iter().enumerate() {
        let mut label = escaped(&format!("B{number}: {}", block.title())) + "\\l";
        for row in &block.rows {
            label += &(escaped(&Block::text(row)) + "\\l");
        }
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
