//! `SyntaxError`: where the error is.

use super::base::{self, field_member};
use super::{ExceptionTypes, field};
use crate::payload::Exception;
use crate::raw::{Layout as _, Obj, Ref, Str};
use crate::types::{NativeType, Type};
use crate::vm::{Args, Res, Vm};

static SYNTAX_ERROR: NativeType = NativeType::new("SyntaxError", Exception::VTABLE)
    .subclassable()
    .with_dict()
    .slots(|s| {
        s.new.set(Some(base::new));
        s.init.set(Some(init));
        s.str.set(Some(str));
    })
    .members(&[
        field_member!("msg", field::SYNTAX_MSG, "exception msg"),
        field_member!("filename", field::SYNTAX_FILENAME, "exception filename"),
        field_member!("lineno", field::SYNTAX_LINENO, "exception lineno"),
        field_member!("offset", field::SYNTAX_OFFSET, "exception offset"),
        field_member!("text", field::SYNTAX_TEXT, "exception text"),
        field_member!("end_lineno", field::SYNTAX_END_LINENO, "exception end lineno"),
        field_member!("end_offset", field::SYNTAX_END_OFFSET, "exception end offset"),
        field_member!("print_file_and_line", field::SYNTAX_PRINT, "exception print_file_and_line"),
        field_member!("_metadata", field::SYNTAX_METADATA, "exception private metadata"),
    ])
    .size(144, 0)
    .offsets(16, 0);

pub(super) fn declaration(exc: &ExceptionTypes, ty: &Ref<Type>) -> Option<&'static NativeType> {
    ty.is(&exc.syntax_error).then_some(&SYNTAX_ERROR)
}

fn init(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<()> {
    base::init(vm, obj, args)?;
    if let Some(message) = args.values.first() {
        base::set_field(vm, obj, field::SYNTAX_MSG, Some(message))?;
    }
    let [_, info] = args.values else { return Ok(()) };
    let info = vm.iter_to_vec(info)?;
    // (filename, lineno, offset, text[, end_lineno, end_offset[, metadata]])
    if info.len() < 4 {
        return Err(vm.type_error(format!("function takes at least 4 arguments ({} given)", info.len())));
    }
    if info.len() > 7 {
        return Err(vm.type_error(format!("function takes at most 7 arguments ({} given)", info.len())));
    }
    let places = [
        field::SYNTAX_FILENAME,
        field::SYNTAX_LINENO,
        field::SYNTAX_OFFSET,
        field::SYNTAX_TEXT,
        field::SYNTAX_END_LINENO,
        field::SYNTAX_END_OFFSET,
        field::SYNTAX_METADATA,
    ];
    // Whatever is not given is not what an earlier call said.
    for index in places {
        base::set_field(vm, obj, index, None)?;
    }
    for (index, value) in places.into_iter().zip(&info) {
        base::set_field(vm, obj, index, Some(value))?;
    }
    if info.len() == 5 {
        return Err(vm.type_error("end_offset must be provided when end_lineno is provided"));
    }
    Ok(())
}

fn str(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let get = |index| base::field_optional(vm, obj, index);
    let message = vm.str_of(&get(field::SYNTAX_MSG)?.unwrap_or_else(|| vm.none.clone()))?;
    let filename = get(field::SYNTAX_FILENAME)?.filter(|f| f.get::<Str>().is_some());
    let line = get(field::SYNTAX_LINENO)?.filter(|l| l.is_exactly(&vm.types.int));
    let filename = match &filename {
        Some(name) => {
            let name = vm.str_text(name)?;
            Some(name.rsplit('/').next().unwrap_or_default().to_owned())
        }
        None => None,
    };
    let suffix = match (filename, line) {
        (Some(file), Some(line)) => format!(" ({file}, line {})", vm.str_text(&line)?),
        (Some(file), None) => format!(" ({file})"),
        (None, Some(line)) => format!(" (line {})", vm.str_text(&line)?),
        (None, None) => return Ok(message),
    };
    match message.get::<Str>() {
        Some(text) => Ok(Str::concat(&vm.types.str, text, &vm.str_ref(&suffix)).into_obj()),
        None => Ok(message),
    }
}

/// What a compiler says about a broken program.
pub struct SyntaxErrorData {
    /// The message.
    pub message: String,
    /// The file's name.
    pub filename: String,
    /// Whether `args` have the name, too: where the parser does not know it yet, it comes to the exception later.
    pub args_name_file: bool,
    /// The line, from 1, or what CPython says instead; nothing if it says nothing.
    pub line: Option<i64>,
    /// The column in characters, from 1.
    pub offset: Option<i64>,
    /// The last line.
    pub end_line: Option<i64>,
    /// The column behind the end.
    pub end_offset: Option<i64>,
    /// Whether the exception speaks of an end at all, if only of one that is not known.
    pub has_end: bool,
    /// The line of the source; [`syntax_error`](Vm::syntax_error) asks the file first.
    pub text: Option<String>,
    /// Whether the line is looked up in the file.
    pub reads_file: bool,
    /// Who has found it.
    pub stage: SyntaxErrorStage,
    /// Which exception it is.
    pub kind: SyntaxErrorKind,
}

/// Who finds errors; what the exception says about the place differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SyntaxErrorStage {
    /// The parser, which has the line at hand.
    #[default]
    Parser,
    /// The symbol table: the place is in the attributes, not in `args` (`PyErr_RangedSyntaxLocationObject`).
    Symbols,
    /// The compiler (`_PyCompile_Error`).
    Compiler,
}

