//! `bytelens/evaluate`: what a selection comes to (see `docs/lsp-extensions.md`).

use ide::{EvaluationPlan, LineMapping};
use sandbox::{Cancel, Chunk, Ending, Limits, Lines, Outcome as Ran, Piece, Run};
use serde::{Deserialize, Serialize};
use text::{LineCol, Rope, TextRange};
use tower_lsp::ls_types::notification::Progress;
use tower_lsp::ls_types::request::Request;
use tower_lsp::ls_types::{
    ProgressParams, ProgressParamsValue, ProgressToken, Range, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressEnd,
};

use super::bytecode::Target;
use crate::convert::Converter;
use crate::dispatch::{Failure, Outcome, Slow};
use crate::state::{Snapshot, Tools};

/// Longest summary, in characters: it has to fit on the line that it is shown on.
const SUMMARY: usize = 200;

/// What came of an evaluation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// What was evaluated.
    pub range: Range,
    /// The statements that ran before it, because it needs them.
    pub ran: Vec<Range>,
    /// `finished`, `raised`, `limit`, `cancelled`, `crashed` or `unsupported`.
    pub ending: String,
    /// More about an ending that is neither of the first two; whether output was left out.
    pub message: Option<String>,
    /// `repr()` of the value, if the selection ended in an expression or in giving a name a value.
    pub value: Option<String>,
    /// The value's type.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
    pub output: Vec<Chunk>,
    pub exception: Option<Exception>,
    /// Bytecode instructions executed.
    pub instructions: u64,
    pub milliseconds: f64,
    /// All of this in one line.
    pub summary: String,
}

/// An exception that was not caught.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Exception {
    #[serde(rename = "type")]
    pub type_name: String,
    pub message: String,
    /// As CPython prints it.
    pub traceback: String,
    /// Where in the document it was raised.
    pub range: Option<Range>,
}

/// The request.
pub enum Evaluate {}

/// Its parameters.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EvaluateParams {
    #[serde(flatten)]
    pub target: Target,
    pub work_done_token: Option<ProgressToken>,
}

impl Request for Evaluate {
    type Params = EvaluateParams;
    type Result = Evaluation;
    const METHOD: &'static str = "bytelens/evaluate";
}

impl Slow for Evaluate {
    fn answer(snapshot: Snapshot, params: EvaluateParams, cancel: &Cancel) -> Outcome<Evaluation> {
        evaluate(snapshot, &params.target, params.work_done_token, cancel)
    }
}

/// Plans on the snapshot, drops it, and runs.
pub fn evaluate(
    snapshot: Snapshot,
    target: &Target,
    token: Option<ProgressToken>,
    cancel: &Cancel,
) -> Outcome<Evaluation> {
    let settings = snapshot.settings.evaluation.clone();
    if !settings.enabled {
        return Err(Failure::because("evaluation is switched off (bytelens.evaluation.enabled)"));
    }
    let tools = snapshot.tools.clone();
    let supervisor = tools.supervisor.clone();
    let supervisor =
        supervisor.ok_or_else(|| Failure::because("this server was started without a worker"))?;
    let (document, converter) = snapshot.document(&target.text_document.uri)?;
    let range = target.range().map(|range| converter.offsets(range));
    let plan = snapshot.analysis.evaluation_plan(document.file, range)?;
    let plan = plan.ok_or_else(|| Failure::because("there is nothing to evaluate here"))?;
    if let Some(obstacle) = &plan.obstacle {
        return Err(Failure::because(obstacle.clone()));
    }
    let filename = snapshot.analysis.path(document.file).map_or_else(String::new, |path| path.to_string());
    let rope = document.rope.clone();
    // From here on it takes its time, and edits must not wait for that.
    drop(snapshot);
    let run = Run {
        filename,
        setup: piece(&plan.setup, &plan.setup_lines),
        body: piece(&plan.source, &plan.source_lines),
        limits: settings.limits(),
    };
    report_begin(&tools, token.as_ref());
    let ran = supervisor.run(&run, cancel);
    if let Ending::Crashed(why) = &ran.ending {
        tracing::error!("evaluation: {why}");
    }
    let evaluation = describe(&plan, ran, &run.limits, &rope, &converter);
    report_end(&tools, token, &evaluation.summary);
    Ok(evaluation)
}

