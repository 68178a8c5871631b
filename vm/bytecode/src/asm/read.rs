//! Text to code objects.

use std::collections::HashMap;
use std::sync::Arc;

use super::assemble::{Handler, Instruction, Operand, assemble};
use super::cursor::{Cursor, Res};
use super::operand::{self, Tables, bare};
use super::{Error, KINDS, literal};
use crate::constant::guarded;
use crate::linetable::Position;
use crate::opcode::Kind;
use crate::pyc::Validation;
use crate::verify::{Problem, verify};
use crate::{CodeObject, Const, Flags, Opcode, PythonVersion, flags};

/// Makes the code that a text says, and how a `.pyc` of it is to be validated. All code is verified: stack depth, jump
/// targets, locals.
///
/// # Errors
/// The first thing that is wrong.
pub fn read(text: &str) -> Result<(Arc<CodeObject>, Validation), Error> {
    let mut lines = Lines { lines: text.lines().enumerate(), opcodes: opcodes() };
    let mut validation = Validation::Timestamp { mtime: 0, size: 0 };
    let mut code = None;
    while let Some(mut line) = lines.next() {
        match directive(&mut line) {
            Some("pyc") => validation = pyc(&mut line)?,
            Some("code") if code.is_none() => code = Some(lines.code(&mut line)?),
            _ => return Err(line.error("expected .pyc, or one .code")),
        }
    }
    let missing = || Error { line: text.lines().count().max(1), message: "there is no .code".into() };
    code.map(|code| (code, validation)).ok_or_else(missing)
}

/// The instructions that compilers write.
fn opcodes() -> HashMap<&'static str, Opcode> {
    let infos = PythonVersion::V3_14.tables().infos.iter().zip(0..=u8::MAX);
    let written = infos.filter(|(info, _)| info.kind == Kind::Plain);
    written.map(|(info, number)| (info.name, Opcode(number))).collect()
}

/// The word after a dot
fn directive<'a>(line: &mut Cursor<'a>) -> Option<&'a str> {
    line.take(".").then(|| line.word())
}

fn pyc(line: &mut Cursor<'_>) -> Res<Validation> {
    line.blanks();
    let kind = line.word();
    let validation = match kind {
        "timestamp" => Validation::Timestamp { mtime: line.number()?, size: line.number()? },
        "checked" | "unchecked" => {
            line.blanks();
            line.expect("0x")?;
            let hash =
                u64::from_str_radix(line.word(), 16).map_err(|_| line.error("the hash is no number"))?;
            Validation::Hash { hash, check: kind == "checked" }
        }
        _ => return Err(line.error("expected timestamp, checked or unchecked")),
    };
    line.end()?;
    Ok(validation)
}

/// The lines that are not empty
struct Lines<'a> {
    lines: std::iter::Enumerate<std::str::Lines<'a>>,
    opcodes: HashMap<&'static str, Opcode>,
}

/// What is said of an unknown directive
const DIRECTIVES: &str = "There are .code, .qualname, .filename, .firstline, .flags, .arguments, .stack, .slot, .name, \
    .const, .handler and .end";

/// A code object in the making
#[derive(Default)]
struct Unit {
    code: CodeObject,
    tables: Tables,
    kinds: Vec<u8>,
    stack: Option<u32>,
    instructions: Vec<Instruction>,
    handlers: Vec<Handler>,
    labels: HashMap<String, usize>,
    position: Position,
    prefixes: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<Cursor<'a>> {
        loop {
            let (number, text) = self.lines.next()?;
            let text = text.trim();
            if !text.is_empty() && !text.starts_with(';') {
                return Some(Cursor::new(text, number + 1));
            }
        }
    }

    /// What stands between `.code` and its `.end`
    fn code(&mut self, head: &mut Cursor<'a>) -> Res<Arc<CodeObject>> {
        head.blanks();
        let mut unit = Unit::default();
        unit.code.name = bare(head)?;
        unit.code.qualname = unit.code.name.clone();
        unit.code.firstlineno = 1;
        head.end()?;
        loop {
            let Some(mut line) = self.next() else {
                return Err(head.error(".code without .end: a line `.end` closes it"));
            };
            match directive(&mut line) {
                None => unit.instruction(&mut line, &self.opcodes)?,
                Some("end") => {
                    line.end()?;
                    return unit.finish(head.line());
                }
                Some("code") => {
                    let child = guarded(|| self.code(&mut line))?;
                    unit.tables.consts.push(Const::Code(child));
                }
                Some(word) => unit.directive(word, &mut line)?,
            }
            line.end()?;
        }
    }
}

