//! What every object has: `repr`, `str`, `hash`, truth, length, `dir`, `format`, `bytes`.

use std::sync::Arc;

use crate::payload::Int;
use crate::raw::{Kind, Obj, Ref, Str};
use crate::vm::{CompileHook, CompileRequest, ProgramBlock, ProgramWarning, Raised, Res, SourceForm, Vm};

impl Vm {
    /// `repr(obj)`, a `str`.
    pub fn repr(&self, obj: &Obj) -> Res<Obj> {
        let Some(repr) = obj.ty().slots.repr.get() else {
            return Ok(self.str(&format!("<{} object at {:#x}>", obj.ty().name(), obj.id())));
        };
        let result = self.recurse(" while getting the repr of an object", || repr(self, obj))?;
        if result.get::<Str>().is_none() {
            return Err(
                self.type_error(format!("__repr__ returned non-string (type {})", result.ty().name()))
            );
        }
        Ok(result)
    }

    /// `str(obj)`, a `str`.
    pub fn str_of(&self, obj: &Obj) -> Res<Obj> {
        if obj.is_exactly(&self.types.str) {
            return Ok(obj.clone());
        }
        let Some(str) = obj.ty().slots.str.get() else { return self.repr(obj) };
        let result = self.recurse(" while getting the str of an object", || str(self, obj))?;
        if result.get::<Str>().is_none() {
            return Err(self.type_error(format!("__str__ returned non-string (type {})", result.ty().name())));
        }
        Ok(result)
    }

    /// `repr(obj)` as a typed string.
    pub fn repr_ref(&self, obj: &Obj) -> Res<Ref<Str>> {
        self.repr(obj)?.into_ref().map_err(|_| self.system_error("repr is not a string"))
    }

    /// `str(obj)` as a typed string.
    pub fn str_of_ref(&self, obj: &Obj) -> Res<Ref<Str>> {
        self.str_of(obj)?.into_ref().map_err(|_| self.system_error("str is not a string"))
    }

    /// `repr(obj)` as Rust text, for messages; surrogates become U+FFFD.
    pub fn repr_text(&self, obj: &Obj) -> Res<String> {
        Ok(self.repr_ref(obj)?.to_text_lossy().into_owned())
    }

    /// `str(obj)` as Rust text, for messages; surrogates become U+FFFD.
    pub fn str_text(&self, obj: &Obj) -> Res<String> {
        Ok(self.str_of_ref(obj)?.to_text_lossy().into_owned())
    }

    /// `ascii(obj)`: the repr with everything past ASCII escaped.
    pub fn ascii(&self, obj: &Obj) -> Res<Obj> {
        let repr = self.repr_ref(obj)?;
        if repr.as_ascii().is_some() {
            return Ok(repr.into_obj());
        }
        let mut out = String::new();
        for c in repr.code_points() {
            match c {
                0..0x80 => out.push(c as u8 as char),
                0x80..0x100 => out.push_str(&format!("\\x{c:02x}")),
                0x100..0x10000 => out.push_str(&format!("\\u{c:04x}")),
                _ => out.push_str(&format!("\\U{c:08x}")),
            }
        }
        Ok(self.str(&out))
    }

    /// `format(obj, spec)`.
    pub fn format(&self, obj: &Obj, spec: Option<&Obj>) -> Res<Obj> {
        let empty = self.names.empty.as_obj();
        let spec = spec.unwrap_or(empty);
        let Some(text) = spec.get::<Str>() else {
            return Err(
                self.system_error(format!("Format specifier must be a string, not {}", spec.ty().name()))
            );
        };
        if text.is_empty() {
            if obj.is_exactly(&self.types.str) {
                return Ok(obj.clone());
            }
            if obj.is_exactly(&self.types.int) {
                return self.str_of(obj);
            }
        }
        let Some(result) = self.call_special(obj, &self.names.__format__, std::slice::from_ref(spec))? else {
            return Err(self.type_error(format!("Type {} doesn't define __format__", obj.ty().name())));
        };
        if result.get::<Str>().is_none() {
            return Err(self.type_error(format!("__format__ must return a str, not {}", result.ty().name())));
        }
        Ok(result)
    }

    /// `hash(obj)`; never −1.
    #[inline]
    pub fn hash(&self, obj: &Obj) -> Res<i64> {
        if obj.is_exactly(&self.types.str)
            && let Some(s) = obj.get::<Str>()
        {
            return Ok(s.hash_value());
        }
        match obj.ty().slots.hash.get() {
            Some(hash) => hash(self, obj),
            None => Err(self.unhashable(obj)),
        }
    }

    /// The hash of what is to be a dictionary's key (CPython's `dict_unhashable_type`).
    pub fn hash_key(&self, key: &Obj) -> Res<i64> {
        self.hash(key).map_err(|raised| self.not_hashable_as("dict key", key, raised))
    }

