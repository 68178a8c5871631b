//! The flat storage of a unit: an array for each kind of node, and one for each kind of list.
//!
//! There are thousands of units in a file, most of them small, so what a unit takes when there is nothing in it counts:
//! arrays that most units have no use for are kept apart ([`Rare`]).

use super::constant::{ConstantRepr, TextSlice};
use super::ids::{ExprId, List, PatternId, StmtId};
use super::nodes::*;
use super::unit::Unit;

macro_rules! pools {
    (common { $($common:ident: $item:ty,)* } rare { $($rare:ident: $rare_item:ty,)* }) => {
        /// The storage of a unit while it is built.
        #[derive(Debug, Default)]
        pub(crate) struct Arenas {
            $(pub $common: Vec<$item>,)*
            $(pub $rare: Vec<$rare_item>,)*
        }

        /// The storage of a unit that is complete.
        #[derive(Debug, PartialEq, Eq)]
        pub(crate) struct Pools {
            $(pub $common: Box<[$item]>,)*
            rare: Option<Box<Rare>>,
        }

        /// What few units have. For some of the rest there are no lists.
        #[derive(Debug, Default, PartialEq, Eq)]
        pub(crate) struct Rare {
            $(pub $rare: Box<[$rare_item]>,)*
        }

        impl Arenas {
            /// What there is, in arrays of just its size. The buffers it grew in stay, unless they are so large that
            /// two of them would be felt.
            pub fn take(&mut self) -> Pools {
                let is_rare = false $(|| !self.$rare.is_empty())*;
                let rare = is_rare.then(|| Box::new(Rare { $($rare: exactly(&mut self.$rare),)* }));
                Pools { $($common: exactly(&mut self.$common),)* rare }
            }
        }

        impl Pools {
            /// The bytes of each array.
            pub fn storage(&self) -> Vec<(&'static str, usize)> {
                vec![
                    $((stringify!($common), size_of_val(&*self.$common)),)*
                    $((stringify!($rare), size_of_val(self.rare(|rare| &rare.$rare))),)*
                    ("rare", self.rare.as_deref().map_or(0, size_of_val)),
                ]
            }
        }
    };
}

pools! {
    common {
    exprs: Expr,
    stmts: Stmt,
    arguments: Arguments,
    constants: ConstantRepr,
    names: TextSlice,
    // Names are UTF-8, strings WTF-8, bytes anything.
    text: u8,
    expr_lists: ExprId,
    stmt_lists: StmtId,
    cmp_ops: CmpOp,
    keywords: Keyword,
    args: Arg,
    }
    rare {
    patterns: Pattern,
    opt_expr_lists: Option<ExprId>,
    pattern_lists: PatternId,
    idents: Ident,
    comprehensions: Comprehension,
    type_params: TypeParam,
    aliases: Alias,
    with_items: WithItem,
    handlers: ExceptHandler,
    match_cases: MatchCase,
    type_ignores: TypeIgnore,
    }
}

fn exactly<T: Clone>(buffer: &mut Vec<T>) -> Box<[T]> {
    const LARGE: usize = 1024;
    if buffer.len() > LARGE {
        return std::mem::take(buffer).into_boxed_slice();
    }
    let exact = buffer.as_slice().into();
    buffer.clear();
    exact
}

impl Pools {
    /// One of the arrays that most units have nothing in.
    fn rare<T>(&self, pool: impl FnOnce(&Rare) -> &[T]) -> &[T] {
        self.rare.as_deref().map_or(&[], pool)
    }

    pub fn pattern(&self, id: PatternId) -> &Pattern {
        &self.rare(|rare| &rare.patterns)[id.index()]
    }
}

/// Something that units keep in pools, so that a [`List`] can name a run of them.
pub trait Pooled: Sized + 'static {
    #[doc(hidden)]
    fn pool(unit: &Unit) -> &[Self];
}

macro_rules! pooled {
    ($($item:ty => $pool:ident $(. $rare:ident)?),* $(,)?) => {
        $(
            impl Pooled for $item {
                fn pool(unit: &Unit) -> &[$item] {
                    let pools = &unit.own.pools;
                    pooled!(@ pools, $pool $(, $rare)?)
                }
            }
        )*
    };
    (@ $pools:ident, rare, $pool:ident) => { $pools.rare(|rare| &rare.$pool) };
    (@ $pools:ident, $pool:ident) => { &$pools.$pool };
}

pooled! {
    ExprId => expr_lists,
    Option<ExprId> => rare.opt_expr_lists,
    StmtId => stmt_lists,
    PatternId => rare.pattern_lists,
    Ident => rare.idents,
    CmpOp => cmp_ops,
    Comprehension => rare.comprehensions,
    Keyword => keywords,
    Arg => args,
    TypeParam => rare.type_params,
    Alias => rare.aliases,
    WithItem => rare.with_items,
    ExceptHandler => rare.handlers,
    MatchCase => rare.match_cases,
    TypeIgnore => rare.type_ignores,
}

/// The pools that expressions name lists in.
pub(crate) struct Lists<'a> {
    pub exprs: &'a [ExprId],
    pub opt_exprs: &'a [Option<ExprId>],
    pub keywords: &'a [Keyword],
    pub comprehensions: &'a [Comprehension],
    pub arguments: &'a [Arguments],
    pub args: &'a [Arg],
}

impl Arenas {
    pub fn lists(&self) -> Lists<'_> {
        Lists {
            exprs: &self.expr_lists,
            opt_exprs: &self.opt_expr_lists,
            keywords: &self.keywords,
            comprehensions: &self.comprehensions,
            arguments: &self.arguments,
            args: &self.args,
        }
    }
}

impl Pools {
    pub fn lists(&self) -> Lists<'_> {
        Lists {
            exprs: &self.expr_lists,
            opt_exprs: self.rare(|rare| &rare.opt_expr_lists),
            keywords: &self.keywords,
            comprehensions: self.rare(|rare| &rare.comprehensions),
            arguments: &self.arguments,
            args: &self.args,
        }
    }
}

impl<T> List<T> {
    /// The items, out of the pool they are in.
    pub(crate) fn of(self, pool: &[T]) -> &[T] {
        &pool[self.start as usize..][..self.len as usize]
    }
}