impl Unit {
    fn directive(&mut self, word: &str, line: &mut Cursor<'_>) -> Res {
        line.blanks();
        let code = &mut self.code;
        match word {
            "qualname" => code.qualname = bare(line)?,
            "filename" => code.filename = bare(line)?,
            "firstline" => code.firstlineno = line.number()?,
            "flags" => code.flags = bits(line, flags::NAMES)?,
            "arguments" => {
                (code.argcount, code.posonlyargcount, code.kwonlyargcount) =
                    (line.number()?, line.number()?, line.number()?);
            }
            "stack" => self.stack = Some(line.number()?),
            "slot" => {
                let slot = bare(line)?;
                self.tables.slots.push(slot);
                let kinds = KINDS.map(|(bit, word)| (u32::from(bit), word));
                self.kinds.push(bits(line, &kinds)? as u8);
            }
            "name" => {
                self.tables.names.push(bare(line)?);
            }
            "const" => {
                self.tables.consts.push(literal::read(line)?);
            }
            "handler" => {
                let labels = [label(line)?, label(line)?, label(line)?];
                let depth = line.number()?;
                line.blanks();
                let lasti = line.take("lasti");
                self.handlers.push(Handler { labels, depth, lasti, line: line.line() });
            }
            _ => return Err(line.error(format!("what is .{word}? {DIRECTIVES}"))),
        }
        Ok(())
    }

    fn instruction(&mut self, line: &mut Cursor<'_>, opcodes: &HashMap<&str, Opcode>) -> Res {
        if line.peek() == Some('L')
            && let (word, rest) = line.rest().split_at(line.rest().find(':').unwrap_or(0))
            && !word.is_empty()
            && word.chars().all(char::is_alphanumeric)
        {
            if self.labels.insert(word.to_owned(), self.instructions.len()).is_some() {
                return Err(line.error(format!("a second label {word}")));
            }
            *line = Cursor::new(rest.trim_start_matches(':').trim_start(), line.line());
            if line.clone().end().is_ok() {
                return Ok(());
            }
        }
        if line.peek().is_some_and(|c| c.is_ascii_digit() || matches!(c, '-' | '?')) {
            self.position = position(line)?;
            line.blanks();
        }
        let name = line.word();
        let Some(&op) = opcodes.get(name) else {
            let shown = if name.is_empty() { line.rest() } else { name };
            return Err(line.error(no_instruction(shown, opcodes)));
        };
        line.blanks();
        if op == Opcode::EXTENDED_ARG {
            self.prefixes += 1;
            if self.prefixes > 3 {
                return Err(line.error("an operand has three EXTENDED_ARGs at most"));
            }
            return Ok(());
        }
        let operand = if op.has(Flags::JUMP) && line.peek() == Some('L') {
            Operand::Label(label(line)?)
        } else {
            Operand::Number(operand::read(line, op, &mut self.tables)?)
        };
        self.instructions.push(Instruction {
            op,
            operand,
            prefixes: std::mem::take(&mut self.prefixes),
            position: self.position,
            line: line.line(),
        });
        Ok(())
    }

    fn finish(mut self, line: usize) -> Res<Arc<CodeObject>> {
        if self.prefixes > 0 {
            return Err(Error { line, message: "an EXTENDED_ARG has no instruction behind it".into() });
        }
        if self.instructions.is_empty() {
            return Err(Error { line, message: "the .code has no instructions before its .end".into() });
        }
        let made = assemble(&self.instructions, &self.labels, &self.handlers, self.code.firstlineno)?;
        let code = &mut self.code;
        code.code = made.code.into();
        code.linetable = made.linetable.into();
        code.exceptiontable = made.exceptiontable.into();
        code.names = self.tables.names.items.into();
        code.consts = self.tables.consts.items.into();
        code.localsplusnames = self.tables.slots.items.into();
        code.localspluskinds = self.kinds.into();
        code.stacksize = self.stack.unwrap_or(0);
        let code = Arc::new(self.code);
        let verified = verify(&code).map_err(|error| {
            let at = made.lines.get(error.offset).copied().unwrap_or(line);
            Error { line: at, message: format!("{}{}", error.problem, advice(error.problem)) }
        })?;
        let needed = verified.max_depth();
        match self.stack {
            Some(stack) if stack < needed => {
                Err(Error { line, message: format!(".stack {stack} is too small: the code needs {needed}") })
            }
            Some(_) => Ok(code),
            None => Ok(Arc::new(CodeObject { stacksize: needed, ..(*code).clone() })),
        }
    }
}

