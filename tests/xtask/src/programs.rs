//! `cargo xtask programs COUNT [SEED [WILD]]`: writes random programs, asks a CPython 3.14 (`PYTHON=...`) for their code
//! objects, errors and warnings, and compares all of it with ours. `WILD` is how many in a hundred of the places where
//! something may stand only under a condition get it without: 0 gives programs that mostly compile, 30 hardly any.
//! A program with a difference is shown cut down to what still shows one. `cargo xtask programs show SEED WILD` prints
//! a program. `cargo xtask programs grafts COUNT SEED PATH...` makes the programs of pieces of the Python files below the
//! paths, put together anew; `graft SEED PATH...` prints one. `literals COUNT SEED` are small ones with odd numbers, strings,
//! docstrings, fields and names; `literal SEED` prints one.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};
use tests_parity::{Told, digest, listing, told, way};

use crate::exact::{self, SHOWN};
use crate::{goldens, python};

/// What writes programs: whole ones, such of pieces of others, and such that are all in a word.
const SCRIPTS: [&str; 3] =
    [include_str!("programs.py"), include_str!("grafts.py"), include_str!("literals.py")];

/// What CPython says of one program.
#[derive(Deserialize)]
struct Row {
    /// The program's
    number: u64,
    #[serde(flatten)]
    program: exact::Row,
    /// Type, message, line, offset, end line, end offset
    error: Option<Value>,
    /// Message and line of each
    warnings: Value,
    /// The error where warnings are errors, if there are warnings
    strict: Option<Value>,
}

impl Row {
    /// What CPython says, without places.
    fn kind(&self) -> (Option<Value>, bool) {
        let message = self.error.as_ref().and_then(|error| error.get(1)).cloned();
        (message, self.warnings.as_array().is_some_and(Vec::is_empty))
    }
}

/// The chore.
pub fn run(args: &[String]) -> Result<(), String> {
    let given = |at: usize| args.get(at).map_or("0", String::as_str);
    // What programs there are to be, in front of how many and from which seed, and behind that
    let (before, from, behind) = match given(0) {
        "show" | "graft" | "literal" => {
            print!("{}", python::run_with(&script(), args)?);
            return Ok(());
        }
        "grafts" => ("grafts", 1, args.get(3..).unwrap_or_default()),
        "literals" => ("literals", 1, &[][..]),
        _ if args.is_empty() => return Err("how many? cargo xtask programs COUNT [SEED [WILD]]".into()),
        _ => ("rows", 0, args.get(2..3).unwrap_or_default()),
    };
    let number = |at: usize| given(at).parse::<u64>().map_err(|_| format!("{} is no number", given(at)));
    let mut next = number(from + 1)?;
    let end = next + number(from)?;
    let mut judge = Script::start(["answer"])?;
    let (mut compared, mut valid, mut different, mut deadly) = (0, 0, 0, 0);
    while next < end {
        let numbers = [(end - next).to_string(), next.to_string()];
        let args = numbers.iter().chain(behind.iter()).map(String::as_str);
        let mut programs = Script::start([before].into_iter().chain(args))?;
        while let Some(row) = programs.next()? {
            next = row.number + 1;
            compared += 1;
            valid += usize::from(row.error.is_none());
            if differs(&row)? {
                different += 1;
                if different <= SHOWN {
                    let row = shrunk(row, &mut judge)?;
                    println!("{}", difference(&row)?.unwrap_or_default());
                }
            }
        }
        match programs.ends() {
            Some(true) => next = end,
            Some(false) => return Err("CPython failed".into()),
            // Some programs are the end of CPython itself.
            None => (next, deadly) = (next + 1, deadly + 1),
        }
    }
    println!(
        "{compared} compared, {valid} of them valid, {different} different, {deadly} that CPython does not survive"
    );
    if different == 0 { Ok(()) } else { Err("some are not what CPython makes".into()) }
}

fn script() -> String {
    [&[goldens::CODEGEN], &SCRIPTS[..]].concat().join("\n")
}

/// A running CPython that answers with rows.
struct Script {
    child: Child,
    questions: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Script {
    fn start<'a>(args: impl IntoIterator<Item = &'a str>) -> Result<Script, String> {
        let mut child = Command::new(python::interpreter())
            .args(["-sP", "-c", &script()])
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot run {}: {error}", python::interpreter()))?;
        let answers = BufReader::new(child.stdout.take().ok_or("no pipe")?).lines();
        Ok(Script { questions: child.stdin.take(), answers, child })
    }

