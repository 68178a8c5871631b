//! `TypeVar`, `ParamSpec` and `TypeVarTuple`, with `P.args` and `P.kwargs`.

use object::{
    Args, CompareOp, GetSetDef, Layout as _, MemberDef, NativeDef, NativeType, Obj, ObjCell, Params, Payload,
    Ref, Res, Str, Type, TypingOp, Visitor, Vm,
};

use super::{call_typing, caller_module, evaluator, no_default, set_module, unpack_iter};

/// A value that is there, or that a function gives when somebody asks.
#[derive(Default)]
struct Lazy {
    value: ObjCell,
    evaluate: ObjCell,
}

impl Lazy {
    fn of(value: Option<Obj>) -> Lazy {
        Lazy { value: ObjCell::new(value), evaluate: ObjCell::default() }
    }

    fn by(evaluate: &Obj) -> Lazy {
        Lazy { value: ObjCell::default(), evaluate: ObjCell::new(Some(evaluate.clone())) }
    }

    fn get(&self, vm: &Vm) -> Res<Option<Obj>> {
        if let Some(value) = self.value.get() {
            return Ok(Some(value));
        }
        let Some(evaluate) = self.evaluate.get() else { return Ok(None) };
        let value = vm.call0(&evaluate)?;
        self.value.set(Some(value.clone()));
        Ok(Some(value))
    }

    /// The function that gives the value in some form; `None` if there is no value.
    fn evaluator(&self, vm: &Vm) -> Obj {
        if let Some(evaluate) = self.evaluate.get() {
            return evaluate;
        }
        self.value.get().map_or_else(|| vm.none.clone(), |value| evaluator::new(vm, value))
    }

    fn cells(&self) -> [&ObjCell; 2] {
        [&self.value, &self.evaluate]
    }
}

/// The payload of all three kinds.
#[derive(Default)]
struct Parameter {
    name: ObjCell,
    bound: Lazy,
    constraints: Lazy,
    default: Lazy,
    is_covariant: bool,
    is_contravariant: bool,
    infers_variance: bool,
}

impl Payload for Parameter {
    const NAME: &'static str = "type parameter";
    fn trace(&self, visit: &mut Visitor<'_>) {
        self.name.trace(visit);
        for lazy in [&self.bound, &self.constraints, &self.default] {
            lazy.cells().into_iter().for_each(|cell| cell.trace(visit));
        }
    }
    fn clear(&self) {
        for lazy in [&self.bound, &self.constraints, &self.default] {
            lazy.cells().into_iter().for_each(|cell| cell.set(None));
        }
    }
}

const NAME: MemberDef = MemberDef::read_only("__name__", |vm, obj| Ok(vm.or_none(&own(vm, obj)?.name)), "");
const COVARIANT: MemberDef =
    MemberDef::read_only("__covariant__", |vm, obj| Ok(vm.bool(own(vm, obj)?.is_covariant)), "");
const CONTRAVARIANT: MemberDef =
    MemberDef::read_only("__contravariant__", |vm, obj| Ok(vm.bool(own(vm, obj)?.is_contravariant)), "");
const INFER_VARIANCE: MemberDef =
    MemberDef::read_only("__infer_variance__", |vm, obj| Ok(vm.bool(own(vm, obj)?.infers_variance)), "");
const SUBST_DOC: &str = "($self, arg, /)\n--\n\n";
const PREPARE_DOC: &str = "($self, alias, args, /)\n--\n\n";
const PLAIN_DOC: &str = "($self, /)\n--\n\n";
const REDUCE: NativeDef =
    NativeDef::no_args("__reduce__", |vm, obj, _| Ok(vm.or_none(&own(vm, obj)?.name)), PLAIN_DOC);
const HAS_DEFAULT: NativeDef = NativeDef::no_args(
    "has_default",
    |vm, obj, _| {
        let default = &own(vm, obj)?.default;
        let given = default.value.get().is_some_and(|value| !value.is(&no_default(vm)));
        Ok(vm.bool(given || !default.evaluate.is_none()))
    },
    PLAIN_DOC,
);
const MRO_ENTRIES: NativeDef = NativeDef::one(
    "__mro_entries__",
    |vm, obj, _| {
        let kind = obj.ty().short_name();
        Err(vm.type_error(format!("Cannot subclass an instance of {kind}")))
    },
    "($self, object, /)\n--\n\n",
);
const EVALUATE_DEFAULT: GetSetDef =
    GetSetDef::read_only("evaluate_default", |vm, obj| Ok(own(vm, obj)?.default.evaluator(vm)), "");

