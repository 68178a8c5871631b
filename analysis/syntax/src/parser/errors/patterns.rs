//! Patterns.

use super::machine::{Kind, Machine, N, Rule};
use crate::token::TokenKind as T;

impl Machine<'_> {
    pub(super) fn patterns(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.open_sequence_pattern()?;
            Some(m.node(Kind::Other, start, Vec::new()))
        })
        .or_else(|| self.alt(Self::pattern))
    }

    fn pattern(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.or_pattern()?;
            m.tok(T::As)?;
            m.pattern_capture_target()?;
            Some(m.node(Kind::Other, start, Vec::new()))
        })
        .or_else(|| self.alt_invalid(Self::invalid_as_pattern))
        .or_else(|| self.alt(Self::or_pattern))
    }

    fn invalid_as_pattern(&mut self) -> Option<N> {
        self.alt(|m| {
            m.or_pattern()?;
            m.tok(T::As)?;
            let token = m.tok(T::Underscore)?;
            m.raise_token(token, "cannot use '_' as a target")
        })
        .or_else(|| {
            self.alt(|m| {
                m.or_pattern()?;
                m.tok(T::As)?;
                let value = m.expression()?;
                let name = m.kind(value).name();
                m.raise_node(value, format!("cannot use {name} as pattern target"))
            })
        })
    }

    fn or_pattern(&mut self) -> Option<N> {
        let start = self.mark;
        let parts = self.gather_by(T::VBar, Self::closed_pattern)?;
        Some(if parts.len() == 1 { parts[0] } else { self.node(Kind::Other, start, Vec::new()) })
    }

    fn closed_pattern(&mut self) -> Option<N> {
        self.memo(Rule::ClosedPattern, |m| {
            let start = m.mark;
            m.alt(Self::literal_pattern)
                .or_else(|| m.alt(Self::pattern_capture_target))
                .or_else(|| {
                    m.alt(|m| {
                        m.tok(T::Underscore)?;
                        Some(m.node(Kind::Other, start, Vec::new()))
                    })
                })
                .or_else(|| {
                    m.alt(|m| {
                        let value = m.attr()?;
                        m.not_tok(&[T::Dot, T::LPar, T::Equal])?;
                        Some(value)
                    })
                })
                .or_else(|| {
                    m.alt(|m| {
                        m.tok(T::LPar)?;
                        let pattern = m.pattern()?;
                        m.tok(T::RPar)?;
                        Some(pattern)
                    })
                })
                .or_else(|| m.alt(Self::sequence_pattern))
                .or_else(|| m.alt(Self::mapping_pattern))
                .or_else(|| m.alt(Self::class_pattern))
        })
    }

    fn literal_pattern(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            let value = m.signed_number()?;
            m.not_tok(&[T::Plus, T::Minus])?;
            Some(value)
        })
        .or_else(|| self.alt(Self::complex_number))
        .or_else(|| {
            self.alt(|m| {
                m.look_tok(&[T::String, T::FStringStart, T::TStringStart])?;
                m.strings()
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok_of(&[T::None, T::True, T::False])?;
                Some(m.node(Kind::Literal, start, Vec::new()))
            })
        })
    }

    fn signed_number(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(Self::number).or_else(|| {
            self.alt(|m| {
                m.tok(T::Minus)?;
                m.number()?;
                Some(m.node(Kind::Other, start, Vec::new()))
            })
        })
    }

    fn complex_number(&mut self) -> Option<N> {
        let start = self.mark;
        self.opt(|m| m.tok(T::Minus))?;
        let real = self.number()?;
        if self.kind(real) == Kind::Imaginary {
            return self.raise_node(real, "real number required in complex literal");
        }
        self.tok_of(&[T::Plus, T::Minus])?;
        let imaginary = self.number()?;
        if self.kind(imaginary) != Kind::Imaginary {
            return self.raise_node(imaginary, "imaginary number required in complex literal");
        }
        Some(self.node(Kind::Other, start, Vec::new()))
    }

    fn pattern_capture_target(&mut self) -> Option<N> {
        self.not_tok(&[T::Underscore])?;
        let name = self.name()?;
        self.not_tok(&[T::Dot, T::LPar, T::Equal])?;
        Some(name)
    }

    fn name_or_attr(&mut self) -> Option<N> {
        let start = self.mark;
        let mut value = self.name()?;
        while let Some(next) = self.alt(|m| {
            m.tok(T::Dot)?;
            m.name()?;
            Some(m.node(Kind::Attribute, start, Vec::new()))
        }) {
            value = next;
        }
        if self.failed() { None } else { Some(value) }
    }

    fn attr(&mut self) -> Option<N> {
        self.name_or_attr().filter(|node| self.kind(*node) == Kind::Attribute)
    }

    fn sequence_pattern(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.tok(T::LSqb)?;
            m.opt(Self::maybe_sequence_pattern)?;
            m.tok(T::RSqb)?;
            Some(m.node(Kind::Other, start, Vec::new()))
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::LPar)?;
                m.opt(Self::open_sequence_pattern)?;
                m.tok(T::RPar)?;
                Some(m.node(Kind::Other, start, Vec::new()))
            })
        })
    }

    fn open_sequence_pattern(&mut self) -> Option<()> {
        self.maybe_star_pattern()?;
        self.tok(T::Comma)?;
        self.opt(Self::maybe_sequence_pattern)?;
        Some(())
    }

    fn maybe_sequence_pattern(&mut self) -> Option<()> {
        self.gather(Self::maybe_star_pattern)?;
        self.opt(|m| m.tok(T::Comma))?;
        Some(())
    }

    fn maybe_star_pattern(&mut self) -> Option<N> {
        self.memo(Rule::StarPattern, |m| {
            let start = m.mark;
            m.alt(|m| {
                m.tok(T::Star)?;
                m.alt(Self::pattern_capture_target).or_else(|| m.tok(T::Underscore).map(|_| 0))?;
                Some(m.node(Kind::Other, start, Vec::new()))
            })
            .or_else(|| m.alt(Self::pattern))
        })
    }

    fn mapping_pattern(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            m.tok(T::LBrace)?;
            m.tok(T::RBrace)
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::LBrace)?;
                m.double_star_pattern()?;
                m.opt(|m| m.tok(T::Comma))?;
                m.tok(T::RBrace)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::LBrace)?;
                m.items_pattern()?;
                m.tok(T::Comma)?;
                m.double_star_pattern()?;
                m.opt(|m| m.tok(T::Comma))?;
                m.tok(T::RBrace)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.tok(T::LBrace)?;
                m.items_pattern()?;
                m.opt(|m| m.tok(T::Comma))?;
                m.tok(T::RBrace)
            })
        })?;
        Some(self.node(Kind::Other, start, Vec::new()))
    }

    fn items_pattern(&mut self) -> Option<Vec<N>> {
        self.gather(|m| {
            m.alt(Self::literal_pattern).or_else(|| m.alt(Self::attr))?;
            m.tok(T::Colon)?;
            m.pattern()
        })
    }

    fn double_star_pattern(&mut self) -> Option<N> {
        self.tok(T::DoubleStar)?;
        self.pattern_capture_target()
    }

    fn class_pattern(&mut self) -> Option<N> {
        let start = self.mark;
        let close = |m: &mut Self| {
            m.opt(|m| m.tok(T::Comma))?;
            m.tok(T::RPar)
        };
        self.alt(|m| {
            m.name_or_attr()?;
            m.tok(T::LPar)?;
            m.tok(T::RPar)
        })
        .or_else(|| {
            self.alt(|m| {
                m.name_or_attr()?;
                m.tok(T::LPar)?;
                m.gather(Self::pattern)?;
                close(m)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.name_or_attr()?;
                m.tok(T::LPar)?;
                m.gather(Self::keyword_pattern)?;
                close(m)
            })
        })
        .or_else(|| {
            self.alt(|m| {
                m.name_or_attr()?;
                m.tok(T::LPar)?;
                m.gather(Self::pattern)?;
                m.tok(T::Comma)?;
                m.gather(Self::keyword_pattern)?;
                close(m)
            })
        })
        .or_else(|| self.alt_invalid(Self::invalid_class_pattern))?;
        Some(self.node(Kind::Other, start, Vec::new()))
    }

    fn invalid_class_pattern(&mut self) -> Option<usize> {
        self.name_or_attr()?;
        self.tok(T::LPar)?;
        self.opt(|m| {
            m.gather(Self::pattern)?;
            m.tok(T::Comma)
        })?;
        self.gather(Self::keyword_pattern)?;
        self.tok(T::Comma)?;
        let positional = self.gather(Self::pattern)?;
        let (first, last) = (positional[0], positional[positional.len() - 1]);
        self.raise_nodes(first, last, "positional patterns follow keyword patterns")
    }

    fn keyword_pattern(&mut self) -> Option<N> {
        self.name()?;
        self.tok(T::Equal)?;
        self.pattern()
    }
}
