//! From units to objects.

use object::{Obj, Res, Vm};
use stdlib::ast;
use syntax::ast::{Cursor, Span, Unit};
use syntax::fields::{Fields, Node, Value};

/// The objects of a tree, by its root.
///
/// # Errors
/// What making them raises: `MemoryError`.
pub fn objects(vm: &Vm, module: &Unit) -> Res<Obj> {
    node(vm, Node::module(Cursor::new(module)))
}

fn node(vm: &Vm, node: Node<'_>) -> Res<Obj> {
    const LOW_WATER: usize = 64 * 1024;
    const SEGMENT: usize = 1024 * 1024;
    stacker::maybe_grow(LOW_WATER, SEGMENT, || {
        let Fields { class, fields, span } = node.fields();
        let fields = fields.into_iter().map(|(name, field)| Ok((name, value(vm, field)?)));
        let fields = fields.collect::<Res<Vec<_>>>()?;
        let place = span.map(|Span { line, col, end_line, end_col }| [line, col, end_line, end_col]);
        ast::make_node(vm, class, fields, place)
    })
}

fn value(vm: &Vm, value: Value<'_>) -> Res<Obj> {
    match value {
        Value::Absent | Value::None => Ok(vm.none.clone()),
        Value::Tag(class) => ast::tag(vm, class),
        Value::Number(number) => Ok(vm.int(number)),
        Value::Name(name) => Ok(vm.intern(name).into_obj()),
        Value::Constant(constant) => interp::code::constant(vm, &compiler::constant(constant)),
        Value::Node(inner) => node(vm, inner),
        Value::List(items) => {
            let items = items.into_iter().map(|item| self::value(vm, item)).collect::<Res<Vec<_>>>()?;
            Ok(vm.list(items))
        }
    }
}
