//! Packs the pure-Python library of the crate `rustpython-pylib` into one file that is embedded in the binary.
//!
//! Format of `library.bin`: the number of files (u32), then for each, ordered by path, the path's length (u32), the
//! packed length (u32) and the path; then the packed contents (zstd, one frame each) in the same order. All numbers are
//! little-endian. [`src/library.rs`] reads it.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Parts of the library that need a display, a package index or a console of their own.
const LEFT_OUT: &[&str] =
    &["ensurepip", "idlelib", "pydoc_data", "tkinter", "turtle.py", "turtledemo", "venv"];
const LEVEL: i32 = 12;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let root = Path::new(rustpython_pylib::LIB_PATH);
    let mut files = Vec::new();
    collect(root, &mut files)?;
    let mut entries: Vec<(String, Vec<u8>)> = Vec::new();
    for file in files {
        let relative = file.strip_prefix(root).map_err(io::Error::other)?;
        let name =
            relative.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
        entries.push((name, zstd::bulk::compress(&fs::read(&file)?, LEVEL)?));
    }
    entries.sort();
    let number = |n: usize| u32::try_from(n).map(u32::to_le_bytes).map_err(io::Error::other);
    let mut out = number(entries.len())?.to_vec();
    for (name, packed) in &entries {
        out.extend(number(name.len())?);
        out.extend(number(packed.len())?);
        out.extend(name.as_bytes());
    }
    for (_, packed) in &entries {
        out.extend(packed);
    }
    let target = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("no OUT_DIR"))?);
    fs::write(target.join("library.bin"), out)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if LEFT_OUT.contains(&&*name) || name == "test" || name == "tests" || name == "__pycache__" {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else if name.ends_with(".py") || name == "PSF-LICENSE" {
            files.push(path);
        }
    }
    Ok(())
}
