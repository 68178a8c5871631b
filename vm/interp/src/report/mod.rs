//! The text of an uncaught exception, as CPython's `traceback` module prints it, without importing anything.
//!
//! [`print`](fn@text) is what `sys.excepthook` writes: the chain of causes and contexts, frames with their source lines
//! and carets, groups, notes, suggestions.

mod anchors;
mod hints;
mod syntax;

use std::collections::HashSet;

use object::exceptions::field;
use object::{Exception, Obj, Str, Traceback, Tuple, Type, Vm};

use crate::intrinsics::sys_attribute;

/// Where source lines come from: the text of a file by its name.
pub type Source<'a> = &'a dyn Fn(&str) -> Option<String>;

const HEADING: &str = "Traceback (most recent call last):\n";
const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// Lines that repeat more often are summed up.
const REPEATS: usize = 3;
/// How many members of a group, and how deep groups, are shown.
const MAX_WIDTH: usize = 15;
const MAX_DEPTH: usize = 10;

/// What `python` prints for an uncaught exception.
pub fn text(vm: &Vm, exception: &Obj, source: Source<'_>) -> String {
    let mut report = Report::new(vm, source);
    report.seen.insert(exception.id());
    report.exception(exception);
    report.out
}

/// What `sys.unraisablehook` writes of an exception: no carets, no chain, no notes (`write_unraisable_exc_file`).
pub fn plain(vm: &Vm, exception: &Obj, source: Source<'_>) -> String {
    let mut report = Report { has_carets: false, ..Report::new(vm, source) };
    report.stack(exception, HEADING, '|');
    let kind = type_text(vm, exception.ty());
    report.out.push_str(&format!("{kind}: {}\n", report.message(exception)));
    report.out
}

struct Report<'a> {
    vm: &'a Vm,
    source: Source<'a>,
    out: String,
    /// Groups around what is printed.
    depth: usize,
    need_close: bool,
    /// Whether the part of a line that failed is marked.
    has_carets: bool,
    /// Exceptions already in the output: they are not followed again.
    seen: HashSet<usize>,
}

/// Where an instruction is in its file. Lines count from 1, columns from 0, in bytes.
pub struct Place {
    pub file: String,
    pub function: String,
    pub line: Option<i32>,
    pub end_line: Option<i32>,
    pub column: Option<i32>,
    pub end_column: Option<i32>,
}

/// The last place in a file that an exception came through.
pub fn innermost_in(exception: &Obj, file: &str) -> Option<Place> {
    let first = exception.get::<Exception>()?.traceback.get();
    let places =
        std::iter::successors(first, next_entry).filter_map(|at| at.get::<Traceback>().map(place_of));
    places.filter(|place| place.file == file).last()
}

