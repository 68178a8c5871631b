//! The tree as CPython's `ast` shows it: the nodes' fields under their names in `Parser/Python.asdl`, in its order; on
//! request as it is after CPython's first optimisations.

use bytecode::{Const, PyString};

use crate::ast::*;
use crate::optimize::{FormatPiece, Optimize, format_pieces, pattern_value};

/// A node of CPython's tree.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    cursor: Cursor<'a>,
    kind: NodeKind,
    /// What is done to the node and those below it.
    optimize: Option<Optimize>,
}

#[derive(Clone, Copy)]
enum NodeKind {
    Module,
    Stmt(StmtId),
    /// `pass`, in place of a docstring that was all of a body.
    Pass(StmtId),
    /// A string that has come to stand first in a body, and is kept from becoming its docstring.
    FirstString(StmtId),
    Expr(ExprId),
    /// The value of a pattern, or a key in one.
    PatternValue(ExprId),
    Pattern(PatternId),
    Arguments(ArgumentsId),
    Arg(Arg),
    Keyword(Keyword),
    Comprehension(Comprehension),
    Alias(Alias),
    WithItem(WithItem),
    ExceptHandler(ExceptHandler),
    MatchCase(MatchCase),
    TypeParam(TypeParam),
    TypeIgnore(TypeIgnore),
}

