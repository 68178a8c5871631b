//! The node kinds: CPython's `Parser/Python.asdl` in names and fields.
//!
//! Beyond the ASDL there is one kind, [`ExprKind::Invalid`], for text that is no expression, and identifiers that
//! are not nodes of their own carry their place ([`Ident`]).

use text::TextRange;

use super::ids::{ArgumentsId, ChildId, ConstantId, ExprId, List, NameId, PatternId, StmtId};

/// Expressions in order.
pub type ExprList = List<ExprId>;
/// Expressions with gaps: `None` is a `**mapping` among the keys of a dict display, or a keyword-only parameter
/// without default.
pub type OptExprList = List<Option<ExprId>>;
/// Statements in order.
pub type StmtList = List<StmtId>;
/// Patterns in order.
pub type PatternList = List<PatternId>;

/// An identifier with the place where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ident {
    pub name: NameId,
    pub range: TextRange,
}

/// An expression. `range` is in the unit's own coordinates (see [`Unit`](super::Unit)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expr {
    pub kind: ExprKind,
    pub range: TextRange,
}

/// `expr` of the ASDL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExprKind {
    BoolOp {
        op: BoolOp,
        values: ExprList,
    },
    NamedExpr {
        target: ExprId,
        value: ExprId,
    },
    BinOp {
        left: ExprId,
        op: Operator,
        right: ExprId,
    },
    UnaryOp {
        op: UnaryOp,
        operand: ExprId,
    },
    Lambda {
        args: ArgumentsId,
        body: ExprId,
    },
    IfExp {
        test: ExprId,
        body: ExprId,
        orelse: ExprId,
    },
    Dict {
        keys: OptExprList,
        values: ExprList,
    },
    Set {
        elts: ExprList,
    },
    ListComp {
        elt: ExprId,
        generators: List<Comprehension>,
    },
    SetComp {
        elt: ExprId,
        generators: List<Comprehension>,
    },
    DictComp {
        key: ExprId,
        value: ExprId,
        generators: List<Comprehension>,
    },
    GeneratorExp {
        elt: ExprId,
        generators: List<Comprehension>,
    },
    Await {
        value: ExprId,
    },
    Yield {
        value: Option<ExprId>,
    },
    YieldFrom {
        value: ExprId,
    },
    Compare {
        left: ExprId,
        ops: List<CmpOp>,
        comparators: ExprList,
    },
    Call {
        func: ExprId,
        args: ExprList,
        keywords: List<Keyword>,
    },
    FormattedValue {
        value: ExprId,
        conversion: Conversion,
        format_spec: Option<ExprId>,
    },
    Interpolation {
        value: ExprId,
        str: ConstantId,
        conversion: Conversion,
        format_spec: Option<ExprId>,
    },
    JoinedStr {
        values: ExprList,
    },
    TemplateStr {
        values: ExprList,
    },
    /// `u` tells that the literal has the prefix `u` (`kind='u'`).
    Constant {
        value: ConstantId,
        u: bool,
    },
    Attribute {
        value: ExprId,
        attr: Ident,
        ctx: ExprContext,
    },
    Subscript {
        value: ExprId,
        slice: ExprId,
        ctx: ExprContext,
    },
    Starred {
        value: ExprId,
        ctx: ExprContext,
    },
    Name {
        id: NameId,
        ctx: ExprContext,
    },
    List {
        elts: ExprList,
        ctx: ExprContext,
    },
    Tuple {
        elts: ExprList,
        ctx: ExprContext,
    },
    Slice {
        lower: Option<ExprId>,
        upper: Option<ExprId>,
        step: Option<ExprId>,
    },
    /// Text that is no expression; `parts` are the expressions found in it. Only a tree with errors has it.
    Invalid {
        parts: ExprList,
    },
}

/// `expr_context`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExprContext {
    Load,
    Store,
    Del,
}

/// `boolop`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoolOp {
    And,
    Or,
}

/// `operator`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

/// `unaryop`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    Invert,
    Not,
    UAdd,
    USub,
}

/// `cmpop`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CmpOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

/// The `!s`, `!r`, `!a` of a replacement field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Conversion {
    None,
    Str,
    Repr,
    Ascii,
}

impl Conversion {
    /// The number in CPython's tree: −1 or the letter's code.
    pub fn code(self) -> i32 {
        match self {
            Conversion::None => -1,
            Conversion::Str => i32::from(b's'),
            Conversion::Repr => i32::from(b'r'),
            Conversion::Ascii => i32::from(b'a'),
        }
    }
}

/// `comprehension`: one `for … in … if …`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comprehension {
    pub target: ExprId,
    pub iter: ExprId,
    pub ifs: ExprList,
    pub is_async: bool,
}

/// `keyword`: `arg=value`, or `**value` when there is no `arg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    pub arg: Option<Ident>,
    pub value: ExprId,
    pub range: TextRange,
}

/// `arguments`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arguments {
    pub posonlyargs: List<Arg>,
    pub args: List<Arg>,
    pub vararg: Option<Arg>,
    pub kwonlyargs: List<Arg>,
    /// As long as `kwonlyargs`.
    pub kw_defaults: OptExprList,
    pub kwarg: Option<Arg>,
    /// Defaults of the last of `posonlyargs` followed by `args`.
    pub defaults: ExprList,
}