/// `typing.TypeVar`
pub static TYPE_VAR: NativeType = NativeType::new("TypeVar", Parameter::VTABLE)
    .module("typing")
    .with_dict()
    .doc("Type variable.\n\nThe preferred way to construct a type variable is via the dedicated\nsyntax for generic functions, classes, and type aliases::\n\n    class Sequence[T]:  # T is a TypeVar\n        ...\n\nThis syntax can also be used to create bound and constrained type\nvariables::\n\n    # S is a TypeVar bound to str\n    class StrSequence[S: str]:\n        ...\n\n    # A is a TypeVar constrained to str or bytes\n    class StrOrBytesSequence[A: (str, bytes)]:\n        ...\n\nType variables can also have defaults:\n\n    class IntDefault[T = int]:\n        ...\n\nHowever, if desired, reusable type variables can also be constructed\nmanually, like so::\n\n   T = TypeVar('T')  # Can be anything\n   S = TypeVar('S', bound=str)  # Can be any subtype of str\n   A = TypeVar('A', str, bytes)  # Must be exactly str or bytes\n   D = TypeVar('D', default=int)  # Defaults to int\n\nType variables exist primarily for the benefit of static type\ncheckers.  They serve as the parameters for generic types as well\nas for generic function and type alias definitions.\n\nThe variance of type variables is inferred by type checkers when they\nare created through the type parameter syntax and when\n``infer_variance=True`` is passed. Manually created type variables may\nbe explicitly marked covariant or contravariant by passing\n``covariant=True`` or ``contravariant=True``. By default, manually\ncreated type variables are invariant. See PEP 484 and PEP 695 for more\ndetails.\n")
    .slots(|s| {
        s.new.set(Some(new_type_var));
        s.repr.set(Some(repr));
        s.nb_or.set(Some(or));
    })
    .methods(&[
        NativeDef::one("__typing_subst__", |vm, obj, args| call_typing(vm, "_typevar_subst", &[obj.clone(), args.values[0].clone()]), SUBST_DOC),
        NativeDef::positional("__typing_prepare_subst__", prepare_type_var, PREPARE_DOC),
        REDUCE,
        HAS_DEFAULT,
        MRO_ENTRIES,
    ])
    .members(&[NAME, COVARIANT, CONTRAVARIANT, INFER_VARIANCE])
    .getset(&[
        GetSetDef::read_only("__bound__", |vm, obj| Ok(own(vm, obj)?.bound.get(vm)?.unwrap_or_else(|| vm.none.clone())), ""),
        GetSetDef::read_only("__constraints__", |vm, obj| {
            let constraints = own(vm, obj)?.constraints.get(vm)?;
            Ok(constraints.unwrap_or_else(|| vm.empty_tuple.as_obj().clone()))
        }, ""),
        GetSetDef::read_only("__default__", default_of, ""),
        GetSetDef::read_only("evaluate_bound", |vm, obj| Ok(own(vm, obj)?.bound.evaluator(vm)), ""),
        GetSetDef::read_only("evaluate_constraints", |vm, obj| Ok(own(vm, obj)?.constraints.evaluator(vm)), ""),
        EVALUATE_DEFAULT,
    ])
    .attributes(set_module)
    .size(80, 0)
    .offsets(-1, -32);