fn piece(source: &str, lines: &[LineMapping]) -> Piece {
    let lines = lines.iter().map(|lines| Lines {
        source_line: lines.source_line,
        document_line: lines.document_line,
        count: lines.count,
        dedent: lines.dedent,
    });
    Piece { source: source.to_owned(), lines: lines.collect() }
}

fn describe(
    plan: &EvaluationPlan,
    ran: Ran,
    limits: &Limits,
    rope: &Rope,
    converter: &Converter,
) -> Evaluation {
    let (ending, message) = match ran.ending {
        Ending::Finished => ("finished", None),
        Ending::Raised => ("raised", None),
        Ending::Limit(what) => ("limit", Some(what)),
        Ending::Cancelled => ("cancelled", None),
        Ending::Crashed(why) => ("crashed", Some(why)),
        Ending::Unsupported(why) => ("unsupported", Some(why)),
    };
    let cut = || format!("output past {} KiB is left out", limits.output >> 10);
    let message = message.or_else(|| ran.output_cut.then(cut));
    let exception = ran.exception.map(|exception| Exception {
        // What is raised by no line, as by a value that cannot be shown, is raised by all of it.
        range: Some(converter.range(place(&exception, rope).unwrap_or(plan.range))),
        type_name: exception.type_name,
        message: exception.message,
        traceback: exception.traceback,
    });
    let (value, type_name) = ran.value.map(|value| (value.repr, value.type_name)).unzip();
    let mut evaluation = Evaluation {
        range: converter.range(plan.range),
        ran: plan.before.iter().map(|statement| converter.range(statement.range)).collect(),
        ending: ending.to_owned(),
        message,
        value,
        type_name,
        output: ran.output,
        exception,
        instructions: ran.instructions,
        milliseconds: ran.microseconds as f64 / 1000.0,
        summary: String::new(),
    };
    evaluation.summary = summary(&evaluation);
    evaluation
}

/// Where in the document an exception was raised.
fn place(exception: &sandbox::Exception, rope: &Rope) -> Option<TextRange> {
    let line = exception.line?.checked_sub(1)?;
    let unit = text::ColumnUnit::Utf8;
    let end_of_line = LineCol { line, col: u32::MAX };
    let (start, end) = match exception.columns {
        Some((start, end)) => (LineCol { line, col: start }, LineCol { line, col: end }),
        None => (LineCol { line, col: 0 }, end_of_line),
    };
    let (start, end) = (rope.offset(start, unit), rope.offset(end, unit));
    Some(TextRange::new(start.min(end), end))
}

fn summary(evaluation: &Evaluation) -> String {
    let printed: String = evaluation.output.iter().map(|chunk| chunk.text.as_str()).collect();
    let printed = printed.trim_end();
    // Of an evaluation that was ended it says why; the exception only says where.
    let line = match (&evaluation.exception, &evaluation.message, &evaluation.value, &evaluation.type_name) {
        (_, Some(message), ..) if evaluation.ending == "limit" => message.clone(),
        (Some(exception), ..) if exception.message.is_empty() => exception.type_name.clone(),
        (Some(exception), ..) => format!("{}: {}", exception.type_name, exception.message),
        (None, Some(message), ..) if evaluation.ending != "finished" => message.clone(),
        (None, _, Some(value), Some(type_name)) => format!("{value} : {type_name}"),
        _ if evaluation.ending == "cancelled" => "cancelled".to_owned(),
        _ if printed.is_empty() => "no value".to_owned(),
        _ => printed.lines().last().unwrap_or_default().to_owned(),
    };
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SUMMARY) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

fn report_begin(tools: &Tools, token: Option<&ProgressToken>) {
    let Some(token) = token.cloned() else { return };
    let begin = WorkDoneProgressBegin {
        title: "Evaluating".into(),
        cancellable: Some(true),
        ..WorkDoneProgressBegin::default()
    };
    let value = ProgressParamsValue::WorkDone(WorkDoneProgress::Begin(begin));
    tools.outbox.notify::<Progress>(ProgressParams { token, value });
}

fn report_end(tools: &Tools, token: Option<ProgressToken>, summary: &str) {
    let Some(token) = token else { return };
    let end = WorkDoneProgressEnd { message: Some(summary.to_owned()) };
    let value = ProgressParamsValue::WorkDone(WorkDoneProgress::End(end));
    tools.outbox.notify::<Progress>(ProgressParams { token, value });
}
