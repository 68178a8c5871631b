//! `compile`, `eval`, `exec`, `globals`, `locals`.

use bytecode::{compile_flags, flags};
use object::{
    Args, Bytes, Code, CompileMode, CompileRequest, Dict, NativeDef, Obj, Params, Ref, Res, SourceForm, Str,
    Type, Vm,
};

use crate::bytes::buffer::with_bytes;

pub(super) static FUNCTIONS: &[NativeDef] = &[
    NativeDef::keywords(
        "__build_class__",
        interp::class::build_class,
        "__build_class__(func, name, /, *bases, [metaclass], **kwds) -> class\n\nInternal helper function used by the class statement.",
    ),
    NativeDef::keywords(
        "compile",
        compile,
        "($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)\n--\n\nCompile source into a code object that can be executed by exec() or eval().",
    ),
    NativeDef::keywords(
        "eval",
        |vm, _, a| run(vm, &EVAL, "eval", CompileMode::Eval, a),
        "($module, source, /, globals=None, locals=None)\n--\n\nEvaluate the given source in the context of globals and locals.\n\nThe source may be a string representing a Python expression\nor a code object as returned by compile().\nThe globals must be a dictionary and locals can be any mapping,\ndefaulting to the current globals and locals.\nIf only globals is given, locals defaults to it.",
    ),
    NativeDef::keywords(
        "exec",
        exec,
        "($module, source, /, globals=None, locals=None, *, closure=None)\n--\n\nExecute the given source in the context of globals and locals.\n\nThe source may be a string representing one or more Python statements\nor a code object as returned by compile().\nThe globals must be a dictionary and locals can be any mapping,\ndefaulting to the current globals and locals.\nIf only globals is given, locals defaults to it.\nThe closure must be a tuple of cellvars, and can only be used\nwhen source is a code object requiring exactly that many cellvars.",
    ),
    NativeDef::no_args(
        "globals",
        |vm, _, _| Ok(current_globals(vm)?.into_obj()),
        "($module, /)\n--\n\nReturn the dictionary containing the current scope\'s global variables.\n\nNOTE: Updates to this dictionary *will* affect name lookups in the current\nglobal scope and vice-versa.",
    ),
    NativeDef::no_args(
        "locals",
        |vm, _, _| current_locals(vm),
        "($module, /)\n--\n\nReturn a dictionary containing the current scope\'s local variables.\n\nNOTE: Whether or not updates to this dictionary will affect name lookups in\nthe local scope and vice-versa is *implementation dependent* and not\ncovered by any backwards compatibility guarantees.",
    ),
];

fn current_globals(vm: &Vm) -> Res<Ref<Dict>> {
    match vm.thread.frame.get() {
        Some(frame) => Ok(frame.globals().clone()),
        None => Err(vm.system_error("globals(): no current frame")),
    }
}

/// `locals()`: the namespace of a module or class body; a snapshot of a function\'s variables.
pub(super) fn current_locals(vm: &Vm) -> Res<Obj> {
    let Some(frame) = vm.thread.frame.get() else {
        return Err(vm.system_error("frame does not exist"));
    };
    let object = interp::frames::object_of(vm, frame);
    let locals = vm.getattr_text(object.as_obj(), "f_locals")?;
    if locals.ty().is(vm.native_type(&interp::types::locals::LOCALS_PROXY)) {
        return vm.call_method(&locals, &vm.names.copy, &[]);
    }
    Ok(locals)
}

static EVAL: Params<3> = Params::new("eval", ["source", "globals", "locals"]).positional_only(1).required(1);
static EXEC: Params<4> = Params::new("exec", ["source", "globals", "locals", "closure"])
    .positional_only(1)
    .keyword_only(3)
    .required(1);
static COMPILE: Params<7> = Params::new(
    "compile",
    ["source", "filename", "mode", "flags", "dont_inherit", "optimize", "_feature_version"],
)
.keyword_only(6)
.required(3);

/// The future flags of the running code, which code compiled inside of it inherits.
fn inherited_flags(vm: &Vm) -> u32 {
    vm.thread.frame.get().map_or(0, |frame| frame.code().flags & compile_flags::FUTURE_MASK)
}

/// A source as bytes: text, or what shows bytes (`_Py_SourceAsString`).
pub fn source_bytes(vm: &Vm, source: &Obj, function: &str, what: &str) -> Res<(Vec<u8>, SourceForm)> {
    if let Some(text) = source.downcast::<Str>() {
        return Ok((vm.utf8_text(text)?.into_bytes(), SourceForm::Text));
    }
    let bytes = with_bytes(source, |bytes| (bytes.to_vec(), SourceForm::Bytes));
    bytes.ok_or_else(|| vm.type_error(format!("{function}() arg 1 must be a {what}")))
}