/// `typing.ParamSpec`
pub static PARAM_SPEC: NativeType = NativeType::new("ParamSpec", Parameter::VTABLE)
    .module("typing")
    .with_dict()
    .doc("Parameter specification variable.\n\nThe preferred way to construct a parameter specification is via the\ndedicated syntax for generic functions, classes, and type aliases,\nwhere the use of '**' creates a parameter specification::\n\n    type IntFunc[**P] = Callable[P, int]\n\nThe following syntax creates a parameter specification that defaults\nto a callable accepting two positional-only arguments of types int\nand str:\n\n    type IntFuncDefault[**P = [int, str]] = Callable[P, int]\n\nFor compatibility with Python 3.11 and earlier, ParamSpec objects\ncan also be created as follows::\n\n    P = ParamSpec('P')\n    DefaultP = ParamSpec('DefaultP', default=[int, str])\n\nParameter specification variables exist primarily for the benefit of\nstatic type checkers.  They are used to forward the parameter types of\none callable to another callable, a pattern commonly found in\nhigher-order functions and decorators.  They are only valid when used\nin ``Concatenate``, or as the first argument to ``Callable``, or as\nparameters for user-defined Generics. See class Generic for more\ninformation on generic types.\n\nAn example for annotating a decorator::\n\n    def add_logging[**P, T](f: Callable[P, T]) -> Callable[P, T]:\n        '''A type-safe decorator to add logging to a function.'''\n        def inner(*args: P.args, **kwargs: P.kwargs) -> T:\n            logging.info(f'{f.__name__} was called')\n            return f(*args, **kwargs)\n        return inner\n\n    @add_logging\n    def add_two(x: float, y: float) -> float:\n        '''Add two numbers together.'''\n        return x + y\n\nParameter specification variables can be introspected. e.g.::\n\n    >>> P = ParamSpec(\"P\")\n    >>> P.__name__\n    'P'\n\nNote that only parameter specification variables defined in the global\nscope can be pickled.\n")
    .slots(|s| {
        s.new.set(Some(new_param_spec));
        s.repr.set(Some(repr));
        s.nb_or.set(Some(or));
    })
    .methods(&[
        NativeDef::one("__typing_subst__", |vm, obj, args| call_typing(vm, "_paramspec_subst", &[obj.clone(), args.values[0].clone()]), SUBST_DOC),
        NativeDef::positional("__typing_prepare_subst__", |vm, obj, args| {
            let [alias, given] = args.exact(vm, "__typing_prepare_subst__")?;
            call_typing(vm, "_paramspec_prepare_subst", &[obj.clone(), alias.clone(), given.clone()])
        }, PREPARE_DOC),
        HAS_DEFAULT,
        REDUCE,
        MRO_ENTRIES,
    ])
    .members(&[
        NAME,
        MemberDef::read_only("__bound__", |vm, obj| Ok(vm.or_none(&own(vm, obj)?.bound.value)), ""),
        COVARIANT,
        CONTRAVARIANT,
        INFER_VARIANCE,
    ])
    .getset(&[
        GetSetDef::read_only("args", |vm, obj| Ok(part(vm, &PARAM_SPEC_ARGS, obj)), "Represents positional arguments."),
        GetSetDef::read_only("kwargs", |vm, obj| Ok(part(vm, &PARAM_SPEC_KWARGS, obj)), "Represents keyword arguments."),
        GetSetDef::read_only("__default__", default_of, "The default value for this ParamSpec."),
        EVALUATE_DEFAULT,
    ])
    .attributes(set_module)
    .size(56, 0)
    .offsets(-1, -32);

/// `typing.TypeVarTuple`
pub static TYPE_VAR_TUPLE: NativeType = NativeType::new("TypeVarTuple", Parameter::VTABLE)
    .module("typing")
    .with_dict()
    .doc("Type variable tuple. A specialized form of type variable that enables\nvariadic generics.\n\nThe preferred way to construct a type variable tuple is via the\ndedicated syntax for generic functions, classes, and type aliases,\nwhere a single '*' indicates a type variable tuple::\n\n    def move_first_element_to_last[T, *Ts](tup: tuple[T, *Ts]) -> tuple[*Ts, T]:\n        return (*tup[1:], tup[0])\n\nType variables tuples can have default values:\n\n    type AliasWithDefault[*Ts = (str, int)] = tuple[*Ts]\n\nFor compatibility with Python 3.11 and earlier, TypeVarTuple objects\ncan also be created as follows::\n\n    Ts = TypeVarTuple('Ts')  # Can be given any name\n    DefaultTs = TypeVarTuple('Ts', default=(str, int))\n\nJust as a TypeVar (type variable) is a placeholder for a single type,\na TypeVarTuple is a placeholder for an *arbitrary* number of types. For\nexample, if we define a generic class using a TypeVarTuple::\n\n    class C[*Ts]: ...\n\nThen we can parameterize that class with an arbitrary number of type\narguments::\n\n    C[int]       # Fine\n    C[int, str]  # Also fine\n    C[()]        # Even this is fine\n\nFor more details, see PEP 646.\n\nNote that only TypeVarTuples defined in the global scope can be\npickled.\n")
    .slots(|s| {
        s.new.set(Some(new_type_var_tuple));
        s.repr.set(Some(|vm, obj| Ok(vm.or_none(&own(vm, obj)?.name))));
        s.iter.set(Some(unpack_iter));
    })
    .methods(&[
        NativeDef::one("__typing_subst__", |vm, _, _| Err(vm.type_error("Substitution of bare TypeVarTuple is not supported")), SUBST_DOC),
        NativeDef::positional("__typing_prepare_subst__", |vm, obj, args| {
            let [alias, given] = args.exact(vm, "__typing_prepare_subst__")?;
            call_typing(vm, "_typevartuple_prepare_subst", &[obj.clone(), alias.clone(), given.clone()])
        }, PREPARE_DOC),
        REDUCE,
        HAS_DEFAULT,
        MRO_ENTRIES,
    ])
    .members(&[NAME])
    .getset(&[
        GetSetDef::read_only("__default__", default_of, "The default value for this TypeVarTuple."),
        EVALUATE_DEFAULT,
    ])
    .attributes(set_module)
    .size(40, 0)
    .offsets(-1, -32);

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Parameter> {
    obj.get::<Parameter>().ok_or_else(|| {
        vm.type_error(format!("Expected a type param, got {}", vm.repr_text(obj).unwrap_or_default()))
    })
}

