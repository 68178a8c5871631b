//! `_ast`: the classes of syntax trees (`Python-ast.c`). Making trees from text is the compiler's, through [`make_node`].

mod nodes;

use std::cell::RefCell;

use object::types::{object_dict, set_object_dict};
use object::{
    Args, GetSetDef, Layout as _, List, Module, NativeDef, NativeType, Obj, Plain, Ref, Res, Str, Tuple,
    Type, Vm,
};
use rustc_hash::FxHashMap;

use crate::import::import_module;

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule =
    NativeModule::new("_ast", "").types(&[("AST", |vm| vm.native_type(&AST).clone())]).init(init);

/// A class of nodes.
struct Node {
    name: &'static str,
    base: &'static str,
    doc: &'static str,
    fields: &'static [Field],
    /// What it sets `_attributes` to, if it does.
    attributes: Option<&'static [&'static str]>,
    /// Whether it says what its fields hold.
    typed: bool,
    /// What is `None` unless an instance says otherwise.
    none: &'static [&'static str],
}

/// A field of a class.
struct Field {
    name: &'static str,
    how: How,
    /// What it holds, by the name of the class.
    of: &'static str,
}

/// How much a field holds.
#[derive(Clone, Copy)]
enum How {
    One,
    Optional,
    List,
}

static AST: NativeType = NativeType::new("AST", Plain::VTABLE)
    .module("ast")
    .subclassable()
    .with_dict()
    .size(24, 0)
    .offsets(16, 0)
    .slots(|s| {
        s.new.set(Some(|_, class, _| Ok(Ref::new(class, Plain).into_obj())));
        s.init.set(Some(init_node));
        s.repr.set(Some(|vm, node| Ok(vm.str(&shown(vm, node, DEEPEST)?))));
    })
    .methods(&[
        NativeDef::no_args("__reduce__", reduce, "($self, /)\n--\n\n"),
        NativeDef::keywords("__replace__", replace, "($self, /, **fields)\n--\n\nReturn a copy of the AST node with new values for the specified fields."),
    ])
    .getset(&[GetSetDef::new("__dict__", object_dict, set_object_dict, "")])
    .attributes(|vm, class| {
        for name in ["_fields", "__match_args__", "_attributes"] {
            class.dict().set_str(&vm.intern(name), vm.empty_tuple.as_obj().clone());
        }
    });

/// The classes by their names, and of those without fields (operators, contexts) the one instance.
#[derive(Default)]
struct Known {
    classes: RefCell<FxHashMap<&'static str, Ref<Type>>>,
    tags: RefCell<FxHashMap<&'static str, Obj>>,
    /// The classes by their `id`.
    nodes: RefCell<FxHashMap<usize, &'static Node>>,
}

/// Where a node is: `lineno`, `col_offset`, `end_lineno` and `end_col_offset`.
pub type Place = [i32; 4];

/// An instance of a class of nodes, without calling its `__init__`.
///
/// # Errors
/// What importing `_ast` raises; a name that no class has is a `SystemError`.
pub fn make_node(
    vm: &Vm,
    class: &'static str,
    fields: Vec<(&'static str, Obj)>,
    place: Option<Place>,
) -> Res<Obj> {
    let node = Ref::new(&known_class(vm, class)?, Plain).into_obj();
    for (name, value) in fields {
        node.set_instance_attr(&vm.intern(name), value);
    }
    let names = ["lineno", "col_offset", "end_lineno", "end_col_offset"];
    for (name, number) in names.into_iter().zip(place.into_iter().flatten()) {
        node.set_instance_attr(&vm.intern(name), vm.int(number.into()));
    }
    Ok(node)
}

/// The one instance of a class without fields: `Load()`, `Add()`.
///
/// # Errors
/// As [`make_node`].
pub fn tag(vm: &Vm, class: &'static str) -> Res<Obj> {
    if let Some(tag) = vm.state::<Known>().tags.borrow().get(class) {
        return Ok(tag.clone());
    }
    let tag = make_node(vm, class, Vec::new(), None)?;
    vm.state::<Known>().tags.borrow_mut().insert(class, tag.clone());
    Ok(tag)
}

/// Which of the classes derived from `of` an object is an instance of: for `expr`, `BinOp` or another.
///
/// # Errors
/// `TypeError` if it is of none.
pub fn class_of(vm: &Vm, value: &Obj, of: &str) -> Res<&'static str> {
    let known = vm.state::<Known>().nodes.borrow();
    let classes = value.ty().mro_tuple();
    let mut nodes = classes.iter().flat_map(|classes| classes.items()).filter_map(|c| known.get(&c.id()));
    match nodes.find(|node| node.base == of) {
        Some(node) => Ok(node.name),
        None => Err(vm.type_error(format!("expected some sort of {of}, but got {}", vm.repr_text(value)?))),
    }
}

fn known_class(vm: &Vm, class: &str) -> Res<Ref<Type>> {
    if vm.state::<Known>().classes.borrow().is_empty() {
        import_module(vm, MODULE.name)?;
    }
    let found = vm.state::<Known>().classes.borrow().get(class).cloned();
    found.ok_or_else(|| vm.system_error(format!("ast has no class {class}")))
}

