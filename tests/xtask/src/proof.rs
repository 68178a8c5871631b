//! `cargo xtask proof [TEST...]`: CPython's own test-suite on code that bytelens compiled.
//!
//! Two trees of the standard library are made that have `.pyc` files and no sources: one compiled by bytelens
//! (`BYTELENS=...`, or the release build), one by a CPython 3.14 (`PYTHON=...`). CPython runs the tests (those named, or a
//! selection that reaches all of the language) on each, and every single test must end in the same way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::python;

/// Tests that are run when none are named: the language, its types, and modules that are much code.
const TESTS: &str = "test_grammar test_syntax test_compile test_dis test_code test_peepholer test_exceptions \
    test_exception_group test_except_star test_patma test_fstring test_tstring test_generators test_coroutines \
    test_asyncgen test_contextlib test_with test_scope test_closure test_listcomps test_setcomps test_dictcomps \
    test_genexps test_class test_descr test_super test_decorators test_dataclasses test_enum test_functools \
    test_typing test_type_params test_type_aliases test_type_annotations test_annotationlib test_named_expressions \
    test_positional_only_arg test_keywordonlyarg test_unpack test_unpack_ex test_extcall test_string_literals \
    test_builtin test_collections test_itertools test_json test_re test_argparse test_ast test_symtable \
    test_tokenize test_inspect test_traceback test_sys_settrace test_monitoring test_marshal test_pickle test_copy \
    test_decimal test_fractions test_statistics test_random test_datetime test_string test_textwrap test_difflib \
    test_configparser test_csv test_email test_html test_logging test_pathlib test_shutil test_tempfile test_zipfile \
    test_unittest test_doctest test_ordered_dict test_dict test_list test_set test_tuple test_str test_bytes \
    test_int test_float test_complex test_long test_range test_slice test_struct test_threading test_asyncio \
    test_weakref test_gc test_importlib test_pkgutil test_runpy";

/// How a test ended, by its name
type Outcomes = BTreeMap<String, String>;

/// Compiles the library into a tree.
type Compile = fn(&Path, &Path) -> Result<(), String>;

/// The chore.
pub fn run(args: &[String]) -> Result<(), String> {
    let place = std::env::temp_dir().join(format!("bytelens-proof-{}", std::process::id()));
    let library = PathBuf::from(ask("import os; print(os.path.dirname(os.__file__), end='')")?);
    let tests: Vec<String> =
        if args.is_empty() { TESTS.split_whitespace().map(str::to_owned).collect() } else { args.to_vec() };
    let mut results = Vec::new();
    let trees: [(&str, Compile); 2] = [("bytelens", ours), ("cpython", theirs)];
    for (name, compile) in trees {
        let tree = place.join(name);
        copy_without_sources(&library, &tree)?;
        compile(&library, &tree)?;
        std::fs::write(tree.join("sitecustomize.py"), only_the_tree(&library)).map_err(|e| e.to_string())?;
        check_tree(&tree)?;
        results.push(test(&tree, &tests)?);
    }
    let _ = std::fs::remove_dir_all(&place);
    let [ours, theirs] = &results[..] else { return Err("two runs".into()) };
    report(ours, theirs)
}

fn ask(script: &str) -> Result<String, String> {
    python::run(script)
}

/// The library itself must not be found.
fn only_the_tree(library: &Path) -> String {
    let library = library.to_string_lossy();
    format!("import sys\nsys.path[:] = [p for p in sys.path if p != {library:?}]\n")
}

