//! `code`: the compiler's code object with what the loop needs to run it.

use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use std::sync::Arc;

use bytecode::exceptiontable::{self, Entry};
use bytecode::{CodeObject, flags, local_kind};

use crate::raw::{CoreKind, Kind, Obj, Payload, Ref, Str, Tuple, Visitor};

/// The payload of `code`. The compiler's code object stays pristine; instructions run, and are specialised, in a copy.
pub struct Code {
    /// What the compiler made.
    pub object: Arc<CodeObject>,
    /// The adaptive copy of the code units, inline caches included.
    units: Box<[Cell<u16>]>,
    /// `co_consts` as objects.
    pub consts: Ref<Tuple>,
    /// `co_names`, interned.
    pub names: Box<[Ref<Str>]>,
    /// The objects that its attributes are, once they were asked for.
    pub attributes: Attributes,
    /// The names of locals, cells and free variables, interned.
    pub place_names: Box<[Ref<Str>]>,
    /// `co_filename`.
    pub filename: Ref<Str>,
    /// `co_name`.
    pub name: Ref<Str>,
    /// `co_qualname`.
    pub qualname: Ref<Str>,
    /// The exception table.
    handlers: Box<[Entry]>,
    /// What functions of this code share as their version (`co_version`).
    pub version: u32,
    place_count: u32,
    frame_size: u32,
    stack_size: u32,
    /// `co_argcount`.
    pub arg_count: u32,
    /// `co_kwonlyargcount`.
    pub kwonly_count: u32,
    /// `co_flags`.
    pub flags: u32,
    /// The number of free variables, which are the last places.
    pub free_count: u32,
}

/// Objects that are made when they are asked for, and stay the same ever after.
#[derive(Default)]
pub struct Attributes {
    /// `co_names`
    pub names: Shared,
    /// `co_linetable`
    pub linetable: Shared,
    /// `co_exceptiontable`
    pub exceptiontable: Shared,
    /// `co_code`
    pub code: OnceCell<Obj>,
    /// `co_varnames`
    pub varnames: OnceCell<Obj>,
    /// `co_cellvars`
    pub cellvars: OnceCell<Obj>,
    /// `co_freevars`
    pub freevars: OnceCell<Obj>,
}

/// An object that code objects share which were compiled together and are equal there.
pub type Shared = Rc<OnceCell<Obj>>;

/// The objects of a new [`Code`].
pub struct CodeParts {
    /// `co_consts`; as many as the code object has.
    pub consts: Ref<Tuple>,
    /// What it shares with others
    pub attributes: Attributes,
    /// `co_names`, interned; as many as the code object has.
    pub names: Box<[Ref<Str>]>,
    /// `co_localsplusnames`, interned; as many as the code object has.
    pub place_names: Box<[Ref<Str>]>,
    /// `co_filename`.
    pub filename: Ref<Str>,
    /// `co_name`.
    pub name: Ref<Str>,
    /// `co_qualname`.
    pub qualname: Ref<Str>,
}

impl Payload for Code {
    const NAME: &'static str = "code";
    const KIND: CoreKind = CoreKind::of(Kind::Code);
    // Constants are immutable and made by the compiler: no cycle goes through them (as in CPython, which does not track
    // code objects either).
    const TRACKED: bool = false;
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(self.consts.as_obj());
        self.attributes.trace(visit);
        for name in self.names.iter().chain(&self.place_names) {
            visit(name.as_obj());
        }
        visit(self.filename.as_obj());
        visit(self.name.as_obj());
        visit(self.qualname.as_obj());
    }
}

impl Attributes {
    fn trace(&self, visit: &mut Visitor<'_>) {
        let Attributes { names, linetable, exceptiontable, code, varnames, cellvars, freevars } = self;
        for made in [&**names, linetable, exceptiontable, code, varnames, cellvars, freevars] {
            made.get().into_iter().for_each(&mut *visit);
        }
    }
}

thread_local! {
    static NEXT_VERSION: Cell<u32> = const { Cell::new(1) };
}

