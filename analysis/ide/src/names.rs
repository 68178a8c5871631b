//! Where a name leads: definition, references, rename.

use diagnostics::TextEdit;
use symtable::{NamePlace, Role, is_builtin};
use syntax::token::TokenKind;
use syntax::unicode::{is_identifier_continue, is_identifier_start};
use text::{TextRange, TextSize};

use crate::file::File;
use crate::types::{Access, Reference, RenameResult};

/// Where the name at `offset` gets its value.
pub fn definition(file: &File<'_>, offset: TextSize) -> Vec<TextRange> {
    let Some(place) = file.name_at(offset) else { return Vec::new() };
    let (_, places) = file.places_of(&place);
    let binding = places.iter().filter(|place| place.role.binds()).map(|place| place.range);
    let mut ranges: Vec<TextRange> = binding.collect();
    if ranges.is_empty() {
        // Declared only, by an annotation: better than nothing.
        ranges.extend(places.iter().filter(|place| place.role == Role::Annotate).map(|place| place.range));
    }
    // A `def` or `class` says what the name is; assignments to it elsewhere say less.
    if let Some(defined) = places.iter().find(|place| place.role == Role::Define) {
        ranges.sort_by_key(|range| *range != defined.range);
    }
    ranges
}

/// All places of the name at `offset`.
pub fn references(file: &File<'_>, offset: TextSize) -> Vec<Reference> {
    let Some(place) = file.name_at(offset) else { return Vec::new() };
    let (_, places) = file.places_of(&place);
    places.iter().map(|place| Reference { range: place.range, access: access(place.role) }).collect()
}

fn access(role: Role) -> Access {
    match role {
        Role::Load | Role::Unevaluated => Access::Read,
        Role::Global | Role::Nonlocal | Role::Annotate => Access::Declare,
        Role::Store | Role::Delete | Role::Define | Role::Import | Role::Parameter | Role::TypeParam => {
            Access::Write
        }
    }
}

/// The range of the name at `offset`, if it can be renamed.
pub fn prepare_rename(file: &File<'_>, offset: TextSize) -> Result<TextRange, String> {
    let (place, _) = renamed_places(file, offset)?;
    Ok(place.range)
}

/// The edits that rename the name at `offset`.
pub fn rename(file: &File<'_>, offset: TextSize, name: &str) -> RenameResult {
    if !is_name(name) {
        return Err(format!("'{name}' is not a name"));
    }
    let (place, places) = renamed_places(file, offset)?;
    if name == place.name {
        return Ok(Vec::new());
    }
    for other in &places {
        if file.table().symbol(other.block, name).is_some() {
            return Err(format!("'{name}' is in use there already"));
        }
    }
    Ok(places.iter().map(|place| edit(file, place, name)).collect())
}

/// The place at an offset and all places that change with it.
fn renamed_places(file: &File<'_>, offset: TextSize) -> Result<(NamePlace, Vec<NamePlace>), String> {
    let place = file.name_at(offset).ok_or("there is no name here")?;
    let (_, places) = file.places_of(&place);
    if !places.iter().any(|place| place.role.binds()) {
        let what = if is_builtin(&place.name) { "is a builtin" } else { "is not defined in this file" };
        return Err(format!("'{}' {what}", place.name));
    }
    for other in &places {
        let written = &file.text()[other.range];
        if written != other.name {
            let why =
                if written.contains('.') { "imports a submodule" } else { "is written in several ways" };
            return Err(format!("'{}' cannot be renamed: it {why}", place.name));
        }
    }
    Ok((place, places))
}

fn edit(file: &File<'_>, place: &NamePlace, name: &str) -> TextEdit {
    // `import a` goes on importing `a`, under the new name.
    let renamed =
        place.role != Role::Import || file.text()[..place.range.start.to_usize()].trim_end().ends_with(" as");
    let text = if renamed { name.to_owned() } else { format!("{} as {name}", place.name) };
    TextEdit { range: place.range, text }
}

fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(is_identifier_start)
        && chars.all(is_identifier_continue)
        && !TokenKind::KEYWORDS.iter().any(|(word, kind)| *word == name && kind.is_keyword())
}