/// `__default__` of a parameter.
pub(super) fn default_of(vm: &Vm, obj: &Obj) -> Res<Obj> {
    Ok(own(vm, obj)?.default.get(vm)?.unwrap_or_else(|| no_default(vm)))
}

fn repr(vm: &Vm, obj: &Obj) -> Res<Obj> {
    let own = own(vm, obj)?;
    let sign = match (own.infers_variance, own.is_covariant, own.is_contravariant) {
        (true, ..) => return Ok(vm.or_none(&own.name)),
        (_, true, _) => "+",
        (_, _, true) => "-",
        _ => "~",
    };
    Ok(vm.str(&format!("{sign}{}", vm.str_text(&vm.or_none(&own.name))?)))
}

fn or(vm: &Vm, a: &Obj, b: &Obj) -> Res<Obj> {
    crate::union::union_of(vm, &[a.clone(), b.clone()])
}

/// A bound has to be a type; `None` stands for its own.
fn checked_bound(vm: &Vm, bound: Option<&Obj>) -> Res<Option<Obj>> {
    match bound.filter(|bound| !bound.is(&vm.none)) {
        Some(bound) => {
            call_typing(vm, "_type_check", &[bound.clone(), vm.str("Bound must be a type.")]).map(Some)
        }
        None => Ok(None),
    }
}

/// The flags `covariant`, `contravariant`, `infer_variance`.
fn variance(vm: &Vm, given: [Option<&Obj>; 3]) -> Res<[bool; 3]> {
    let mut flags = [false; 3];
    for (flag, given) in flags.iter_mut().zip(given) {
        *flag = given.map_or(Ok(false), |given| vm.is_true(given))?;
    }
    match flags {
        [true, true, _] => Err(vm.value_error("Bivariant types are not supported.")),
        [true, _, true] | [_, true, true] => {
            Err(vm.value_error("Variance cannot be specified with infer_variance."))
        }
        flags => Ok(flags),
    }
}

fn checked_name(vm: &Vm, function: &str, name: Option<&Obj>) -> Res<ObjCell> {
    match name {
        Some(name) if name.get::<Str>().is_some() => Ok(ObjCell::new(Some(name.clone()))),
        name => Err(vm.bad_argument(function, "argument 'name'", "str", name.unwrap_or(&vm.none))),
    }
}

/// A parameter made by a call says in what module.
fn finish(vm: &Vm, class: &Ref<Type>, parameter: Parameter) -> Obj {
    let made = Ref::new(class, parameter).into_obj();
    made.set_instance_attr(&vm.names.__module__, caller_module(vm));
    made
}

static TYPE_VAR_PARAMS: Params<6> =
    Params::new("typevar", ["name", "bound", "default", "covariant", "contravariant", "infer_variance"])
        .keyword_only(1)
        .required(1);

