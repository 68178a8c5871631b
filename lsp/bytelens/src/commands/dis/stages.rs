//! `bytelens dis --stages`: the flow graph from code generation to the final form.

use bytecode::CodeObject;
use bytecode::dis::{Options, disassemble_one};
use compiler::{UnitStages, source_stages};

use crate::compile::Problem;
use crate::difference::difference;
use crate::failure::Failure;
use crate::unit::{Chosen, with_nested};

/// Lines of a graph shown around a change
const CONTEXT: usize = 2;

/// The stages of all code units of the source; none of a `.pyc`.
pub fn units(chosen: &Chosen) -> Result<Vec<UnitStages>, Failure> {
    let Some(text) = &chosen.text else { return Ok(Vec::new()) };
    source_stages(text, &chosen.name, 0).map_err(|error| Problem::from(error).failure(&chosen.name, text))
}

/// The stages that ended in this code object
pub fn unit_of<'a>(units: &'a [UnitStages], code: &CodeObject) -> Option<&'a UnitStages> {
    units.iter().find(|unit| *unit.code == *code)
}

/// What was chosen, stage by stage.
pub fn listing(chosen: &Chosen) -> Result<String, Failure> {
    if chosen.text.is_none() {
        return Err(Failure::input(&chosen.name, "a .pyc has no stages: they are made from the source"));
    }
    let units = units(chosen)?;
    // A name asks for that code only, a file for all that is in it.
    let codes = match &chosen.wanted {
        Some(_) => chosen.codes.clone(),
        None => chosen.codes.iter().flat_map(with_nested).collect(),
    };
    let mut out = String::new();
    for code in codes {
        let Some(unit) = unit_of(&units, &code) else { continue };
        let first = unit.stages.first().map_or("", |stage| stage.text.as_str());
        out += &format!("== {}, line {}: code generation\n{first}", code.qualname, code.firstlineno);
        out += &changes(unit, CONTEXT);
        out += "== final form\n";
        disassemble_one(&mut out, &code, Options::default());
        out.push('\n');
    }
    Ok(out)
}

/// What each pass changed, as a difference between the graphs before and after.
pub fn changes(unit: &UnitStages, context: usize) -> String {
    let mut out = String::new();
    for pair in unit.stages.windows(2) {
        let [before, after] = pair else { continue };
        out += &format!("== {}: {}\n", unit.code.qualname, after.pass);
        let diff = difference(&before.text, &after.text);
        let lines: Vec<&str> = before.text.lines().collect();
        for hunk in diff.unified_diff().context_radius(context).iter_hunks() {
            let first = hunk.ops().first().map_or(0..0, similar::DiffOp::old_range);
            // What comes in between two lines belongs to the block before.
            let before = lines.get(..first.end.min(first.start + 1)).unwrap_or(&lines);
            out += &format!("@@ {}\n", last_block(before));
            for change in hunk.iter_changes() {
                out += &format!("{}{}", change.tag(), change.value());
            }
        }
    }
    out
}

/// The last block of the lines of a graph: nothing else begins at the margin.
fn last_block<'a>(lines: &[&'a str]) -> &'a str {
    lines.iter().rev().find(|line| !line.starts_with(' ')).map_or("start", |line| line.trim_end_matches(':'))
}
