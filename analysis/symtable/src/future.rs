//! `from __future__ import …` (`Python/future.c`).

use bitflags::bitflags;
use syntax::ast::{StmtKind, Unit, UnitHeader};

use crate::collect::starts_with_docstring;
use crate::error::{Error, Place};

bitflags! {
    /// The features that still change anything.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub struct FutureFeatures: u8 {
        /// Annotations become strings (PEP 563).
        const ANNOTATIONS = 1;
        /// `<>` instead of `!=` (PEP 401).
        const BARRY_AS_BDFL = 2;
    }
}

/// Features that are part of the language by now: importing them is allowed and does nothing.
const MANDATORY: [&str; 8] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "generator_stop",
];

/// What the imports at the beginning of a module ask for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Future {
    pub features: FutureFeatures,
    /// How many statements at the beginning may be such imports; one that comes later is an error.
    pub leading: usize,
    pub errors: Vec<Error>,
}

/// The future features that the imports at the beginning of a module turn on.
///
/// # Errors
/// The first of them that does not exist.
pub fn future_features(module: &Unit) -> Result<FutureFeatures, Error> {
    let Future { features, errors, .. } = scan(module);
    errors.into_iter().next().map_or(Ok(features), Err)
}

/// The future features that `module` turns on. Nothing but a docstring may stand before such an import.
pub(crate) fn scan(module: &Unit) -> Future {
    let mut future = Future::default();
    if !matches!(module.header(), UnitHeader::Module { .. } | UnitHeader::Interactive) {
        return future;
    }
    let body = module.list(module.body());
    future.leading = usize::from(starts_with_docstring(module, module.body()));
    for id in &body[future.leading..] {
        let StmtKind::ImportFrom { module: Some(from), names, level: 0 } = module.stmt(*id).kind else {
            break;
        };
        if module.name(from.name) != "__future__" {
            break;
        }
        for alias in module.list(names) {
            match module.name(alias.name.name) {
                "annotations" => future.features |= FutureFeatures::ANNOTATIONS,
                "barry_as_FLUFL" => future.features |= FutureFeatures::BARRY_AS_BDFL,
                name if MANDATORY.contains(&name) => {}
                name => {
                    let message = match name {
                        "braces" => "not a chance".to_owned(),
                        _ => format!("future feature {} is not defined", shortened(name, 100)),
                    };
                    future.errors.push(Error { place: Place { child: None, range: alias.range }, message });
                }
            }
        }
        future.leading += 1;
    }
    future
}

/// At most `limit` bytes of `name`, whole characters.
fn shortened(name: &str, limit: usize) -> &str {
    &name[..name.floor_char_boundary(limit)]
}