/// The value of a field.
pub enum Value<'a> {
    /// An optional field that has none.
    Absent,
    /// A gap in a list, or a conversion-less value: the object `None`.
    None,
    /// A node without fields: an operator or a context.
    Tag(&'static str),
    Number(i64),
    Name(&'a str),
    Constant(Constant<'a>),
    /// A constant that stands nowhere in the tree.
    Folded(Const),
    Node(Node<'a>),
    /// A node that stands nowhere in the tree.
    Made(Fields<'a>),
    List(Vec<Value<'a>>),
}

/// A node taken apart.
pub struct Fields<'a> {
    /// The class of the node in the module `ast`
    pub class: &'static str,
    pub fields: Vec<(&'static str, Value<'a>)>,
    /// Lines and columns, of the kinds of node that have them.
    pub place: Option<Place>,
}

/// `lineno`, `col_offset`, `end_lineno` and `end_col_offset`.
pub type Place = [i32; 4];

/// What nodes have that the optimiser has made of nothing.
const NOWHERE: Place = [-1; 4];

fn place(span: Span) -> Place {
    let Span { line, col, end_line, end_col } = span;
    [line, col, end_line, end_col].map(|number| i32::try_from(number).unwrap_or(i32::MAX))
}

impl<'a> Node<'a> {
    /// The root of a file's tree: `Module`, `Expression`, `Interactive` or `FunctionType`.
    pub fn module(cursor: Cursor<'a>, optimize: Option<Optimize>) -> Node<'a> {
        Node { cursor, kind: NodeKind::Module, optimize }
    }

    /// The node's class, fields and place.
    pub fn fields(self) -> Fields<'a> {
        let unit = self.cursor.unit;
        let (class, fields, range) = match self.kind {
            NodeKind::Module => return self.module_fields(),
            NodeKind::Stmt(id) => return self.stmt(id),
            NodeKind::Pass(id) => {
                let [line, col, ..] = place(self.cursor.stmt_span(id));
                return Fields { class: "Pass", fields: Vec::new(), place: Some([line, col, line, col + 4]) };
            }
            NodeKind::FirstString(id) => return self.first_string(id),
            NodeKind::Expr(id) => {
                let expr = unit.expr(id);
                let (class, fields) = self.optimized(expr.kind).unwrap_or_else(|| self.expr(expr.kind));
                (class, fields, Some(expr.range))
            }
            NodeKind::PatternValue(id) => {
                let expr = unit.expr(id);
                let (class, fields) = match self.optimize.and_then(|_| pattern_value(unit, id)) {
                    Some(value) => ("Constant", constant_fields(value)),
                    // Nothing else is done in such places.
                    None => Node { optimize: None, ..self }.expr(expr.kind),
                };
                (class, fields, Some(expr.range))
            }
            NodeKind::Pattern(id) => {
                let pattern = unit.pattern(id);
                let (class, fields) = self.pattern(pattern.kind);
                (class, fields, Some(pattern.range))
            }
            NodeKind::Arguments(id) => ("arguments", self.arguments(unit.arguments(id)), None),
            NodeKind::Arg(arg) => {
                let fields = vec![
                    ("arg", self.name(arg.arg)),
                    ("annotation", self.annotations().opt_expr_value(arg.annotation)),
                    ("type_comment", self.opt_constant(arg.type_comment)),
                ];
                ("arg", fields, Some(arg.range))
            }
            NodeKind::Keyword(Keyword { arg, value, range }) => {
                let fields = vec![("arg", self.opt_name(arg)), ("value", self.expr_value(value))];
                ("keyword", fields, Some(range))
            }
            NodeKind::Comprehension(Comprehension { target, iter, ifs, is_async }) => {
                let fields = vec![
                    ("target", self.expr_value(target)),
                    ("iter", self.expr_value(iter)),
                    ("ifs", self.exprs(ifs)),
                    ("is_async", Value::Number(is_async.into())),
                ];
                ("comprehension", fields, None)
            }
            NodeKind::Alias(Alias { name, asname, range }) => {
                ("alias", vec![("name", self.name(name)), ("asname", self.opt_name(asname))], Some(range))
            }
            NodeKind::WithItem(WithItem { context_expr, optional_vars }) => {
                let fields = vec![
                    ("context_expr", self.expr_value(context_expr)),
                    ("optional_vars", self.opt_expr_value(optional_vars)),
                ];
                ("withitem", fields, None)
            }
            NodeKind::ExceptHandler(ExceptHandler { typ, name, body, range }) => {
                let fields = vec![
                    ("type", self.opt_expr_value(typ)),
                    ("name", self.opt_name(name)),
                    ("body", self.stmts(body)),
                ];
                ("ExceptHandler", fields, Some(range))
            }
            NodeKind::MatchCase(MatchCase { pattern, guard, body }) => {
                let fields = vec![
                    ("pattern", self.node(NodeKind::Pattern(pattern))),
                    ("guard", self.opt_expr_value(guard)),
                    ("body", self.stmts(body)),
                ];
                ("match_case", fields, None)
            }
            NodeKind::TypeParam(TypeParam { kind, range }) => {
                let (class, fields) = self.type_param(kind);
                (class, fields, Some(range))
            }
            NodeKind::TypeIgnore(TypeIgnore { line, tag }) => {
                let fields = vec![
                    ("lineno", Value::Number(i64::from(line + 1))),
                    ("tag", Value::Constant(unit.constant(tag))),
                ];
                ("TypeIgnore", fields, None)
            }
        };
        let place = range.map(|range| place(self.cursor.span(range)));
        Fields { class, fields, place }
    }

    fn module_fields(self) -> Fields<'a> {
        let unit = self.cursor.unit;
        let (class, fields) = match unit.header() {
            UnitHeader::Interactive => ("Interactive", vec![("body", self.stmts(unit.body()))]),
            UnitHeader::Expression { body } => ("Expression", vec![("body", self.expr_value(*body))]),
            UnitHeader::FunctionType { argtypes, returns } => {
                let types = Node { optimize: None, ..self };
                (
                    "FunctionType",
                    vec![("argtypes", types.exprs(*argtypes)), ("returns", types.expr_value(*returns))],
                )
            }
            UnitHeader::Module { type_ignores } => {
                let ignores = self.list(*type_ignores, NodeKind::TypeIgnore);
                ("Module", vec![("body", self.body()), ("type_ignores", ignores)])
            }
            UnitHeader::Function(_) | UnitHeader::Class(_) => self.definition(),
        };
        Fields { class, fields, place: None }
    }

    /// The statements of a module, `def` or `class`.
    fn body(self) -> Value<'a> {
        let unit = self.cursor.unit;
        let list = unit.list(unit.body());
        let stripped = self.optimize.is_some_and(|optimize| optimize.level >= 2);
        let (docstring, rest) = match list {
            [docstring, rest @ ..] if stripped && unit.leading_string(list).is_some() => (*docstring, rest),
            _ => return self.stmts(unit.body()),
        };
        if rest.is_empty() {
            return Value::List(vec![self.node(NodeKind::Pass(docstring))]);
        }
        let mut statements: Vec<_> = rest.iter().map(|id| self.node(NodeKind::Stmt(*id))).collect();
        if unit.leading_string(rest).is_some() {
            statements[0] = self.node(NodeKind::FirstString(rest[0]));
        }
        Value::List(statements)
    }

    fn first_string(self, id: StmtId) -> Fields<'a> {
        let place = Some(place(self.cursor.stmt_span(id)));
        let literal = self.cursor.unit.leading_string(&[id]).map(|(literal, _)| self.expr_value(literal));
        let values = Value::List(literal.into_iter().collect());
        let string = Fields { class: "JoinedStr", fields: vec![("values", values)], place };
        Fields { class: "Expr", fields: vec![("value", Value::Made(string))], place }
    }

    /// What the optimiser makes of an expression, if it makes something else of it.
    fn optimized(self, kind: ExprKind) -> Option<(&'static str, Vec<(&'static str, Value<'a>)>)> {
        let Optimize { level, .. } = self.optimize?;
        let unit = self.cursor.unit;
        match kind {
            ExprKind::Name { id, ctx: ExprContext::Load } if unit.name(id) == "__debug__" => {
                Some(("Constant", constant_fields(Const::Bool(level == 0))))
            }
            ExprKind::BinOp { left, op: Operator::Mod, right } => {
                let ExprKind::Constant { value, .. } = unit.expr(left).kind else { return None };
                let Constant::Str(format) = unit.constant(value) else { return None };
                let ExprKind::Tuple { elts, .. } = unit.expr(right).kind else { return None };
                let values = unit.list(elts);
                let starred = |id: &ExprId| matches!(unit.expr(*id).kind, ExprKind::Starred { .. });
                if values.iter().any(starred) {
                    return None;
                }
                let pieces = format_pieces(format, values.len())?;
                let mut values = values.iter();
                let pieces = pieces.into_iter().map(|piece| self.format_piece(piece, &mut values)).collect();
                Some(("JoinedStr", vec![("values", Value::List(pieces))]))
            }
            _ => None,
        }
    }

    /// A piece of a `%` format; `values` are those for it and the pieces behind it.
    fn format_piece(self, piece: FormatPiece, values: &mut std::slice::Iter<'_, ExprId>) -> Value<'a> {
        let text = |text: &[u8]| {
            let text = Const::Str(PyString::from_bytes(text).unwrap_or_default());
            Value::Made(Fields { class: "Constant", fields: constant_fields(text), place: Some(NOWHERE) })
        };
        match piece {
            FormatPiece::Text(bytes) => text(&bytes),
            FormatPiece::Value(conversion, spec) => {
                let Some(value) = values.next() else { return Value::None };
                let fields = vec![
                    ("value", self.expr_value(*value)),
                    ("conversion", Value::Number(conversion.code().into())),
                    ("format_spec", spec.map_or(Value::Absent, |spec| text(spec.as_bytes()))),
                ];
                let place = Some(place(self.cursor.span(self.cursor.unit.expr(*value).range)));
                Value::Made(Fields { class: "FormattedValue", fields, place })
            }
        }
    }

    /// This node, to take annotations from.
    fn annotations(self) -> Node<'a> {
        let optimize = self.optimize.filter(|optimize| !optimize.string_annotations);
        Node { optimize, ..self }
    }

    /// The fields of a `def` or `class`, seen from its own unit.
    fn definition(self) -> (&'static str, Vec<(&'static str, Value<'a>)>) {
        let unit = self.cursor.unit;
        match unit.header() {
            UnitHeader::Function(header) => {
                let fields = vec![
                    ("name", self.name(header.name)),
                    ("args", self.node(NodeKind::Arguments(header.args))),
                    ("body", self.body()),
                    ("decorator_list", self.exprs(header.decorators)),
                    ("returns", self.annotations().opt_expr_value(header.returns)),
                    ("type_comment", self.opt_constant(header.type_comment)),
                    ("type_params", self.list(header.type_params, NodeKind::TypeParam)),
                ];
                (if header.is_async { "AsyncFunctionDef" } else { "FunctionDef" }, fields)
            }
            UnitHeader::Class(header) => {
                let fields = vec![
                    ("name", self.name(header.name)),
                    ("bases", self.exprs(header.bases)),
                    ("keywords", self.list(header.keywords, NodeKind::Keyword)),
                    ("body", self.body()),
                    ("decorator_list", self.exprs(header.decorators)),
                    ("type_params", self.list(header.type_params, NodeKind::TypeParam)),
                ];
                ("ClassDef", fields)
            }
            _ => ("Module", Vec::new()),
        }
    }

    fn stmt(self, id: StmtId) -> Fields<'a> {
        let unit = self.cursor.unit;
        let stmt = unit.stmt(id);
        let (class, fields) = match stmt.kind {
            StmtKind::FunctionDef(child) | StmtKind::AsyncFunctionDef(child) | StmtKind::ClassDef(child) => {
                let cursor = self.cursor.child(child);
                Node { cursor, ..self }.definition()
            }
            StmtKind::Return { value } => ("Return", vec![("value", self.opt_expr_value(value))]),
            StmtKind::Delete { targets } => ("Delete", vec![("targets", self.exprs(targets))]),
            StmtKind::Assign { targets, value, type_comment } => (
                "Assign",
                vec![
                    ("targets", self.exprs(targets)),
                    ("value", self.expr_value(value)),
                    ("type_comment", self.opt_constant(type_comment)),
                ],
            ),
            StmtKind::TypeAlias { name, type_params, value } => (
                "TypeAlias",
                vec![
                    ("name", self.expr_value(name)),
                    ("type_params", self.list(type_params, NodeKind::TypeParam)),
                    ("value", self.expr_value(value)),
                ],
            ),
            StmtKind::AugAssign { target, op, value } => (
                "AugAssign",
                vec![
                    ("target", self.expr_value(target)),
                    ("op", Value::Tag(operator(op))),
                    ("value", self.expr_value(value)),
                ],
            ),
            StmtKind::AnnAssign { target, annotation, value, simple } => (
                "AnnAssign",
                vec![
                    ("target", self.expr_value(target)),
                    ("annotation", self.annotations().expr_value(annotation)),
                    ("value", self.opt_expr_value(value)),
                    ("simple", Value::Number(simple.into())),
                ],
            ),
            StmtKind::For { target, iter, body, orelse, type_comment } => {
                ("For", self.for_loop(target, iter, body, orelse, type_comment))
            }
            StmtKind::AsyncFor { target, iter, body, orelse, type_comment } => {
                ("AsyncFor", self.for_loop(target, iter, body, orelse, type_comment))
            }
            StmtKind::While { test, body, orelse } => ("While", self.branch(test, body, orelse)),
            StmtKind::If { test, body, orelse } => ("If", self.branch(test, body, orelse)),
            StmtKind::With { items, body, type_comment } => ("With", self.with(items, body, type_comment)),
            StmtKind::AsyncWith { items, body, type_comment } => {
                ("AsyncWith", self.with(items, body, type_comment))
            }
            StmtKind::Match { subject, cases } => (
                "Match",
                vec![("subject", self.expr_value(subject)), ("cases", self.list(cases, NodeKind::MatchCase))],
            ),
            StmtKind::Raise { exc, cause } => {
                ("Raise", vec![("exc", self.opt_expr_value(exc)), ("cause", self.opt_expr_value(cause))])
            }
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                ("Try", self.try_block(body, handlers, orelse, finalbody))
            }
            StmtKind::TryStar { body, handlers, orelse, finalbody } => {
                ("TryStar", self.try_block(body, handlers, orelse, finalbody))
            }
            StmtKind::Assert { test, msg } => {
                ("Assert", vec![("test", self.expr_value(test)), ("msg", self.opt_expr_value(msg))])
            }
            StmtKind::Import { names } => ("Import", vec![("names", self.list(names, NodeKind::Alias))]),
            StmtKind::ImportFrom { module, names, level } => (
                "ImportFrom",
                vec![
                    ("module", self.opt_name(module)),
                    ("names", self.list(names, NodeKind::Alias)),
                    ("level", Value::Number(level.into())),
                ],
            ),
            StmtKind::Global { names } => ("Global", vec![("names", self.idents(names))]),
            StmtKind::Nonlocal { names } => ("Nonlocal", vec![("names", self.idents(names))]),
            StmtKind::Expr { value } => ("Expr", vec![("value", self.expr_value(value))]),
            StmtKind::Pass => ("Pass", vec![]),
            StmtKind::Break => ("Break", vec![]),
            StmtKind::Continue => ("Continue", vec![]),
        };
        Fields { class, fields, place: Some(place(self.cursor.stmt_span(id))) }
    }

    fn for_loop(
        self,
        target: ExprId,
        iter: ExprId,
        body: StmtList,
        orelse: StmtList,
        type_comment: Option<ConstantId>,
    ) -> Vec<(&'static str, Value<'a>)> {
        vec![
            ("target", self.expr_value(target)),
            ("iter", self.expr_value(iter)),
            ("body", self.stmts(body)),
            ("orelse", self.stmts(orelse)),
            ("type_comment", self.opt_constant(type_comment)),
        ]
    }

    fn branch(self, test: ExprId, body: StmtList, orelse: StmtList) -> Vec<(&'static str, Value<'a>)> {
        vec![("test", self.expr_value(test)), ("body", self.stmts(body)), ("orelse", self.stmts(orelse))]
    }

    fn with(
        self,
        items: List<WithItem>,
        body: StmtList,
        type_comment: Option<ConstantId>,
    ) -> Vec<(&'static str, Value<'a>)> {
        vec![
            ("items", self.list(items, NodeKind::WithItem)),
            ("body", self.stmts(body)),
            ("type_comment", self.opt_constant(type_comment)),
        ]
    }

    fn try_block(
        self,
        body: StmtList,
        handlers: List<ExceptHandler>,
        orelse: StmtList,
        finalbody: StmtList,
    ) -> Vec<(&'static str, Value<'a>)> {
        vec![
            ("body", self.stmts(body)),
            ("handlers", self.list(handlers, NodeKind::ExceptHandler)),
            ("orelse", self.stmts(orelse)),
            ("finalbody", self.stmts(finalbody)),
        ]
    }

    fn expr(self, kind: ExprKind) -> (&'static str, Vec<(&'static str, Value<'a>)>) {
        let unit = self.cursor.unit;
        match kind {
            ExprKind::BoolOp { op, values } => {
                let op = match op {
                    BoolOp::And => "And",
                    BoolOp::Or => "Or",
                };
                ("BoolOp", vec![("op", Value::Tag(op)), ("values", self.exprs(values))])
            }
            ExprKind::NamedExpr { target, value } => {
                ("NamedExpr", vec![("target", self.expr_value(target)), ("value", self.expr_value(value))])
            }
            ExprKind::BinOp { left, op, right } => (
                "BinOp",
                vec![
                    ("left", self.expr_value(left)),
                    ("op", Value::Tag(operator(op))),
                    ("right", self.expr_value(right)),
                ],
            ),
            ExprKind::UnaryOp { op, operand } => {
                let op = match op {
                    UnaryOp::Invert => "Invert",
                    UnaryOp::Not => "Not",
                    UnaryOp::UAdd => "UAdd",
                    UnaryOp::USub => "USub",
                };
                ("UnaryOp", vec![("op", Value::Tag(op)), ("operand", self.expr_value(operand))])
            }
            ExprKind::Lambda { args, body } => (
                "Lambda",
                vec![("args", self.node(NodeKind::Arguments(args))), ("body", self.expr_value(body))],
            ),
            ExprKind::IfExp { test, body, orelse } => (
                "IfExp",
                vec![
                    ("test", self.expr_value(test)),
                    ("body", self.expr_value(body)),
                    ("orelse", self.expr_value(orelse)),
                ],
            ),
            ExprKind::Dict { keys, values } => {
                ("Dict", vec![("keys", self.opt_exprs(keys)), ("values", self.exprs(values))])
            }
            ExprKind::Set { elts } => ("Set", vec![("elts", self.exprs(elts))]),
            ExprKind::ListComp { elt, generators } => ("ListComp", self.comprehension(elt, generators)),
            ExprKind::SetComp { elt, generators } => ("SetComp", self.comprehension(elt, generators)),
            ExprKind::GeneratorExp { elt, generators } => {
                ("GeneratorExp", self.comprehension(elt, generators))
            }
            ExprKind::DictComp { key, value, generators } => (
                "DictComp",
                vec![
                    ("key", self.expr_value(key)),
                    ("value", self.expr_value(value)),
                    ("generators", self.list(generators, NodeKind::Comprehension)),
                ],
            ),
            ExprKind::Await { value } => ("Await", vec![("value", self.expr_value(value))]),
            ExprKind::Yield { value } => ("Yield", vec![("value", self.opt_expr_value(value))]),
            ExprKind::YieldFrom { value } => ("YieldFrom", vec![("value", self.expr_value(value))]),
            ExprKind::Compare { left, ops, comparators } => {
                let ops = unit.list(ops).iter().map(|op| Value::Tag(comparison(*op))).collect();
                let fields = vec![
                    ("left", self.expr_value(left)),
                    ("ops", Value::List(ops)),
                    ("comparators", self.exprs(comparators)),
                ];
                ("Compare", fields)
            }
            ExprKind::Call { func, args, keywords } => (
                "Call",
                vec![
                    ("func", self.expr_value(func)),
                    ("args", self.exprs(args)),
                    ("keywords", self.list(keywords, NodeKind::Keyword)),
                ],
            ),
            ExprKind::FormattedValue { value, conversion, format_spec } => (
                "FormattedValue",
                vec![
                    ("value", self.expr_value(value)),
                    ("conversion", Value::Number(conversion.code().into())),
                    ("format_spec", self.opt_expr_value(format_spec)),
                ],
            ),
            ExprKind::Interpolation { value, str, conversion, format_spec } => (
                "Interpolation",
                vec![
                    ("value", self.expr_value(value)),
                    ("str", Value::Constant(unit.constant(str))),
                    ("conversion", Value::Number(conversion.code().into())),
                    ("format_spec", self.opt_expr_value(format_spec)),
                ],
            ),
            ExprKind::JoinedStr { values } => ("JoinedStr", vec![("values", self.exprs(values))]),
            ExprKind::TemplateStr { values } => ("TemplateStr", vec![("values", self.exprs(values))]),
            ExprKind::Constant { value, u } => {
                let kind = if u { Value::Name("u") } else { Value::Absent };
                ("Constant", vec![("value", Value::Constant(unit.constant(value))), ("kind", kind)])
            }
            ExprKind::Attribute { value, attr, ctx } => (
                "Attribute",
                vec![
                    ("value", self.expr_value(value)),
                    ("attr", self.name(attr)),
                    ("ctx", Value::Tag(context(ctx))),
                ],
            ),
            ExprKind::Subscript { value, slice, ctx } => (
                "Subscript",
                vec![
                    ("value", self.expr_value(value)),
                    ("slice", self.expr_value(slice)),
                    ("ctx", Value::Tag(context(ctx))),
                ],
            ),
            ExprKind::Starred { value, ctx } => {
                ("Starred", vec![("value", self.expr_value(value)), ("ctx", Value::Tag(context(ctx)))])
            }
            ExprKind::Name { id, ctx } => {
                ("Name", vec![("id", Value::Name(unit.name(id))), ("ctx", Value::Tag(context(ctx)))])
            }
            ExprKind::List { elts, ctx } => {
                ("List", vec![("elts", self.exprs(elts)), ("ctx", Value::Tag(context(ctx)))])
            }
            ExprKind::Tuple { elts, ctx } => {
                ("Tuple", vec![("elts", self.exprs(elts)), ("ctx", Value::Tag(context(ctx)))])
            }
            ExprKind::Slice { lower, upper, step } => (
                "Slice",
                vec![
                    ("lower", self.opt_expr_value(lower)),
                    ("upper", self.opt_expr_value(upper)),
                    ("step", self.opt_expr_value(step)),
                ],
            ),
            ExprKind::Invalid { parts } => ("Invalid", vec![("parts", self.exprs(parts))]),
        }
    }

    fn comprehension(self, elt: ExprId, generators: List<Comprehension>) -> Vec<(&'static str, Value<'a>)> {
        vec![("elt", self.expr_value(elt)), ("generators", self.list(generators, NodeKind::Comprehension))]
    }

    fn pattern(self, kind: PatternKind) -> (&'static str, Vec<(&'static str, Value<'a>)>) {
        let unit = self.cursor.unit;
        match kind {
            PatternKind::MatchValue { value } => {
                ("MatchValue", vec![("value", self.node(NodeKind::PatternValue(value)))])
            }
            PatternKind::MatchSingleton { value } => {
                ("MatchSingleton", vec![("value", Value::Constant(unit.constant(value)))])
            }
            PatternKind::MatchSequence { patterns } => {
                ("MatchSequence", vec![("patterns", self.patterns(patterns))])
            }
            PatternKind::MatchMapping { keys, patterns, rest } => (
                "MatchMapping",
                vec![
                    ("keys", self.list(keys, NodeKind::PatternValue)),
                    ("patterns", self.patterns(patterns)),
                    ("rest", self.opt_name(rest)),
                ],
            ),
            PatternKind::MatchClass { cls, patterns, kwd_attrs, kwd_patterns } => (
                "MatchClass",
                vec![
                    ("cls", self.expr_value(cls)),
                    ("patterns", self.patterns(patterns)),
                    ("kwd_attrs", self.idents(kwd_attrs)),
                    ("kwd_patterns", self.patterns(kwd_patterns)),
                ],
            ),
            PatternKind::MatchStar { name } => ("MatchStar", vec![("name", self.opt_name(name))]),
            PatternKind::MatchAs { pattern, name } => {
                let pattern = pattern.map_or(Value::Absent, |pattern| self.node(NodeKind::Pattern(pattern)));
                ("MatchAs", vec![("pattern", pattern), ("name", self.opt_name(name))])
            }
            PatternKind::MatchOr { patterns } => ("MatchOr", vec![("patterns", self.patterns(patterns))]),
        }
    }

    fn arguments(self, arguments: &Arguments) -> Vec<(&'static str, Value<'a>)> {
        let single = |arg: Option<Arg>| arg.map_or(Value::Absent, |arg| self.node(NodeKind::Arg(arg)));
        vec![
            ("posonlyargs", self.list(arguments.posonlyargs, NodeKind::Arg)),
            ("args", self.list(arguments.args, NodeKind::Arg)),
            ("vararg", single(arguments.vararg)),
            ("kwonlyargs", self.list(arguments.kwonlyargs, NodeKind::Arg)),
            ("kw_defaults", self.opt_exprs(arguments.kw_defaults)),
            ("kwarg", single(arguments.kwarg)),
            ("defaults", self.exprs(arguments.defaults)),
        ]
    }

    fn type_param(self, kind: TypeParamKind) -> (&'static str, Vec<(&'static str, Value<'a>)>) {
        match kind {
            TypeParamKind::TypeVar { name, bound, default_value } => (
                "TypeVar",
                vec![
                    ("name", self.name(name)),
                    ("bound", self.opt_expr_value(bound)),
                    ("default_value", self.opt_expr_value(default_value)),
                ],
            ),
            TypeParamKind::ParamSpec { name, default_value } => (
                "ParamSpec",
                vec![("name", self.name(name)), ("default_value", self.opt_expr_value(default_value))],
            ),
            TypeParamKind::TypeVarTuple { name, default_value } => (
                "TypeVarTuple",
                vec![("name", self.name(name)), ("default_value", self.opt_expr_value(default_value))],
            ),
        }
    }

    fn node(self, kind: NodeKind) -> Value<'a> {
        Value::Node(Node { kind, ..self })
    }

    fn expr_value(self, id: ExprId) -> Value<'a> {
        self.node(NodeKind::Expr(id))
    }

    fn opt_expr_value(self, id: Option<ExprId>) -> Value<'a> {
        id.map_or(Value::Absent, |id| self.expr_value(id))
    }

    fn list<T: Pooled + Copy>(self, list: List<T>, kind: fn(T) -> NodeKind) -> Value<'a> {
        Value::List(self.cursor.unit.list(list).iter().map(|item| self.node(kind(*item))).collect())
    }

    fn exprs(self, list: ExprList) -> Value<'a> {
        self.list(list, NodeKind::Expr)
    }

    fn stmts(self, list: StmtList) -> Value<'a> {
        self.list(list, NodeKind::Stmt)
    }

    fn patterns(self, list: PatternList) -> Value<'a> {
        self.list(list, NodeKind::Pattern)
    }

    fn opt_exprs(self, list: OptExprList) -> Value<'a> {
        let value = |id: &Option<ExprId>| id.map_or(Value::None, |id| self.expr_value(id));
        Value::List(self.cursor.unit.list(list).iter().map(value).collect())
    }

    fn name(self, ident: Ident) -> Value<'a> {
        Value::Name(self.cursor.unit.name(ident.name))
    }

    fn opt_name(self, ident: Option<Ident>) -> Value<'a> {
        ident.map_or(Value::Absent, |ident| self.name(ident))
    }

    fn idents(self, list: List<Ident>) -> Value<'a> {
        Value::List(self.cursor.unit.list(list).iter().map(|ident| self.name(*ident)).collect())
    }

    fn opt_constant(self, id: Option<ConstantId>) -> Value<'a> {
        id.map_or(Value::Absent, |id| Value::Constant(self.cursor.unit.constant(id)))
    }
}