/// What can be done about what the verifier has found.
fn advice(problem: Problem) -> &'static str {
    match problem {
        Problem::Slots => ": .arguments counts the .slots that are positional or keyword, which come first",
        Problem::Jump => ": let it go to a label",
        Problem::End => ": the last instruction must be one that leaves, as RETURN_VALUE",
        Problem::Underflow => ": fewer values are there than it takes",
        Problem::Depth(..) => {
            ": the ways that meet here have not left the same number of values on the stack"
        }
        Problem::Null => {
            ": PUSH_NULL or a variable without a value may have left none; LOAD_FAST_CHECK looks first"
        }
        Problem::NoCell => ": MAKE_CELL or COPY_FREE_VARS makes them, at the start of the code",
        Problem::ExceptionTable => ": a .handler that covers this keeps more values than there are here",
        _ => "",
    }
}

/// What to say of a word in an instruction's place, with the instruction that it may be meant for.
fn no_instruction(word: &str, opcodes: &HashMap<&str, Opcode>) -> String {
    let upper = word.to_uppercase();
    let known = PythonVersion::V3_14.tables().infos.iter().find(|info| info.name == upper);
    let forms = match known.map(|info| info.kind) {
        Some(Kind::Specialized(plain) | Kind::Instrumented(Some(plain))) => {
            format!("the interpreter makes it of {}, which is what to write", plain.name())
        }
        Some(Kind::Pseudo) => "it is inside the compiler only".to_owned(),
        Some(Kind::Instrumented(None)) => "it is the interpreter's own".to_owned(),
        Some(Kind::Plain | Kind::Unused) | None => String::new(),
    };
    if !forms.is_empty() {
        return format!("no instruction {word:?} in code: {forms}");
    }
    let likeness = |name: &str| {
        let same = |pairs: &mut dyn Iterator<Item = (char, char)>| pairs.take_while(|(a, b)| a == b).count();
        same(&mut name.chars().zip(upper.chars())) + same(&mut name.chars().rev().zip(upper.chars().rev()))
    };
    let nearest = opcodes.keys().max_by_key(|name| {
        let name: &str = name;
        (
            likeness(name),
            std::cmp::Reverse(name.len().abs_diff(upper.len())),
            std::cmp::Reverse(name.to_owned()),
        )
    });
    match nearest {
        Some(name) if likeness(name) + 2 >= name.len().max(upper.len()) => {
            format!("no instruction {word:?}: did you mean {name}?")
        }
        _ => format!("no instruction {word:?}"),
    }
}

/// Words for bits, and the rest as a hexadecimal number
fn bits(line: &mut Cursor<'_>, names: &[(u32, &str)]) -> Res<u32> {
    let mut bits = 0;
    loop {
        line.blanks();
        let word = line.word();
        if word.is_empty() {
            return Ok(bits);
        }
        let named = names.iter().find(|(_, name)| *name == word).map(|(bit, _)| *bit);
        let number = || u32::from_str_radix(word.strip_prefix("0x")?, 16).ok();
        let unknown = || {
            let words: Vec<&str> = names.iter().map(|(_, name)| *name).collect();
            line.error(format!("what is {word}? It can be {}, or a number as 0x1", words.join(", ")))
        };
        bits |= named.or_else(number).ok_or_else(unknown)?;
    }
}

fn label(line: &mut Cursor<'_>) -> Res<String> {
    line.blanks();
    match line.word() {
        "" => Err(line.error("a label is missing")),
        word => Ok(word.to_owned()),
    }
}

fn position(line: &mut Cursor<'_>) -> Res<Position> {
    if line.take("- ") {
        return Ok(Position::default());
    }
    let part = |line: &mut Cursor<'_>, behind: &str| {
        let text = line.while_(|c| c.is_ascii_digit() || c == '?');
        let number = if text == "?" { Some(None) } else { text.parse().map(Some).ok() };
        let wrong = || line.error("a position is LINE:COLUMN-ENDLINE:ENDCOLUMN, each a number or ?");
        let number = number.filter(|_| line.rest().starts_with(behind)).ok_or_else(wrong)?;
        line.skip(behind.len());
        Ok(number)
    };
    let (first, col) = (part(line, ":")?, part(line, "-")?);
    let (last, end_col) = (part(line, ":")?, part(line, "")?);
    Ok(Position { line: first, end_line: last, col, end_col })
}
