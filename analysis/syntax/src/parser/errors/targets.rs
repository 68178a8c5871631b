//! Targets of assignments and of `del`.

use super::machine::{Kind, Machine, N, Rule};
use crate::token::TokenKind as T;

impl Machine<'_> {
    pub(super) fn star_targets(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(|m| {
            let target = m.star_target()?;
            m.not_tok(&[T::Comma])?;
            Some(target)
        })
        .or_else(|| {
            self.alt(|m| {
                let parts = m.gather(Self::star_target)?;
                m.opt(|m| m.tok(T::Comma))?;
                Some(m.node(Kind::Tuple, start, parts))
            })
        })
    }

    pub(super) fn star_target(&mut self) -> Option<N> {
        self.memo(Rule::StarTarget, |m| {
            let start = m.mark;
            m.alt(|m| {
                m.tok(T::Star)?;
                m.not_tok(&[T::Star])?;
                let value = m.star_target()?;
                Some(m.node(Kind::Starred, start, vec![value]))
            })
            .or_else(|| m.alt(Self::target_with_star_atom))
        })
    }

    fn target_with_star_atom(&mut self) -> Option<N> {
        self.memo(Rule::TargetWithStarAtom, |m| m.attribute_or_subscript().or_else(|| m.alt(Self::star_atom)))
    }

    /// An attribute or a subscript that nothing of the kind follows.
    fn attribute_or_subscript(&mut self) -> Option<N> {
        let start = self.mark;
        let after = [T::LPar, T::LSqb, T::Dot];
        self.alt(|m| {
            m.t_primary()?;
            m.tok(T::Dot)?;
            m.name()?;
            m.not_tok(&after)?;
            Some(m.node(Kind::Attribute, start, Vec::new()))
        })
        .or_else(|| {
            self.alt(|m| {
                m.t_primary()?;
                m.tok(T::LSqb)?;
                m.slices()?;
                m.tok(T::RSqb)?;
                m.not_tok(&after)?;
                Some(m.node(Kind::Subscript, start, Vec::new()))
            })
        })
    }

    fn star_atom(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(Self::name)
            .or_else(|| {
                self.alt(|m| {
                    m.tok(T::LPar)?;
                    let target = m.target_with_star_atom()?;
                    m.tok(T::RPar)?;
                    Some(target)
                })
            })
            .or_else(|| {
                self.alt(|m| {
                    m.tok(T::LPar)?;
                    m.opt(|m| {
                        let count = m.gather(Self::star_target)?.len();
                        let comma = m.opt(|m| m.tok(T::Comma))?;
                        if count > 1 || comma.is_some() { Some(()) } else { None }
                    })?;
                    m.tok(T::RPar)?;
                    Some(m.node(Kind::Tuple, start, Vec::new()))
                })
            })
            .or_else(|| {
                self.alt(|m| {
                    m.tok(T::LSqb)?;
                    m.opt(|m| {
                        m.gather(Self::star_target)?;
                        m.opt(|m| m.tok(T::Comma))
                    })?;
                    m.tok(T::RSqb)?;
                    Some(m.node(Kind::List, start, Vec::new()))
                })
            })
    }

    pub(super) fn single_target(&mut self) -> Option<N> {
        self.attribute_or_subscript().or_else(|| self.alt(Self::name)).or_else(|| self.parenthesized_target())
    }

    /// `'(' single_target ')'`
    fn parenthesized_target(&mut self) -> Option<N> {
        self.alt(|m| {
            m.tok(T::LPar)?;
            let target = m.single_target()?;
            m.tok(T::RPar)?;
            Some(target)
        })
    }

    /// What can be annotated besides a name.
    pub(super) fn annotated_target(&mut self) -> Option<N> {
        self.parenthesized_target().or_else(|| self.attribute_or_subscript())
    }

    pub(super) fn del_targets(&mut self) -> Option<Vec<N>> {
        let targets = self.gather(Self::del_target)?;
        self.opt(|m| m.tok(T::Comma))?;
        Some(targets)
    }

    fn del_target(&mut self) -> Option<N> {
        self.memo(Rule::DelTarget, |m| m.attribute_or_subscript().or_else(|| m.del_t_atom()))
    }

    fn del_t_atom(&mut self) -> Option<N> {
        let start = self.mark;
        self.alt(Self::name)
            .or_else(|| {
                self.alt(|m| {
                    m.tok(T::LPar)?;
                    let target = m.del_target()?;
                    m.tok(T::RPar)?;
                    Some(target)
                })
            })
            .or_else(|| {
                self.alt(|m| {
                    m.tok(T::LPar)?;
                    m.opt(Self::del_targets)?;
                    m.tok(T::RPar)?;
                    Some(m.node(Kind::Tuple, start, Vec::new()))
                })
            })
            .or_else(|| {
                self.alt(|m| {
                    m.tok(T::LSqb)?;
                    m.opt(Self::del_targets)?;
                    m.tok(T::RSqb)?;
                    Some(m.node(Kind::List, start, Vec::new()))
                })
            })
    }
}
