//! Atoms, displays, comprehensions, calls and subscripts.

use super::expressions::Targets;
use super::machine::{Kind, Machine, N, Rule};
use super::raise::Position;
use crate::error::ErrorKind;
use crate::token::TokenKind as T;

impl Machine<'_> {
    pub(super) fn primary(&mut self) -> Option<N> {
        self.memo(Rule::Primary, |m| {
            let start = m.mark;
            let mut value = m.atom()?;
            while let Some(next) = m.trailer(start) {
                value = next;
            }
            if m.failed() { None } else { Some(value) }
        })
    }

    fn trailer(&mut self, start: usize) -> Option<N> {
        self.alt(|m| {
            m.tok(T::Dot)?;
            m.name()?;
            Some(m.node(Kind::Attribute, start, Vec::new()))
        })
        .or_else(|| {
            self.alt(|m| {
                m.genexp()?;
                Some(m.node(Kind::Call, start, Vec::new()))
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::LPar)?;
                m.opt(Self::arguments)?;
                m.tok(T::RPar)?;
                Some(m.node(Kind::Call, start, Vec::new()))
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::LSqb)?;
                m.slices()?;
                m.tok(T::RSqb)?;
                Some(m.node(Kind::Subscript, start, Vec::new()))
            })
        })
    }

    pub(super) fn t_primary(&mut self) -> Option<N> {
        self.memo(Rule::TPrimary, |m| {
            let start = m.mark;
            let mut value = m.atom()?;
            m.t_lookahead()?;
            while let Some(next) = m.alt(|m| {
                let next = m.trailer(start)?;
                m.t_lookahead()?;
                Some(next)
            }) {
                value = next;
            }
            if m.failed() { None } else { Some(value) }
        })
    }

    fn t_lookahead(&mut self) -> Option<()> {
        self.look_tok(&[T::LPar, T::LSqb, T::Dot])
    }

    pub(super) fn slices(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            let value = m.slice()?;
            m.not_tok(&[T::Comma])?;
            Some(value)
        })
        .or_else(|| {
            self.alt(|m| {
                let parts = m.gather(|m| m.alt(Self::slice).or_else(|| m.alt(Self::starred_expression)))?;
                m.opt(|m| m.tok(T::Comma))?;
                Some(m.node(Kind::Tuple, start, parts))
            })
        })
    }

    fn slice(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.opt(Self::expression)?;
            m.tok(T::Colon)?;
            m.opt(Self::expression)?;
            m.opt(|m| {
                m.tok(T::Colon)?;
                m.opt(Self::expression)
            })?;
            Some(m.node(Kind::Other, start, Vec::new()))
        })
        .or_else(|| self.alt(Self::named_expression))
    }

    pub(super) fn atom(&mut self) -> Option<N> {
        let start = self.mark;
        if self.failed() {
            return None;
        }
        let constant = match self.peek() {
            T::True => Kind::True,
            T::False => Kind::False,
            T::None => Kind::None,
            T::Ellipsis => Kind::Ellipsis,
            T::String | T::FStringStart | T::TStringStart => return self.strings(),
            T::Number => return self.number(),
            T::LPar => {
                return self
                    .alt(Self::tuple)
                    .or_else(|| self.alt(Self::group))
                    .or_else(|| self.alt(Self::genexp));
            }
            T::LSqb => return self.alt(Self::list).or_else(|| self.alt(Self::listcomp)),
            T::LBrace => {
                return self
                    .alt(Self::dict)
                    .or_else(|| self.alt(Self::set))
                    .or_else(|| self.alt(Self::dictcomp))
                    .or_else(|| self.alt(Self::setcomp));
            }
            _ => return self.name(),
        };
        if self.failed() {
            return None;
        }
        self.mark += 1;
        Some(self.node(constant, start, Vec::new()))
    }

    fn group(&mut self) -> Option<N> {
        self.alt(|m| {
            m.tok(T::LPar)?;
            let value = m.alt(Self::yield_expr).or_else(|| m.alt(Self::named_expression))?;
            m.tok(T::RPar)?;
            Some(value)
        })
        .or_else(|| self.alt_invalid(Self::invalid_group))
    }

    fn invalid_group(&mut self) -> Option<N> {
        self.alt(|m| {
            m.tok(T::LPar)?;
            let value = m.starred_expression()?;
            m.tok(T::RPar)?;
            m.raise_node(value, "cannot use starred expression here")
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::LPar)?;
                let stars = m.tok(T::DoubleStar)?;
                m.expression()?;
                m.tok(T::RPar)?;
                m.raise_token(stars, "cannot use double starred expression here")
            })
        })
    }

    pub(super) fn tuple(&mut self) -> Option<N> {
        let start = self.mark;
        self.tok(T::LPar)?;
        let parts = self.opt(|m| {
            let first = m.star_named_expression()?;
            m.tok(T::Comma)?;
            let rest = m.opt(Self::star_named_expressions)?;
            Some(std::iter::once(first).chain(rest.unwrap_or_default()).collect())
        })?;
        self.tok(T::RPar)?;
        Some(self.node(Kind::Tuple, start, parts.unwrap_or_default()))
    }

    pub(super) fn list(&mut self) -> Option<N> {
        let start = self.mark;
        self.tok(T::LSqb)?;
        let parts = self.opt(Self::star_named_expressions)?;
        self.tok(T::RSqb)?;
        Some(self.node(Kind::List, start, parts.unwrap_or_default()))
    }

    fn set(&mut self) -> Option<N> {
        let start = self.mark;
        self.tok(T::LBrace)?;
        self.star_named_expressions()?;
        self.tok(T::RBrace)?;
        Some(self.node(Kind::Set, start, Vec::new()))
    }

    fn dict(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.tok(T::LBrace)?;
            m.opt(|m| {
                m.gather(Self::double_starred_kvpair)?;
                m.opt(|m| m.tok(T::Comma))
            })?;
            m.tok(T::RBrace)?;
            Some(m.node(Kind::Dict, start, Vec::new()))
        })
        .or_else(|| {
            // An alternative of more than that rule alone: CPython has it in the first pass too.
            self.alt(|m| {
                m.tok(T::LBrace)?;
                m.invalid_double_starred_kvpairs()
            })
        })
    }

    fn double_starred_kvpair(&mut self) -> Option<N> {
        self.alt(|m| {
            m.tok(T::DoubleStar)?;
            m.bitwise_or()
        })
        .or_else(|| self.alt(Self::kvpair))
    }

    fn kvpair(&mut self) -> Option<N> {
        self.expression()?;
        self.tok(T::Colon)?;
        self.expression()
    }

    fn invalid_double_starred_kvpairs(&mut self) -> Option<N> {
        self.alt(|m| {
            m.gather(Self::double_starred_kvpair)?;
            m.tok(T::Comma)?;
            m.invalid_kvpair()
        })
        .or_else(|| self.invalid_value())
    }

    fn invalid_kvpair(&mut self) -> Option<N> {
        self.alt(|m| {
            let key = m.expression()?;
            m.not_tok(&[T::Colon])?;
            let (start, end) = (m.last_column(key), Position::Line(m.at(key).end, 0));
            m.raise_at(ErrorKind::SyntaxError, start, end, "':' expected after dictionary key".into())
        })
        .or_else(|| self.invalid_value())
    }

    /// A key with a value that is starred or missing.
    fn invalid_value(&mut self) -> Option<N> {
        self.alt(|m| {
            m.expression()?;
            m.tok(T::Colon)?;
            let star = m.tok(T::Star)?;
            m.bitwise_or()?;
            m.raise_from(m.token_range(star).0, "cannot use a starred expression in a dictionary value")
        })
        .or_else(|| {
            self.alt(|m| {
                m.expression()?;
                let colon = m.tok(T::Colon)?;
                m.look_tok(&[T::RBrace, T::Comma])?;
                m.raise_token(colon, "expression expected after dictionary key and ':'")
            })
        })
    }

    /// `for_if_clauses`: the last clause, whose part is its last expression.
    pub(super) fn for_if_clauses(&mut self) -> Option<N> {
        let clauses = self.many1(Self::for_if_clause)?;
        clauses.last().copied()
    }

    fn for_if_clause(&mut self) -> Option<N> {
        let start = self.mark;
        for is_async in [true, false] {
            let mut cut = false;
            let clause = self.alt(|m| {
                if is_async {
                    m.tok(T::Async)?;
                }
                m.tok(T::For)?;
                m.star_targets()?;
                m.tok(T::In)?;
                cut = true;
                let mut last = m.disjunction()?;
                let conditions = m.many(|m| {
                    m.tok(T::If)?;
                    m.disjunction()
                })?;
                if let Some(condition) = conditions.last() {
                    last = *condition;
                }
                if is_async {
                    m.since(6, "Async comprehensions are")?;
                }
                Some(m.node(Kind::Other, start, vec![last]))
            });
            if clause.is_some() || cut {
                return clause;
            }
        }
        self.alt_invalid(|m| {
            m.opt(|m| m.tok(T::Async))?;
            m.tok(T::For)?;
            m.bitwise_or()?;
            m.many(|m| {
                m.tok(T::Comma)?;
                m.bitwise_or()
            })?;
            m.opt(|m| m.tok(T::Comma))?;
            m.not_tok(&[T::In])?;
            m.raise("'in' expected after for-loop variables")
        })
        .or_else(|| self.alt_invalid(Self::invalid_for_target))
    }

    pub(super) fn invalid_for_target(&mut self) -> Option<N> {
        self.opt(|m| m.tok(T::Async))?;
        self.tok(T::For)?;
        let target = self.star_expressions()?;
        self.raise_invalid_target(target, Targets::For)
    }

    /// A comprehension of one element.
    fn comprehension(&mut self, kind: Kind, open: T, close: T) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.tok(open)?;
            if open == T::LPar {
                m.argument_value()?
            } else {
                m.named_expression()?
            };
            m.for_if_clauses()?;
            m.tok(close)?;
            Some(m.node(kind, start, Vec::new()))
        })
        .or_else(|| self.alt_invalid(Self::invalid_comprehension))
    }

    fn listcomp(&mut self) -> Option<N> {
        self.comprehension(Kind::ListComp, T::LSqb, T::RSqb)
    }

    fn setcomp(&mut self) -> Option<N> {
        self.comprehension(Kind::SetComp, T::LBrace, T::RBrace)
    }

    pub(super) fn genexp(&mut self) -> Option<N> {
        self.comprehension(Kind::GeneratorExp, T::LPar, T::RPar)
    }

    fn dictcomp(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.tok(T::LBrace)?;
            m.kvpair()?;
            m.for_if_clauses()?;
            m.tok(T::RBrace)?;
            Some(m.node(Kind::DictComp, start, Vec::new()))
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                m.tok(T::LBrace)?;
                let stars = m.tok(T::DoubleStar)?;
                m.bitwise_or()?;
                m.for_if_clauses()?;
                m.tok(T::RBrace)?;
                m.raise_token(stars, "dict unpacking cannot be used in dict comprehension")
            })
        })
    }

    fn invalid_comprehension(&mut self) -> Option<N> {
        const TARGET: &str = "did you forget parentheses around the comprehension target?";
        self.alt(|m| {
            m.tok_of(&[T::LSqb, T::LPar, T::LBrace])?;
            let value = m.starred_expression()?;
            m.for_if_clauses()?;
            m.raise_node(value, "iterable unpacking cannot be used in comprehension")
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok_of(&[T::LSqb, T::LBrace])?;
                let first = m.star_named_expression()?;
                m.tok(T::Comma)?;
                let rest = m.star_named_expressions()?;
                m.for_if_clauses()?;
                m.raise_nodes(first, rest[rest.len() - 1], TARGET)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok_of(&[T::LSqb, T::LBrace])?;
                let first = m.star_named_expression()?;
                let comma = m.tok(T::Comma)?;
                m.for_if_clauses()?;
                m.raise_range(m.at(first).start, m.token_range(comma).1, TARGET)
            })
        })
    }

    pub(super) fn arguments(&mut self) -> Option<N> {
        self.memo(Rule::Arguments, |m| {
            m.alt(|m| {
                let args = m.args()?;
                m.opt(|m| m.tok(T::Comma))?;
                m.look_tok(&[T::RPar])?;
                Some(args)
            })
            .or_else(|| m.alt_invalid(Self::invalid_arguments))
        })
    }

    /// `starred_expression | (assignment_expression | expression !':=') !'='`
    fn positional_argument(&mut self) -> Option<N> {
        self.alt(Self::starred_expression).or_else(|| {
            self.alt(|m| {
                let value = m.argument_value()?;
                m.not_tok(&[T::Equal])?;
                Some(value)
            })
        })
    }

    /// `args`: a call whose parts are its positional arguments.
    fn args(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            let mut parts = m.gather(Self::positional_argument)?;
            let more = m.opt(|m| {
                m.tok(T::Comma)?;
                m.kwargs()
            })?;
            let mut kind = Kind::Call;
            for argument in more.unwrap_or_default() {
                match m.kind(argument) {
                    Kind::Starred => parts.push(argument),
                    Kind::CallWithMapping => kind = Kind::CallWithMapping,
                    _ => {}
                }
            }
            Some(m.node(kind, start, parts))
        })
        .or_else(|| {
            self.alt(|m| {
                let arguments = m.kwargs()?;
                let mapping = arguments.iter().any(|argument| m.kind(*argument) == Kind::CallWithMapping);
                let parts =
                    arguments.into_iter().filter(|argument| m.kind(*argument) == Kind::Starred).collect();
                Some(m.node(if mapping { Kind::CallWithMapping } else { Kind::Call }, start, parts))
            })
        })
    }

    /// Keyword arguments; one that unpacks a mapping is a node of kind `CallWithMapping`.
    fn kwargs(&mut self) -> Option<Vec<N>> {
        self.alt(|m| {
            let mut arguments = m.gather(Self::kwarg_or_starred)?;
            m.tok(T::Comma)?;
            arguments.extend(m.gather(Self::kwarg_or_double_starred)?);
            Some(arguments)
        })
        .or_else(|| self.alt(|m| m.gather(Self::kwarg_or_starred)))
        .or_else(|| self.alt(|m| m.gather(Self::kwarg_or_double_starred)))
    }

    pub(super) fn starred_expression(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt_invalid(|m| {
            let star = m.tok(T::Star)?;
            m.expression()?;
            m.tok(T::Equal)?;
            let value = m.expression()?;
            m.raise_range(
                m.token_range(star).0,
                m.at(value).end,
                "cannot assign to iterable argument unpacking",
            )
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Star)?;
                let value = m.expression()?;
                Some(m.node(Kind::Starred, start, vec![value]))
            })
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                m.tok(T::Star)?;
                m.raise("Invalid star expression")
            })
        })
    }

    fn keyword_argument(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.name()?;
            m.tok(T::Equal)?;
            m.expression()?;
            Some(m.node(Kind::Other, start, Vec::new()))
        })
    }

    fn kwarg_or_starred(&mut self) -> Option<N> {
        self.alt_invalid(Self::invalid_kwarg)
            .or_else(|| self.keyword_argument())
            .or_else(|| self.alt(Self::starred_expression))
    }

    fn kwarg_or_double_starred(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt_invalid(Self::invalid_kwarg).or_else(|| self.keyword_argument()).or_else(|| {
            self.alt(|m| {
                m.tok(T::DoubleStar)?;
                m.expression()?;
                Some(m.node(Kind::CallWithMapping, start, Vec::new()))
            })
        })
    }

    fn invalid_kwarg(&mut self) -> Option<N> {
        const EQUALS: &str = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
        self.alt(|m| {
            let constant = m.tok_of(&[T::True, T::False, T::None])?;
            let equal = m.tok(T::Equal)?;
            let message = format!("cannot assign to {}", m.text(constant));
            m.raise_range(m.token_range(constant).0, m.token_range(equal).1, message)
        })
        .or_else(|| {
            self.alt(|m| {
                let name = m.name()?;
                let equal = m.tok(T::Equal)?;
                m.expression()?;
                m.for_if_clauses()?;
                m.raise_range(m.at(name).start, m.token_range(equal).1, EQUALS)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.not(|m| {
                    m.name()?;
                    m.tok(T::Equal)
                })?;
                let value = m.expression()?;
                let equal = m.tok(T::Equal)?;
                let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
                m.raise_range(m.at(value).start, m.token_range(equal).1, message)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                let stars = m.tok(T::DoubleStar)?;
                m.expression()?;
                m.tok(T::Equal)?;
                let value = m.expression()?;
                m.raise_range(
                    m.token_range(stars).0,
                    m.at(value).end,
                    "cannot assign to keyword argument unpacking",
                )
            })
        })
    }

    fn invalid_arguments(&mut self) -> Option<N> {
        const GENERATOR: &str = "Generator expression must be parenthesized";
        self.alt(|m| {
            m.alt(|m| {
                m.gather(Self::positional_argument)?;
                m.tok(T::Comma)?;
                m.kwargs()
            })
            .or_else(|| m.alt(Self::kwargs))?;
            let comma = m.tok(T::Comma)?;
            m.gather(|m| {
                m.starred_expression()?;
                m.not_tok(&[T::Equal])
            })?;
            let start = m.token_range(comma).0;
            m.raise_from(start, "iterable argument unpacking follows keyword argument unpacking")
        })
        .or_else(|| {
            self.alt(|m| {
                let value = m.expression()?;
                let clause = m.for_if_clauses()?;
                m.tok(T::Comma)?;
                m.opt(|m| {
                    m.alt(Self::args).or_else(|| {
                        m.alt(|m| {
                            m.expression()?;
                            m.for_if_clauses()
                        })
                    })
                })?;
                m.raise_to_clause(value, clause, GENERATOR)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                let name = m.name()?;
                let equal = m.tok(T::Equal)?;
                m.expression()?;
                m.for_if_clauses()?;
                let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
                m.raise_range(m.at(name).start, m.token_range(equal).1, message)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.opt(|m| {
                    m.args()?;
                    m.tok(T::Comma)
                })?;
                let name = m.name()?;
                let equal = m.tok(T::Equal)?;
                m.look_tok(&[T::Comma, T::RPar])?;
                m.raise_range(m.at(name).start, m.token_range(equal).1, "expected argument value expression")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                let args = m.args()?;
                let clause = m.for_if_clauses()?;
                let parts = &m.at(args).parts;
                let last = *parts.last().filter(|_| parts.len() > 1)?;
                m.raise_to_clause(last, clause, GENERATOR)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.args()?;
                m.tok(T::Comma)?;
                let value = m.expression()?;
                let clause = m.for_if_clauses()?;
                m.raise_to_clause(value, clause, GENERATOR)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                let args = m.args()?;
                m.tok(T::Comma)?;
                m.args()?;
                m.raise(if m.kind(args) == Kind::CallWithMapping {
                    "positional argument follows keyword argument unpacking"
                } else {
                    "positional argument follows keyword argument"
                })
            })
        })
    }

    /// An error from a node to the last expression of a comprehension clause.
    fn raise_to_clause(&mut self, first: N, clause: N, message: &'static str) -> Option<N> {
        let last = self.at(clause).parts[0];
        self.raise_nodes(first, last, message)
    }
}
