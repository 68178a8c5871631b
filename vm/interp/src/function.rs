//! Function objects.

use object::{Code, Dict, Function, Obj, ObjCell, Ref, Str, Vm};

/// A function of `code`; name, docstring and module follow from code and globals (`PyFunction_NewWithQualName`).
pub fn new(vm: &Vm, code: Ref<Code>, globals: &Ref<Dict>, builtins: &Ref<Dict>) -> Ref<Function> {
    let doc = if code.has(bytecode::flags::HAS_DOCSTRING) { code.consts.first().cloned() } else { None };
    let module = globals.get_str(&vm.names.__name__);
    let function = Function {
        globals: globals.clone(),
        builtins: builtins.clone(),
        name: ObjCell::new(Some(code.name.clone().into_obj())),
        qualname: ObjCell::new(Some(code.qualname.clone().into_obj())),
        defaults: ObjCell::default(),
        kwdefaults: ObjCell::default(),
        closure: ObjCell::default(),
        doc: ObjCell::new(doc),
        dict: ObjCell::default(),
        module: ObjCell::new(module),
        annotations: ObjCell::default(),
        annotate: ObjCell::default(),
        type_params: ObjCell::default(),
        version: code.version.into(),
        code: ObjCell::new(Some(code.into_obj())),
    };
    Ref::new(&vm.types.function, function)
}

/// A function for running `code` with these globals, whose builtins follow from them (`_PyEval_BuiltinsFromGlobals`).
pub fn for_globals(vm: &Vm, code: Ref<Code>, globals: &Ref<Dict>) -> Ref<Function> {
    let builtins = builtins_of(vm, globals);
    new(vm, code, globals, &builtins)
}

/// The namespace where names are looked up last: `__builtins__` of the globals, a module or a dict.
pub fn builtins_of(vm: &Vm, globals: &Ref<Dict>) -> Ref<Dict> {
    let found: Option<Obj> = globals.get_str(&vm.names.__builtins__);
    if let Some(found) = found {
        if let Some(module) = found.get::<object::Module>() {
            return module.dict.clone();
        }
        if let Ok(dict) = found.into_ref::<Dict>() {
            return dict;
        }
    }
    match vm.thread.frame.get() {
        Some(frame) => frame.builtins().clone(),
        None => vm.dict(),
    }
}

/// The name of a function as text.
pub fn name_text(function: &Function) -> String {
    let name = function.name.get();
    name.as_ref().and_then(|n| n.get::<Str>()).map(|n| n.to_text_lossy().into_owned()).unwrap_or_default()
}
