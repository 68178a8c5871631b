//! How native modules are declared, and the list of all of them.

use std::cell::RefCell;

use object::{Module, NativeDef, Raised, Ref, Res, Type, Vm};

/// A module written in Rust.
pub struct NativeModule {
    /// `__name__`
    pub name: &'static str,
    /// `__doc__`
    pub doc: &'static str,
    /// Its functions.
    pub functions: &'static [NativeDef],
    /// Its types, by the name they have in the module.
    pub types: &'static [(&'static str, fn(&Vm) -> Ref<Type>)],
    /// Adds whatever else it has.
    pub init: Option<fn(&Vm, &Ref<Module>) -> Res<()>>,
}

impl NativeModule {
    /// A module without anything in it.
    pub const fn new(name: &'static str, doc: &'static str) -> NativeModule {
        NativeModule { name, doc, functions: &[], types: &[], init: None }
    }
    /// Sets the functions.
    pub const fn functions(mut self, functions: &'static [NativeDef]) -> NativeModule {
        self.functions = functions;
        self
    }
    /// Sets the types.
    pub const fn types(mut self, types: &'static [(&'static str, fn(&Vm) -> Ref<Type>)]) -> NativeModule {
        self.types = types;
        self
    }
    /// Sets what adds the rest.
    pub const fn init(mut self, init: fn(&Vm, &Ref<Module>) -> Res<()>) -> NativeModule {
        self.init = Some(init);
        self
    }

    /// The module object, made anew.
    pub fn create(&'static self, vm: &Vm) -> Res<Ref<Module>> {
        let doc = Some(self.doc).filter(|doc| !doc.is_empty());
        let module = builtins::new_module(vm, self.name, doc);
        add_functions(vm, &module, self.name, self.functions);
        for (name, ty) in self.types {
            module.dict.set_str(&vm.intern(name), ty(vm).into_obj());
        }
        if let Some(init) = self.init {
            init(vm, &module)?;
        }
        Ok(module)
    }
}

/// Adds functions to a module.
pub fn add_functions(vm: &Vm, module: &Ref<Module>, name: &str, functions: &'static [NativeDef]) {
    for def in functions {
        let function = vm.native_function(def, Some(module.as_obj()), name);
        module.dict.set_str(&vm.intern(def.name), function);
    }
}

/// All native modules but `sys` and `builtins`, which the machine makes first.
pub static MODULES: &[&NativeModule] = crate::MODULES;

/// The native module of a name.
pub fn find(name: &str) -> Option<&'static NativeModule> {
    MODULES.iter().find(|module| module.name == name).copied()
}

/// The exception types made so far, by their full name.
#[derive(Default)]
struct ExceptionTypes(RefCell<Vec<(&'static str, Ref<Type>)>>);

/// An exception type that a module brings, made at first use (`PyErr_NewException`). The name has the module's in front.
pub(crate) fn exception_type(vm: &Vm, name: &'static str, base: &Ref<Type>) -> Res<Ref<Type>> {
    let known = vm.state::<ExceptionTypes>();
    let found = known.0.borrow().iter().find(|(own, _)| *own == name).map(|(_, ty)| ty.clone());
    if let Some(ty) = found {
        return Ok(ty);
    }
    let (module, short) = name.rsplit_once('.').unwrap_or(("builtins", name));
    let namespace = vm.dict();
    namespace.set_str(&vm.names.__module__, vm.str(module));
    let ty = vm.new_class(short, &[base.as_obj().clone()], &namespace)?;
    known.0.borrow_mut().push((name, ty.clone()));
    Ok(ty)
}

/// An exception of a type made by [`exception_type`].
pub(crate) fn raise(vm: &Vm, name: &'static str, base: &Ref<Type>, message: &str) -> Raised {
    match exception_type(vm, name, base) {
        Ok(ty) => vm.raise_text(&ty, message),
        Err(raised) => raised,
    }
}
