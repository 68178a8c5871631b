//! Parameters of functions and lambdas, and type parameters.

use super::machine::{Kind, Machine, N, Rule};
use crate::token::TokenKind as T;

/// Parameters of a `def` or of a lambda: the rules of the latter have the same shape without annotations.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Def,
    Lambda,
}

impl Style {
    /// The token after the last parameter.
    fn close(self) -> T {
        match self {
            Style::Def => T::RPar,
            Style::Lambda => T::Colon,
        }
    }
}

/// Whether a parameter has a default.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Default {
    No,
    Yes,
    Maybe,
}

impl Machine<'_> {
    pub(super) fn params(&mut self) -> Option<N> {
        self.parameters_of(Style::Def)
    }

    pub(super) fn lambda_params(&mut self) -> Option<N> {
        self.parameters_of(Style::Lambda)
    }

    fn parameters_of(&mut self, style: Style) -> Option<N> {
        self.alt_invalid(|m| m.invalid_parameters(style)).or_else(|| self.alt(|m| m.parameters(style)))
    }

    fn parameters(&mut self, style: Style) -> Option<N> {
        const POSITIONAL_ONLY: &str = "Positional-only parameters are";
        self.alt(|m| {
            m.slash_no_default(style)?;
            m.many(|m| m.parameter(style, Default::No))?;
            m.many(|m| m.parameter(style, Default::Yes))?;
            m.opt(|m| m.star_etc(style))?;
            m.since(8, POSITIONAL_ONLY)?;
            Some(0)
        })
        .or_else(|| {
            self.alt(|m| {
                m.slash_with_default(style)?;
                m.many(|m| m.parameter(style, Default::Yes))?;
                m.opt(|m| m.star_etc(style))?;
                m.since(8, POSITIONAL_ONLY)?;
                Some(0)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.many1(|m| m.parameter(style, Default::No))?;
                m.many(|m| m.parameter(style, Default::Yes))?;
                m.opt(|m| m.star_etc(style))?;
                Some(0)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.many1(|m| m.parameter(style, Default::Yes))?;
                m.opt(|m| m.star_etc(style))?;
                Some(0)
            })
        })
        .or_else(|| self.alt(|m| m.star_etc(style)))
    }

    fn slash(&mut self, style: Style) -> Option<N> {
        self.tok(T::Slash)?;
        self.tok(T::Comma).map(|_| ()).or_else(|| self.look_tok(&[style.close()]))?;
        Some(0)
    }

    fn slash_no_default(&mut self, style: Style) -> Option<N> {
        self.alt(|m| {
            m.many1(|m| m.parameter(style, Default::No))?;
            m.slash(style)
        })
    }

    fn slash_with_default(&mut self, style: Style) -> Option<N> {
        self.alt(|m| {
            m.many(|m| m.parameter(style, Default::No))?;
            m.many1(|m| m.parameter(style, Default::Yes))?;
            m.slash(style)
        })
    }

    fn star_etc(&mut self, style: Style) -> Option<N> {
        self.alt_invalid(|m| m.invalid_star_etc(style))
            .or_else(|| {
                self.alt(|m| {
                    m.tok(T::Star)?;
                    m.parameter(style, Default::No)?;
                    m.many(|m| m.parameter(style, Default::Maybe))?;
                    m.opt(|m| m.kwds(style))?;
                    Some(0)
                })
            })
            .or_else(|| {
                self.alt(|m| {
                    m.tok(T::Star)?;
                    if style == Style::Lambda {
                        return None;
                    }
                    m.name()?;
                    m.tok(T::Colon)?;
                    m.star_expression()?;
                    m.parameter_end(style)?;
                    m.many(|m| m.parameter(style, Default::Maybe))?;
                    m.opt(|m| m.kwds(style))?;
                    Some(0)
                })
            })
            .or_else(|| {
                self.alt(|m| {
                    m.tok(T::Star)?;
                    m.tok(T::Comma)?;
                    m.many1(|m| m.parameter(style, Default::Maybe))?;
                    m.opt(|m| m.kwds(style))?;
                    Some(0)
                })
            })
            .or_else(|| self.alt(|m| m.kwds(style)))
    }

    fn kwds(&mut self, style: Style) -> Option<N> {
        self.alt_invalid(|m| m.invalid_kwds(style)).or_else(|| {
            self.alt(|m| {
                m.tok(T::DoubleStar)?;
                m.parameter(style, Default::No)
            })
        })
    }

    /// A parameter with what separates it from the next.
    fn parameter(&mut self, style: Style, default: Default) -> Option<N> {
        self.alt(|m| {
            let param = m.param(style)?;
            match default {
                Default::No => {}
                Default::Yes => m.default()?,
                Default::Maybe => {
                    m.opt(Self::default)?;
                }
            }
            m.parameter_end(style)?;
            Some(param)
        })
    }

    fn parameter_end(&mut self, style: Style) -> Option<()> {
        self.alt(|m| {
            m.tok(T::Comma)?;
            m.type_comment_of_parameter(style)
        })
        .or_else(|| {
            self.alt(|m| {
                m.type_comment_of_parameter(style)?;
                m.look_tok(&[style.close()])
            })
        })
    }

    /// `TYPE_COMMENT?`; a lambda's parameters have none, and no look is taken.
    fn type_comment_of_parameter(&mut self, style: Style) -> Option<()> {
        if style == Style::Def {
            self.opt(|m| m.tok(T::TypeComment))?;
        }
        Some(())
    }

    fn param(&mut self, style: Style) -> Option<N> {
        let start = self.mark;
        self.name()?;
        if style == Style::Def {
            self.opt(|m| {
                m.tok(T::Colon)?;
                m.expression()
            })?;
        }
        Some(self.node(Kind::Other, start, Vec::new()))
    }

    fn default(&mut self) -> Option<()> {
        self.alt(|m| {
            m.tok(T::Equal)?;
            m.expression()?;
            Some(())
        })
        .or_else(|| {
            self.alt_invalid(|m| {
                let equal = m.tok(T::Equal)?;
                m.look_tok(&[T::RPar, T::Comma])?;
                m.raise_token(equal, "expected default value expression")
            })
        })
    }

    /// `(slash_no_default | slash_with_default)`
    fn any_slash(&mut self, style: Style) -> Option<N> {
        self.slash_no_default(style).or_else(|| self.slash_with_default(style))
    }

    fn invalid_parameters(&mut self, style: Style) -> Option<N> {
        self.alt(|m| {
            let slash = m.tok(T::Slash)?;
            m.tok(T::Comma)?;
            m.raise_token(slash, "at least one argument must precede /")
        })
        .or_else(|| {
            self.alt(|m| {
                m.any_slash(style)?;
                m.many(|m| m.parameter(style, Default::Maybe))?;
                let slash = m.tok(T::Slash)?;
                m.raise_token(slash, "/ may appear only once")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.opt(|m| m.slash_no_default(style))?;
                m.many(|m| m.parameter(style, Default::No))?;
                if m.slash_with_default(style).is_none() {
                    m.many1(|m| m.parameter(style, Default::Yes))?;
                }
                let param = m.parameter_node(style)?;
                m.raise_node(param, "parameter without a default follows parameter with a default")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.many(|m| m.parameter(style, Default::No))?;
                let open = m.tok(T::LPar)?;
                match style {
                    Style::Def => {
                        m.many1(|m| m.parameter(style, Default::No))?;
                    }
                    Style::Lambda => {
                        m.gather(|m| m.param(style))?;
                    }
                }
                m.opt(|m| m.tok(T::Comma))?;
                let close = m.tok(T::RPar)?;
                let what = if style == Style::Def { "Function" } else { "Lambda expression" };
                let (start, end) = (m.token_range(open).0, m.token_range(close).1);
                m.raise_range(start, end, format!("{what} parameters cannot be parenthesized"))
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.opt(|m| m.any_slash(style))?;
                m.many(|m| m.parameter(style, Default::Maybe))?;
                m.tok(T::Star)?;
                m.comma_or_parameter(style)?;
                m.many(|m| m.parameter(style, Default::Maybe))?;
                let slash = m.tok(T::Slash)?;
                m.raise_token(slash, "/ must be ahead of *")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.many1(|m| m.parameter(style, Default::Maybe))?;
                m.tok(T::Slash)?;
                let star = m.tok(T::Star)?;
                m.raise_token(star, "expected comma between / and *")
            })
        })
    }

    /// A parameter without default: its node is the parameter alone, without the comma.
    fn parameter_node(&mut self, style: Style) -> Option<N> {
        self.parameter(style, Default::No)
    }

    /// `(',' | param_no_default)`
    fn comma_or_parameter(&mut self, style: Style) -> Option<()> {
        self.tok(T::Comma).map(|_| ()).or_else(|| self.parameter(style, Default::No).map(|_| ()))
    }

    fn invalid_star_etc(&mut self, style: Style) -> Option<N> {
        const BARE: &str = "named arguments must follow bare *";
        self.alt(|m| {
            let star = m.tok(T::Star)?;
            m.alt(|m| m.tok(style.close())).or_else(|| {
                m.alt(|m| {
                    m.tok(T::Comma)?;
                    m.tok_of(&[style.close(), T::DoubleStar])
                })
            })?;
            if style == Style::Def { m.raise_token(star, BARE) } else { m.raise(BARE) }
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Star)?;
                m.tok(T::Comma)?;
                m.tok(T::TypeComment)?;
                m.raise("bare * has associated type comment")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Star)?;
                m.param(style)?;
                let equal = m.tok(T::Equal)?;
                m.raise_token(equal, "var-positional argument cannot have default value")
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::Star)?;
                m.parameter_or_comma(style)?;
                m.many(|m| m.parameter(style, Default::Maybe))?;
                let star = m.tok(T::Star)?;
                m.parameter_or_comma(style)?;
                m.raise_token(star, "* argument may appear only once")
            })
        })
    }

    /// `(param_no_default | ',')`
    fn parameter_or_comma(&mut self, style: Style) -> Option<()> {
        self.parameter(style, Default::No).map(|_| ()).or_else(|| self.tok(T::Comma).map(|_| ()))
    }

    fn invalid_kwds(&mut self, style: Style) -> Option<N> {
        const AFTER: &str = "arguments cannot follow var-keyword argument";
        self.alt(|m| {
            m.tok(T::DoubleStar)?;
            m.param(style)?;
            let equal = m.tok(T::Equal)?;
            m.raise_token(equal, "var-keyword argument cannot have default value")
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::DoubleStar)?;
                m.param(style)?;
                m.tok(T::Comma)?;
                let param = m.param(style)?;
                m.raise_node(param, AFTER)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::DoubleStar)?;
                m.param(style)?;
                m.tok(T::Comma)?;
                let token = m.tok_of(&[T::Star, T::DoubleStar, T::Slash])?;
                m.raise_token(token, AFTER)
            })
        })
    }

    pub(super) fn type_params(&mut self) -> Option<N> {
        self.alt_invalid(|m| {
            m.tok(T::LSqb)?;
            let close = m.tok(T::RSqb)?;
            m.raise_from(m.token_range(close).0, "Type parameter list cannot be empty")
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::LSqb)?;
                m.gather(Self::type_param)?;
                m.opt(|m| m.tok(T::Comma))?;
                m.tok(T::RSqb)?;
                m.since(12, "Type parameter lists are")?;
                Some(0)
            })
        })
    }

    fn type_param(&mut self) -> Option<N> {
        self.memo(Rule::TypeParam, |m| {
            m.alt(|m| {
                let name = m.name()?;
                m.opt(|m| {
                    m.tok(T::Colon)?;
                    m.expression()
                })?;
                m.type_param_default(Self::expression)?;
                Some(name)
            })
            .or_else(|| m.alt_invalid(|m| m.invalid_type_param(T::Star, "TypeVarTuple")))
            .or_else(|| m.alt_invalid(|m| m.invalid_type_param(T::DoubleStar, "ParamSpec")))
            .or_else(|| {
                m.alt(|m| {
                    m.tok(T::Star)?;
                    let name = m.name()?;
                    m.type_param_default(Self::star_expression)?;
                    Some(name)
                })
            })
            .or_else(|| {
                m.alt(|m| {
                    m.tok(T::DoubleStar)?;
                    let name = m.name()?;
                    m.type_param_default(Self::expression)?;
                    Some(name)
                })
            })
        })
    }

    fn type_param_default(&mut self, value: fn(&mut Self) -> Option<N>) -> Option<()> {
        self.opt(|m| {
            m.tok(T::Equal)?;
            value(m)?;
            m.since(13, "Type parameter defaults are")
        })?;
        Some(())
    }

    fn invalid_type_param(&mut self, stars: T, what: &str) -> Option<N> {
        self.tok(stars)?;
        self.name()?;
        let colon = self.tok(T::Colon)?;
        let value = self.expression()?;
        let bound = if self.kind(value) == Kind::Tuple { "constraints" } else { "bound" };
        self.raise_from(self.token_range(colon).0, format!("cannot use {bound} with {what}"))
    }
}
