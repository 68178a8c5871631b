//! Trees that are not parsed: what programs put together from the classes of the module `ast`, for `compile()`
//! (`PyAST_obj2mod` and `PyAST_Validate` of CPython).
//!
//! Such a tree has no text. Its nodes say on their own where they are, in any way they like, so a range in one of its
//! units is the number of a place and not a stretch of text (see [`Placed`]).

mod nodes;
mod statements;
mod validate;

use std::sync::Arc;

use bytecode::Const;
use rustc_hash::FxHashMap;
use text::{TextRange, TextSize};

use crate::ast::*;

/// Where the nodes come from: objects with attributes.
pub trait Source {
    /// A node, or the value of a field.
    type Value: Clone;
    /// What reading them can end with.
    type Error;

    /// Which class of a sum type of the grammar (`expr`, `stmt`, `operator`, …) a node is an instance of.
    ///
    /// # Errors
    /// If it is of none.
    fn class(&self, value: &Self::Value, of: &'static str) -> Result<&'static str, Self::Error>;

    /// An attribute; nothing if there is none.
    ///
    /// # Errors
    /// What looking for it raises.
    fn attribute(&self, node: &Self::Value, name: &'static str) -> Result<Option<Self::Value>, Self::Error>;

    /// Whether a value is `None`.
    fn is_none(&self, value: &Self::Value) -> bool;

    /// The items of a list; nothing if the value is no list.
    fn items(&self, value: &Self::Value) -> Option<Vec<Self::Value>>;

    /// A string, as WTF-8; nothing if the value is none.
    fn string(&self, value: &Self::Value) -> Option<Vec<u8>>;

    /// A whole number.
    ///
    /// # Errors
    /// If it is none, or too large.
    fn number(&self, value: &Self::Value) -> Result<i32, Self::Error>;

    /// The value of a constant; nothing if it cannot be one.
    ///
    /// # Errors
    /// If it is nested too deep.
    fn constant(&self, value: &Self::Value) -> Result<Option<Const>, Self::Error>;

    /// The name of a value's type.
    fn type_name(&self, value: &Self::Value) -> String;

    /// An error of the tree.
    fn error(&self, class: MadeError, message: String) -> Self::Error;
}

/// The exceptions for trees that cannot be compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MadeError {
    TypeError,
    ValueError,
    SystemError,
    RecursionError,
}

/// The unit of the tree whose root is `root`, a node of the class `class`: `Module`, `Interactive`, `Expression` or
/// `FunctionType`.
///
/// # Errors
/// What the source raises, or what is wrong with the tree.
pub fn unit<S: Source>(source: &S, root: &S::Value, class: &'static str) -> Result<Arc<Unit>, S::Error> {
    let mut maker = Maker { source, unit: UnitInMaking::default(), units: 0, depth: 0 };
    // The place of what has none.
    maker.unit.spans.push(Span { line: 0, col: 0, end_line: 0, end_col: 0 });
    let (header, body) = maker.module(root, class)?;
    let unit = Arc::new(std::mem::take(&mut maker.unit).finish(header, body, NOWHERE));
    match validate::unit(&unit) {
        Ok(()) => Ok(unit),
        Err((class, message)) => Err(source.error(class, message)),
    }
}

/// The first place of a unit.
const NOWHERE: TextRange = TextRange { start: TextSize(0), end: TextSize(1) };

/// How deep nodes may be nested: whoever walks the tree guards its stack, but a node may contain itself.
const DEEPEST: usize = 20_000;

/// A unit under construction.
#[derive(Default)]
struct UnitInMaking {
    arenas: Arenas,
    names: FxHashMap<Vec<u8>, NameId>,
    spans: Vec<Span>,
    constants: Vec<Const>,
    children: Vec<Nested>,
}

impl UnitInMaking {
    fn finish(mut self, header: UnitHeader, body: StmtList, node_range: TextRange) -> Unit {
        let placed = Placed { spans: self.spans.into(), constants: self.constants.into() };
        Unit::placed(header, body, node_range, self.arenas.take(), placed, self.children)
    }
}

/// Makes units out of nodes.
struct Maker<'s, S: Source> {
    source: &'s S,
    unit: UnitInMaking,
    /// How many units there are besides the module.
    units: u32,
    depth: usize,
}