/// `arg`: one parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arg {
    pub arg: Ident,
    pub annotation: Option<ExprId>,
    pub type_comment: Option<ConstantId>,
    pub range: TextRange,
}

/// `type_param`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeParam {
    pub kind: TypeParamKind,
    pub range: TextRange,
}

/// The kinds of `type_param`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeParamKind {
    TypeVar { name: Ident, bound: Option<ExprId>, default_value: Option<ExprId> },
    ParamSpec { name: Ident, default_value: Option<ExprId> },
    TypeVarTuple { name: Ident, default_value: Option<ExprId> },
}

/// A statement. `range` is in the unit's own coordinates; that of a `def` or `class` only says where its hole is:
/// its own range is in its unit ([`Unit::node_range`](super::Unit::node_range)).
/// [`Cursor::stmt_span`](super::Cursor::stmt_span) gives the right place for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stmt {
    pub kind: StmtKind,
    pub range: TextRange,
}

/// `stmt` of the ASDL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StmtKind {
    FunctionDef(ChildId),
    AsyncFunctionDef(ChildId),
    ClassDef(ChildId),
    Return {
        value: Option<ExprId>,
    },
    Delete {
        targets: ExprList,
    },
    Assign {
        targets: ExprList,
        value: ExprId,
        type_comment: Option<ConstantId>,
    },
    TypeAlias {
        name: ExprId,
        type_params: List<TypeParam>,
        value: ExprId,
    },
    AugAssign {
        target: ExprId,
        op: Operator,
        value: ExprId,
    },
    AnnAssign {
        target: ExprId,
        annotation: ExprId,
        value: Option<ExprId>,
        simple: bool,
    },
    For {
        target: ExprId,
        iter: ExprId,
        body: StmtList,
        orelse: StmtList,
        type_comment: Option<ConstantId>,
    },
    AsyncFor {
        target: ExprId,
        iter: ExprId,
        body: StmtList,
        orelse: StmtList,
        type_comment: Option<ConstantId>,
    },
    While {
        test: ExprId,
        body: StmtList,
        orelse: StmtList,
    },
    If {
        test: ExprId,
        body: StmtList,
        orelse: StmtList,
    },
    With {
        items: List<WithItem>,
        body: StmtList,
        type_comment: Option<ConstantId>,
    },
    AsyncWith {
        items: List<WithItem>,
        body: StmtList,
        type_comment: Option<ConstantId>,
    },
    Match {
        subject: ExprId,
        cases: List<MatchCase>,
    },
    Raise {
        exc: Option<ExprId>,
        cause: Option<ExprId>,
    },
    Try {
        body: StmtList,
        handlers: List<ExceptHandler>,
        orelse: StmtList,
        finalbody: StmtList,
    },
    TryStar {
        body: StmtList,
        handlers: List<ExceptHandler>,
        orelse: StmtList,
        finalbody: StmtList,
    },
    Assert {
        test: ExprId,
        msg: Option<ExprId>,
    },
    Import {
        names: List<Alias>,
    },
    /// `module` is the dotted name, absent in `from . import x`.
    ImportFrom {
        module: Option<Ident>,
        names: List<Alias>,
        level: u32,
    },
    Global {
        names: List<Ident>,
    },
    Nonlocal {
        names: List<Ident>,
    },
    Expr {
        value: ExprId,
    },
    Pass,
    Break,
    Continue,
}

/// `alias`: `name` may be dotted, or `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias {
    pub name: Ident,
    pub asname: Option<Ident>,
    pub range: TextRange,
}

/// `withitem`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WithItem {
    pub context_expr: ExprId,
    pub optional_vars: Option<ExprId>,
}

/// `excepthandler`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptHandler {
    pub typ: Option<ExprId>,
    pub name: Option<Ident>,
    pub body: StmtList,
    pub range: TextRange,
}

/// `match_case`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchCase {
    pub pattern: PatternId,
    pub guard: Option<ExprId>,
    pub body: StmtList,
}

/// A pattern. `range` is in the unit's own coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    pub kind: PatternKind,
    pub range: TextRange,
}

/// `pattern` of the ASDL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternKind {
    MatchValue { value: ExprId },
    MatchSingleton { value: ConstantId },
    MatchSequence { patterns: PatternList },
    MatchMapping { keys: ExprList, patterns: PatternList, rest: Option<Ident> },
    MatchClass { cls: ExprId, patterns: PatternList, kwd_attrs: List<Ident>, kwd_patterns: PatternList },
    MatchStar { name: Option<Ident> },
    MatchAs { pattern: Option<PatternId>, name: Option<Ident> },
    MatchOr { patterns: PatternList },
}

/// `type_ignore`: a `# type: ignore` comment, kept when type comments are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeIgnore {
    /// The comment's line in the text, from 0. (Such comments stand in nested units too, so that own coordinates of the
    /// module cannot tell.)
    pub line: u32,
    /// What follows `ignore`.
    pub tag: ConstantId,
}
