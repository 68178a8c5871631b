//! Simple statements, and the rules that whole texts start with.

use super::expressions::{MATRIX_PRODUCT, Targets};
use super::machine::{Kind, Machine, N, Rule};
use crate::token::TokenKind as T;

/// The operators of augmented assignments.
const AUGMENTED: [T; 13] = [
    T::PlusEqual,
    T::MinEqual,
    T::StarEqual,
    T::AtEqual,
    T::SlashEqual,
    T::PercentEqual,
    T::AmperEqual,
    T::VBarEqual,
    T::CircumflexEqual,
    T::LeftShiftEqual,
    T::RightShiftEqual,
    T::DoubleStarEqual,
    T::DoubleSlashEqual,
];

impl Machine<'_> {
    pub(super) fn statement(&mut self) -> Option<N> {
        self.alt(Self::compound_stmt).or_else(|| self.alt(Self::simple_stmts))
    }

    pub(super) fn statement_newline(&mut self) -> Option<N> {
        self.alt(|m| {
            let statement = m.compound_stmt()?;
            // The end of the text is a line end, too.
            m.tok_of(&[T::Newline, T::EndMarker])?;
            Some(statement)
        })
        .or_else(|| self.alt(Self::simple_stmts))
        .or_else(|| self.tok(T::Newline).map(|_| 0))
    }

    pub(super) fn eval(&mut self) -> Option<N> {
        let value = self.expressions()?;
        self.many(|m| m.tok(T::Newline))?;
        self.tok(T::EndMarker)?;
        Some(value)
    }

    pub(super) fn func_type(&mut self) -> Option<N> {
        self.tok(T::LPar)?;
        self.opt(|m| {
            m.gather(|m| {
                m.opt(|m| m.tok_of(&[T::Star, T::DoubleStar]))?;
                m.expression()
            })
        })?;
        self.tok(T::RPar)?;
        self.tok(T::RArrow)?;
        let value = self.expression()?;
        self.many(|m| m.tok(T::Newline))?;
        self.tok(T::EndMarker)?;
        Some(value)
    }

    pub(super) fn simple_stmts(&mut self) -> Option<N> {
        self.alt(|m| {
            let statement = m.simple_stmt()?;
            m.not_tok(&[T::Semi])?;
            m.tok(T::Newline)?;
            Some(statement)
        })
        .or_else(|| {
            self.alt(|m| {
                let statements = m.gather_by(T::Semi, Self::simple_stmt)?;
                m.opt(|m| m.tok(T::Semi))?;
                m.tok(T::Newline)?;
                Some(statements[0])
            })
        })
    }

    pub(super) fn simple_stmt(&mut self) -> Option<N> {
        self.memo(Rule::SimpleStmt, |m| {
            if let Some(statement) = m.alt(Self::assignment) {
                return Some(statement);
            }
            if let Some(alias) = m.alt(Self::type_alias) {
                return Some(alias);
            }
            if let Some(value) = m.alt(Self::star_expressions) {
                return Some(value);
            }
            if m.failed() {
                return None;
            }
            match m.peek() {
                T::Import | T::From => m.alt(Self::import_stmt),
                T::Return => m.alt(|m| {
                    m.mark += 1;
                    m.opt(Self::star_expressions)?;
                    Some(0)
                }),
                T::Raise => m.alt(Self::raise_stmt),
                T::Pass | T::Break | T::Continue => {
                    m.mark += 1;
                    Some(0)
                }
                T::Del => m.alt(Self::del_stmt),
                T::Yield => m.alt(Self::yield_expr),
                T::Assert => m.alt(|m| {
                    m.mark += 1;
                    m.expression()?;
                    m.opt(|m| {
                        m.tok(T::Comma)?;
                        m.expression()
                    })?;
                    Some(0)
                }),
                T::Global | T::Nonlocal => m.alt(|m| {
                    m.mark += 1;
                    m.gather(Self::name)?;
                    Some(0)
                }),
                _ => None,
            }
        })
    }

    fn assignment(&mut self) -> Option<N> {
        self.alt(|m| {
            m.name()?;
            m.annotation("Variable annotation syntax is")
        })
        .or_else(|| {
            self.alt(|m| {
                m.annotated_target()?;
                m.annotation("Variable annotations syntax is")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.many1(Self::target_of_assignment)?;
                let value = m.annotated_rhs()?;
                m.not_tok(&[T::Equal])?;
                m.opt(|m| m.tok(T::TypeComment))?;
                Some(value)
            })
        })
        .or_else(|| {
            // After the operator the others are not tried.
            let mut cut = false;
            let value = self.alt(|m| {
                m.single_target()?;
                let operator = m.tok_of(&AUGMENTED)?;
                if m.input.tokens[operator].kind == T::AtEqual {
                    m.since(5, MATRIX_PRODUCT)?;
                }
                cut = true;
                m.annotated_rhs()
            });
            if value.is_some() || cut { value } else { self.alt_invalid(Self::invalid_assignment) }
        })
    }

    /// `star_targets '='`
    fn target_of_assignment(&mut self) -> Option<N> {
        let target = self.star_targets()?;
        self.tok(T::Equal)?;
        Some(target)
    }

    /// `':' expression ['=' annotated_rhs]`
    fn annotation(&mut self, what: &str) -> Option<N> {
        self.tok(T::Colon)?;
        let value = self.expression()?;
        self.opt(|m| {
            m.tok(T::Equal)?;
            m.annotated_rhs()
        })?;
        self.since(6, what)?;
        Some(value)
    }

    fn invalid_assignment(&mut self) -> Option<N> {
        self.alt(|m| {
            let target = m.invalid_ann_assign_target()?;
            m.tok(T::Colon)?;
            m.expression()?;
            let name = m.kind(target).name();
            m.raise_node(target, format!("only single target (not {name}) can be annotated"))
        })
        .or_else(|| {
            self.alt(|m| {
                let first = m.star_named_expression()?;
                m.tok(T::Comma)?;
                m.many(Self::star_named_expressions)?;
                m.tok(T::Colon)?;
                m.expression()?;
                m.raise_node(first, "only single target (not tuple) can be annotated")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                let target = m.expression()?;
                m.tok(T::Colon)?;
                m.expression()?;
                m.raise_node(target, "illegal target for annotation")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.many(Self::target_of_assignment)?;
                let target = m.star_expressions()?;
                m.tok(T::Equal)?;
                m.raise_invalid_target(target, Targets::Star)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.many(Self::target_of_assignment)?;
                let target = m.yield_expr()?;
                m.tok(T::Equal)?;
                m.raise_node(target, "assignment to yield expression not possible")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                let target = m.star_expressions()?;
                m.tok_of(&AUGMENTED)?;
                m.annotated_rhs()?;
                let name = m.kind(target).name();
                m.raise_node(target, format!("'{name}' is an illegal expression for augmented assignment"))
            })
        })
    }

    fn invalid_ann_assign_target(&mut self) -> Option<N> {
        self.alt(Self::list).or_else(|| self.alt(Self::tuple)).or_else(|| {
            self.alt(|m| {
                m.tok(T::LPar)?;
                let target = m.invalid_ann_assign_target()?;
                m.tok(T::RPar)?;
                Some(target)
            })
        })
    }

    fn type_alias(&mut self) -> Option<N> {
        self.tok(T::Type)?;
        self.name()?;
        self.opt(Self::type_params)?;
        self.tok(T::Equal)?;
        let value = self.expression()?;
        self.since(12, "Type statement is")?;
        Some(value)
    }

    fn raise_stmt(&mut self) -> Option<N> {
        self.alt(|m| {
            m.tok(T::Raise)?;
            m.expression()?;
            m.opt(|m| {
                m.tok(T::From)?;
                m.expression()
            })?;
            Some(0)
        })
        .or_else(|| self.tok(T::Raise).map(|_| 0))
    }

    fn del_stmt(&mut self) -> Option<N> {
        self.alt(|m| {
            m.tok(T::Del)?;
            m.del_targets()?;
            m.look_tok(&[T::Semi, T::Newline])?;
            Some(0)
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                m.tok(T::Del)?;
                let targets = m.star_expressions()?;
                m.raise_invalid_target(targets, Targets::Del)
            })
        })
    }

    fn import_stmt(&mut self) -> Option<N> {
        self.memo(Rule::Import, |m| {
            m.alt_invalid(Self::invalid_import)
                .or_else(|| {
                    m.alt(|m| {
                        m.tok(T::Import)?;
                        m.gather(Self::dotted_as_name)?;
                        Some(0)
                    })
                })
                .or_else(|| m.alt(Self::import_from))
        })
    }

    fn invalid_import(&mut self) -> Option<N> {
        self.alt(|m| {
            let import = m.tok(T::Import)?;
            m.gather(Self::dotted_name)?;
            m.tok(T::From)?;
            m.dotted_name()?;
            m.raise_from(m.token_range(import).0, "Did you mean to use 'from ... import ...' instead?")
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Import)?;
                let newline = m.tok(T::Newline)?;
                m.raise_from_newline(newline, "Expected one or more names after 'import'")
            })
        })
    }

    fn dotted_name(&mut self) -> Option<N> {
        let start = self.mark;
        self.gather_by(T::Dot, Self::name)?;
        Some(self.node(Kind::Name, start, Vec::new()))
    }

    fn dotted_as_name(&mut self) -> Option<N> {
        self.alt_invalid(|m| {
            m.dotted_name()?;
            m.invalid_import_target()
        })
        .or_else(|| {
            self.alt(|m| {
                let name = m.dotted_name()?;
                m.as_name()?;
                Some(name)
            })
        })
    }

    /// `['as' NAME]`
    fn as_name(&mut self) -> Option<()> {
        self.opt(|m| {
            m.tok(T::As)?;
            m.name()
        })?;
        Some(())
    }

    /// `'as' !(NAME (',' | ')' | ';' | NEWLINE)) expression`
    fn invalid_import_target(&mut self) -> Option<N> {
        self.tok(T::As)?;
        self.not(|m| {
            m.name()?;
            m.tok_of(&[T::Comma, T::RPar, T::Semi, T::Newline])
        })?;
        let target = self.expression()?;
        let name = self.kind(target).name();
        self.raise_node(target, format!("cannot use {name} as import target"))
    }

    fn import_from(&mut self) -> Option<N> {
        self.alt(|m| {
            m.tok(T::From)?;
            m.many(|m| m.tok_of(&[T::Dot, T::Ellipsis]))?;
            m.dotted_name()?;
            m.tok(T::Import)?;
            m.import_from_targets()
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::From)?;
                m.many1(|m| m.tok_of(&[T::Dot, T::Ellipsis]))?;
                m.tok(T::Import)?;
                m.import_from_targets()
            })
        })
    }

    fn import_from_targets(&mut self) -> Option<N> {
        self.alt(|m| {
            m.tok(T::LPar)?;
            m.import_from_as_names()?;
            m.opt(|m| m.tok(T::Comma))?;
            m.tok(T::RPar)?;
            Some(0)
        })
        .or_else(|| {
            self.alt(|m| {
                m.import_from_as_names()?;
                m.not_tok(&[T::Comma])?;
                Some(0)
            })
        })
        .or_else(|| self.tok(T::Star).map(|_| 0))
        .or_else(|| {
            self.alt_invalid(|m| {
                m.import_from_as_names()?;
                m.tok(T::Comma)?;
                m.tok(T::Newline)?;
                m.raise("trailing comma not allowed without surrounding parentheses")
            })
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                let newline = m.tok(T::Newline)?;
                m.raise_from_newline(newline, "Expected one or more names after 'import'")
            })
        })
    }

    fn import_from_as_names(&mut self) -> Option<Vec<N>> {
        self.gather(|m| {
            m.alt_invalid(|m| {
                m.name()?;
                m.invalid_import_target()
            })
            .or_else(|| {
                m.alt(|m| {
                    let name = m.name()?;
                    m.as_name()?;
                    Some(name)
                })
            })
        })
    }
}
