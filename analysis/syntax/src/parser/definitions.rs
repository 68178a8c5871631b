//! Functions and classes, parameters and type parameters.

use text::{TextRange, TextSize};

use super::recovery::Run;
use super::{Fail, Parse, Parser};
use crate::ast::*;
use crate::token::TokenKind as T;

/// Which tokens end parameters, and whether they can have annotations and type comments.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parameters {
    Def,
    Lambda,
}

impl Parameters {
    fn close(self) -> T {
        match self {
            Parameters::Def => T::RPar,
            Parameters::Lambda => T::Colon,
        }
    }
}

impl Parser<'_> {
    /// A `def` or `class` with its decorators: a unit of its own.
    pub(super) fn definition(&mut self) {
        if !self.decorates_definition() {
            return self.stray_decorators();
        }
        // A unit says the same of itself wherever it stands.
        self.run = Run::default();
        let indents = self.read.indents_at(self.pos);
        self.builder.begin_unit(self.read.line_start(self.pos, self.lines).0, indents);
        let list = self.builder.begin_list::<ExprId>();
        while self.at(T::At) {
            let decorator = self.line_expression(|parser| {
                parser.bump();
                parser.named_expression()
            });
            self.builder.push(decorator);
        }
        let decorators = self.builder.end_list(list);
        let start = self.own_start();
        let is_async = self.eat(T::Async);
        let is_class = self.at(T::Class);
        self.bump();
        let (header, body) =
            if is_class { self.class(decorators) } else { self.function(decorators, is_async) };
        let end = self.prev_end;
        let node_range = TextRange { start, end: self.builder.unit.own(end) };
        let next_line = self.read.line_start(self.pos, self.lines).0;
        let (child, at) = self.builder.end_unit(header, body, node_range, end, next_line);
        self.finish_definition(child, at, is_class, is_async);
    }

    /// A unit that need not be parsed.
    pub(super) fn known_unit(&mut self) {
        // One that gets another parent gets another name.
        self.misjudged |= self.builder.depth() != self.known_depth;
        let nested = self.known[self.known_used].clone();
        self.known_used += 1;
        let start = self.start();
        // As far as the parent can see, its first byte is its text.
        self.prev_end = start + 1;
        self.bump_layout();
        let is_async = matches!(&nested.unit.own.header, UnitHeader::Function(header) if header.is_async);
        let is_class = matches!(nested.unit.own.header, UnitHeader::Class(_));
        let (child, at) = self.builder.reuse_unit(nested, start);
        self.finish_definition(child, at, is_class, is_async);
    }

    /// Completes the statement that a unit is, be it parsed or known.
    fn finish_definition(&mut self, child: ChildId, at: TextSize, is_class: bool, is_async: bool) {
        let kind = match (is_class, is_async) {
            (true, _) => StmtKind::ClassDef(child),
            (_, true) => StmtKind::AsyncFunctionDef(child),
            _ => StmtKind::FunctionDef(child),
        };
        self.finish_statement(kind, at);
        self.run = Run::default();
    }

    /// Whether a `def` or `class` comes after the decorators that may come next.
    fn decorates_definition(&self) -> bool {
        let mut rest = &self.tokens[self.pos..];
        while rest[0].kind == T::At {
            match rest.iter().position(|token| matches!(token.kind, T::Newline | T::EndMarker)) {
                Some(end) if end + 1 < rest.len() => rest = &rest[end + 1..],
                _ => return false,
            }
        }
        matches!(rest[0].kind, T::Def | T::Class) || rest[0].kind == T::Async && rest[1].kind == T::Def
    }

    fn class(&mut self, decorators: ExprList) -> (UnitHeader, StmtList) {
        let mut header = ClassHeader {
            name: self.missing_ident(),
            type_params: List::EMPTY,
            bases: List::EMPTY,
            keywords: List::EMPTY,
            decorators,
        };
        let (parsed, ok) = self.header(|parser| {
            header.name = parser.ident()?;
            header.type_params = parser.type_params()?;
            parser.keep_parts();
            if parser.at(T::LPar) {
                (header.bases, header.keywords) = parser.class_arguments()?;
            }
            Ok(())
        });
        if let Err(parts) = parsed {
            header.bases = parts;
        }
        self.builder.end_head(self.source, self.prev_end);
        let body = self.block(ok);
        (UnitHeader::Class(header), body)
    }

    fn function(&mut self, decorators: ExprList, is_async: bool) -> (UnitHeader, StmtList) {
        let mut name = self.missing_ident();
        let mut type_params = List::EMPTY;
        let mut args = None;
        let mut returns = None;
        let (parsed, ok) = self.header(|parser| {
            name = parser.ident()?;
            type_params = parser.type_params()?;
            parser.keep_parts();
            parser.expect(T::LPar)?;
            args = Some(parser.parameters(Parameters::Def)?);
            parser.keep_parts();
            parser.expect(T::RPar)?;
            if parser.eat(T::RArrow) {
                returns = Some(parser.expression()?);
            }
            Ok(())
        });
        let args = args.unwrap_or_else(|| self.invalid_parameters());
        if let Err(parts) = parsed
            && !parts.is_empty()
        {
            returns = Some(self.invalid_expression(parts, self.prev_end));
        }
        let type_comment = self.function_type_comment();
        self.builder.end_head(self.source, self.prev_end);
        let body = self.block(ok);
        let header = FunctionHeader { name, type_params, args, returns, decorators, is_async, type_comment };
        (UnitHeader::Function(header), body)
    }

    /// `func_type_comment`: after the colon, or alone on the line after it.
    fn function_type_comment(&mut self) -> Option<ConstantId> {
        let on_next_line = self.at(T::Newline)
            && self.peek(1) == T::TypeComment
            && self.peek(2) == T::Newline
            && self.peek(3) == T::Indent;
        if on_next_line {
            self.bump_layout();
        }
        self.type_comment()
    }

    /// The place of a name that is not there.
    fn missing_ident(&mut self) -> Ident {
        let at = self.builder.unit.own(self.prev_end.max(self.start()));
        Ident { name: self.builder.unit.intern_normal(""), range: TextRange { start: at, end: at } }
    }

    /// No parameters, in the place of invalid ones. The parameters that were read before the mistake keep their names.
    fn invalid_parameters(&mut self) -> ArgumentsId {
        let args = std::mem::take(&mut self.salvaged_args);
        let args = self.builder.list(&args);
        self.builder.arguments(Arguments {
            posonlyargs: List::EMPTY,
            args,
            vararg: None,
            kwonlyargs: List::EMPTY,
            kw_defaults: List::EMPTY,
            kwarg: None,
            defaults: List::EMPTY,
        })
    }

    pub(super) fn lambda_parameters(&mut self) -> Parse<ArgumentsId> {
        self.parameters(Parameters::Lambda)
    }

    /// The parameters up to, not past, the token that closes them.
    fn parameters(&mut self, style: Parameters) -> Parse<ArgumentsId> {
        let positional = self.builder.begin_list::<Arg>();
        let result = self.parameter_list(style, positional);
        if result.is_err() && style == Parameters::Def {
            self.salvaged_args = self.builder.unfinished::<Arg>(positional).to_vec();
        }
        result
    }

    fn parameter_list(&mut self, style: Parameters, positional: usize) -> Parse<ArgumentsId> {
        let defaults = self.builder.begin_list::<ExprId>();
        let mut posonlyargs = None;
        let mut any_default = false;
        while !matches!(self.kind, T::Star | T::DoubleStar) && !self.at(style.close()) {
            if self.at(T::Slash) {
                if posonlyargs.is_some() || self.builder.list_len::<Arg>(positional) == 0 {
                    return Err(Fail);
                }
                self.bump();
                posonlyargs = Some(self.builder.end_list::<Arg>(positional));
                self.parameter_end(style)?;
                continue;
            }
            let mut arg = self.parameter(style, false)?;
            if self.eat(T::Equal) {
                let default = self.expression()?;
                self.builder.push(default);
                any_default = true;
            } else if any_default {
                return Err(Fail);
            }
            arg.type_comment = self.parameter_end(style)?;
            self.builder.push(arg);
        }
        let args = self.builder.end_list::<Arg>(positional);
        let defaults = self.builder.end_list(defaults);

        let mut vararg = None;
        let kwonlyargs = self.builder.begin_list::<Arg>();
        let kw_defaults = self.builder.begin_list::<Option<ExprId>>();
        if self.eat(T::Star) {
            let bare = self.at(T::Comma);
            if bare {
                self.bump();
            } else {
                let mut arg = self.parameter(style, true)?;
                arg.type_comment = self.parameter_end(style)?;
                vararg = Some(arg);
            }
            while self.kind.is_name() {
                let mut arg = self.parameter(style, false)?;
                let default = if self.eat(T::Equal) { Some(self.expression()?) } else { None };
                self.builder.push(default);
                arg.type_comment = self.parameter_end(style)?;
                self.builder.push(arg);
            }
            if bare && self.builder.list_len::<Arg>(kwonlyargs) == 0 {
                return Err(Fail);
            }
        }
        let kwonlyargs = self.builder.end_list(kwonlyargs);
        let kw_defaults = self.builder.end_list(kw_defaults);

        let mut kwarg = None;
        if self.eat(T::DoubleStar) {
            let mut arg = self.parameter(style, false)?;
            arg.type_comment = self.parameter_end(style)?;
            kwarg = Some(arg);
        }
        if !self.at(style.close()) {
            return Err(Fail);
        }
        let posonlyargs = posonlyargs.unwrap_or_default();
        let arguments = Arguments { posonlyargs, args, vararg, kwonlyargs, kw_defaults, kwarg, defaults };
        Ok(self.builder.arguments(arguments))
    }

    /// One name with its annotation; after `*` that may be starred.
    fn parameter(&mut self, style: Parameters, star: bool) -> Parse<Arg> {
        let arg = self.ident()?;
        let mut annotation = None;
        if style == Parameters::Def && self.eat(T::Colon) {
            annotation = Some(if star { self.star_expression()? } else { self.expression()? });
        }
        let range = TextRange { start: arg.range.start, end: self.builder.unit.own(self.prev_end) };
        Ok(Arg { arg, annotation, type_comment: None, range })
    }

    /// After a parameter: a comma or the end, and a type comment.
    fn parameter_end(&mut self, style: Parameters) -> Parse<Option<ConstantId>> {
        let comma = self.eat(T::Comma);
        let comment = if style == Parameters::Def { self.type_comment() } else { None };
        if comma || self.at(style.close()) { Ok(comment) } else { Err(Fail) }
    }

    /// Type parameters in brackets, if they are next.
    pub(super) fn type_params(&mut self) -> Parse<List<TypeParam>> {
        if !self.eat(T::LSqb) {
            return Ok(List::EMPTY);
        }
        let list = self.builder.begin_list::<TypeParam>();
        loop {
            self.type_param()?;
            if !self.eat(T::Comma) || self.at(T::RSqb) {
                break;
            }
        }
        self.expect(T::RSqb)?;
        Ok(self.builder.end_list(list))
    }

    fn type_param(&mut self) -> Parse<()> {
        let start = self.own_start();
        let kind = if self.eat(T::Star) {
            let name = self.ident()?;
            let default_value = if self.eat(T::Equal) { Some(self.star_expression()?) } else { None };
            TypeParamKind::TypeVarTuple { name, default_value }
        } else if self.eat(T::DoubleStar) {
            let name = self.ident()?;
            let default_value = if self.eat(T::Equal) { Some(self.expression()?) } else { None };
            TypeParamKind::ParamSpec { name, default_value }
        } else {
            let name = self.ident()?;
            let bound = if self.eat(T::Colon) { Some(self.expression()?) } else { None };
            let default_value = if self.eat(T::Equal) { Some(self.expression()?) } else { None };
            TypeParamKind::TypeVar { name, bound, default_value }
        };
        let range = TextRange { start, end: self.builder.unit.own(self.prev_end) };
        self.builder.push(TypeParam { kind, range });
        Ok(())
    }
}