/// The exceptions for broken programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SyntaxErrorKind {
    /// `SyntaxError`
    #[default]
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
    /// `_IncompleteInputError`
    Incomplete,
    /// `MemoryError`, for text nested too deep: it has no place.
    Memory,
    /// `ValueError`, which has no place: a name that only normalises to `None`, `True` or `False`.
    Value,
}

impl Vm {
    /// The exception for a broken program.
    pub fn syntax_error(&self, data: &SyntaxErrorData) -> crate::vm::Raised {
        let ty = match data.kind {
            SyntaxErrorKind::Syntax => &self.exc.syntax_error,
            SyntaxErrorKind::Indentation => &self.exc.indentation_error,
            SyntaxErrorKind::Tab => &self.exc.tab_error,
            SyntaxErrorKind::Incomplete => &self.exc.incomplete_input_error,
            SyntaxErrorKind::Memory => return self.raise_text(&self.exc.memory_error, &data.message),
            SyntaxErrorKind::Value => return self.value_error(data.message.clone()),
        };
        let number = |n: Option<i64>| n.map_or_else(|| self.none.clone(), |n| self.int(n));
        let of_file = data.line.filter(|_| data.reads_file).and_then(|line| {
            let source = self.hooks.source_of.get()?(self, &data.filename)?;
            source.split_inclusive('\n').nth(usize::try_from(line - 1).ok()?).map(str::to_owned)
        });
        let text = of_file.or_else(|| data.text.clone()).map_or_else(|| self.none.clone(), |t| self.str(&t));
        let filename = self.str(&data.filename);
        let info = [
            (field::SYNTAX_FILENAME, filename.clone()),
            (field::SYNTAX_LINENO, number(data.line)),
            (field::SYNTAX_OFFSET, number(data.offset)),
            (field::SYNTAX_TEXT, text),
            (field::SYNTAX_END_LINENO, number(data.end_line)),
            (field::SYNTAX_END_OFFSET, number(data.end_offset)),
        ];
        let message = self.str(&data.message);
        if data.stage != SyntaxErrorStage::Symbols {
            let fields = if data.has_end { 6 } else { 4 };
            let mut place: Vec<Obj> = info.into_iter().map(|(_, value)| value).take(fields).collect();
            if !data.args_name_file {
                place[0] = self.none.clone();
            }
            let raised = self.raise_class(ty.as_obj(), &[message, self.tuple(place)]);
            // The exception was just made: it has this field.
            let _ = base::set_field(self, &raised.0, field::SYNTAX_FILENAME, Some(&filename));
            return raised;
        }
        let raised = self.raise_class(ty.as_obj(), &[message]);
        for (index, value) in &info {
            // The exception was just made: it has these fields.
            let _ = base::set_field(self, &raised.0, *index, Some(value));
        }
        raised
    }
}
