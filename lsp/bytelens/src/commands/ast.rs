//! `bytelens ast`

use std::process::ExitCode;

use bytecode::compile_flags;
use compiler::SourceOptions;
use symtable::FutureFeatures;
use syntax::dump::{DumpOptions, dump};
use syntax::optimize::Optimize;

use crate::args::{Ast, Mode};
use crate::compile::parse_file;
use crate::failure::Failure;
use crate::input::Input;
use crate::output;

pub fn run(args: &Ast) -> Result<ExitCode, Failure> {
    let input = Input::read(&args.file)?;
    let feature_version = feature_version(args.feature_version.as_deref().unwrap_or_default())?;
    let level = level(args.optimize)?;
    let text = input.text()?;
    let mode = match args.mode {
        Mode::Exec => syntax::Mode::Exec,
        Mode::Single => syntax::Mode::Single,
        Mode::Eval => syntax::Mode::Eval,
        Mode::FuncType => syntax::Mode::FuncType,
    };
    let flags = if args.no_type_comments { 0 } else { compile_flags::TYPE_COMMENTS };
    let options = SourceOptions { mode, flags, feature_version, ..SourceOptions::default() };
    let tree = parse_file(&input.name, &text, &options)?;
    let string_annotations = tree.future.contains(FutureFeatures::ANNOTATIONS);
    let options = DumpOptions {
        include_attributes: args.include_attributes || !args.no_attributes,
        indent: Some(args.indent),
        show_empty: args.show_empty,
        optimize: level.map(|level| Optimize { level, string_annotations }),
    };
    let mut listing = dump(&tree.module, options);
    listing.push('\n');
    output::print(&listing)?;
    Ok(ExitCode::SUCCESS)
}

/// The minor number in `3.x`; a negative one means the newest, as no number does.
fn feature_version(text: &str) -> Result<Option<u8>, Failure> {
    if text.is_empty() {
        return Ok(None);
    }
    let numbers = text.split_once('.').and_then(|(major, minor)| {
        Some((major.trim().parse::<i64>().ok()?, minor.trim().parse::<i64>().ok()?))
    });
    match numbers {
        Some((3, minor)) if minor < 0 => Ok(None),
        Some((3, minor)) => Ok(Some(u8::try_from(minor).unwrap_or(u8::MAX))),
        Some((major, _)) => {
            Err(Failure::report_of(format!("ValueError: Unsupported major version: {major}\n")))
        }
        None => {
            let why = "Invalid format for --feature-version; expected format 3.x (for example, 3.10)";
            Err(Failure::arguments(why))
        }
    }
}

/// The level of optimisation, if there is to be any.
fn level(optimize: i32) -> Result<Option<u8>, Failure> {
    match optimize {
        -1 | 0 => Ok(None),
        1 | 2 => Ok(Some(optimize as u8)),
        _ => Err(Failure::report_of("ValueError: compile(): invalid optimize value\n".to_owned())),
    }
}