fn init(vm: &Vm, module: &Ref<Module>) -> Res<()> {
    let set = |name: &str, value: Obj| module.dict.set_str(&vm.intern(name), value);
    let class = |name: &str| module.dict.get_str(&vm.intern(name)).unwrap_or_else(|| vm.none.clone());
    for node in nodes::NODES {
        let made = make_class(vm, node, &class(node.base))?;
        if let Some(class) = made.downcast::<Type>() {
            let known = vm.state::<Known>();
            known.nodes.borrow_mut().insert(class.as_obj().id(), node);
            known.classes.borrow_mut().insert(node.name, class.clone());
        }
        set(node.name, made);
    }
    for node in nodes::NODES.iter().filter(|node| node.typed) {
        set_field_types(vm, node, &class)?;
    }
    for (name, number) in [
        ("PyCF_ONLY_AST", 0x400),
        ("PyCF_TYPE_COMMENTS", 0x1000),
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000),
        ("PyCF_OPTIMIZED_AST", 0x8400),
    ] {
        set(name, vm.int(number));
    }
    Ok(())
}

fn names(vm: &Vm, names: impl ExactSizeIterator<Item = &'static str>) -> Obj {
    vm.tuple(names.map(|name| vm.intern(name).into_obj()))
}

fn make_class(vm: &Vm, node: &Node, base: &Obj) -> Res<Obj> {
    let namespace = vm.dict();
    let set = |name: &str, value: Obj| namespace.set_str(&vm.intern(name), value);
    let fields = names(vm, node.fields.iter().map(|field| field.name));
    set("_fields", fields.clone());
    set("__match_args__", fields);
    set("__module__", vm.str("ast"));
    set("__doc__", vm.str(node.doc));
    if let Some(attributes) = node.attributes {
        set("_attributes", names(vm, attributes.iter().copied()));
    }
    for name in node.none {
        set(name, vm.none.clone());
    }
    vm.call(vm.types.r#type.as_obj(), &[vm.str(node.name), vm.tuple([base.clone()]), namespace.into_obj()])
}

/// `_field_types` and the annotations, which are the same.
fn set_field_types(vm: &Vm, node: &Node, class: &dyn Fn(&str) -> Obj) -> Res<()> {
    let types = vm.dict();
    for field in node.fields {
        let of = match field.of {
            "str" => vm.types.str.as_obj().clone(),
            "int" => vm.types.int.as_obj().clone(),
            "object" => vm.types.object.as_obj().clone(),
            name => class(name),
        };
        let ty = match field.how {
            How::One => of,
            How::Optional => builtins::union(vm, &of, &vm.none)?,
            How::List => vm.getitem(vm.types.list.as_obj(), &of)?,
        };
        types.set_str(&vm.intern(field.name), ty);
    }
    let own = class(node.name);
    let copy = vm.dict();
    copy.copy_from(&types);
    vm.setattr(&own, &vm.intern("_field_types"), &types.into_obj())?;
    vm.setattr(&own, &vm.names.__annotations__, &copy.into_obj())
}

/// A tuple of names that a class has.
fn class_names(vm: &Vm, class: &Ref<Type>, attribute: &str) -> Res<Vec<Ref<Str>>> {
    let Some(found) = vm.getattr_optional(class.as_obj(), &vm.intern(attribute))? else {
        return Ok(Vec::new());
    };
    vm.iter_to_vec(&found)?.iter().map(|name| vm.attribute_name(name)).collect()
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn deprecated(vm: &Vm, message: &str) -> Res<()> {
    vm.warn(&vm.exc.deprecation_warning, message, 1)
}

/// `ast_type_init`
fn init_node(vm: &Vm, node: &Obj, args: Args<'_>) -> Res<()> {
    let class = node.ty().clone();
    let type_name = class.short_name();
    let fields = class_names(vm, &class, "_fields")?;
    let given = args.pos();
    if given.len() > fields.len() {
        let count = fields.len();
        return Err(vm.type_error(format!(
            "{type_name} constructor takes at most {count} positional argument{}",
            plural(count)
        )));
    }
    for (field, value) in fields.iter().zip(given) {
        vm.setattr(node, field, value)?;
    }
    let mut rest: Vec<&Ref<Str>> = fields[given.len()..].iter().collect();
    let mut attributes = None;
    for (name, value) in args.keywords() {
        let name = vm.attribute_name(name)?;
        if let Some(place) = rest.iter().position(|field| field.same(&name)) {
            rest.remove(place);
        } else if fields.iter().any(|field| field.same(&name)) {
            let shown = vm.repr_text(name.as_obj())?;
            return Err(vm.type_error(format!("{type_name} got multiple values for argument {shown}")));
        } else {
            let known = match &attributes {
                Some(known) => known,
                None => attributes.insert(class_names(vm, &class, "_attributes")?),
            };
            if !known.iter().any(|attribute| attribute.same(&name)) {
                let shown = vm.repr_text(name.as_obj())?;
                deprecated(
                    vm,
                    &format!(
                        "{type_name}.__init__ got an unexpected keyword argument {shown}. Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15."
                    ),
                )?;
            }
        }
        vm.setattr(node, &name, value)?;
    }
    if rest.is_empty() {
        return Ok(());
    }
    let Some(types) = vm.getattr_optional(class.as_obj(), &vm.intern("_field_types"))? else { return Ok(()) };
    let types = types.get::<object::Dict>();
    for field in rest {
        let shown = vm.repr_text(field.as_obj())?;
        let Some(ty) = types.and_then(|types| types.get_str(field)) else {
            deprecated(
                vm,
                &format!(
                    "Field {shown} is missing from {type_name}._field_types. This will become an error in Python 3.15."
                ),
            )?;
            continue;
        };
        if ty.is_exactly(vm.native_type(&builtins::UNION)) {
            // The class's own `None` stands for it.
        } else if ty.is_exactly(vm.native_type(&builtins::GENERIC_ALIAS)) {
            vm.setattr(node, field, &vm.list(Vec::new()))?;
        } else if ty.get::<Type>().is_some_and(|ty| &*ty.name() == "expr_context") {
            vm.setattr(node, field, &tag(vm, "Load")?)?;
        } else {
            deprecated(
                vm,
                &format!(
                    "{type_name}.__init__ missing 1 required positional argument: {shown}. This will become an error in Python 3.15."
                ),
            )?;
        }
    }
    Ok(())
}

/// Nodes deeper than this are not shown in a `repr`.
const DEEPEST: usize = 3;

fn is_node(vm: &Vm, value: &Obj) -> bool {
    value.ty().is_subtype_of(vm.native_type(&AST))
}

/// `ast_repr_max_depth`
fn shown(vm: &Vm, node: &Obj, depth: usize) -> Res<String> {
    let name = node.ty().name();
    if depth == 0 {
        return Ok(format!("{name}(...)"));
    }
    if !vm.repr_enter(node) {
        return Ok(format!("{name}(...)"));
    }
    let text = (|| {
        let mut parts = Vec::new();
        for field in class_names(vm, node.ty(), "_fields")? {
            let value = vm.getattr(node, &field)?;
            parts.push(format!("{}={}", field.to_text_lossy(), shown_value(vm, &value, depth - 1)?));
        }
        Ok(format!("{name}({})", parts.join(", ")))
    })();
    vm.repr_leave(node);
    text
}

/// Of lists the first and the last item are shown.
fn shown_value(vm: &Vm, value: &Obj, depth: usize) -> Res<String> {
    let (items, open, close) = if let Some(list) = value.get::<List>() {
        (list.0.to_vec(), '[', ']')
    } else if let Some(tuple) = value.get::<Tuple>() {
        (tuple.to_vec(), '(', ')')
    } else if is_node(vm, value) {
        return shown(vm, value, depth);
    } else {
        return vm.repr_text(value);
    };
    let one = |item: &Obj| if is_node(vm, item) { shown(vm, item, depth) } else { vm.repr_text(item) };
    let inner = match &items[..] {
        [] => String::new(),
        [only] => one(only)?,
        [first, last] => format!("{}, {}", one(first)?, one(last)?),
        [first, .., last] => format!("{}, ..., {}", one(first)?, one(last)?),
    };
    Ok(format!("{open}{inner}{close}"))
}

/// `ast_type_reduce`: fields are made from `None` first, so that none is missing.
fn reduce(vm: &Vm, node: &Obj, _: Args<'_>) -> Res<Obj> {
    let class = node.ty().as_obj().clone();
    let Some(dict) = vm.instance_dict(node) else {
        return Ok(vm.tuple([class, vm.empty_tuple.as_obj().clone()]));
    };
    let fields = class_names(vm, node.ty(), "_fields")?;
    let set = fields.iter().take_while(|field| dict.get_str(field).is_some()).count();
    let nothing = vm.tuple(vec![vm.none.clone(); set]);
    Ok(vm.tuple([class, nothing, dict.into_obj()]))
}

/// `ast_type_replace`
fn replace(vm: &Vm, node: &Obj, args: Args<'_>) -> Res<Obj> {
    if !args.pos().is_empty() {
        return Err(vm.type_error("__replace__() takes no positional arguments"));
    }
    let class = node.ty();
    let mut known = class_names(vm, class, "_fields")?;
    known.extend(class_names(vm, class, "_attributes")?);
    let state = vm.dict();
    if let Some(dict) = vm.instance_dict(node) {
        state.copy_from(&dict);
    }
    for (name, value) in args.keywords() {
        let name = vm.attribute_name(name)?;
        if !known.iter().any(|field| field.same(&name)) {
            let shown = vm.repr_text(name.as_obj())?;
            let class = class.short_name();
            return Err(
                vm.type_error(format!("{class}.__replace__ got an unexpected keyword argument {shown}."))
            );
        }
        state.set_str(&name, value.clone());
    }
    vm.call_dict(class.as_obj(), &[], Some(&state))
}
