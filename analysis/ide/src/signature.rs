//! Signature help: the parameters of a function of the file while its arguments are typed.
//!
//! What is being typed is broken text, so that the call is found among the tokens.

use symtable::Role;
use syntax::ast::{Cursor, ExprId, FunctionHeader, Unit, UnitHeader};
use syntax::lexer::{Lexer, LexerOptions};
use syntax::token::TokenKind;
use text::{TextRange, TextSize};

use crate::completion::in_reach;
use crate::file::File;
use crate::types::SignatureHelp;

/// The signature of the function whose arguments are around `offset`.
pub fn help(file: &File<'_>, offset: TextSize) -> Option<SignatureHelp> {
    let call = call_at(file, offset)?;
    let callee = callee(file, &call)?;
    let UnitHeader::Function(header) = callee.cursor.unit.header() else { return None };
    let parameters = parameters(file, callee.cursor, header, callee.bound);
    let mut label = callee.name;
    label.push('(');
    let mut ranges = Vec::new();
    for (index, parameter) in parameters.iter().enumerate() {
        if index > 0 {
            label.push_str(", ");
        }
        let start = TextSize::of(label.as_str());
        label.push_str(&parameter.text);
        ranges.push(TextRange { start, end: TextSize::of(label.as_str()) });
    }
    label.push(')');
    let active = active(&call, &parameters);
    // The bare markers are no parameters.
    let kept = |index: &usize| !matches!(parameters[*index].kind, Kind::Marker);
    let shown: Vec<usize> = (0..parameters.len()).filter(kept).collect();
    let active = active.and_then(|active| shown.iter().position(|index| *index == active));
    Some(SignatureHelp { label, parameters: shown.into_iter().map(|index| ranges[index]).collect(), active })
}

/// A call that is being typed.
struct Call {
    /// The name before the bracket.
    name: TextRange,
    /// What stands before the dot before it, if that is one name; `Some(None)` for anything else.
    object: Option<Option<TextRange>>,
    /// Arguments that are complete.
    arguments: usize,
    /// The keyword of the argument at the cursor, and whether there is one before it.
    keyword: Option<String>,
    keyword_before: bool,
}

/// The innermost call with an open bracket at `offset`.
fn call_at(file: &File<'_>, offset: TextSize) -> Option<Call> {
    let start = file.unit_around(TextRange::empty(offset))?.cursor.base;
    let source = file.text().get(start as usize..)?;
    let mut lexer = Lexer::new(source, LexerOptions::default());
    let mut open: Vec<Option<Call>> = Vec::new();
    let mut last: [(TokenKind, TextRange); 3] = [(TokenKind::Newline, TextRange::empty(0u32)); 3];
    loop {
        let token = lexer.next_token();
        let range = TextRange {
            start: TextSize(token.range.start.0 + start),
            end: TextSize(token.range.end.0 + start),
        };
        if token.kind == TokenKind::EndMarker || range.end > offset {
            break;
        }
        match token.kind {
            TokenKind::LPar => {
                let [before_dot, dot, name] = last;
                let call = name.0.is_name().then(|| Call {
                    name: name.1,
                    object: (dot.0 == TokenKind::Dot).then(|| before_dot.0.is_name().then_some(before_dot.1)),
                    arguments: 0,
                    keyword: None,
                    keyword_before: false,
                });
                // `def f(` and `class C(` are no calls.
                let defines = matches!(dot.0, TokenKind::Def | TokenKind::Class);
                open.push(call.filter(|_| !defines));
            }
            TokenKind::LSqb | TokenKind::LBrace => open.push(None),
            TokenKind::RPar | TokenKind::RSqb | TokenKind::RBrace => {
                open.pop();
            }
            TokenKind::Comma => {
                if let Some(Some(call)) = open.last_mut() {
                    call.arguments += 1;
                    call.keyword_before |= call.keyword.take().is_some();
                }
            }
            TokenKind::Equal => {
                if let Some(Some(call)) = open.last_mut()
                    && last[2].0.is_name()
                {
                    call.keyword = Some(file.text()[last[2].1].to_owned());
                }
            }
            // A statement that was never closed.
            TokenKind::Def | TokenKind::Class => open.clear(),
            _ => {}
        }
        last = [last[1], last[2], (token.kind, range)];
    }
    open.into_iter().flatten().next_back()
}

/// What is called.
struct Callee<'a> {
    name: String,
    cursor: Cursor<'a>,
    /// The first parameter is given by what the function is looked up on.
    bound: bool,
}

