//! Graphs of code that is written as text.

use super::{Graph, dot::dot, svg::svg};
use crate::asm::read::read;

const LOOP: &str = "
.code f
    .slot x positional local
    .arguments 1 0 0
    1:0-1:0  RESUME 0
    2:0-2:9  LOAD_FAST x
             GET_ITER
L1:          FOR_ITER L2
    3:0-3:9  POP_TOP
             JUMP_BACKWARD L1
L2: 2:0-2:9  END_FOR
             POP_ITER
L3: 4:0-4:9  LOAD_CONST 'a < b'
             RETURN_VALUE
L4: -        PUSH_EXC_INFO
             RERAISE 0
    .handler L3 L4 L4 0
.end
";

fn graph() -> Graph {
    Graph::new(&read(LOOP).unwrap_or_else(|error| panic!("{}: {error}", error.line)).0)
}

#[test]
fn blocks_and_ways() {
    let graph = graph();
    let titles: Vec<String> = graph.blocks.iter().map(super::Block::title).collect();
    assert_eq!(titles, ["lines 1-2", "line 2", "line 3", "lines 2-4", "no line"]);
    let ways: Vec<String> =
        graph.edges.iter().map(|edge| format!("{}-{:?}-{}", edge.from, edge.kind, edge.to)).collect();
    assert_eq!(ways, ["0-Next-1", "1-Next-2", "1-Jump-3", "2-Jump-1", "3-Exception-4"]);
}

#[test]
fn pictures() {
    let graph = graph();
    let text = dot(&graph);
    assert!(text.starts_with("digraph \"f\" {"), "{text}");
    assert!(text.contains("b3 -> b4 [style=dashed"), "{text}");
    let picture = svg(&graph);
    assert!(picture.contains("LOAD_CONST 'a &lt; b'"), "{picture}");
    assert_eq!(picture.matches("<rect").count(), 5);
    assert_eq!(picture.matches("class=\"e\"").count(), 1);
}

#[test]
fn boxes_do_not_overlap() {
    let mut text = String::from(".code f\n.slot x positional local\n.arguments 1 0 0\n");
    for n in 0..60 {
        text += &format!("LOAD_FAST x\nPOP_JUMP_IF_TRUE L{}\nNOP\n", 100 + n % 7);
    }
    for n in 0..7 {
        text += &format!("L{}: LOAD_CONST {n}\nRETURN_VALUE\n", 100 + n);
    }
    text += ".end";
    let graph = Graph::new(&read(&text).unwrap_or_else(|error| panic!("{}: {error}", error.line)).0);
    let sizes: Vec<(f64, f64)> =
        (0..graph.blocks.len()).map(|n| (120.0, 60.0 + (n % 5 * 40) as f64)).collect();
    let layout = super::layout::layout(&graph, &sizes);
    // Ways turn aside between the layers, where no boxes are, however high.
    for pair in layout.paths.iter().flatten().flat_map(|path| path.windows(2)).filter(|p| p[0].0 != p[1].0) {
        let free = layout.places.iter().all(|it| it.y + it.height <= pair[0].1 || it.y >= pair[1].1);
        assert!(free, "{pair:?}");
    }
    let places = layout.places;
    for (n, a) in places.iter().enumerate() {
        for b in &places[..n] {
            let apart = a.x + a.width <= b.x
                || b.x + b.width <= a.x
                || a.y + a.height <= b.y
                || b.y + b.height <= a.y;
            assert!(apart, "{a:?} {b:?}");
        }
    }
}
