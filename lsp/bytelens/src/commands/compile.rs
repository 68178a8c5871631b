//! `bytelens compile`

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::UNIX_EPOCH;

use bytecode::pyc::{self, Validation};

use crate::args::{Compile, Invalidation};
use crate::compile::compile_file;
use crate::failure::Failure;
use crate::input::Input;

/// Writes the `.pyc` of a file, by default beside it.
pub fn run(args: &Compile) -> Result<ExitCode, Failure> {
    let input = Input::read(&args.file)?;
    let code = compile_file(&input, args.optimize.min(2))?;
    let hash = |check| Validation::Hash { hash: pyc::source_hash(&input.bytes), check };
    let validation = match args.invalidation_mode {
        Invalidation::Timestamp => Validation::Timestamp {
            mtime: modification_time(&args.file),
            // Both are kept modulo 2³², as CPython does.
            size: input.bytes.len() as u32,
        },
        Invalidation::CheckedHash => hash(true),
        Invalidation::UncheckedHash => hash(false),
    };
    let target = target(args)?;
    std::fs::write(&target, pyc::write(&code, validation))
        .map_err(|error| Failure::input(&target.to_string_lossy(), error))?;
    Ok(ExitCode::SUCCESS)
}

fn target(args: &Compile) -> Result<PathBuf, Failure> {
    match &args.output {
        Some(output) => Ok(output.clone()),
        None if args.file == Path::new("-") => Err(Failure::input("standard input", "needs an --output")),
        None => Ok(args.file.with_extension("pyc")),
    }
}

/// Seconds since the epoch; 0 for what has no time.
fn modification_time(path: &Path) -> u32 {
    let modified = std::fs::metadata(path).and_then(|about| about.modified()).ok();
    modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0, |since| since.as_secs() as u32)
}
