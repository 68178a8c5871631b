//! `cargo xtask goldens`: asks a CPython 3.14 (`PYTHON=...`) what the programs below `tests/parity` print, and what other
//! goldens hold. Hash randomisation is off, as it always is in our machine.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::python;

/// Folders of programs; beside each `NAME.py` come `NAME.out`, `NAME.err` if anything was written to standard error, and
/// the exit status in `NAME.status` if it is not 0.
const PROGRAMS: &[&str] = &["tests/parity/programs", "tests/parity/tracebacks", "tests/parity/wanted"];

/// Scripts that print a golden file.
const SCRIPTS: &[(&str, &str)] = &[
    (include_str!("goldens/lexer.py"), "analysis/syntax/tests/goldens/lexer.json"),
    (include_str!("goldens/parser.py"), "analysis/syntax/tests/goldens/parser.json"),
    (include_str!("goldens/scopes.py"), "analysis/symtable/tests/goldens/symtable.json"),
    (include_str!("goldens/sre.py"), "vm/stdlib/tests/goldens/sre.json"),
    (include_str!("goldens/effects.py"), "vm/bytecode/tests/goldens/effects.txt"),
    (include_str!("goldens/dis.py"), "vm/bytecode/tests/goldens/dis.txt"),
];

/// What the compiler makes of sources.
pub const CODEGEN: &str = include_str!("goldens/codegen.py");

fn codegen() -> Result<(), String> {
    let folder = python::root().join("tests/parity/codegen");
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let mut sources: Vec<String> = with_extension(&folder, "py")?;
    sources.insert(0, "listing".into());
    let ask = |args: &[String], target: &str| {
        python::write(&format!("tests/parity/codegen/{target}"), &python::run_with(CODEGEN, args)?)
    };
    ask(&sources, "sources.txt")?;
    ask(&["cases".into(), path("cases.in")], "cases.txt")?;
    ask(&["digests".into(), rustpython_pylib::LIB_PATH.into()], "library.txt")
}

fn with_extension(folder: &Path, extension: &str) -> Result<Vec<String>, String> {
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    files.sort();
    Ok(files)
}

/// The chore. `cargo xtask goldens codegen` records the facts about the compiler only, `cargo xtask goldens programs` what
/// the programs print.
pub fn run(args: &[String]) -> Result<(), String> {
    let only = |what: &str| args.is_empty() || args == [what];
    if only("codegen") {
        codegen()?;
    }
    if only("others") {
        for (script, target) in SCRIPTS {
            python::write(target, &python::run(script)?)?;
        }
    }
    if !only("programs") {
        return Ok(());
    }
    for folder in PROGRAMS {
        // Git keeps no empty folder: there may be nothing that is wanted.
        let Ok(folder) = python::root().join(folder).canonicalize() else { continue };
        for program in with_extension(&folder, "py")? {
            record(&folder, Path::new(&program))?;
        }
    }
    Ok(())
}

fn record(folder: &Path, program: &Path) -> Result<(), String> {
    let name = program.file_name().ok_or("a program without a name")?;
    let output = Command::new(python::interpreter())
        .arg("-sB")
        .arg(name)
        .current_dir(folder)
        .envs([("PYTHONHASHSEED", "0"), ("PYTHONIOENCODING", "utf-8"), ("NO_COLOR", "1")])
        .stdin(Stdio::null())
        .output()
        .map_err(|e| format!("cannot run {}: {e}", python::interpreter()))?;
    let keep = |extension: &str, content: &[u8]| {
        let path = program.with_extension(extension);
        if content.is_empty() {
            let _ = std::fs::remove_file(&path);
            return Ok(());
        }
        std::fs::write(&path, content).map_err(|e| format!("{}: {e}", path.display()))
    };
    // Tracebacks name files in full.
    let place = folder.canonicalize().map_err(|e| format!("{}: {e}", folder.display()))?;
    let nameless =
        |text: &[u8]| String::from_utf8_lossy(text).replace(&*place.to_string_lossy(), "FOLDER").into_bytes();
    let status = output.status.code().unwrap_or(-1);
    keep("out", &nameless(&output.stdout))?;
    keep("err", &nameless(&output.stderr))?;
    keep("status", if status == 0 { String::new() } else { format!("{status}\n") }.as_bytes())
}