fn new_type_var(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    // Whatever stands behind the name by position is a constraint.
    let constraints = args.pos().get(1..).unwrap_or_default();
    let named: Vec<Obj> =
        args.pos().iter().take(1).chain(args.keywords().map(|(_, value)| value)).cloned().collect();
    let [name, bound, default, covariant, contravariant, infer] =
        TYPE_VAR_PARAMS.bind(vm, Args { values: &named, kwnames: args.kwnames })?;
    let name = checked_name(vm, "typevar", name)?;
    let [is_covariant, is_contravariant, infers_variance] = variance(vm, [covariant, contravariant, infer])?;
    let bound = checked_bound(vm, bound)?;
    match constraints.len() {
        1 => return Err(vm.type_error("A single constraint is not allowed")),
        2.. if bound.is_some() => {
            return Err(vm.type_error("Constraints cannot be combined with bound=..."));
        }
        _ => {}
    }
    let constraints = (!constraints.is_empty()).then(|| vm.tuple(constraints.iter().cloned()));
    let parameter = Parameter {
        name,
        bound: Lazy::of(bound),
        constraints: Lazy::of(constraints),
        default: Lazy::of(Some(default.cloned().unwrap_or_else(|| no_default(vm)))),
        is_covariant,
        is_contravariant,
        infers_variance,
    };
    Ok(finish(vm, class, parameter))
}

static PARAM_SPEC_PARAMS: Params<6> =
    Params::new("paramspec", ["name", "bound", "default", "covariant", "contravariant", "infer_variance"])
        .keyword_only(1)
        .required(1);

fn new_param_spec(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [name, bound, default, covariant, contravariant, infer] = PARAM_SPEC_PARAMS.bind(vm, args)?;
    let name = checked_name(vm, "paramspec", name)?;
    let [is_covariant, is_contravariant, infers_variance] = variance(vm, [covariant, contravariant, infer])?;
    let parameter = Parameter {
        name,
        // Whatever it is: what bounds a list of parameters nobody has said.
        bound: Lazy::of(bound.filter(|bound| !bound.is(&vm.none)).cloned()),
        constraints: Lazy::default(),
        default: Lazy::of(Some(default.cloned().unwrap_or_else(|| no_default(vm)))),
        is_covariant,
        is_contravariant,
        infers_variance,
    };
    Ok(finish(vm, class, parameter))
}

static TYPE_VAR_TUPLE_PARAMS: Params<2> =
    Params::new("typevartuple", ["name", "default"]).keyword_only(1).required(1);

fn new_type_var_tuple(vm: &Vm, class: &Ref<Type>, args: Args<'_>) -> Res<Obj> {
    let [name, default] = TYPE_VAR_TUPLE_PARAMS.bind(vm, args)?;
    let name = checked_name(vm, "typevartuple", name)?;
    let default = Lazy::of(Some(default.cloned().unwrap_or_else(|| no_default(vm))));
    Ok(finish(vm, class, Parameter { name, default, ..Parameter::default() }))
}

/// What the type parameter syntax makes: variance is inferred, bounds and defaults are evaluated late.
pub(super) fn from_syntax(vm: &Vm, op: TypingOp, args: &[Obj]) -> Res<Obj> {
    let [first, rest @ ..] = args else { return Err(vm.system_error("a type parameter needs a name")) };
    if op == TypingOp::SetDefault {
        if let Some(evaluate) = rest.first() {
            own(vm, first)?.default.evaluate.set(Some(evaluate.clone()));
        }
        return Ok(first.clone());
    }
    let mut parameter =
        Parameter { name: ObjCell::new(Some(first.clone())), infers_variance: true, ..Parameter::default() };
    let kind = match (op, rest) {
        (TypingOp::ParamSpec, _) => &PARAM_SPEC,
        (TypingOp::TypeVarTuple, _) => &TYPE_VAR_TUPLE,
        (TypingOp::TypeVarWithBound, [evaluate]) => {
            parameter.bound = Lazy::by(evaluate);
            &TYPE_VAR
        }
        (TypingOp::TypeVarWithConstraints, [evaluate]) => {
            parameter.constraints = Lazy::by(evaluate);
            &TYPE_VAR
        }
        _ => &TYPE_VAR,
    };
    Ok(Ref::new(vm.native_type(kind), parameter).into_obj())
}

