//! `def`, `class`, `type`, their parameters and type parameters.

use syntax::ast::{
    Arg, ArgumentsId, ChildId, ExprId, ExprKind, FunctionHeader, Ident, List, StmtId, TypeParam,
    TypeParamKind, UnitHeader,
};
use text::TextRange;

use super::{Collector, Context, Event};
use crate::block::{BlockType, Nested, Node};
use crate::occurrence::Role;
use crate::symbol::Flags;

impl Collector<'_> {
    /// A `def`: its name, its header, and a hole for its body.
    pub(super) fn function(&mut self, child: ChildId) {
        self.in_header(child, |this, unit| {
            let UnitHeader::Function(header) = unit.header() else { return };
            let range = unit.node_range();
            this.bind(header.name, Flags::DEF_LOCAL, Role::Define, range);
            this.defaults(header.args);
            this.exprs(header.decorators);
            let generic = !header.type_params.is_empty();
            if generic {
                let arguments = unit.arguments(header.args);
                let has_kwdefaults = unit.list(arguments.kw_defaults).iter().any(Option::is_some);
                this.enter_type_params(header.name, Node::TypeParams, header.name.range);
                // Also where no parameter has a default.
                this.implicit(".defaults", Flags::DEF_PARAM);
                if has_kwdefaults {
                    this.implicit(".kwdefaults", Flags::DEF_PARAM);
                }
                this.type_params(header.type_params);
            }
            this.function_annotations(header);
            this.hole(child);
            if generic {
                this.leave();
            }
        });
    }

    /// A `class`: its name, its header, and a hole for its body.
    pub(super) fn class(&mut self, child: ChildId) {
        self.in_header(child, |this, unit| {
            let UnitHeader::Class(header) = unit.header() else { return };
            let range = unit.node_range();
            this.bind(header.name, Flags::DEF_LOCAL, Role::Define, range);
            this.exprs(header.decorators);
            let private = this.private.clone();
            let generic = !header.type_params.is_empty();
            if generic {
                this.enter_type_params(header.name, Node::TypeParams, header.name.range);
                // The tuple of type parameters and the base `Generic[…]` are kept in variables.
                for name in [".type_params", ".generic_base"] {
                    this.implicit(name, Flags::DEF_LOCAL);
                    this.implicit(name, Flags::USE);
                }
                this.private = Some(unit.name(header.name.name).into());
                this.collected.mangled.push(Default::default());
                this.cur().mangled_names = Some(this.collected.mangled.len() as u32 - 1);
                this.type_params(header.type_params);
            }
            this.exprs(header.bases);
            this.keywords(header.keywords);
            this.hole(child);
            if generic {
                this.leave();
            }
            this.private = private;
        });
    }

    /// The body of a nested unit is collected on its own.
    fn hole(&mut self, child: ChildId) {
        let parent = self.current();
        let block = &mut self.collected.blocks[parent.index()];
        block.children.push(Nested::Unit(child));
        // The header of a generic unit has a block of its own, so that all units in a block are in the same class.
        self.collected.contexts.entry(parent).or_insert_with(|| Context {
            nested: block.nested || block.is_function_like(),
            method: block.kind == BlockType::Class,
            private: self.private.clone(),
            future: self.future,
            top_level_await: self.top_level_await,
            uncompiled: self.uncompiled,
        });
        let symbols_before = self.collected.blocks[0].symbols.len();
        self.collected.events.push(Event::Unit { child, parent, symbols_before });
    }

    /// `type name[params] = value`
    pub(super) fn type_alias(&mut self, id: StmtId, name: ExprId, params: List<TypeParam>, value: ExprId) {
        let range = self.unit.stmt(id).range;
        self.expr(name);
        let node = self.unit.expr(name);
        let ExprKind::Name { id: alias, .. } = node.kind else { return };
        let in_class = self.cur().kind == BlockType::Class;
        let generic = !params.is_empty();
        if generic {
            let ident = Ident { name: alias, range: node.range };
            self.enter_type_params(ident, Node::TypeAliasParams(id), range);
            self.type_params(params);
        }
        let alias = self.unit.name(alias);
        self.enter_new(alias, BlockType::TypeAlias, Node::TypeAlias(id), range);
        self.see_class_scope(in_class);
        self.expr(value);
        self.leave();
        if generic {
            self.leave();
        }
    }

    /// Opens the block of the type parameters of what is called `name`.
    fn enter_type_params(&mut self, name: Ident, node: Node, range: TextRange) {
        let in_class = self.cur().kind == BlockType::Class;
        let name = self.unit.name(name.name);
        self.enter_new(name, BlockType::TypeParameters, node, range);
        self.see_class_scope(in_class);
    }

    /// In a class, the current annotation scope looks names up in the class first.
    pub(super) fn see_class_scope(&mut self, in_class: bool) {
        if in_class {
            self.cur().can_see_class_scope = true;
            self.implicit("__classdict__", Flags::USE);
        }
    }

    fn type_params(&mut self, params: List<TypeParam>) {
        for param in self.unit.list(params) {
            let start = param.range.start;
            match param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    self.bind_type_param(name, param.range);
                    if let Some(bound) = bound {
                        let constraints = matches!(self.unit.expr(bound).kind, ExprKind::Tuple { .. });
                        let info = if constraints { "a TypeVar constraint" } else { "a TypeVar bound" };
                        self.type_variable(name, Node::Bound(start), bound, info);
                    }
                    self.type_param_default(name, param, default_value, "a TypeVar default");
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    self.bind_type_param(name, param.range);
                    self.type_param_default(name, param, default_value, "a TypeVarTuple default");
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    self.bind_type_param(name, param.range);
                    self.type_param_default(name, param, default_value, "a ParamSpec default");
                }
            }
        }
    }

    fn bind_type_param(&mut self, name: Ident, range: TextRange) {
        self.bind(name, Flags::DEF_TYPE_PARAM | Flags::DEF_LOCAL, Role::TypeParam, range);
        let name = self.unit.name(name.name);
        if name == "__classdict__" {
            self.error(range, format!("reserved name '{name}' cannot be used for type parameter"));
        }
    }

    fn type_param_default(
        &mut self,
        name: Ident,
        param: &TypeParam,
        value: Option<ExprId>,
        info: &'static str,
    ) {
        if let Some(value) = value {
            self.type_variable(name, Node::Default(param.range.start), value, info);
        }
    }

    /// The bound, constraints or default of a type parameter: a scope of its own, evaluated lazily.
    fn type_variable(&mut self, name: Ident, node: Node, value: ExprId, info: &'static str) {
        let in_class = self.cur().can_see_class_scope;
        let range = self.unit.expr(value).range;
        let name = self.unit.name(name.name);
        self.enter_new(name, BlockType::TypeVariable, node, range);
        self.state().scope_info = info;
        self.see_class_scope(in_class);
        self.expr(value);
        self.leave();
    }

    /// The defaults of parameters, evaluated where the function is defined.
    pub(super) fn defaults(&mut self, args: ArgumentsId) {
        let arguments = self.unit.arguments(args);
        self.exprs(arguments.defaults);
        self.opt_exprs(arguments.kw_defaults);
    }

    /// The parameters themselves, in the order of the frame's variables.
    pub(super) fn parameters(&mut self, args: ArgumentsId) {
        let arguments = self.unit.arguments(args);
        let lists = [arguments.posonlyargs, arguments.args, arguments.kwonlyargs];
        let variadic = usize::from(arguments.vararg.is_some()) + usize::from(arguments.kwarg.is_some());
        let count = lists.iter().map(|list| list.len()).sum::<usize>() + variadic;
        self.cur().varnames.reserve_exact(count);
        for list in lists {
            for arg in self.unit.list(list) {
                self.parameter(arg);
            }
        }
        if let Some(arg) = &arguments.vararg {
            self.parameter(arg);
            self.cur().varargs = true;
        }
        if let Some(arg) = &arguments.kwarg {
            self.parameter(arg);
            self.cur().varkeywords = true;
        }
    }

    fn parameter(&mut self, arg: &Arg) {
        self.bind(arg.arg, Flags::DEF_PARAM, Role::Parameter, arg.range);
    }

    /// The annotations of a `def`: a block of their own, present even when there are none.
    fn function_annotations(&mut self, header: &FunctionHeader) {
        let outer = self.cur();
        let in_class = outer.can_see_class_scope || outer.kind == BlockType::Class;
        self.enter_new("__annotate__", BlockType::Annotation, Node::Annotations, header.name.range);
        let name = self.intern(self.unit.name(header.name.name));
        self.cur().function_name = Some(name);
        self.see_class_scope(in_class);
        let arguments = self.unit.arguments(header.args);
        for list in [arguments.posonlyargs, arguments.args] {
            for arg in self.unit.list(list) {
                self.parameter_annotation(arg.annotation);
            }
        }
        for arg in [&arguments.vararg, &arguments.kwarg].into_iter().flatten() {
            self.parameter_annotation(arg.annotation);
        }
        for arg in self.unit.list(arguments.kwonlyargs) {
            self.parameter_annotation(arg.annotation);
        }
        self.parameter_annotation(header.returns);
        self.leave();
    }

    fn parameter_annotation(&mut self, annotation: Option<ExprId>) {
        if let Some(annotation) = annotation {
            self.cur().annotations_used = true;
            self.expr(annotation);
        }
    }
}