/// Runs a step into what is nested, with stack for it.
fn guarded<T>(step: impl FnOnce() -> T) -> T {
    const LOW_WATER: usize = 64 * 1024;
    const SEGMENT: usize = 1024 * 1024;
    stacker::maybe_grow(LOW_WATER, SEGMENT, step)
}

type Res<T, S> = Result<T, <S as Source>::Error>;

impl<S: Source> Maker<'_, S> {
    /// Goes a level deeper, with stack for it.
    fn nested<T>(&mut self, make: impl FnOnce(&mut Self) -> Res<T, S>) -> Res<T, S> {
        if self.depth >= DEEPEST {
            let message = "maximum recursion depth exceeded during ast construction";
            return Err(self.source.error(MadeError::RecursionError, message.to_owned()));
        }
        self.depth += 1;
        let made = guarded(|| make(self));
        self.depth -= 1;
        made
    }

    fn type_error(&self, message: String) -> S::Error {
        self.source.error(MadeError::TypeError, message)
    }

    fn value_error(&self, message: String) -> S::Error {
        self.source.error(MadeError::ValueError, message)
    }

    fn missing(&self, owner: &str, name: &str) -> S::Error {
        self.type_error(format!("required field \"{name}\" missing from {owner}"))
    }

    /// A field that must be there.
    fn required(&self, node: &S::Value, owner: &'static str, name: &'static str) -> Res<S::Value, S> {
        match self.source.attribute(node, name)? {
            None => Err(self.missing(owner, name)),
            Some(value) if self.source.is_none(&value) => {
                Err(self.value_error(format!("field '{name}' is required for {owner}")))
            }
            Some(value) => Ok(value),
        }
    }

    /// A field that may be missing, or `None`.
    fn optional(&self, node: &S::Value, name: &'static str) -> Res<Option<S::Value>, S> {
        Ok(self.source.attribute(node, name)?.filter(|value| !self.source.is_none(value)))
    }

    /// The items of a field; one that is missing has none.
    fn items(&self, node: &S::Value, owner: &'static str, name: &'static str) -> Res<Vec<S::Value>, S> {
        let Some(list) = self.source.attribute(node, name)? else { return Ok(Vec::new()) };
        self.source.items(&list).ok_or_else(|| {
            let class = self.source.type_name(&list);
            self.type_error(format!("{owner} field \"{name}\" must be a list, not a {class}"))
        })
    }

    /// The number of the place of a node, of class `owner`.
    fn place(&mut self, node: &S::Value, owner: &'static str) -> Res<TextRange, S> {
        let number = |name| match self.source.attribute(node, name)? {
            Some(value) => self.source.number(&value),
            None => Err(self.missing(owner, name)),
        };
        let (line, col) = (number("lineno")?, number("col_offset")?);
        let or = |name, default| match self.optional(node, name)? {
            Some(value) => self.source.number(&value),
            None => Ok(default),
        };
        let (end_line, end_col) = (or("end_lineno", line)?, or("end_col_offset", col)?);
        self.check_place(line, col, end_line, end_col)?;
        // Lines of units count from 0. What is negative has no place.
        let line_of = |line: i32| u32::try_from(line - 1).unwrap_or(0);
        let col_of = |col: i32| u32::try_from(col).unwrap_or(0);
        let span = Span {
            line: line_of(line),
            col: col_of(col),
            end_line: line_of(end_line),
            end_col: col_of(end_col),
        };
        let number = self.unit.spans.len() as u32;
        self.unit.spans.push(span);
        Ok(TextRange { start: TextSize(number), end: TextSize(number + 1) })
    }

    /// `VALIDATE_POSITIONS`
    fn check_place(&self, line: i32, col: i32, end_line: i32, end_col: i32) -> Res<(), S> {
        if line > end_line {
            return Err(self.value_error(format!("AST node line range ({line}, {end_line}) is not valid")));
        }
        if line < 0 && end_line != line || col < 0 && col != end_col {
            return Err(self.value_error(format!(
                "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not valid"
            )));
        }
        if line == end_line && col > end_col {
            return Err(self.value_error(format!("line {line}, column {col}-{end_col} is not a valid range")));
        }
        Ok(())
    }

    fn name_id(&mut self, name: &[u8]) -> NameId {
        if let Some(id) = self.unit.names.get(name) {
            return *id;
        }
        let id = NameId::new(self.unit.arenas.names.len());
        let slice = self.text(name);
        self.unit.arenas.names.push(slice);
        self.unit.names.insert(name.to_owned(), id);
        id
    }

    fn text(&mut self, bytes: &[u8]) -> TextSlice {
        let text = &mut self.unit.arenas.text;
        let start = text.len() as u32;
        text.extend_from_slice(bytes);
        TextSlice { start, len: bytes.len() as u32 }
    }

    /// An identifier; what is no text (a surrogate in it) is none.
    fn identifier(&mut self, value: &S::Value, range: TextRange) -> Res<Ident, S> {
        let Some(name) = self.source.string(value) else {
            return Err(self.type_error("AST identifier must be of type str".to_owned()));
        };
        if std::str::from_utf8(&name).is_err() {
            return Err(self.value_error("AST identifier must not contain surrogates".to_owned()));
        }
        Ok(Ident { name: self.name_id(&name), range })
    }

    fn name(
        &mut self,
        node: &S::Value,
        owner: &'static str,
        name: &'static str,
        at: TextRange,
    ) -> Res<Ident, S> {
        let value = self.required(node, owner, name)?;
        self.identifier(&value, at)
    }

    fn opt_name(&mut self, node: &S::Value, name: &'static str, at: TextRange) -> Res<Option<Ident>, S> {
        match self.optional(node, name)? {
            Some(value) => self.identifier(&value, at).map(Some),
            None => Ok(None),
        }
    }

    /// A comment with a type.
    fn type_comment(&mut self, node: &S::Value) -> Res<Option<ConstantId>, S> {
        match self.optional(node, "type_comment")? {
            Some(value) => self.string(&value).map(Some),
            None => Ok(None),
        }
    }

    fn string(&mut self, value: &S::Value) -> Res<ConstantId, S> {
        let Some(string) = self.source.string(value) else {
            return Err(self.type_error("AST string must be of type str".to_owned()));
        };
        let slice = self.text(&string);
        Ok(self.constant_id(ConstantRepr::Str(slice)))
    }

    fn constant_id(&mut self, value: ConstantRepr) -> ConstantId {
        self.unit.arenas.constants.push(value);
        ConstantId::new(self.unit.arenas.constants.len() - 1)
    }

    fn constant(&mut self, value: &S::Value) -> Res<ConstantId, S> {
        let Some(constant) = self.source.constant(value)? else {
            let class = self.source.type_name(value);
            return Err(self.type_error(format!("got an invalid type in Constant: {class}")));
        };
        let repr = match &constant {
            Const::None => ConstantRepr::None,
            Const::Bool(true) => ConstantRepr::True,
            Const::Bool(false) => ConstantRepr::False,
            Const::Ellipsis => ConstantRepr::Ellipsis,
            Const::Int(number) if *number >= 0 => ConstantRepr::Int(number.unsigned_abs()),
            Const::Float(number) => ConstantRepr::Float(number.to_bits()),
            Const::Str(string) => ConstantRepr::Str(self.text(string.as_bytes())),
            Const::Bytes(bytes) => ConstantRepr::Bytes(self.text(bytes)),
            Const::Code(_) | Const::Slice(_) => {
                let class = self.source.type_name(value);
                return Err(self.type_error(format!("got an invalid type in Constant: {class}")));
            }
            _ => {
                self.unit.constants.push(constant);
                ConstantRepr::Made(self.unit.constants.len() as u32 - 1)
            }
        };
        Ok(self.constant_id(repr))
    }
}