    fn next(&mut self) -> Result<Option<Row>, String> {
        let Some(line) = self.answers.next() else { return Ok(None) };
        let line = line.map_err(|error| error.to_string())?;
        serde_json::from_str(&line).map(Some).map_err(|error| format!("{line}: {error}"))
    }

    fn ask(&mut self, source: &str, way: &(String, u8, u32)) -> Result<Row, String> {
        let questions = self.questions.as_mut().ok_or("no pipe")?;
        let asked = writeln!(questions, "{}", json!([source, way])).and_then(|()| questions.flush());
        asked.map_err(|error| error.to_string())?;
        self.next()?.ok_or_else(|| "CPython has ended".to_owned())
    }

    /// Whether it ends well; `None` if a signal ends it.
    fn ends(&mut self) -> Option<bool> {
        self.questions = None;
        let status = self.child.wait().ok()?;
        status.code().map(|code| code == 0)
    }
}

/// Questions that one program is worth
const PATIENCE: usize = 1500;

/// Takes lines, then characters, out of a program for as long as CPython says much the same of it and we still differ.
fn shrunk(mut row: Row, judge: &mut Script) -> Result<Row, String> {
    let mut asked = 0;
    let kind = row.kind();
    for by_line in [true, false] {
        let pieces = |text: &str| -> Vec<String> {
            if by_line {
                text.split_inclusive('\n').map(str::to_owned).collect()
            } else {
                text.chars().map(String::from).collect()
            }
        };
        let mut kept = pieces(row.program.source.as_deref().unwrap_or_default());
        let mut size = kept.len() / 2;
        while size > 0 {
            let (mut at, mut removed) = (0, false);
            while at < kept.len() && asked < PATIENCE {
                let shorter: Vec<String> =
                    kept.iter().take(at).chain(kept.iter().skip(at + size)).cloned().collect();
                asked += 1;
                let answer = judge.ask(&shorter.concat(), &row.program.way)?;
                if answer.kind() == kind && differs(&answer)? {
                    row = Row { program: exact::Row { path: row.program.path, ..answer.program }, ..answer };
                    (kept, removed) = (shorter, true);
                } else {
                    at += size;
                }
            }
            size = if removed { size.min(kept.len()) } else { size / 2 };
        }
    }
    Ok(row)
}

fn differs(row: &Row) -> Result<bool, String> {
    let exact::Row { way: (mode, optimize, flags), source, digest: theirs, .. } = &row.program;
    let how = way(mode, *optimize, *flags).ok_or_else(|| format!("what is mode {mode}?"))?;
    let source = source.as_deref().ok_or("a program without text")?;
    Ok(digest(&listing(source.as_bytes(), &how)) != *theirs || words(row)?.is_some())
}

/// The difference in words, if there is one.
fn difference(row: &Row) -> Result<Option<String>, String> {
    if let Some(difference) = exact::compare(&row.program)? {
        return Ok(Some(difference));
    }
    let exact::Row { way: (mode, optimize, flags), source, path, .. } = &row.program;
    let source = source.as_deref().unwrap_or_default();
    Ok(words(row)?.map(|(got, want)| {
        format!("{path} {mode} -O{optimize} {flags:#x}\n{source}\n  got  {got}\n  want {want}")
    }))
}

/// Our warnings and CPython's, if they differ, or the errors that they become.
fn words(row: &Row) -> Result<Option<(Value, Value)>, String> {
    let exact::Row { way: (mode, optimize, flags), source, .. } = &row.program;
    let way = way(mode, *optimize, *flags).ok_or_else(|| format!("what is mode {mode}?"))?;
    let source = source.as_deref().ok_or("a program without text")?;
    let Told { warnings, strict, .. } = told(Ok(source), &way);
    let warnings: Vec<Value> = warnings.into_iter().map(|(_, text, line)| json!([text, line])).collect();
    let (warnings, strict) = (json!(warnings), json!(strict));
    if warnings != row.warnings {
        return Ok(Some((warnings, row.warnings.clone())));
    }
    Ok(row.strict.as_ref().filter(|want| **want != strict).map(|want| (strict, want.clone())))
}
