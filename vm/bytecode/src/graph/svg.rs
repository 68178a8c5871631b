//! A graph as a picture.

use std::fmt::Write;

use super::layout::{LAYER_GAP, Place, layout};
use super::{EdgeKind, Graph, Text};

/// Width of a character and height of a line, in a monospaced font of 12 pixels
const CHARACTER: f64 = 7.25;
const LINE: f64 = 15.0;
const PADDING: f64 = 8.0;
const MARGIN: f64 = 24.0;
/// Distance between ways along the right side
const LANE: f64 = 12.0;

const STYLE: &str = "text{font:12px monospace;fill:#222}.t{font-weight:bold}.s{fill:#1a7f37;font-style:italic}rect{fill:#fafafa;stroke:#555}\
path{fill:none;stroke:#555;stroke-width:1.3}.j{stroke:#1f5fbf}.e{stroke:#c0392b;stroke-dasharray:5 4}";

/// The graph as SVG; jumps are blue, exceptions red and dashed.
pub fn svg(graph: &Graph) -> String {
    let texts: Vec<Vec<Text>> = (0..graph.blocks.len()).map(|number| graph.texts(number)).collect();
    let sizes: Vec<(f64, f64)> = texts.iter().map(|text| size(text)).collect();
    let layout = layout(graph, &sizes);
    let side = layout.paths.iter().filter(|path| path.is_none()).count() as f64;
    let width = layout.width + 2.0 * MARGIN + side * LANE + LANE;
    let height = layout.height + 2.0 * MARGIN;
    let mut out = String::new();
    let mut line =
        |text: std::fmt::Arguments<'_>| writeln!(out, "{text}").expect("a String takes everything");
    line(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"{0} {0} {width:.0} {height:.0}\">",
        -MARGIN
    ));
    line(format_args!("<title>{}</title>", escaped(&graph.name)));
    line(format_args!("<style>{STYLE}</style>"));
    for (name, colour) in [("n", "#555"), ("j", "#1f5fbf"), ("e", "#c0392b")] {
        line(format_args!(
            "<marker id=\"{name}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
             orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" style=\"fill:{colour};stroke:none\"/></marker>"
        ));
    }
    let mut lane = layout.width;
    for (edge, path) in graph.edges.iter().zip(&layout.paths) {
        let class = match edge.kind {
            EdgeKind::Next => "n",
            EdgeKind::Jump => "j",
            EdgeKind::Exception => "e",
        };
        let way = match path {
            Some(points) => curve(points),
            None => {
                lane += LANE;
                along_side(layout.places[edge.from], layout.places[edge.to], lane - layout.width, lane)
            }
        };
        line(format_args!("<path class=\"{class}\" marker-end=\"url(#{class})\" d=\"{way}\"/>"));
    }
    for (text, place) in texts.iter().zip(&layout.places) {
        let Place { x, y, width, height, .. } = place;
        line(format_args!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"3\"/>"
        ));
        for (n, text) in text.iter().enumerate() {
            let (x, y) = (x + PADDING, y + PADDING + LINE * (n as f64 + 0.75));
            let class = match text {
                Text::Title(_) => " class=\"t\"",
                Text::Source(_) => " class=\"s\"",
                Text::Instruction(_) => "",
            };
            line(format_args!(
                "<text x=\"{x:.1}\" y=\"{y:.1}\"{class} xml:space=\"preserve\">{}</text>",
                escaped(text.as_str())
            ));
        }
    }
    line(format_args!("</svg>"));
    out
}

fn size(lines: &[Text]) -> (f64, f64) {
    let longest = lines.iter().map(|line| line.as_str().chars().count()).max().unwrap_or(0);
    (longest as f64 * CHARACTER + 2.0 * PADDING, lines.len() as f64 * LINE + 2.0 * PADDING)
}

/// A smooth way down through the points.
fn curve(points: &[(f64, f64)]) -> String {
    let Some((first, rest)) = points.split_first() else { return String::new() };
    let mut way = format!("M{:.1} {:.1}", first.0, first.1);
    let mut last = *first;
    for &(x, y) in rest {
        let middle = f64::midpoint(last.1, y);
        way += &format!("C{:.1} {middle:.1} {x:.1} {middle:.1} {x:.1} {y:.1}", last.0);
        last = (x, y);
    }
    way
}

/// A way that runs along the right side at `lane`, and reaches it between the layers, where no boxes are. Several keep
/// apart by `shift`.
fn along_side(from: Place, to: Place, shift: f64, lane: f64) -> String {
    let room = LAYER_GAP / 2.0;
    let apart = shift / 3.0 % (room - 6.0);
    let (x1, y1) = (from.x + from.width * 0.75, from.y + from.height);
    let (x2, y2) = (to.x + to.width * 0.75, to.y);
    let (below, above) = (from.layer_foot + 4.0 + apart, y2 - room + 4.0 + apart);
    format!("M{x1:.1} {y1:.1}V{below:.1}H{lane:.1}V{above:.1}H{x2:.1}V{y2:.1}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
