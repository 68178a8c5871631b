//! The embedded pure-Python library: CPython 3.14's `Lib` out of the crate `rustpython-pylib` (PSF licence, whose text
//! is the entry `PSF-LICENSE`).

use std::sync::OnceLock;

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.bin"));

struct Entry {
    path: &'static str,
    packed: &'static [u8],
}

/// A module of the library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path in the library, with `/` between the parts: `json/__init__.py`.
    pub path: &'static str,
    /// Whether it is a package.
    pub is_package: bool,
    /// Its text, as bytes.
    pub text: Vec<u8>,
}

/// The source of a module by its dotted name.
pub fn find(module: &str) -> Option<Source> {
    let base = module.replace('.', "/");
    let (index, is_package) = match position(&format!("{base}/__init__.py")) {
        Some(index) => (index, true),
        None => (position(&format!("{base}.py"))?, false),
    };
    let entry = &entries()[index];
    Some(Source { path: entry.path, is_package, text: unpack(entry)? })
}

/// The content of a file by its path.
pub fn read(path: &str) -> Option<Vec<u8>> {
    unpack(&entries()[position(path)?])
}

/// The paths of all files, in order.
pub fn paths() -> impl Iterator<Item = &'static str> {
    entries().iter().map(|entry| entry.path)
}

fn position(path: &str) -> Option<usize> {
    entries().binary_search_by(|entry| entry.path.cmp(path)).ok()
}

fn unpack(entry: &Entry) -> Option<Vec<u8>> {
    zstd::decode_all(entry.packed).ok()
}

fn entries() -> &'static [Entry] {
    static ENTRIES: OnceLock<Vec<Entry>> = OnceLock::new();
    ENTRIES.get_or_init(|| index(PACKED).unwrap_or_default())
}

fn index(packed: &'static [u8]) -> Option<Vec<Entry>> {
    let mut rest = packed;
    let mut heads = Vec::new();
    for _ in 0..number(&mut rest)? {
        let (path, size) = (number(&mut rest)?, number(&mut rest)?);
        heads.push((std::str::from_utf8(rest.split_off(..path)?).ok()?, size));
    }
    heads.into_iter().map(|(path, size)| Some(Entry { path, packed: rest.split_off(..size)? })).collect()
}

fn number(rest: &mut &'static [u8]) -> Option<usize> {
    let bytes = rest.split_off(..4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
}

#[cfg(test)]
mod tests {
    #[test]
    fn modules_and_packages_are_found() {
        let json = super::find("json").unwrap();
        assert!(json.is_package && json.path == "json/__init__.py");
        assert!(String::from_utf8(json.text).unwrap().contains("def dumps("));
        assert!(!super::find("json.decoder").unwrap().is_package);
        assert_eq!(super::find("no_such_module"), None);
        assert!(super::read("PSF-LICENSE").is_some());
    }
}