fn callee<'a>(file: &File<'a>, call: &Call) -> Option<Callee<'a>> {
    let name = &file.text()[call.name];
    match call.object {
        // `self.method(`, or `C.method(`.
        Some(object) => {
            let object = object?;
            let written = &file.text()[object];
            let bound = matches!(written, "self" | "cls");
            let class = if bound {
                let mut around = file.units_around(call.name).into_iter().map(|(_, cursor)| cursor);
                around.rfind(|cursor| matches!(cursor.unit.header(), UnitHeader::Class(_)))?
            } else {
                defined(file, written, object.start)?
            };
            Some(Callee { name: name.to_owned(), cursor: method(class, name)?, bound })
        }
        None => {
            let cursor = defined(file, name, call.name.start)?;
            match cursor.unit.header() {
                UnitHeader::Class(_) => {
                    Some(Callee { name: name.to_owned(), cursor: method(cursor, "__init__")?, bound: true })
                }
                _ => Some(Callee { name: name.to_owned(), cursor, bound: false }),
            }
        }
    }
}

/// The `def` or `class` that gives `name` its value, as seen from `offset`.
fn defined<'a>(file: &File<'a>, name: &str, offset: TextSize) -> Option<Cursor<'a>> {
    let table = file.table();
    let block = in_reach(file, offset).into_iter().find(|block| {
        let symbol = table.symbol(*block, name);
        symbol.is_some_and(|symbol| symbol.flags.intersects(symtable::Flags::DEF_BOUND))
    })?;
    let owner = table.owner(block, name)?;
    let places = table.places_of(file.module(), owner, name);
    let place = places.iter().rfind(|place| place.role == Role::Define)?;
    let unit = file.unit_around(place.range)?.cursor;
    Some(unit)
}

fn method<'a>(class: Cursor<'a>, name: &str) -> Option<Cursor<'a>> {
    let children: Vec<_> = class.unit.children().collect();
    let is_named = |unit: &Unit| matches!(unit.header(), UnitHeader::Function(_)) && unit.own_name() == name;
    let (id, _) = children.into_iter().rfind(|(_, child)| is_named(child.unit))?;
    Some(class.child(id))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Positional,
    /// `*args`
    Rest,
    Keyword,
    /// `**kwargs`
    Keywords,
    /// `/` or `*`
    Marker,
}

struct Parameter {
    kind: Kind,
    name: String,
    /// As written, on one line.
    text: String,
}

fn parameters(file: &File<'_>, cursor: Cursor<'_>, header: &FunctionHeader, bound: bool) -> Vec<Parameter> {
    let unit = cursor.unit;
    let all = unit.arguments(header.args);
    let mut parameters = Vec::new();
    let mut add = |kind, arg: &syntax::ast::Arg, default: Option<ExprId>| {
        let on_one_line = |range: TextRange| {
            file.text()[cursor.range(range)].split_whitespace().collect::<Vec<_>>().join(" ")
        };
        let mut written = on_one_line(arg.range);
        if let Some(default) = default {
            written.push_str(if arg.annotation.is_some() { " = " } else { "=" });
            written.push_str(&on_one_line(unit.expr(default).range));
        }
        let stars = match kind {
            Kind::Rest => "*",
            Kind::Keywords => "**",
            _ => "",
        };
        let name = unit.name(arg.arg.name).to_owned();
        parameters.push(Parameter { kind, name, text: format!("{stars}{written}") });
    };
    let (posonly, args) = (unit.list(all.posonlyargs), unit.list(all.args));
    let defaults = unit.list(all.defaults);
    let without = (posonly.len() + args.len()).saturating_sub(defaults.len());
    for (index, arg) in posonly.iter().chain(args).enumerate() {
        let default = index.checked_sub(without).and_then(|at| defaults.get(at).copied());
        add(Kind::Positional, arg, default);
    }
    if let Some(arg) = &all.vararg {
        add(Kind::Rest, arg, None);
    }
    for (arg, default) in unit.list(all.kwonlyargs).iter().zip(unit.list(all.kw_defaults)) {
        add(Kind::Keyword, arg, *default);
    }
    if let Some(arg) = &all.kwarg {
        add(Kind::Keywords, arg, None);
    }
    let marker = |text: &str| Parameter { kind: Kind::Marker, name: String::new(), text: text.to_owned() };
    if all.vararg.is_none() && !all.kwonlyargs.is_empty() {
        parameters.insert(posonly.len() + args.len(), marker("*"));
    }
    if !posonly.is_empty() {
        parameters.insert(posonly.len(), marker("/"));
    }
    if bound && parameters.first().is_some_and(|first| first.kind == Kind::Positional) {
        parameters.remove(0);
    }
    parameters
}

/// Which parameter takes the argument at the cursor.
fn active(call: &Call, parameters: &[Parameter]) -> Option<usize> {
    let of = |kind: Kind| parameters.iter().position(|parameter| parameter.kind == kind);
    if let Some(keyword) = &call.keyword {
        let named = parameters.iter().position(|parameter| parameter.name == *keyword);
        return named.or_else(|| of(Kind::Keywords));
    }
    if call.keyword_before {
        return None;
    }
    let positional =
        parameters.iter().enumerate().filter(|(_, parameter)| parameter.kind == Kind::Positional);
    positional.map(|(index, _)| index).nth(call.arguments).or_else(|| of(Kind::Rest))
}
