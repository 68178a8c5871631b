//! `bytelens dis`

mod json;
mod stages;

use std::process::ExitCode;

use bytecode::dis::{Options, disassemble};
use bytecode::graph::{Graph, dot::dot, svg::svg};
use bytecode::{asm, explain, repr};

use crate::args::{Dis, Listing, Picture};
use crate::failure::Failure;
use crate::output;
use crate::unit::{Chosen, choose, with_nested};

pub fn run(args: &Dis) -> Result<ExitCode, Failure> {
    let text_only = args.show_caches || args.show_offsets || args.show_positions || args.specialized;
    if text_only && !matches!(args.output_format, Listing::Text) {
        return Err(Failure::arguments("-C, -O, -P and -S are for --output-format text"));
    }
    let chosen = choose(&args.file)?;
    let listing = match (args.graph, args.output_format) {
        (Some(picture), _) => graph(&chosen, picture)?,
        _ if args.stages => stages::listing(&chosen)?,
        _ if args.explain => explained(&chosen)?,
        (None, Listing::Text) => {
            let options = Options {
                show_caches: args.show_caches,
                show_offsets: args.show_offsets,
                specialized: args.specialized,
                show_positions: args.show_positions,
            };
            let listings: Vec<String> = chosen.codes.iter().map(|code| disassemble(code, options)).collect();
            listings.join("\n")
        }
        (None, Listing::Json) => json::listing(&chosen)?,
        (None, Listing::Asm) => {
            let texts: Result<Vec<String>, asm::Error> =
                chosen.codes.iter().map(|code| asm::write::write(code, chosen.validation)).collect();
            texts.map_err(|error| Failure::input(&chosen.name, error))?.join("\n")
        }
    };
    output::print(&listing)?;
    Ok(ExitCode::SUCCESS)
}

/// One picture: of what was named, or of the module.
fn graph(chosen: &Chosen, picture: Picture) -> Result<String, Failure> {
    let [code] = &chosen.codes[..] else {
        let lines: Vec<String> = chosen.codes.iter().map(|code| code.firstlineno.to_string()).collect();
        let name = chosen.wanted.as_deref().unwrap_or_default();
        let why = format!("{name} is on lines {}: a graph is of one, FILE:LINE", lines.join(", "));
        return Err(Failure::input(&chosen.name, why));
    };
    let mut graph = Graph::new(code);
    graph.source = chosen.text.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
    Ok(match picture {
        Picture::Dot => dot(&graph),
        Picture::Svg => svg(&graph),
    })
}

/// All instructions in words, and what the optimiser did to each code object.
fn explained(chosen: &Chosen) -> Result<String, Failure> {
    let mut out = String::new();
    let units = stages::units(chosen)?;
    for code in chosen.codes.iter().flat_map(with_nested) {
        if !out.is_empty() {
            out += &format!("\nExplanation of {}:\n", repr::code(&code));
        }
        out += &explain::listing(&code, chosen.text.as_deref());
        if let Some(unit) = stages::unit_of(&units, &code) {
            out += &stages::changes(unit, 0);
        }
    }
    Ok(out)
}
