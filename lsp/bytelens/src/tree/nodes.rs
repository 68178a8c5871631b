//! From objects to units.

use std::sync::Arc;

use bytecode::Const;
use object::{List, Obj, Raised, Res, Str, Vm};
use syntax::ast::Unit;
use syntax::made::{self, MadeError, Source};

/// The unit of the tree whose root is `root`, which must be an instance of the class `class`.
///
/// # Errors
/// What the attributes of the nodes raise, or what is wrong with the tree.
pub fn unit(vm: &Vm, root: &Obj, class: &'static str) -> Res<Arc<Unit>> {
    let is_root = stdlib::ast::class_of(vm, root, "mod").is_ok_and(|found| found == class);
    if !is_root {
        return Err(vm.type_error(format!("expected {class} node, got {}", root.ty().name())));
    }
    made::unit(&Objects { vm }, root, class)
}

struct Objects<'a> {
    vm: &'a Vm,
}

impl Source for Objects<'_> {
    type Value = Obj;
    type Error = Raised;

    fn class(&self, value: &Obj, of: &'static str) -> Res<&'static str> {
        stdlib::ast::class_of(self.vm, value, of)
    }

    fn attribute(&self, node: &Obj, name: &'static str) -> Res<Option<Obj>> {
        self.vm.getattr_optional(node, &self.vm.intern(name))
    }

    fn is_none(&self, value: &Obj) -> bool {
        value.is(&self.vm.none)
    }

    fn items(&self, value: &Obj) -> Option<Vec<Obj>> {
        value.get::<List>().map(|list| list.0.to_vec())
    }

    fn string(&self, value: &Obj) -> Option<Vec<u8>> {
        value.get::<Str>().map(|text| text.to_wtf8().to_vec())
    }

    fn number(&self, value: &Obj) -> Res<i32> {
        if value.get::<object::Int>().is_none() {
            let shown = self.vm.repr_text(value)?;
            return Err(self.vm.value_error(format!("invalid integer value: {shown}")));
        }
        self.vm.as_i32(value)
    }

    fn constant(&self, value: &Obj) -> Res<Option<Const>> {
        interp::code::as_constant(self.vm, value)
    }

    fn type_name(&self, value: &Obj) -> String {
        value.ty().name().to_string()
    }

    fn error(&self, class: MadeError, message: String) -> Raised {
        let exc = &self.vm.exc;
        let class = match class {
            MadeError::TypeError => &exc.type_error,
            MadeError::ValueError => &exc.value_error,
            MadeError::SystemError => &exc.system_error,
            MadeError::RecursionError => &exc.recursion_error,
        };
        self.vm.raise_text(class, &message)
    }
}
