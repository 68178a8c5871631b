//! `function`, `method`, `builtin_function_or_method`, `module`.

use std::cell::Cell;

use crate::raw::dict::Dict;
use crate::raw::{CoreKind, Kind, Obj, ObjCell, Payload, Ref, Visitor};
use crate::types::NativeDef;
use crate::vm::{Args, Res, Vm};

/// The payload of `function` (CPython's `PyFunctionObject`).
pub struct Function {
    /// `__code__`, a code object.
    pub code: ObjCell,
    /// `__globals__`.
    pub globals: Ref<Dict>,
    /// `__builtins__`: where names are looked up last.
    pub builtins: Ref<Dict>,
    /// `__name__`.
    pub name: ObjCell,
    /// `__qualname__`.
    pub qualname: ObjCell,
    /// `__defaults__`: a tuple or nothing.
    pub defaults: ObjCell,
    /// `__kwdefaults__`: a dict or nothing.
    pub kwdefaults: ObjCell,
    /// `__closure__`: a tuple of cells or nothing.
    pub closure: ObjCell,
    /// `__doc__`.
    pub doc: ObjCell,
    /// `__dict__`, made when asked for.
    pub dict: ObjCell,
    /// `__module__`.
    pub module: ObjCell,
    /// `__annotations__`, once evaluated.
    pub annotations: ObjCell,
    /// `__annotate__`.
    pub annotate: ObjCell,
    /// `__type_params__`: a tuple or nothing.
    pub type_params: ObjCell,
    /// Changes whenever code or defaults do; 0 when not assigned (`func_version`).
    pub version: Cell<u32>,
}

impl Payload for Function {
    const NAME: &'static str = "function";
    const KIND: CoreKind = CoreKind::of(Kind::Function);
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(self.globals.as_obj());
        visit(self.builtins.as_obj());
        for cell in self.cells() {
            cell.trace(visit);
        }
    }
    fn clear(&self) {
        // Code, name and qualname stay: they close no cycle, and finalizers up the stack may still ask for them.
        for cell in self.cells().into_iter().skip(3) {
            cell.set(None);
        }
    }
}

impl Function {
    fn cells(&self) -> [&ObjCell; 12] {
        [
            &self.code,
            &self.name,
            &self.qualname,
            &self.defaults,
            &self.kwdefaults,
            &self.closure,
            &self.doc,
            &self.dict,
            &self.module,
            &self.annotations,
            &self.annotate,
            &self.type_params,
        ]
    }
}

/// The payload of `method`: a callable with its first argument.
pub struct Method {
    /// `__func__`.
    pub function: Obj,
    /// `__self__`.
    pub receiver: Obj,
}

impl Payload for Method {
    const NAME: &'static str = "method";
    const KIND: CoreKind = CoreKind::of(Kind::Method);
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.function);
        visit(&self.receiver);
    }
}

/// A function in Rust that Python can call. `receiver` is what it is bound to: the instance for methods, the module for
/// module functions, the type for class methods.
pub type NativeFn = fn(vm: &Vm, receiver: &Obj, args: Args<'_>) -> Res<Obj>;

/// The payload of `builtin_function_or_method`.
pub struct NativeFunction {
    /// Name, signature, code.
    pub def: &'static NativeDef,
    /// `__self__`.
    pub receiver: ObjCell,
    /// `__module__`.
    pub module: ObjCell,
}

impl Payload for NativeFunction {
    const NAME: &'static str = "builtin_function_or_method";
    const KIND: CoreKind = CoreKind::of(Kind::NativeFunction);
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.receiver.trace(visit);
        self.module.trace(visit);
    }
}

/// The payload of `module`.
pub struct Module {
    /// `__dict__`.
    pub dict: Ref<Dict>,
}

impl Payload for Module {
    const NAME: &'static str = "module";
    const KIND: CoreKind = CoreKind::of(Kind::Module);
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(self.dict.as_obj());
    }
    fn clear(&self) {
        self.dict.clear();
    }
}
