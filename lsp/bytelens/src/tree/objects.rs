//! From units to objects.

use object::{Obj, Res, Vm};
use stdlib::ast;
use syntax::ast::{Cursor, Unit};
use syntax::fields::{Fields, Node, Value};
use syntax::optimize::Optimize;

/// The objects of a tree, by its root; optimised on request.
///
/// # Errors
/// What making them raises: `MemoryError`.
pub fn objects(vm: &Vm, module: &Unit, optimize: Option<Optimize>) -> Res<Obj> {
    node(vm, Node::module(Cursor::new(module), optimize).fields())
}

fn node(vm: &Vm, node: Fields<'_>) -> Res<Obj> {
    const LOW_WATER: usize = 64 * 1024;
    const SEGMENT: usize = 1024 * 1024;
    stacker::maybe_grow(LOW_WATER, SEGMENT, || {
        let Fields { class, fields, place } = node;
        let fields = fields.into_iter().map(|(name, field)| Ok((name, value(vm, field)?)));
        let fields = fields.collect::<Res<Vec<_>>>()?;
        ast::make_node(vm, class, fields, place)
    })
}

fn value(vm: &Vm, value: Value<'_>) -> Res<Obj> {
    match value {
        Value::Absent | Value::None => Ok(vm.none.clone()),
        Value::Tag(class) => ast::tag(vm, class),
        Value::Number(number) => Ok(vm.int(number)),
        Value::Name(name) => Ok(vm.intern(name).into_obj()),
        Value::Constant(constant) => interp::code::constant(vm, &constant.value()),
        Value::Folded(constant) => interp::code::constant(vm, &constant),
        Value::Node(inner) => node(vm, inner.fields()),
        Value::Made(inner) => node(vm, inner),
        Value::List(items) => {
            let items = items.into_iter().map(|item| self::value(vm, item)).collect::<Res<Vec<_>>>()?;
            Ok(vm.list(items))
        }
    }
}
