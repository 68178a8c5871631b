//! `bytelens tour [FILE]`: an editor's session, without the editor.
//!
//! Starts the real server as a child process, opens a file in it, types a few characters, and prints what an
//! editor would show, with the time that each answer took.

mod page;
mod session;

use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

use crate::failure::Failure;
use crate::input::Input;
use crate::output;
use page::Page;
use session::Session;

const EXAMPLE: &str = include_str!("example.py");
/// What is typed at the end of the example.
const EXAMPLE_TYPING: &str = "bill(basket, discounter(10))";

/// What is opened, and what is typed at its end.
struct Script {
    name: String,
    text: String,
    /// What to type, if it is known beforehand.
    typing: Option<String>,
}

impl Script {
    fn new(file: Option<&Path>) -> Result<Script, Failure> {
        let Some(file) = file else {
            return Ok(Script {
                name: "example.py".into(),
                text: EXAMPLE.into(),
                typing: Some(EXAMPLE_TYPING.into()),
            });
        };
        let input = Input::read(file)?;
        let mut text = syntax::source::decode(&input.bytes).text;
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        Ok(Script { name: input.name, text, typing: None })
    }
}

/// Takes the tour.
///
/// # Errors
/// When the file cannot be read, or the server does not do its part.
pub fn run(file: Option<&Path>) -> Result<ExitCode, Failure> {
    let script = Script::new(file)?;
    let page = walk(&script).map_err(|error| Failure::internal(format!("the tour ends early: {error}")))?;
    output::print(&page.finish())?;
    Ok(ExitCode::SUCCESS)
}

fn walk(script: &Script) -> std::io::Result<Page> {
    let mut page = Page::new();
    let (mut session, started) = Session::start(&script.text)?;
    page.title(&format!("bytelens {}: a tour of {}", env!("CARGO_PKG_VERSION"), script.name));
    page.note(
        &format!("`bytelens server` runs as process {} and was ready after", session.process_id()),
        started,
    );

    let (diagnostics, took) = session.open()?;
    page.section("Diagnostics", "the file is opened", took);
    page.diagnostics(session.text(), &diagnostics);

    let symbols = session.symbols()?;
    let typing = script.typing.clone().unwrap_or_else(|| {
        // Any file: the name of the first thing in it, which evaluates to that thing.
        let first = symbols.iter().find_map(|symbol| symbol["name"].as_str());
        first.map_or_else(|| "sum(range(10))".to_owned(), str::to_owned)
    });
    let typed = session.type_at_the_end(&typing)?;
    page.section(
        "Typing",
        &format!("{} keystrokes, each with new diagnostics", typed.times.len()),
        typed.median(),
    );
    page.typed(session.text(), &typing, &typed);
    page.diagnostics(session.text(), &typed.diagnostics);

    match session.interesting_name()? {
        Some(place) => {
            let (hover, took) = session.hover(place)?;
            page.section("Hover", "over a name: where it lives", took);
            page.source(session.text(), place);
            page.markdown(&hover);
        }
        None => page.skipped("Hover", "there are no names in this file"),
    }
    match definition(&symbols) {
        Some(place) => {
            let (hover, took) = session.hover(place)?;
            page.section("Hover", "over a definition: what it compiles to", took);
            page.source(session.text(), place);
            page.markdown(&hover);
        }
        None => page.skipped("Hover", "there is no definition in this file"),
    }
    let (evaluation, took) = session.evaluate_last_line()?;
    page.section("Evaluation", "the typed line, in a sandbox", took);
    page.evaluation(session.text(), &typing, &evaluation);

    let (again, took) = session.evaluate_last_line()?;
    page.section("Evaluation", "once more, now that the worker runs", took);
    page.summary(&typing, &again);
    session.finish()?;
    Ok(page)
}

/// Line and column of the name of the first function or class.
fn definition(symbols: &[Value]) -> Option<(u32, u32)> {
    const CLASS: u64 = 5;
    const METHOD: u64 = 6;
    const FUNCTION: u64 = 12;
    let of_kind = |wanted: &[u64]| {
        let symbol = symbols
            .iter()
            .find(|symbol| symbol["kind"].as_u64().is_some_and(|kind| wanted.contains(&kind)))?;
        session::place(&symbol["selectionRange"]["start"])
    };
    of_kind(&[FUNCTION]).or_else(|| of_kind(&[CLASS, METHOD]))
}