fn constant_fields<'a>(value: Const) -> Vec<(&'static str, Value<'a>)> {
    vec![("value", Value::Folded(value)), ("kind", Value::Absent)]
}

pub(crate) fn operator(op: Operator) -> &'static str {
    match op {
        Operator::Add => "Add",
        Operator::Sub => "Sub",
        Operator::Mult => "Mult",
        Operator::MatMult => "MatMult",
        Operator::Div => "Div",
        Operator::Mod => "Mod",
        Operator::Pow => "Pow",
        Operator::LShift => "LShift",
        Operator::RShift => "RShift",
        Operator::BitOr => "BitOr",
        Operator::BitXor => "BitXor",
        Operator::BitAnd => "BitAnd",
        Operator::FloorDiv => "FloorDiv",
    }
}

pub(crate) fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => "Eq",
        CmpOp::NotEq => "NotEq",
        CmpOp::Lt => "Lt",
        CmpOp::LtE => "LtE",
        CmpOp::Gt => "Gt",
        CmpOp::GtE => "GtE",
        CmpOp::Is => "Is",
        CmpOp::IsNot => "IsNot",
        CmpOp::In => "In",
        CmpOp::NotIn => "NotIn",
    }
}

pub(crate) fn context(ctx: ExprContext) -> &'static str {
    match ctx {
        ExprContext::Load => "Load",
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
    }
}
