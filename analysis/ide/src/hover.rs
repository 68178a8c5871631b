//! Hover: where a name lives and how the compiler reaches it; what a definition compiles to.

use std::fmt::Write;

use symtable::{
    BlockId, BlockType, ComprehensionKind, Flags, NameKind, NamePlace, Resolution, Role, is_builtin,
};
use syntax::ast::{ExprKind, UnitHeader};
use text::{TextRange, TextSize};

use crate::bytecode::{self, Extent};
use crate::file::File;
use crate::types::Hover;

/// What is known of the thing at `offset`.
pub fn hover(file: &File<'_>, offset: TextSize) -> Option<Hover> {
    if let Some(place) = file.name_at(offset) {
        let mut markdown = name(file, &place);
        if place.role == Role::Define {
            append_bytecode(file, place.range, &mut markdown);
        }
        return Some(Hover { range: place.range, markdown });
    }
    let keyword = definition_keyword(file, offset)?;
    let mut markdown = String::new();
    append_bytecode(file, keyword, &mut markdown);
    Some(Hover { range: keyword, markdown })
}

fn append_bytecode(file: &File<'_>, at: TextRange, markdown: &mut String) {
    if !markdown.is_empty() {
        markdown.push_str("\n---\n");
    }
    // Writing to a string cannot fail.
    let _ = match bytecode::view(file, Some(TextRange::empty(at.end)), Extent::One) {
        Ok(view) => write!(markdown, "{}\n\n```text\n{}\n```", view.title, view.text.trim_end()),
        Err(why) => write!(markdown, "No bytecode: {why}"),
    };
}

/// The `def`, `class`, `async` or `lambda` at an offset, as a place inside of what it defines.
fn definition_keyword(file: &File<'_>, offset: TextSize) -> Option<TextRange> {
    for cursor in file.table().cursors(file.module()) {
        if matches!(cursor.unit.header(), UnitHeader::Function(_) | UnitHeader::Class(_)) {
            let start = cursor.range(cursor.unit.node_range()).start;
            let word = word_at(file, start);
            if word.touches(offset) {
                return Some(word);
            }
        }
        for (_, expr) in cursor.unit.all_exprs() {
            if matches!(expr.kind, ExprKind::Lambda { .. }) {
                let word = word_at(file, cursor.range(expr.range).start);
                if word.touches(offset) {
                    return Some(word);
                }
            }
        }
    }
    None
}

fn word_at(file: &File<'_>, start: TextSize) -> TextRange {
    let rest = &file.text()[start.to_usize()..];
    let length = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    TextRange::new(start, TextSize(start.0 + TextSize::from(length).0))
}