/// Adds the default if the arguments of an alias end before this parameter.
fn prepare_type_var(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let [alias, given] = args.exact(vm, "__typing_prepare_subst__")?;
    let params = vm.iter_to_vec(&vm.getattr_text(alias, "__parameters__")?)?;
    let mut place = None;
    for (i, param) in params.iter().enumerate() {
        if place.is_none() && vm.eq(param, obj)? {
            place = Some(i);
        }
    }
    let place = place.ok_or_else(|| vm.value_error("sequence.index(x): x not in sequence"))?;
    let count = vm.len(given)?;
    if place < count {
        return Ok(given.clone());
    }
    let default = default_of(vm, obj)?;
    if place == count && !default.is(&no_default(vm)) {
        let more = vm.tuple([default]);
        return vm.binary_op(object::NumberOp::Add, given, &more);
    }
    let alias = vm.str_text(alias)?;
    Err(vm.type_error(format!(
        "Too few arguments for {alias}; actual {count}, expected at least {}",
        place + 1
    )))
}

/// The payload of `P.args` and `P.kwargs`.
struct Part {
    origin: Obj,
}

impl Payload for Part {
    const NAME: &'static str = "ParamSpecArgs";
    fn trace(&self, visit: &mut Visitor<'_>) {
        visit(&self.origin);
    }
}

macro_rules! part_type {
    ($(#[$meta:meta])* $NAME:ident, $name:literal, $function:literal, $suffix:literal, $doc:expr) => {
        $(#[$meta])*
        pub static $NAME: NativeType = NativeType::new($name, Part::VTABLE)
            .module("typing")
            .doc($doc)
            .slots(|s| {
                s.new.set(Some(|vm, class, args| {
                    static PARAMS: Params<1> = Params::new($function, ["origin"]).required(1);
                    let [origin] = PARAMS.bind(vm, args)?;
                    let origin = origin.unwrap_or(&vm.none).clone();
                    Ok(Ref::new(class, Part { origin }).into_obj())
                }));
                s.repr.set(Some(|vm, obj| part_repr(vm, obj, $suffix)));
                s.richcompare.set(Some(part_compare));
                s.hash.set(Some(object::types::hash_not_implemented));
            })
            .methods(&[MRO_ENTRIES])
            .members(&[MemberDef::read_only("__origin__", |vm, obj| Ok(part_of(vm, obj)?.origin.clone()), "")])
            .attributes(set_module)
            .size(24, 0)
            .offsets(0, -32);
    };
}

part_type!(
    /// `typing.ParamSpecArgs`
    PARAM_SPEC_ARGS, "ParamSpecArgs", "paramspecargs", ".args", "The args for a ParamSpec object.\n\nGiven a ParamSpec object P, P.args is an instance of ParamSpecArgs.\n\nParamSpecArgs objects have a reference back to their ParamSpec::\n\n    >>> P = ParamSpec(\"P\")\n    >>> P.args.__origin__ is P\n    True\n\nThis type is meant for runtime introspection and has no special meaning\nto static type checkers.\n");
part_type!(
    /// `typing.ParamSpecKwargs`
    PARAM_SPEC_KWARGS, "ParamSpecKwargs", "paramspeckwargs", ".kwargs", "The kwargs for a ParamSpec object.\n\nGiven a ParamSpec object P, P.kwargs is an instance of ParamSpecKwargs.\n\nParamSpecKwargs objects have a reference back to their ParamSpec::\n\n    >>> P = ParamSpec(\"P\")\n    >>> P.kwargs.__origin__ is P\n    True\n\nThis type is meant for runtime introspection and has no special meaning\nto static type checkers.\n");

fn part(vm: &Vm, kind: &'static NativeType, origin: &Obj) -> Obj {
    Ref::new(vm.native_type(kind), Part { origin: origin.clone() }).into_obj()
}

fn part_of<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Part> {
    obj.get::<Part>().ok_or_else(|| vm.type_error("a part of a ParamSpec is needed"))
}

fn part_repr(vm: &Vm, obj: &Obj, suffix: &str) -> Res<Obj> {
    let origin = &part_of(vm, obj)?.origin;
    let name = match origin.get::<Parameter>().filter(|_| origin.is_exactly(vm.native_type(&PARAM_SPEC))) {
        Some(parameter) => vm.str_text(&vm.or_none(&parameter.name))?,
        None => vm.repr_text(origin)?,
    };
    Ok(vm.str(&format!("{name}{suffix}")))
}

fn part_compare(vm: &Vm, a: &Obj, b: &Obj, op: CompareOp) -> Res<Obj> {
    if !a.ty().is(b.ty()) || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(vm.not_implemented.clone());
    }
    vm.compare(&part_of(vm, a)?.origin, &part_of(vm, b)?.origin, op)
}