/// A function version that nothing else has; 0 if the numbers have run out.
pub fn next_function_version() -> u32 {
    let version = NEXT_VERSION.get();
    if version != u32::MAX {
        NEXT_VERSION.set(version + 1);
        return version;
    }
    0
}

impl Code {
    /// A runnable form of a verified code object.
    ///
    /// # Panics
    /// If the parts are not as many as the code object has: a slip in the machine.
    pub fn new(object: Arc<CodeObject>, parts: CodeParts) -> Code {
        assert_eq!(parts.consts.len(), object.consts.len());
        assert_eq!(parts.names.len(), object.names.len());
        assert_eq!(parts.place_names.len(), object.localsplusnames.len());
        let units: Vec<Cell<u16>> = object
            .code
            .chunks_exact(2)
            .map(|pair| Cell::new(u16::from_le_bytes([pair[0], pair[1]])))
            .collect();
        let places = parts.place_names.len() as u32;
        // One word to spare: a handler may push the raising instruction's offset on top of a full stack.
        let stack_size = object.stacksize + 1;
        Code {
            units: units.into(),
            handlers: exceptiontable::entries(&object.exceptiontable).collect(),
            version: next_function_version(),
            place_count: places,
            frame_size: places + stack_size,
            stack_size,
            arg_count: object.argcount,
            kwonly_count: object.kwonlyargcount,
            flags: object.flags,
            free_count: object.freevars().count() as u32,
            consts: parts.consts,
            attributes: parts.attributes,
            names: parts.names,
            place_names: parts.place_names,
            filename: parts.filename,
            name: parts.name,
            qualname: parts.qualname,
            object,
        }
    }

    /// The adaptive code units.
    #[inline(always)]
    pub fn units(&self) -> &[Cell<u16>] {
        &self.units
    }

    #[inline(always)]
    pub(crate) fn first_unit(&self) -> *const Cell<u16> {
        self.units.as_ptr()
    }

    /// Locals, cells and free variables together.
    #[inline(always)]
    pub fn place_count(&self) -> usize {
        self.place_count as usize
    }

    /// Places and value stack.
    #[inline(always)]
    pub fn frame_size(&self) -> usize {
        self.frame_size as usize
    }

    /// The room on the value stack.
    #[inline(always)]
    pub fn stack_size(&self) -> usize {
        self.stack_size as usize
    }

    /// Whether all these `co_flags` are set.
    #[inline(always)]
    pub fn has(&self, flags: u32) -> bool {
        self.flags & flags == flags
    }

    /// Whether calls make a generator, coroutine or asynchronous generator.
    pub fn is_generator_like(&self) -> bool {
        self.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0
    }

    /// Whether a call with positional arguments only has to fill the first places: no `*args`, no keyword-only
    /// parameters, and locals of its own (`CO_FAST`-like).
    #[inline(always)]
    pub fn takes_plain_arguments(&self) -> bool {
        self.kwonly_count == 0
            && self.flags & (flags::VARARGS | flags::VARKEYWORDS | flags::OPTIMIZED) == flags::OPTIMIZED
    }

    /// The number of parameters, `*args` and `**kwargs` included: the first places.
    pub fn parameter_count(&self) -> usize {
        self.arg_count as usize
            + self.kwonly_count as usize
            + usize::from(self.has(flags::VARARGS))
            + usize::from(self.has(flags::VARKEYWORDS))
    }

    /// What place `index` is, [`local_kind`].
    #[inline]
    pub fn place_kind(&self, index: usize) -> u8 {
        self.object.localspluskinds.get(index).copied().unwrap_or(local_kind::LOCAL)
    }

    /// The handler of an exception at a code unit.
    pub fn handler(&self, unit: usize) -> Option<Entry> {
        let unit = unit as u32;
        let behind = self.handlers.partition_point(|entry| entry.start <= unit);
        let entry = self.handlers[..behind].last()?;
        (unit < entry.end).then_some(*entry)
    }

    /// The line of a code unit; `None` for artificial instructions.
    pub fn line(&self, unit: usize) -> Option<i32> {
        bytecode::linetable::line_of(&self.object.linetable, self.object.firstlineno, unit)
    }
}