impl<'a> Report<'a> {
    fn new(vm: &'a Vm, source: Source<'a>) -> Report<'a> {
        Report {
            vm,
            source,
            out: String::new(),
            depth: 0,
            need_close: false,
            has_carets: true,
            seen: HashSet::new(),
        }
    }

    fn indent(&self) -> String {
        " ".repeat(2 * self.depth)
    }

    /// Writes text inside the margin of the groups around it.
    fn emit(&mut self, text: &str, margin: char) {
        if self.depth == 0 {
            self.out.push_str(text);
            return;
        }
        let indent = self.indent();
        for line in text.split_inclusive('\n') {
            self.out.push_str(&format!("{indent}{margin} {line}"));
        }
    }

    /// The exception with those before it.
    fn exception(&mut self, exception: &Obj) {
        let mut chain: Vec<(Option<&str>, Obj)> = Vec::new();
        let mut at = Some(exception.clone());
        while let Some(exception) = at.take() {
            let mut link = None;
            if let Some(payload) = exception.get::<Exception>() {
                let cause = payload.cause.get();
                let context = payload.context.get();
                if let Some(cause) = cause.filter(|c| self.seen.insert(c.id())) {
                    at = Some(cause);
                    link = Some(CAUSE);
                } else if !payload.suppress_context.get()
                    && let Some(context) = context.filter(|c| self.seen.insert(c.id()))
                {
                    at = Some(context);
                    link = Some(CONTEXT);
                }
            }
            chain.push((link, exception));
        }
        for (link, exception) in chain.into_iter().rev() {
            if let Some(link) = link {
                self.emit(link, '|');
            }
            self.one(&exception);
        }
    }

    fn one(&mut self, exception: &Obj) {
        let is_group = exception.ty().is_subtype_of(&self.vm.exc.base_exception_group);
        if !is_group {
            self.stack(exception, HEADING, '|');
            let text = self.exception_only(exception);
            self.emit(&text, '|');
            return;
        }
        if self.depth > MAX_DEPTH {
            self.emit(&format!("... (max_group_depth is {MAX_DEPTH})\n"), '|');
            return;
        }
        let top = self.depth == 0;
        if top {
            self.depth = 1;
        }
        let margin = if top { '+' } else { '|' };
        self.stack(exception, "Exception Group Traceback (most recent call last):\n", margin);
        let text = self.exception_only(exception);
        self.emit(&text, '|');
        self.members(exception);
        if top {
            self.depth = 0;
        }
    }

    fn members(&mut self, exception: &Obj) {
        let tuple = exception.get::<Exception>().and_then(|e| e.fields.get(field::GROUP_EXCEPTIONS)?.get());
        let members = tuple.and_then(|t| t.get::<Tuple>().map(|t| t.to_vec())).unwrap_or_default();
        let shown = if members.len() <= MAX_WIDTH { members.len() } else { MAX_WIDTH + 1 };
        self.need_close = false;
        for i in 0..shown {
            let last = i == shown - 1;
            if last {
                self.need_close = true;
            }
            let truncated = i >= MAX_WIDTH;
            let title = if truncated { "...".to_owned() } else { (i + 1).to_string() };
            let corner = if i == 0 { "+-" } else { "  " };
            self.out
                .push_str(&format!("{}{corner}+---------------- {title} ----------------\n", self.indent()));
            self.depth += 1;
            if truncated {
                let rest = members.len() - MAX_WIDTH;
                self.emit(&format!("and {rest} more exception{}\n", if rest > 1 { "s" } else { "" }), '|');
            } else if self.seen.insert(members[i].id())
                || !members[i].ty().is_subtype_of(&self.vm.exc.base_exception_group)
            {
                let member = members[i].clone();
                let _ = self.vm.recurse(" while printing a traceback", || {
                    self.exception(&member);
                    Ok(())
                });
            }
            if last && self.need_close {
                self.out.push_str(&format!("{}+------------------------------------\n", self.indent()));
                self.need_close = false;
            }
            self.depth -= 1;
        }
    }

    /// The frames, under a heading.
    fn stack(&mut self, exception: &Obj, heading: &str, margin: char) {
        let Some(mut at) = exception.get::<Exception>().and_then(|e| e.traceback.get()) else { return };
        if let Some(limit) = limit(self.vm) {
            let skipped = std::iter::successors(Some(at.clone()), next_entry).count().saturating_sub(limit);
            match std::iter::successors(Some(at), next_entry).nth(skipped) {
                Some(first) => at = first,
                None => return,
            }
        }
        self.emit(heading, margin);
        let mut last: Option<(String, Option<i32>, String)> = None;
        let mut count = 0;
        while let Some(entry) = at.get::<Traceback>() {
            let place = place_of(entry);
            let key = (place.file.clone(), place.line, place.function.clone());
            if last.as_ref() != Some(&key) || place.line.is_none() {
                self.repeated(count);
                last = Some(key);
                count = 0;
            }
            count += 1;
            if count <= REPEATS {
                let text = self.frame(&place);
                self.emit(&text, '|');
            }
            match next_entry(&at) {
                Some(next) => at = next,
                None => break,
            }
        }
        self.repeated(count);
    }

    fn repeated(&mut self, count: usize) {
        if count > REPEATS {
            let more = count - REPEATS;
            let s = if more > 1 { "s" } else { "" };
            self.emit(&format!("  [Previous line repeated {more} more time{s}]\n"), '|');
        }
    }

    fn frame(&self, place: &Place) -> String {
        let line = place.line.map_or("None".to_owned(), |line| line.to_string());
        let mut text = format!("  File \"{}\", line {line}, in {}\n", place.file, place.function);
        let lines = self.source_lines(place);
        if !self.has_carets {
            let line = lines.as_ref().and_then(|lines| lines.first());
            text.extend(line.map(|line| format!("    {}\n", line.trim())));
        } else if let Some(lines) = lines {
            text.push_str(&anchors::annotate(&lines, place.column, place.end_column));
        }
        text
    }

    /// The source lines of an instruction, right-trimmed.
    fn source_lines(&self, place: &Place) -> Option<Vec<String>> {
        let first = usize::try_from(place.line?).ok()?.checked_sub(1)?;
        let last = usize::try_from(place.end_line.or(place.line)?).ok()?.checked_sub(1)?;
        let source = (self.source)(&place.file)?;
        let mut all = source.lines().skip(first);
        let lines: Vec<String> =
            (first..=last).map(|_| all.next().unwrap_or("").trim_end().to_owned()).collect();
        lines.iter().any(|line| !line.trim().is_empty()).then_some(lines)
    }

    /// The last lines: type, message, notes.
    fn exception_only(&self, exception: &Obj) -> String {
        let vm = self.vm;
        let kind = type_text(vm, exception.ty());
        let mut text = if exception.ty().is_subtype_of(&vm.exc.syntax_error) {
            syntax::format(vm, exception, &kind)
        } else {
            let message = self.message(exception) + &hints::hint(vm, exception);
            if message.is_empty() { format!("{kind}\n") } else { format!("{kind}: {message}\n") }
        };
        self.notes(exception, &mut text);
        text
    }

    fn message(&self, exception: &Obj) -> String {
        self.vm.str_text(exception).unwrap_or_else(|_| "<exception str() failed>".to_owned())
    }

    fn notes(&self, exception: &Obj, text: &mut String) {
        let vm = self.vm;
        let notes = match vm.getattr_optional(exception, &vm.names.__notes__) {
            Ok(Some(notes)) if !notes.is(&vm.none) => notes,
            _ => return,
        };
        let is_sequence = notes.get::<object::List>().is_some() || notes.get::<Tuple>().is_some();
        if !is_sequence {
            let shown = vm.repr_text(&notes).unwrap_or_else(|_| "<__notes__ repr() failed>".to_owned());
            text.push_str(&format!("{shown}\n"));
            return;
        }
        for note in vm.iter_to_vec(&notes).unwrap_or_default() {
            let note = vm.str_text(&note).unwrap_or_else(|_| "<note str() failed>".to_owned());
            for line in note.split('\n') {
                text.push_str(&format!("{line}\n"));
            }
        }
    }
}

