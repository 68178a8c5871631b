//! Runs a `.pyc` with the few builtins that the interpreter can be tried with before the built-in types exist.

use object::types::NativeDef;
use object::{Args, Int, Obj, Res, Str, Vm};

fn show(vm: &Vm, o: &Obj) -> String {
    if let Some(s) = o.get::<Str>() {
        return s.to_text_lossy().into_owned();
    }
    if o.is_exactly(&vm.types.bool) {
        return if o.is(&vm.true_) { "True".into() } else { "False".into() };
    }
    if let Some(i) = o.get::<Int>() {
        return i.to_big().to_string();
    }
    if let Some(t) = o.get::<object::Tuple>() {
        return format!("({})", t.iter().map(|x| show(vm, x)).collect::<Vec<_>>().join(", "));
    }
    if let Some(t) = o.get::<object::List>() {
        return format!("[{}]", t.0.to_vec().iter().map(|x| show(vm, x)).collect::<Vec<_>>().join(", "));
    }
    if let Some(f) = o.get::<object::Float>() {
        return f.0.to_string();
    }
    match vm.str_of(o) {
        Ok(s) => s.get::<Str>().map(|s| s.to_text_lossy().into_owned()).unwrap_or_default(),
        Err(_) => "<?>".to_owned(),
    }
}

fn print(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    println!("{}", args.values.iter().map(|v| show(vm, v)).collect::<Vec<_>>().join(" "));
    Ok(vm.none.clone())
}

fn range(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let n: Vec<i64> = args.values.iter().filter_map(|v| v.get::<Int>()?.small()).collect();
    let (start, stop) = if n.len() == 1 { (0, n[0]) } else { (n[0], n[1]) };
    let step = n.get(2).copied().unwrap_or(1);
    Ok(vm.range_iterator(start, step, ((stop - start + step - step.signum()) / step).max(0) as u64))
}

static DEFS: &[NativeDef] = &[
    NativeDef::positional("print", print, ""),
    NativeDef::positional("range", range, ""),
    NativeDef::keywords("__build_class__", interp::class::build_class, ""),
];

fn slots(vm: &Vm) {
    let s = &vm.types.str.slots;
    s.hash.set(Some(|_, a| Ok(a.get::<Str>().map_or(0, Str::hash_value))));
    s.str.set(Some(|_, a| Ok(a.clone())));
    s.repr.set(Some(|vm, a| Ok(vm.str(&format!("'{}'", show(vm, a))))));
    s.sq_concat.set(Some(|vm, a, b| {
        Ok(Str::concat(&vm.types.str, a.get::<Str>().unwrap(), b.get::<Str>().unwrap()).into_obj())
    }));
    s.richcompare.set(Some(|vm, a, b, op| {
        let (Some(a), Some(b)) = (a.get::<Str>(), b.get::<Str>()) else {
            return Ok(vm.not_implemented.clone());
        };
        Ok(vm.bool(op.holds(a.compare(b))))
    }));
}

fn main() {
    let vm = Vm::new();
    interp::install(vm);
    builtins::install(vm);
    slots(vm);
    let path = std::env::args().nth(1).expect("a .pyc");
    let bytes = std::fs::read(path).expect("readable");
    let (code, _) = bytecode::pyc::read(&bytes).expect("a .pyc");
    let builtins = vm.dict();
    for (name, value) in builtins::module(vm).dict.to_vec() {
        if let Ok(name) = name.into_ref::<Str>() {
            builtins.set_str(&name, value);
        }
    }
    for def in DEFS {
        builtins.set_str(&vm.intern(def.name), vm.native_function(def, None, "builtins"));
    }
    for (name, ty) in [
        ("object", &vm.types.object),
        ("type", &vm.types.r#type),
        ("int", &vm.types.int),
        ("str", &vm.types.str),
        ("list", &vm.types.list),
        ("tuple", &vm.types.tuple),
        ("super", vm.super_type()),
        ("property", &vm.types.property),
        ("staticmethod", &vm.types.staticmethod),
        ("classmethod", &vm.types.classmethod),
        ("Exception", &vm.exc.exception),
        ("ValueError", &vm.exc.value_error),
        ("TypeError", &vm.exc.type_error),
        ("KeyError", &vm.exc.key_error),
        ("AttributeError", &vm.exc.attribute_error),
        ("StopIteration", &vm.exc.stop_iteration),
        ("RuntimeError", &vm.exc.runtime_error),
        ("RecursionError", &vm.exc.recursion_error),
        ("NameError", &vm.exc.name_error),
        ("GeneratorExit", &vm.exc.generator_exit),
        ("ExceptionGroup", &vm.exc.exception_group),
    ] {
        builtins.set_str(&vm.intern(name), ty.as_obj().clone());
    }
    let globals = vm.dict();
    globals.set_str(&vm.names.__builtins__, builtins.into_obj());
    globals.set_str(&vm.names.__name__, vm.names.__main__.as_obj().clone());
    if let Err(raised) = interp::execute(vm, &code, &globals, None) {
        eprint!("{}", interp::report::text(vm, &raised.0, &|file| std::fs::read_to_string(file).ok()));
        std::process::exit(1);
    }
}