    /// The hash of what is to be a set's element (CPython's `set_unhashable_type`).
    pub fn hash_element(&self, element: &Obj) -> Res<i64> {
        self.hash(element).map_err(|raised| self.not_hashable_as("set element", element, raised))
    }

    #[cold]
    fn not_hashable_as(&self, role: &str, obj: &Obj, raised: Raised) -> Raised {
        if !raised.0.is_exactly(&self.exc.type_error) {
            return raised;
        }
        match self.str_of_ref(&raised.0) {
            Ok(reason) => {
                let name = obj.ty().name();
                self.type_error(format!("cannot use '{name}' as a {role} ({})", reason.to_text_lossy()))
            }
            Err(other) => other,
        }
    }

    /// The error of hashing what has no hash.
    pub fn unhashable(&self, obj: &Obj) -> Raised {
        self.type_error(format!("unhashable type: '{}'", obj.ty().name()))
    }

    /// The hash that `__hash__` returned as an `int`: reduced as CPython reduces it, never −1.
    pub fn hash_from_int(&self, result: &Obj) -> i64 {
        let hash = match result.get::<Int>() {
            Some(int) => match int.small() {
                Some(n) => n,
                None => int.hash_value(),
            },
            None => 0,
        };
        if hash == -1 { -2 } else { hash }
    }

    /// `bool(obj)`.
    #[inline]
    pub fn is_true(&self, obj: &Obj) -> Res<bool> {
        if obj.is(&self.true_) {
            return Ok(true);
        }
        if obj.is(&self.false_) || obj.is(&self.none) {
            return Ok(false);
        }
        let slots = &obj.ty().slots;
        if let Some(truth) = slots.nb_bool.get() {
            truth(self, obj)
        } else if let Some(len) = slots.mp_length.get().or(slots.sq_length.get()) {
            Ok(len(self, obj)? != 0)
        } else {
            Ok(true)
        }
    }

    /// `len(obj)`.
    #[inline]
    pub fn len(&self, obj: &Obj) -> Res<usize> {
        let slots = &obj.ty().slots;
        match slots.sq_length.get().or(slots.mp_length.get()) {
            Some(len) => len(self, obj),
            None => Err(self.type_error(format!("object of type '{}' has no len()", obj.ty().name()))),
        }
    }

    /// `operator.length_hint(obj, default)`.
    pub fn length_hint(&self, obj: &Obj, default: usize) -> Res<usize> {
        let slots = &obj.ty().slots;
        if slots.sq_length.get().or(slots.mp_length.get()).is_some() {
            match self.len(obj) {
                Ok(n) => return Ok(n),
                Err(raised) if raised.is_instance(&self.exc.type_error) => {}
                Err(raised) => return Err(raised),
            }
        }
        let hint = match self.call_special(obj, &self.names.__length_hint__, &[]) {
            Ok(Some(hint)) => hint,
            Ok(None) => return Ok(default),
            Err(raised) if raised.is_instance(&self.exc.type_error) => return Ok(default),
            Err(raised) => return Err(raised),
        };
        if hint.is(&self.not_implemented) {
            return Ok(default);
        }
        if hint.kind() != Kind::Int {
            return Err(
                self.type_error(format!("__length_hint__ must be an integer, not {}", hint.ty().name()))
            );
        }
        let n = self.index_as_isize(&hint, Some(&self.exc.overflow_error))?;
        usize::try_from(n).map_err(|_| self.value_error("__length_hint__() should return >= 0"))
    }

    /// `dir(obj)`: a sorted list.
    pub fn dir(&self, obj: &Obj) -> Res<Obj> {
        let Some(names) = self.call_special(obj, &self.names.__dir__, &[])? else {
            return Err(self.type_error("object does not provide __dir__"));
        };
        let mut names = self.iter_to_vec(&names)?;
        self.sort(&mut names)?;
        Ok(self.list(names))
    }