/// That CPython takes its modules from the tree, and from `.pyc` files
fn check_tree(tree: &Path) -> Result<(), String> {
    let output = command(tree)
        .args(["-c", "import json.decoder; print(json.decoder.__file__, end='')"])
        .output()
        .map_err(|e| e.to_string())?;
    let file = String::from_utf8_lossy(&output.stdout);
    if file == tree.join("json/decoder.pyc").to_string_lossy() {
        Ok(())
    } else {
        Err(format!("CPython does not use the tree: {file:?} {}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn command(tree: &Path) -> Command {
    let mut command = Command::new(python::interpreter());
    command
        .args(["-X", "frozen_modules=off"])
        .current_dir(tree)
        .envs([("PYTHONPATH", tree.as_os_str()), ("PYTHONDONTWRITEBYTECODE", "1".as_ref())])
        .env("PYTHONHASHSEED", "0")
        .stdin(Stdio::null());
    command
}

fn succeed(command: &mut Command) -> Result<(), String> {
    // Some files of the test-suite are meant not to compile: the status says nothing.
    let output = command.stdin(Stdio::null()).output();
    output.map(|_| ()).map_err(|e| format!("cannot run {:?}: {e}", command.get_program()))
}

fn ours(library: &Path, tree: &Path) -> Result<(), String> {
    let release = python::root().join("target/release/bytelens");
    let bytelens = std::env::var_os("BYTELENS").map_or(release, PathBuf::from);
    succeed(
        Command::new(bytelens).args(["compile", "-b", "-d"]).arg(library).arg("-o").arg(tree).arg(library),
    )
}

fn theirs(library: &Path, tree: &Path) -> Result<(), String> {
    // `compileall` writes beside the sources: a copy of them is made and taken away again.
    let copy = "import shutil, sys, os, pathlib, compileall
library, tree = sys.argv[1:]
for source in pathlib.Path(library).rglob('*.py'):
    if source.is_file():
        target = pathlib.Path(tree, source.relative_to(library))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
compileall.compile_dir(tree, 50, ddir=library, quiet=2, legacy=True, force=True)
for source in pathlib.Path(tree).rglob('*.py'):
    source.unlink()
";
    let args = [library, tree].map(|path| path.to_string_lossy().into_owned());
    python::run_with(copy, &args).map(|_| ())
}

/// Everything but sources and caches: tests want their data.
fn copy_without_sources(from: &Path, to: &Path) -> Result<(), String> {
    let fail = |e: std::io::Error| format!("{}: {e}", from.display());
    std::fs::create_dir_all(to).map_err(fail)?;
    for entry in std::fs::read_dir(from).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        let is_python = path.extension().is_some_and(|e| e == "py" || e == "pyc");
        if path.is_dir() {
            if !path.ends_with("__pycache__") && !path.is_symlink() {
                copy_without_sources(&path, &target)?;
            }
        } else if path.is_file() && !is_python {
            std::fs::copy(&path, &target).map_err(|e| format!("{}: {e}", path.display()))?;
        }
    }
    Ok(())
}

fn test(tree: &Path, tests: &[String]) -> Result<Outcomes, String> {
    let mut outcomes = Outcomes::new();
    for name in tests {
        let output = command(tree)
            .args(["-m", "test", "-v", "--timeout", "600", name])
            .output()
            .map_err(|e| e.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        outcomes.insert(format!("{name} as a whole"), format!("{:?}", output.status.code()));
        for line in text.lines() {
            if let Some((test, outcome)) = line.rsplit_once(" ... ")
                && test.ends_with(')')
            {
                outcomes.insert(test.to_owned(), settled(outcome));
            }
        }
    }
    Ok(outcomes)
}

/// What a test prints stands before how it ended, and may be times: numbers with a fraction count as one.
fn settled(outcome: &str) -> String {
    let is_number = |word: &str| word.contains('.') && word.parse::<f64>().is_ok();
    outcome.split(' ').map(|word| if is_number(word) { "#" } else { word }).collect::<Vec<_>>().join(" ")
}

fn report(ours: &Outcomes, theirs: &Outcomes) -> Result<(), String> {
    let names: std::collections::BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let mut different = 0;
    for name in &names {
        if ours.get(*name) != theirs.get(*name) {
            different += 1;
            println!("{name}: bytelens {:?}, CPython {:?}", ours.get(*name), theirs.get(*name));
        }
    }
    let passed = ours.values().filter(|outcome| *outcome == "ok").count();
    println!("{} outcomes, {passed} tests pass, {different} differ from CPython's own code", names.len());
    if different == 0 { Ok(()) } else { Err("the outcomes differ".into()) }
}