/// What there is to say about a name.
fn name(file: &File<'_>, place: &NamePlace) -> String {
    let table = file.table();
    let Some(found) = table.resolve(place.block, &place.name) else {
        return format!("**`{}`** — in an annotation that is never evaluated", place.name);
    };
    let name = &place.name;
    let owner = describe(file, found.owner);
    let frame = describe(file, found.frame);
    let defined = file.binds_global(name);
    let (kind, reach) = match found.kind {
        NameKind::Fast => ("local", format!("a fast slot of {frame}: `LOAD_FAST`, `STORE_FAST`")),
        NameKind::Cell => {
            ("local, in a cell", format!("a cell that {frame} makes: `LOAD_DEREF`, `STORE_DEREF`"))
        }
        NameKind::Free => {
            ("enclosing", format!("a free variable of {frame}, whose cell {owner} makes: `LOAD_DEREF`"))
        }
        NameKind::ClassThenFree => (
            "enclosing",
            format!("the class namespace first, then the cell of {owner}: `LOAD_FROM_DICT_OR_DEREF`"),
        ),
        NameKind::ClassThenGlobal => {
            ("global", "the class namespace first, then globals: `LOAD_FROM_DICT_OR_GLOBALS`".to_owned())
        }
        NameKind::Global if defined => ("global", "the module's namespace: `LOAD_GLOBAL`".to_owned()),
        NameKind::Namespace if found.owner == table.module() && found.frame == table.module() && defined => {
            ("global", "the module's namespace: `LOAD_NAME`, `STORE_NAME`".to_owned())
        }
        NameKind::Namespace if found.owner == table.module() && defined => {
            ("global", "the class namespace first, then globals: `LOAD_NAME`".to_owned())
        }
        NameKind::Namespace if found.owner != table.module() => {
            ("class attribute", format!("the namespace of {owner}: `LOAD_NAME`, `STORE_NAME`"))
        }
        kind => {
            let load = if kind == NameKind::Global { "LOAD_GLOBAL" } else { "LOAD_NAME" };
            if is_builtin(name) {
                (
                    "builtin",
                    format!("the module's namespace, which has no such name, then `builtins`: `{load}`"),
                )
            } else {
                (
                    "undefined",
                    format!("the module's namespace, then `builtins`, which have no such name: `{load}`"),
                )
            }
        }
    };
    let mut text = format!("**`{name}`** — {kind}");
    if !matches!(kind, "builtin" | "undefined") {
        let _ = write!(text, " of {owner}");
    }
    let _ = write!(text, "\n\n- reached through {reach}");
    describe_declaration(file, place, &found, &mut text);
    let capturing = table.captured_by(found.owner, name);
    if found.owner != table.module() && !capturing.is_empty() {
        let capturing: Vec<String> = capturing.into_iter().map(|block| describe(file, block)).collect();
        let _ = write!(text, "\n- captured by {}", capturing.join(", "));
    }
    if found.frame != place.block {
        let _ = write!(text, "\n- the comprehension is inlined into {frame}");
    }
    text
}

fn describe_declaration(file: &File<'_>, place: &NamePlace, found: &Resolution, text: &mut String) {
    let Some(symbol) = file.table().symbol(place.block, &place.name) else { return };
    let declared = [
        (Flags::DEF_PARAM, "a parameter"),
        (Flags::DEF_IMPORT, "imported"),
        (Flags::DEF_NONLOCAL, "declared `nonlocal`"),
        (Flags::DEF_TYPE_PARAM, "a type parameter"),
        (Flags::DEF_COMP_ITER, "an iteration variable"),
    ];
    for (flag, words) in declared {
        if symbol.flags.contains(flag) {
            let _ = write!(text, "\n- {words}");
        }
    }
    let in_module = place.block == file.table().module();
    if found.scope == symtable::Scope::GlobalExplicit && !in_module {
        text.push_str("\n- declared `global`");
    }
}

/// A block in words: "function `f`".
pub fn describe(file: &File<'_>, id: BlockId) -> String {
    let block = file.table().block(id);
    let name = file.table().name(id, block.name);
    match (block.kind, block.comprehension) {
        (BlockType::Module, _) => "the module".to_owned(),
        (BlockType::Class, _) => format!("class `{name}`"),
        (BlockType::Function, None) if name == "lambda" || name == "<lambda>" => "a lambda".to_owned(),
        (BlockType::Function, None) if block.method => format!("method `{name}`"),
        (BlockType::Function, None) => format!("function `{name}`"),
        (BlockType::Function, Some(kind)) => match kind {
            ComprehensionKind::List => "a list comprehension",
            ComprehensionKind::Set => "a set comprehension",
            ComprehensionKind::Dict => "a dict comprehension",
            ComprehensionKind::Generator => "a generator expression",
        }
        .to_owned(),
        (BlockType::Annotation, _) => "an annotation scope".to_owned(),
        (BlockType::TypeAlias, _) => "a type alias".to_owned(),
        (BlockType::TypeParameters, _) => format!("the type parameters of `{name}`"),
        (BlockType::TypeVariable, _) => format!("type variable `{name}`"),
    }
}