    /// Sorts by `<`, stably. An error leaves the items in some order.
    pub fn sort(&self, items: &mut [Obj]) -> Res<()> {
        // All strings is the common case, and calls nobody.
        if items.iter().all(|i| i.is_exactly(&self.types.str)) {
            items.sort_by(|a, b| match (a.get::<Str>(), b.get::<Str>()) {
                (Some(a), Some(b)) => a.compare(b),
                _ => std::cmp::Ordering::Equal,
            });
            return Ok(());
        }
        for end in 1..items.len() {
            let (mut low, mut high) = (0, end);
            while low < high {
                let middle = (low + high) / 2;
                if self.compare_bool(&items[end], &items[middle], crate::types::CompareOp::Lt)? {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            items[low..=end].rotate_right(1);
        }
        Ok(())
    }

    /// Reports an exception that cannot travel, through `sys.unraisablehook` (`PyErr_WriteUnraisable`).
    pub fn write_unraisable(&self, raised: &Raised, place: Option<&Obj>) {
        if let Some(hook) = self.hooks.unraisable.get() {
            hook(self, raised, None, place);
        }
    }

    /// Reports an exception that cannot travel as `Exception ignored {doing} {object!r}`
    /// (`PyErr_FormatUnraisable`).
    pub fn ignore(&self, raised: &Raised, doing: &str, object: &Obj) {
        if let Some(hook) = self.hooks.unraisable.get() {
            match self.repr_text(object) {
                Ok(shown) => hook(self, raised, Some(&format!("Exception ignored {doing} {shown}")), None),
                Err(_) => hook(self, raised, None, None),
            }
        }
    }

    /// Issues a warning, if a warnings machinery is installed.
    pub fn warn(&self, category: &Ref<crate::types::Type>, message: &str, stack_level: usize) -> Res<()> {
        match self.hooks.warn.get() {
            Some(warn) => warn(self, category, message, stack_level),
            None => Ok(()),
        }
    }

    /// Compiles a program and issues the compiler's warnings.
    pub fn compile(&self, request: &CompileRequest<'_>) -> Res<Arc<bytecode::CodeObject>> {
        self.refuse_null_bytes(request)?;
        let compiled = self.compiler()?.compile(request);
        self.warn_of_syntax(request, &compiled.warnings)?;
        compiled.code.map_err(|data| self.syntax_error(&data))
    }

    /// Parses a program to an object of the module `ast`, and issues the parser's warnings.
    pub fn parse(&self, request: &CompileRequest<'_>) -> Res<Obj> {
        self.refuse_null_bytes(request)?;
        let parsed = self.compiler()?.parse(self, request);
        self.warn_of_syntax(request, &parsed.warnings)?;
        parsed.tree.map_err(|data| self.syntax_error(&data))?
    }

    /// The symbol tables of a program; issues the parser's warnings.
    pub fn symbol_tables(&self, request: &CompileRequest<'_>) -> Res<Vec<ProgramBlock>> {
        self.refuse_null_bytes(request)?;
        let found = self.compiler()?.symbols(request);
        self.warn_of_syntax(request, &found.warnings)?;
        found.blocks.map_err(|data| self.syntax_error(&data))
    }

    /// Compiles a tree of objects of the module `ast`, and issues the warnings of the compiler.
    pub fn compile_tree(&self, tree: &Obj, request: &CompileRequest<'_>) -> Res<Arc<bytecode::CodeObject>> {
        let compiled = self.compiler()?.compile_tree(self, tree, request)?;
        self.warn_of_syntax(request, &compiled.warnings)?;
        compiled.code.map_err(|data| self.syntax_error(&data))
    }

    /// A tree of objects of the module `ast` made anew; if the flags say so, as the compiler changes it before it generates
    /// code.
    pub fn remake_tree(&self, tree: &Obj, request: &CompileRequest<'_>) -> Res<Obj> {
        self.compiler()?.remake_tree(self, tree, request)
    }

    /// What is handed over whole may have no NULs (`_Py_SourceAsString`); those of a file that is run are found as its lines
    /// are read.
    fn refuse_null_bytes(&self, request: &CompileRequest<'_>) -> Res<()> {
        if request.form != SourceForm::File && request.source.contains(&0) {
            let message = self.str("source code string cannot contain null bytes");
            return Err(self.raise_class(self.exc.syntax_error.as_obj(), &[message]));
        }
        Ok(())
    }

    fn compiler(&self) -> Res<std::rc::Rc<dyn CompileHook>> {
        let hook = self.hooks.compile.borrow().clone();
        hook.ok_or_else(|| self.runtime_error("no compiler is installed"))
    }

    /// Issues the warnings of the compiler; what a filter turns into an exception is a `SyntaxError`
    /// (`_PyErr_EmitSyntaxWarning`).
    fn warn_of_syntax(&self, request: &CompileRequest<'_>, warnings: &[ProgramWarning]) -> Res<()> {
        let Some(warn) = self.hooks.warn_explicit.get() else { return Ok(()) };
        let category = &self.exc.syntax_warning;
        for warning in warnings {
            let ProgramWarning { message, line, error } = warning;
            let issued = warn(self, category, message, request.filename, *line);
            issued.map_err(
                |raised| {
                    if raised.is_instance(category) { self.syntax_error(error) } else { raised }
                },
            )?;
        }
        Ok(())
    }

    /// An allocation of so many bytes is about to be made; refused if the heap limit or reason forbid it.
    pub fn check_alloc(&self, bytes: usize) -> Res<()> {
        if bytes > isize::MAX as usize / 2 || crate::raw::over_limit(bytes) || bytes > MAX_SINGLE_ALLOCATION {
            return Err(self.memory_error());
        }
        Ok(())
    }
}

/// The largest single allocation that a program may ask for, when nothing else limits it.
const MAX_SINGLE_ALLOCATION: usize = 1 << 32;