/// The name of a source's file (`PyUnicode_FSDecoder`).
pub fn file_name(vm: &Vm, name: &Obj) -> Res<String> {
    match (name.get::<Str>(), name.get::<Bytes>()) {
        (Some(name), _) => Ok(name.to_text_lossy().into_owned()),
        (_, Some(Bytes(bytes))) => Ok(String::from_utf8_lossy(bytes).into_owned()),
        _ => match vm.call_special(name, &vm.names.__fspath__, &[])? {
            Some(path) => vm.str_text(&path),
            None => {
                let class = name.ty().name();
                Err(vm.type_error(format!("expected str, bytes or os.PathLike object, not {class}")))
            }
        },
    }
}

fn compile(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [source, filename, mode, flags, dont_inherit, optimize, feature_version] = COMPILE.bind(vm, args)?;
    let none = &vm.none;
    let (source, filename, mode) = (source.unwrap_or(none), filename.unwrap_or(none), mode.unwrap_or(none));
    let filename = file_name(vm, filename)?;
    let mode_name = vm.str_arg("compile", "argument \'mode\'", mode)?;
    if mode_name.as_ascii().is_some_and(|name| name.contains('\0')) {
        return Err(vm.value_error("embedded null character"));
    }
    let given = flags.map_or(Ok(0), |f| vm.as_i32(f))? as u32;
    // `PyCF_MASK | PyCF_MASK_OBSOLETE | PyCF_COMPILE_MASK`
    const KNOWN: u32 = compile_flags::FUTURE_MASK
        | flags::NESTED
        | compile_flags::DONT_IMPLY_DEDENT
        | compile_flags::ONLY_AST
        | compile_flags::TYPE_COMMENTS
        | compile_flags::ALLOW_TOP_LEVEL_AWAIT
        | compile_flags::ALLOW_INCOMPLETE_INPUT
        | compile_flags::OPTIMIZED_AST;
    if given & !KNOWN != 0 {
        return Err(vm.value_error("compile(): unrecognised flags"));
    }
    let only_tree = given & compile_flags::ONLY_AST != 0;
    let mode = match mode_name.as_ascii() {
        Some("exec") => CompileMode::Exec,
        Some("eval") => CompileMode::Eval,
        Some("single") => CompileMode::Single,
        Some("func_type") => CompileMode::FuncType,
        _ if only_tree => {
            return Err(vm.value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'"));
        }
        _ => return Err(vm.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    if mode == CompileMode::FuncType && !only_tree {
        return Err(vm.value_error("compile() mode \'func_type\' requires flag PyCF_ONLY_AST"));
    }
    let optimize = optimize.map_or(Ok(-1), |o| vm.as_i32(o))?;
    if !(-1..=2).contains(&optimize) {
        return Err(vm.value_error("compile(): invalid optimize value"));
    }
    let feature_version = feature_version.map_or(Ok(-1), |version| vm.as_i32(version))?;
    let inherit = match dont_inherit {
        Some(dont) => !vm.is_true(dont)?,
        None => true,
    };
    if source.get::<Code>().is_some() {
        return Ok(source.clone());
    }
    let request = |source, form, feature_version| CompileRequest {
        source,
        form,
        filename: &filename,
        mode,
        flags: given | if inherit { inherited_flags(vm) } else { 0 },
        optimize,
        feature_version,
    };
    if is_syntax_tree(source) {
        let request = request(&[], SourceForm::Text, None);
        if only_tree {
            return vm.remake_tree(source, &request);
        }
        let code = vm.compile_tree(source, &request)?;
        return Ok(interp::code::executable(vm, &code)?.into_obj());
    }
    let (bytes, form) = source_bytes(vm, source, "compile", "string, bytes or AST object")?;
    let feature_version = u8::try_from(feature_version).ok().filter(|_| only_tree);
    let request = request(&bytes, form, feature_version);
    if only_tree {
        return vm.parse(&request);
    }
    let code = vm.compile(&request)?;
    Ok(interp::code::executable(vm, &code)?.into_obj())
}

/// Whether it is a node of the module `ast`, which belongs to the library.
fn is_syntax_tree(source: &Obj) -> bool {
    let classes = source.ty().mro_tuple();
    classes.is_some_and(|classes| {
        classes.iter().any(|class| class.get::<Type>().is_some_and(|class| &*class.name() == "ast.AST"))
    })
}

/// The globals and locals that `eval` and `exec` run with.
fn namespaces(vm: &Vm, function: &str, globals: Option<&Obj>, locals: Option<&Obj>) -> Res<(Ref<Dict>, Obj)> {
    let given = |x: Option<&Obj>| x.filter(|x| !x.is(&vm.none)).cloned();
    let (globals, locals) = (given(globals), given(locals));
    if let Some(locals) = &locals
        && !vm.is_mapping(locals)
    {
        return Err(vm.type_error(if function == "exec" {
            format!("locals must be a mapping or None, not {}", locals.ty().name())
        } else {
            "locals must be a mapping".to_owned()
        }));
    }
    let dict = match &globals {
        Some(globals) => match globals.downcast::<Dict>() {
            Some(dict) => dict.clone(),
            None if function == "exec" => {
                return Err(
                    vm.type_error(format!("exec() globals must be a dict, not {}", globals.ty().name()))
                );
            }
            None => {
                return Err(vm.type_error(if vm.is_mapping(globals) {
                    "globals must be a real dict; try eval(expr, {}, mapping)"
                } else {
                    "globals must be a dict"
                }));
            }
        },
        None => current_globals(vm)?,
    };
    let locals = match (locals, globals) {
        (Some(locals), _) => locals,
        (None, Some(globals)) => globals,
        (None, None) => current_locals(vm)?,
    };
    if dict.get_str(&vm.names.__builtins__).is_none() {
        let builtins = match vm.thread.frame.get() {
            Some(frame) => frame.builtins().clone().into_obj(),
            None => vm.dict().into_obj(),
        };
        dict.set_str(&vm.names.__builtins__, builtins);
    }
    Ok((dict, locals))
}

fn run(vm: &Vm, params: &Params<3>, function: &str, mode: CompileMode, args: Args<'_>) -> Res<Obj> {
    let [source, globals, locals] = params.bind(vm, args)?;
    let (globals, locals) = namespaces(vm, function, globals, locals)?;
    run_source(vm, function, mode, source.unwrap_or(&vm.none), &globals, locals)
}

fn run_source(
    vm: &Vm,
    function: &str,
    mode: CompileMode,
    source: &Obj,
    globals: &Ref<Dict>,
    locals: Obj,
) -> Res<Obj> {
    if let Some(code) = source.downcast::<Code>() {
        if code.free_count > 0 {
            return Err(vm.type_error(if function == "eval" {
                "code object passed to eval() may not contain free variables"
            } else {
                "code object passed to exec() may not contain free variables"
            }));
        }
        return run_code(vm, code.clone(), globals, locals);
    }
    let (bytes, form) = source_bytes(vm, source, function, "string, bytes or code object")?;
    let mut text: &[u8] = &bytes;
    if mode == CompileMode::Eval {
        while let [b' ' | b'\t', rest @ ..] = text {
            text = rest;
        }
    }
    let request = CompileRequest {
        source: text,
        form,
        filename: "<string>",
        mode,
        flags: inherited_flags(vm),
        optimize: -1,
        feature_version: None,
    };
    let code = vm.compile(&request)?;
    run_code(vm, interp::code::executable(vm, &code)?, globals, locals)
}

fn run_code(vm: &Vm, code: Ref<Code>, globals: &Ref<Dict>, locals: Obj) -> Res<Obj> {
    let function = interp::function::for_globals(vm, code, globals);
    interp::run_code(vm, function.as_obj(), Some(locals))
}

fn exec(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let [source, globals, locals, closure] = EXEC.bind(vm, args)?;
    let source = source.unwrap_or(&vm.none);
    let (globals, locals) = namespaces(vm, "exec", globals, locals)?;
    let closure = closure.filter(|c| !c.is(&vm.none));
    let free = source.get::<Code>().map_or(0, |c| c.free_count as usize);
    if source.get::<Code>().is_none() && closure.is_some() {
        return Err(vm.type_error("closure can only be used when source is a code object"));
    }
    if free == 0 && closure.is_some() {
        return Err(vm.type_error("cannot use a closure with this code object"));
    }
    if let (Some(code), true) = (source.downcast::<Code>(), free > 0) {
        let cells = closure.and_then(|c| c.get::<object::Tuple>());
        let fits = cells.is_some_and(|cells| {
            cells.len() == free && cells.iter().all(|c| c.get::<object::CellObject>().is_some())
        });
        if !fits {
            return Err(vm.type_error(format!("code object requires a closure of exactly length {free}")));
        }
        let function = interp::function::for_globals(vm, code.clone(), &globals);
        function.closure.set(closure.cloned());
        interp::run_code(vm, function.as_obj(), Some(locals))?;
        return Ok(vm.none.clone());
    }
    run_source(vm, "exec", CompileMode::Exec, source, &globals, locals)?;
    Ok(vm.none.clone())
}