/// The next entry of a traceback.
fn next_entry(entry: &Obj) -> Option<Obj> {
    entry.get::<Traceback>()?.next.get()
}

/// How many entries are shown, the last ones: `sys.tracebacklimit`, if it is a number.
fn limit(vm: &Vm) -> Option<usize> {
    let limit = sys_attribute(vm, "tracebacklimit").ok().flatten()?;
    vm.as_i64(limit.get::<object::Int>().map(|_| &limit)?).ok().map(|n| usize::try_from(n).unwrap_or(0))
}

fn place_of(entry: &Traceback) -> Place {
    let frame = entry.frame.frame();
    let code = frame.code();
    let position = entry.unit().and_then(|unit| {
        bytecode::linetable::positions(&code.object.linetable, code.object.firstlineno).nth(unit)
    });
    let line = entry.line();
    Place {
        file: code.filename.to_text_lossy().into_owned(),
        function: code.name.to_text_lossy().into_owned(),
        line,
        end_line: position.and_then(|p| p.end_line),
        column: position.and_then(|p| p.col),
        end_column: position.and_then(|p| p.end_col),
    }
}

/// A type as messages name it: with its module unless that is `builtins` or `__main__`.
fn type_text(vm: &Vm, ty: &object::Ref<Type>) -> String {
    let attribute = |name| {
        let value = vm.getattr_optional(ty.as_obj(), name).ok().flatten();
        value.and_then(|v| v.get::<Str>().map(|s| s.to_text_lossy().into_owned()))
    };
    let qualname = attribute(&vm.names.__qualname__).unwrap_or_else(|| ty.short_name().to_string());
    match attribute(&vm.names.__module__) {
        Some(module) if module == "builtins" || module == "__main__" => qualname,
        Some(module) => format!("{module}.{qualname}"),
        None => format!("<unknown>.{qualname}"),
    }
}
