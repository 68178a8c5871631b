//! Compound statements.

use super::expressions::Targets;
use super::machine::{Machine, N, Rule};
use crate::token::TokenKind as T;

impl Machine<'_> {
    pub(super) fn compound_stmt(&mut self) -> Option<N> {
        if self.failed() {
            return None;
        }
        match self.peek() {
            T::Def => self.alt(Self::function_def_raw),
            T::At => self
                .alt(|m| {
                    m.decorators()?;
                    m.function_def_raw()
                })
                .or_else(|| {
                    self.alt(|m| {
                        m.decorators()?;
                        m.class_def_raw()
                    })
                }),
            T::Async => self
                .alt(Self::function_def_raw)
                .or_else(|| self.alt(Self::with_stmt))
                .or_else(|| self.alt(Self::for_stmt)),
            T::If => self.alt(Self::if_stmt),
            T::Class => self.alt(Self::class_def_raw),
            T::With => self.alt(Self::with_stmt),
            T::For => self.alt(Self::for_stmt),
            T::Try => self.alt(Self::try_stmt),
            T::While => self.alt(Self::while_stmt),
            _ => self.alt(Self::match_stmt),
        }
    }

    fn decorators(&mut self) -> Option<Vec<N>> {
        self.many1(|m| {
            m.tok(T::At)?;
            let value = m.named_expression()?;
            m.tok(T::Newline)?;
            Some(value)
        })
    }

    pub(super) fn block(&mut self) -> Option<N> {
        self.memo(Rule::Block, |m| {
            m.alt(|m| {
                m.tok(T::Newline)?;
                m.tok(T::Indent)?;
                m.many1(Self::statement)?;
                m.tok(T::Dedent)?;
                Some(0)
            })
            .or_else(|| m.alt(Self::simple_stmts))
            .or_else(|| {
                m.alt_invalid(|m| {
                    m.tok(T::Newline)?;
                    m.not_tok(&[T::Indent])?;
                    m.raise_no_block()
                })
            })
        })
    }

    /// `':' NEWLINE !INDENT`, after a header of the statement whose keyword is `token`.
    fn no_block(&mut self, what: &str, token: usize) -> Option<N> {
        self.tok(T::Colon)?;
        self.tok(T::Newline)?;
        self.not_tok(&[T::Indent])?;
        self.raise_indentation(what, token)
    }

    /// `NEWLINE`, where the colon should be.
    fn no_colon(&mut self) -> Option<N> {
        self.tok(T::Newline)?;
        self.raise("expected ':'")
    }

    fn class_def_raw(&mut self) -> Option<N> {
        let header = |m: &mut Self| {
            let class = m.tok(T::Class)?;
            m.name()?;
            m.opt(Self::type_params)?;
            m.opt(|m| {
                m.tok(T::LPar)?;
                m.opt(Self::arguments)?;
                m.tok(T::RPar)
            })?;
            Some(class)
        };
        self.alt_invalid(|m| {
            header(m)?;
            m.no_colon()
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                let class = header(m)?;
                m.no_block("class definition", class)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                header(m)?;
                m.tok(T::Colon)?;
                m.block()
            })
        })
    }

    fn function_def_raw(&mut self) -> Option<N> {
        self.alt_invalid(|m| {
            m.opt(|m| m.tok(T::Async))?;
            let def = m.function_header(false)?;
            m.no_block("function definition", def)
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                m.opt(|m| m.tok(T::Async))?;
                m.function_header(true)?;
                m.force(T::Colon)?;
                m.opt(Self::func_type_comment)?;
                m.block()
            })
        })
        .or_else(|| {
            self.alt(|m| {
                let is_async = m.opt(|m| m.tok(T::Async))?.is_some();
                m.function_header(false)?;
                m.tok(T::Colon)?;
                m.opt(Self::func_type_comment)?;
                m.block()?;
                m.since_async(is_async, "Async functions are")
            })
        })
    }

    /// From `def` to before the colon; `forced` makes a missing parenthesis an error.
    fn function_header(&mut self, forced: bool) -> Option<usize> {
        let def = self.tok(T::Def)?;
        self.name()?;
        self.opt(Self::type_params)?;
        if forced {
            self.force(T::LPar)?
        } else {
            self.tok(T::LPar)?
        };
        self.opt(Self::params)?;
        self.tok(T::RPar)?;
        self.opt(|m| {
            m.tok(T::RArrow)?;
            m.expression()
        })?;
        Some(def)
    }

    fn func_type_comment(&mut self) -> Option<usize> {
        self.alt(|m| {
            m.tok(T::Newline)?;
            let comment = m.tok(T::TypeComment)?;
            m.look(|m| {
                m.tok(T::Newline)?;
                m.tok(T::Indent)
            })?;
            Some(comment)
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                m.tok(T::TypeComment)?;
                m.tok(T::Newline)?;
                m.tok(T::TypeComment)?;
                m.tok(T::Newline)?;
                m.tok(T::Indent)?;
                m.raise("Cannot have two type comments on def")
            })
        })
        .or_else(|| self.tok(T::TypeComment))
    }

    /// `if_stmt` and `elif_stmt`, a chain of them in turn. An invalid `elif` leaves what is before it complete.
    fn if_stmt(&mut self) -> Option<N> {
        let mut keyword = T::If;
        loop {
            let what = if keyword == T::If { "'if' statement" } else { "'elif' statement" };
            let clause = self
                .alt_invalid(|m| {
                    m.tok(keyword)?;
                    m.named_expression()?;
                    m.no_colon()
                })
                .or_else(|| {
                    self.alt_invalid(|m| {
                        let token = m.tok(keyword)?;
                        m.named_expression()?;
                        m.no_block(what, token)
                    })
                })
                .or_else(|| {
                    self.alt(|m| {
                        m.tok(keyword)?;
                        m.named_expression()?;
                        m.tok(T::Colon)?;
                        m.block()
                    })
                });
            if clause.is_none() && keyword == T::If {
                return None;
            }
            keyword = T::Elif;
            if clause.is_none() || self.look_tok(&[T::Elif]).is_none() {
                break;
            }
        }
        self.opt(Self::else_block)?;
        Some(0)
    }

    fn else_block(&mut self) -> Option<N> {
        self.alt_invalid(|m| {
            let token = m.tok(T::Else)?;
            m.no_block("'else' statement", token)
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                m.tok(T::Else)?;
                m.tok(T::Colon)?;
                m.block()?;
                m.tok(T::Elif)?;
                m.raise("'elif' block follows an 'else' block")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Else)?;
                m.force(T::Colon)?;
                m.block()
            })
        })
    }

    fn while_stmt(&mut self) -> Option<N> {
        self.alt_invalid(|m| {
            m.tok(T::While)?;
            m.named_expression()?;
            m.no_colon()
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                let token = m.tok(T::While)?;
                m.named_expression()?;
                m.no_block("'while' statement", token)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::While)?;
                m.named_expression()?;
                m.tok(T::Colon)?;
                m.block()?;
                m.opt(Self::else_block)?;
                Some(0)
            })
        })
    }

    fn for_stmt(&mut self) -> Option<N> {
        let header = |m: &mut Self| {
            m.opt(|m| m.tok(T::Async))?;
            let token = m.tok(T::For)?;
            m.star_targets()?;
            m.tok(T::In)?;
            Some(token)
        };
        self.alt_invalid(|m| {
            header(m)?;
            m.star_expressions()?;
            m.no_colon()
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                let token = header(m)?;
                m.star_expressions()?;
                m.no_block("'for' statement", token)
            })
        })
        .or_else(|| {
            let mut cut = false;
            let statement = self.alt(|m| {
                let is_async = m.look_tok(&[T::Async]).is_some();
                header(m)?;
                cut = true;
                m.star_expressions()?;
                m.tok(T::Colon)?;
                m.opt(|m| m.tok(T::TypeComment))?;
                m.block()?;
                m.opt(Self::else_block)?;
                m.since_async(is_async, "Async for loops are")
            });
            if statement.is_some() || cut { statement } else { self.alt_invalid(Self::invalid_for_target) }
        })
    }

    fn with_stmt(&mut self) -> Option<N> {
        self.alt_invalid(|m| m.invalid_with(true))
            .or_else(|| {
                self.alt(|m| {
                    let is_async = m.opt(|m| m.tok(T::Async))?.is_some();
                    m.tok(T::With)?;
                    m.tok(T::LPar)?;
                    m.gather(Self::with_item)?;
                    m.opt(|m| m.tok(T::Comma))?;
                    m.tok(T::RPar)?;
                    m.with_body(is_async)
                })
            })
            .or_else(|| {
                self.alt(|m| {
                    let is_async = m.opt(|m| m.tok(T::Async))?.is_some();
                    m.tok(T::With)?;
                    m.gather(Self::with_item)?;
                    m.with_body(is_async)
                })
            })
            .or_else(|| self.alt_invalid(|m| m.invalid_with(false)))
    }

    /// The colon and what follows.
    fn with_body(&mut self, is_async: bool) -> Option<N> {
        self.tok(T::Colon)?;
        self.opt(|m| m.tok(T::TypeComment))?;
        self.block()?;
        self.since_async(is_async, "Async with statements are")
    }

    /// The end of a statement that there are two kinds of.
    fn since_async(&mut self, is_async: bool, what: &str) -> Option<N> {
        if is_async {
            self.since(5, what)?;
        }
        Some(0)
    }

    /// `invalid_with_stmt_indent`, or `invalid_with_stmt`.
    fn invalid_with(&mut self, indent: bool) -> Option<N> {
        let end = |m: &mut Self, token: usize| {
            if indent { m.no_block("'with' statement", token) } else { m.no_colon() }
        };
        self.alt(|m| {
            m.opt(|m| m.tok(T::Async))?;
            let token = m.tok(T::With)?;
            m.gather(|m| m.loose_with_item(Self::expression))?;
            end(m, token)
        })
        .or_else(|| {
            self.alt(|m| {
                m.opt(|m| m.tok(T::Async))?;
                let token = m.tok(T::With)?;
                m.tok(T::LPar)?;
                m.gather(|m| m.loose_with_item(Self::expressions))?;
                m.opt(|m| m.tok(T::Comma))?;
                m.tok(T::RPar)?;
                end(m, token)
            })
        })
    }

    /// `expression ['as' star_target]`
    fn loose_with_item(&mut self, value: fn(&mut Self) -> Option<N>) -> Option<N> {
        let value = value(self)?;
        self.opt(|m| {
            m.tok(T::As)?;
            m.star_target()
        })?;
        Some(value)
    }

    fn with_item(&mut self) -> Option<N> {
        let after = [T::Comma, T::RPar, T::Colon];
        self.alt(|m| {
            let value = m.expression()?;
            m.tok(T::As)?;
            m.star_target()?;
            m.look_tok(&after)?;
            Some(value)
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                m.expression()?;
                m.tok(T::As)?;
                let target = m.expression()?;
                m.look_tok(&after)?;
                m.raise_invalid_target(target, Targets::Star)
            })
        })
        .or_else(|| self.alt(Self::expression))
    }

    fn try_stmt(&mut self) -> Option<N> {
        self.alt_invalid(Self::invalid_try_stmt)
            .or_else(|| {
                self.alt(|m| {
                    m.tok(T::Try)?;
                    m.force(T::Colon)?;
                    m.block()?;
                    m.finally_block()
                })
            })
            .or_else(|| self.alt(|m| m.try_with_handlers(Self::except_block)))
            .or_else(|| {
                self.alt(|m| {
                    m.try_with_handlers(Self::except_star_block)?;
                    m.since(11, "Exception groups are")?;
                    Some(0)
                })
            })
    }

    fn try_with_handlers(&mut self, handler: fn(&mut Self) -> Option<N>) -> Option<N> {
        self.tok(T::Try)?;
        self.force(T::Colon)?;
        self.block()?;
        self.many1(handler)?;
        self.opt(Self::else_block)?;
        self.opt(Self::finally_block)?;
        Some(0)
    }

    fn invalid_try_stmt(&mut self) -> Option<N> {
        const BOTH: &str = "cannot have both 'except' and 'except*' on the same 'try'";
        self.alt(|m| {
            let token = m.tok(T::Try)?;
            m.no_block("'try' statement", token)
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Try)?;
                m.tok(T::Colon)?;
                m.block()?;
                m.not_tok(&[T::Except, T::Finally])?;
                m.raise("expected 'except' or 'finally' block")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Try)?;
                m.tok(T::Colon)?;
                m.many(Self::block)?;
                m.many1(Self::except_block)?;
                let except = m.tok(T::Except)?;
                let star = m.tok(T::Star)?;
                m.expression()?;
                m.as_target()?;
                m.tok(T::Colon)?;
                m.raise_range(m.token_range(except).0, m.token_range(star).1, BOTH)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Try)?;
                m.tok(T::Colon)?;
                m.many(Self::block)?;
                m.many1(Self::except_star_block)?;
                let except = m.tok(T::Except)?;
                m.opt(|m| {
                    m.expression()?;
                    m.as_target()
                })?;
                m.tok(T::Colon)?;
                m.raise_token(except, BOTH)
            })
        })
    }

    /// `['as' NAME]`
    fn as_target(&mut self) -> Option<()> {
        self.opt(|m| {
            m.tok(T::As)?;
            m.name()
        })?;
        Some(())
    }

    fn except_block(&mut self) -> Option<N> {
        self.alt_invalid(|m| {
            let token = m.tok(T::Except)?;
            m.expression()?;
            m.as_target()?;
            m.no_block("'except' statement", token)
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                let token = m.tok(T::Except)?;
                m.no_block("'except' statement", token)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Except)?;
                m.handler()
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Except)?;
                m.tok(T::Colon)?;
                m.block()
            })
        })
        .or_else(|| self.alt_invalid(|m| m.invalid_except(false)))
    }

    fn except_star_block(&mut self) -> Option<N> {
        self.alt_invalid(|m| {
            let token = m.tok(T::Except)?;
            m.tok(T::Star)?;
            m.expression()?;
            m.as_target()?;
            m.no_block("'except*' statement", token)
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Except)?;
                m.tok(T::Star)?;
                m.handler()
            })
        })
        .or_else(|| self.alt_invalid(|m| m.invalid_except(true)))
    }

    /// `expression ':' block`, `expression 'as' NAME ':' block` or `expressions ':' block`.
    fn handler(&mut self) -> Option<N> {
        self.alt(|m| {
            m.expression()?;
            m.as_target()?;
            m.tok(T::Colon)?;
            m.block()
        })
        .or_else(|| {
            self.alt(|m| {
                m.expressions()?;
                m.tok(T::Colon)?;
                m.block()?;
                m.since(14, "except expressions without parentheses are")?;
                Some(0)
            })
        })
    }

    /// `invalid_except_stmt` and `invalid_except_star_stmt`
    fn invalid_except(&mut self, star: bool) -> Option<N> {
        let keyword = |m: &mut Self| {
            m.tok(T::Except)?;
            if star { m.tok(T::Star) } else { Some(0) }
        };
        self.alt(|m| {
            keyword(m)?;
            let first = m.expression()?;
            m.tok(T::Comma)?;
            m.expressions()?;
            m.tok(T::As)?;
            m.name()?;
            m.tok(T::Colon)?;
            m.raise_from(m.at(first).start, "multiple exception types must be parenthesized when using 'as'")
        })
        .or_else(|| {
            self.alt(|m| {
                keyword(m)?;
                m.expression()?;
                m.as_target()?;
                m.no_colon()
            })
        })
        .or_else(|| {
            self.alt(|m| {
                keyword(m)?;
                if star {
                    m.tok_of(&[T::Newline, T::Colon])?;
                    m.raise("expected one or more exception types")
                } else {
                    m.no_colon()
                }
            })
        })
        .or_else(|| {
            self.alt(|m| {
                keyword(m)?;
                m.expression()?;
                m.tok(T::As)?;
                let target = m.expression()?;
                m.tok(T::Colon)?;
                m.block()?;
                let (name, star) = (m.kind(target).name(), if star { "*" } else { "" });
                m.raise_node(target, format!("cannot use except{star} statement with {name}"))
            })
        })
    }

    fn finally_block(&mut self) -> Option<N> {
        self.alt_invalid(|m| {
            let token = m.tok(T::Finally)?;
            m.no_block("'finally' statement", token)
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Finally)?;
                m.force(T::Colon)?;
                m.block()
            })
        })
    }

    fn match_stmt(&mut self) -> Option<N> {
        self.alt(|m| {
            m.tok(T::Match)?;
            m.subject_expr()?;
            m.tok(T::Colon)?;
            m.tok(T::Newline)?;
            m.tok(T::Indent)?;
            m.many1(Self::case_block)?;
            m.tok(T::Dedent)?;
            m.since(10, "Pattern matching is")?;
            Some(0)
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                m.tok(T::Match)?;
                m.subject_expr()?;
                m.no_colon()
            })
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                let token = m.tok(T::Match)?;
                m.subject_expr()?;
                m.no_block("'match' statement", token)
            })
        })
    }

    fn subject_expr(&mut self) -> Option<N> {
        self.alt(|m| {
            let first = m.star_named_expression()?;
            m.tok(T::Comma)?;
            m.opt(Self::star_named_expressions)?;
            Some(first)
        })
        .or_else(|| self.alt(Self::named_expression))
    }

    fn case_block(&mut self) -> Option<N> {
        let header = |m: &mut Self| {
            let token = m.tok(T::Case)?;
            m.patterns()?;
            m.opt(|m| {
                m.tok(T::If)?;
                m.named_expression()
            })?;
            Some(token)
        };
        self.alt_invalid(|m| {
            header(m)?;
            m.no_colon()
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                let token = header(m)?;
                m.no_block("'case' statement", token)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                header(m)?;
                m.tok(T::Colon)?;
                m.block()
            })
        })
    }
}
