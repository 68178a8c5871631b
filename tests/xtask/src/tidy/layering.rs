//! Who may depend on whom, read from the manifests. `ARCHITECTURE.md` says why.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use toml::{Table, Value};

/// Crates from outside that belong to one crate of ours, which hides them from the rest.
const OWNED: &[(&str, &str)] = &[
    ("ropey", "text"),
    ("salsa", "db"),
    ("codespan-reporting", "diagnostics"),
    ("tower-lsp", "server"),
    ("tower", "server"),
    ("tokio", "server"),
    ("seccompiler", "sandbox"),
    ("landlock", "sandbox"),
];

/// All of our crates that a crate may use, for those where the folder's rule is not enough.
const ALLOWED: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("syntax", &["text", "bytecode"]),
    ("symtable", &["text", "syntax"]),
    ("compiler", &["text", "syntax", "symtable", "bytecode"]),
    ("bytecode", &[]),
    ("object", &["bytecode"]),
    ("sandbox", &[]),
    // It speaks a protocol; whatever it knows about Python it was told by `ide`.
    ("server", &["text", "ide", "sandbox"]),
];

/// Crates of ours that compute and do nothing else: no files, terminals, protocols or queries.
pub const PURE: &[&str] = &["syntax", "symtable", "compiler", "bytecode"];

/// The crates from outside that only compute.
const COMPUTING: &[&str] = &[
    "bitflags",
    "encoding_rs",
    "hashbrown",
    "indexmap",
    "libm",
    "memchr",
    "num-bigint",
    "num-integer",
    "num-traits",
    "rustc-hash",
    "siphasher",
    "smallvec",
    "stacker",
    "unicode-ident",
    "unicode-normalization",
    "unicode_names2",
];

/// A crate of the workspace.
struct Crate {
    /// The folder it lies in: `analysis`, `vm`, `lsp` or `tests`.
    layer: String,
    /// What it is built from; what only its tests use does not count.
    dependencies: Vec<String>,
    manifest: Table,
}

pub fn check(root: &Path) -> Result<Vec<String>, String> {
    let crates = read(root)?;
    let mut complaints = Vec::new();
    for (name, member) in &crates {
        let mut complain =
            |what: String| complaints.push(format!("{}/{name}/Cargo.toml: {what}", member.layer));
        for dependency in &member.dependencies {
            match crates.get(dependency) {
                Some(other) => {
                    if let Some(why) = refusal(name, &member.layer, dependency, &other.layer) {
                        complain(format!("depends on {dependency}: {why}"));
                    }
                }
                None => {
                    let owner = OWNED.iter().find(|(owned, _)| owned == dependency);
                    if let Some((_, owner)) =
                        owner.filter(|(_, owner)| owner != name && member.layer != "tests")
                    {
                        complain(format!("uses {dependency}, which only {owner} may"));
                    }
                    if PURE.contains(&name.as_str()) && !COMPUTING.contains(&dependency.as_str()) {
                        complain(format!("uses {dependency}; it may only use what computes"));
                    }
                }
            }
        }
        let inherits =
            member.manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool);
        if inherits != Some(true) && name != "object" {
            complain("does not take the lints of the workspace".into());
        }
    }
    Ok(complaints)
}

/// Why one crate of ours may not depend on another.
fn refusal(name: &str, layer: &str, dependency: &str, of_layer: &str) -> Option<String> {
    if let Some((_, allowed)) = ALLOWED.iter().find(|(limited, _)| *limited == name) {
        let listed = allowed.join(", ");
        return (!allowed.contains(&dependency)).then(|| format!("it may only use [{listed}]"));
    }
    match (layer, of_layer) {
        ("vm", "analysis") => {
            Some("the machine reaches the compiler through a hook that the binary installs".into())
        }
        ("analysis", "vm") if dependency != "bytecode" => {
            Some("analysis needs of the machine only bytecode".into())
        }
        ("analysis" | "vm", "lsp") => Some("it lies below the server".into()),
        (_, "tests") if layer != "tests" => Some("nothing is built from tests".into()),
        _ => None,
    }
}

/// The workspace's crates by name.
fn read(root: &Path) -> Result<BTreeMap<String, Crate>, String> {
    let mut crates = BTreeMap::new();
    for layer in ["analysis", "vm", "lsp", "tests"] {
        for path in super::files(&root.join(layer))? {
            if path.file_name().is_none_or(|name| name != "Cargo.toml") {
                continue;
            }
            let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let manifest: Table = text.parse().map_err(|error| format!("{}: {error}", path.display()))?;
            let name =
                manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
            let name = name.ok_or_else(|| format!("{}: no package name", path.display()))?.to_owned();
            let dependencies = dependencies(&manifest);
            crates.insert(name, Crate { layer: layer.to_owned(), dependencies, manifest });
        }
    }
    Ok(crates)
}

/// Names under `[dependencies]` and `[build-dependencies]`, those for one platform included.
fn dependencies(manifest: &Table) -> Vec<String> {
    let platforms = manifest.get("target").and_then(Value::as_table);
    let tables = std::iter::once(manifest)
        .chain(platforms.into_iter().flat_map(|it| it.values()).filter_map(Value::as_table));
    tables
        .flat_map(|table| {
            ["dependencies", "build-dependencies"].map(|key| table.get(key).and_then(Value::as_table))
        })
        .flatten()
        .flat_map(|table| table.keys().cloned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_points_the_wrong_way_is_refused() {
        assert!(refusal("interp", "vm", "compiler", "analysis").is_some());
        assert!(refusal("ide", "analysis", "interp", "vm").is_some());
        assert!(refusal("ide", "analysis", "bytecode", "vm").is_none());
        assert!(refusal("syntax", "analysis", "symtable", "analysis").is_some());
        assert!(refusal("server", "lsp", "compiler", "analysis").is_some());
        assert!(refusal("db", "analysis", "server", "lsp").is_some());
        assert!(refusal("bytelens", "lsp", "interp", "vm").is_none());
    }
}
