//! Places for the blocks of a graph: layers from top to bottom, after Sugiyama, Tagawa and Toda (1981).
//!
//! A block lies one layer below the lowest of those that lead forward to it. A way over several layers gets a narrow
//! place in each of them, so that it crosses no block. Ways back run along the right side.

use super::Graph;

/// Space between neighbours in a layer
const GAP: f64 = 28.0;
/// Space between layers
pub(super) const LAYER_GAP: f64 = 44.0;
/// Width of a way that passes a layer
const LANE: f64 = 10.0;
/// Most places that ways may take up; in larger graphs long ways run along the side
const MOST_LANES: usize = 50_000;
/// How often the order in the layers is improved
const SWEEPS: usize = 6;

/// Where a block is
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    /// Where its layer ends, and the space between layers begins
    pub(super) layer_foot: f64,
}

/// Where everything is
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) places: Vec<Place>,
    /// By edge: the points it passes; of ways along the side none
    pub(super) paths: Vec<Option<Vec<(f64, f64)>>>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A block, or a way's place in a layer
struct Node {
    layer: usize,
    width: f64,
    above: Vec<usize>,
    below: Vec<usize>,
    x: f64,
}

/// Lays out blocks of these sizes.
pub(super) fn layout(graph: &Graph, sizes: &[(f64, f64)]) -> Layout {
    let layers = layers(graph);
    let mut nodes: Vec<Node> = Vec::new();
    for (&layer, &(width, _)) in layers.iter().zip(sizes) {
        nodes.push(Node { layer, width, above: Vec::new(), below: Vec::new(), x: 0.0 });
    }
    let mut lanes = 0;
    let mut chains: Vec<Option<Vec<usize>>> = Vec::new();
    for edge in &graph.edges {
        let (top, bottom) = (layers[edge.from], layers[edge.to]);
        lanes += bottom.saturating_sub(top);
        if top >= bottom || lanes > MOST_LANES {
            chains.push(None);
            continue;
        }
        let mut chain = vec![edge.from];
        for layer in top + 1..bottom {
            chain.push(nodes.len());
            nodes.push(Node { layer, width: LANE, above: Vec::new(), below: Vec::new(), x: 0.0 });
        }
        chain.push(edge.to);
        for pair in chain.windows(2) {
            nodes[pair[0]].below.push(pair[1]);
            nodes[pair[1]].above.push(pair[0]);
        }
        chains.push(Some(chain));
    }
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); layers.iter().max().map_or(0, |last| last + 1)];
    for (index, node) in nodes.iter().enumerate() {
        rows[node.layer].push(index);
    }
    arrange(&mut nodes, &mut rows);
    place(graph, &nodes, &rows, sizes, chains)
}

/// The layer of each block: blocks stand in the order of the code, so one pass finds the longest ways forward.
fn layers(graph: &Graph) -> Vec<usize> {
    let mut layers = vec![0; graph.blocks.len()];
    for edge in graph.edges.iter().filter(|edge| edge.to > edge.from) {
        layers[edge.to] = layers[edge.to].max(layers[edge.from] + 1);
    }
    layers
}

/// Orders each layer by where its neighbours are, and gives all nodes an `x` (their middle).
fn arrange(nodes: &mut [Node], rows: &mut [Vec<usize>]) {
    for row in rows.iter() {
        pack(nodes, row);
    }
    for sweep in 0..SWEEPS {
        let downwards = sweep % 2 == 0;
        let order: Vec<usize> =
            if downwards { (0..rows.len()).collect() } else { (0..rows.len()).rev().collect() };
        for layer in order {
            let row = &mut rows[layer];
            let wish = |index: usize| {
                let node = &nodes[index];
                let near = if downwards { &node.above } else { &node.below };
                if near.is_empty() {
                    return node.x;
                }
                near.iter().map(|&other| nodes[other].x).sum::<f64>() / near.len() as f64
            };
            let mut wishes: Vec<(f64, usize)> = row.iter().map(|&index| (wish(index), index)).collect();
            wishes.sort_by(|a, b| a.0.total_cmp(&b.0));
            *row = wishes.iter().map(|&(_, index)| index).collect();
            settle(nodes, &wishes);
        }
    }
}

/// Puts the nodes of a layer side by side, around 0.
fn pack(nodes: &mut [Node], row: &[usize]) {
    let total: f64 = row.iter().map(|&index| nodes[index].width + GAP).sum::<f64>() - GAP;
    let mut left = -total / 2.0;
    for &index in row {
        let node = &mut nodes[index];
        node.x = left + node.width / 2.0;
        left += node.width + GAP;
    }
}

/// Puts the nodes of a layer as near to where they wish to be as the room between them allows.
fn settle(nodes: &mut [Node], wishes: &[(f64, usize)]) {
    let mut right = f64::NEG_INFINITY;
    let mut shift = 0.0;
    for &(wish, index) in wishes {
        let node = &mut nodes[index];
        node.x = wish.max(right + node.width / 2.0);
        shift += node.x - wish;
        right = node.x + node.width / 2.0 + GAP;
    }
    // All were pushed to the right: half of it is taken back on average.
    let back = if wishes.is_empty() { 0.0 } else { shift / wishes.len() as f64 };
    for &(_, index) in wishes {
        nodes[index].x -= back;
    }
}

fn place(
    graph: &Graph,
    nodes: &[Node],
    rows: &[Vec<usize>],
    sizes: &[(f64, f64)],
    chains: Vec<Option<Vec<usize>>>,
) -> Layout {
    let left = nodes.iter().map(|node| node.x - node.width / 2.0).fold(0.0, f64::min);
    let right = nodes.iter().map(|node| node.x + node.width / 2.0).fold(0.0, f64::max);
    let mut tops = Vec::new();
    let mut y = 0.0;
    let mut heights = Vec::new();
    for row in rows {
        let height = row.iter().filter_map(|&index| sizes.get(index)).map(|size| size.1).fold(0.0, f64::max);
        tops.push(y);
        heights.push(height);
        y += height + LAYER_GAP;
    }
    let places: Vec<Place> = (0..graph.blocks.len())
        .map(|index| Place {
            x: nodes[index].x - nodes[index].width / 2.0 - left,
            y: tops[nodes[index].layer],
            width: sizes[index].0,
            height: sizes[index].1,
            layer_foot: tops[nodes[index].layer] + heights[nodes[index].layer],
        })
        .collect();
    // From the foot of the first block to the head of the last; curves are between the layers only, for a neighbour may be
    // higher than the block that a way comes from.
    let path = |chain: Vec<usize>| {
        let mut points = Vec::new();
        for (step, &index) in chain.iter().enumerate() {
            let Node { x, layer, .. } = nodes[index];
            let (x, top) = (x - left, tops[layer]);
            if step > 0 {
                points.push((x, top));
            } else {
                points.extend(sizes.get(index).map(|size| (x, top + size.1)));
            }
            if step + 1 < chain.len() {
                points.push((x, top + heights[layer]));
            }
        }
        points
    };
    let paths = chains.into_iter().map(|chain| chain.map(path)).collect();
    Layout { places, paths, width: right - left, height: (y - LAYER_GAP).max(0.0) }
}
