//! `bytelens compile`

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytecode::pyc::{self, Validation};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::args::{Compile, Invalidation};
use crate::compile::compile_input;
use crate::failure::Failure;
use crate::input::{Input, modification_time, python_files};

/// One file to compile.
struct Job {
    source: PathBuf,
    target: PathBuf,
    /// What the code objects call the file
    name: Option<String>,
    /// The target's name says all that it depends on but for the source: it may be up to date.
    cached: bool,
}

/// What became of a job: warnings, or why there is no `.pyc`.
type Done = Result<String, Failure>;

/// Writes a `.pyc` for each file that has none or an old one. What does not compile, and folders that cannot be read, are
/// reported, the others written all the same.
pub fn run(args: &Compile) -> Result<ExitCode, Failure> {
    let mut status = ExitCode::SUCCESS;
    let jobs = jobs(args, &mut |failure| status = failure.report())?;
    for done in work(args, &jobs) {
        match done {
            Ok(warnings) => eprint!("{warnings}"),
            Err(failure) => status = failure.report(),
        }
    }
    Ok(status)
}

fn jobs(args: &Compile, unreadable: &mut dyn FnMut(Failure)) -> Result<Vec<Job>, Failure> {
    if args.output.is_some() && args.paths.len() > 1 {
        return Err(Failure::input("--output", "is for one file or folder"));
    }
    let mut jobs = Vec::new();
    for path in &args.paths {
        if !path.is_dir() {
            let target = match &args.output {
                Some(output) => output.clone(),
                None if path == Path::new("-") => {
                    return Err(Failure::input("standard input", "needs an --output"));
                }
                None => target(path, args),
            };
            let name = args.destdir.as_ref().map(|folder| joined(folder, Path::new(file_name(path))));
            let cached = args.output.is_none() && !args.legacy && name.is_none();
            jobs.push(Job { source: path.clone(), target, name, cached });
            continue;
        }
        let mut files = Vec::new();
        python_files(path, &["py"], &mut files, unreadable);
        for source in files {
            let inside = source.strip_prefix(path).unwrap_or(&source);
            let place = args.output.as_ref().map_or_else(|| source.clone(), |output| output.join(inside));
            let name = args.destdir.as_ref().map(|folder| joined(folder, inside));
            let cached = !args.legacy && name.is_none();
            jobs.push(Job { target: target(&place, args), name, cached, source });
        }
    }
    // A file may be named twice, as by itself and by its folder.
    let mut seen = HashSet::new();
    jobs.retain(|job| seen.insert(job.target.clone()));
    Ok(jobs)
}

fn file_name(path: &Path) -> &Path {
    path.file_name().map_or(path, Path::new)
}

fn joined(folder: &str, inside: &Path) -> String {
    Path::new(folder).join(inside).to_string_lossy().into_owned()
}

/// Where the import system looks for the `.pyc` of a source (`importlib.util.cache_from_source`).
fn target(source: &Path, args: &Compile) -> PathBuf {
    if args.legacy {
        return source.with_extension("pyc");
    }
    let mut name = OsString::from(source.file_stem().unwrap_or_default());
    name.push(".cpython-314");
    if args.optimize > 0 {
        name.push(format!(".opt-{}", args.optimize.min(2)));
    }
    name.push(".pyc");
    source.parent().unwrap_or(Path::new("")).join("__pycache__").join(name)
}

/// Does all jobs, several at a time. The outcomes come in the jobs' order.
fn work(args: &Compile, jobs: &[Job]) -> Vec<Done> {
    let bar = progress(args, jobs.len());
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        while let index = next.fetch_add(1, Ordering::Relaxed)
            && let Some(job) = jobs.get(index)
        {
            bar.set_message(job.source.to_string_lossy().into_owned());
            done.push((index, compile(args, job)));
            bar.inc(1);
        }
        done
    };
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    let workers = if args.workers == 0 { processors() } else { args.workers };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..workers.min(jobs.len())).map(|_| scope.spawn(worker)).collect();
        let mut done = worker();
        done.extend(others.into_iter().flat_map(|other| other.join().unwrap_or_default()));
        done
    });
    bar.finish_and_clear();
    done.sort_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, done)| done).collect()
}

/// Files from which on a bar is worth looking at
const MANY: usize = 20;

fn progress(args: &Compile, files: usize) -> ProgressBar {
    if args.quiet || files < MANY || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::stderr());
    match ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn compile(args: &Compile, job: &Job) -> Done {
    let mut input = Input::read(&job.source)?;
    if let Some(name) = &job.name {
        input.name.clone_from(name);
    }
    let hash = |check| Validation::Hash { hash: pyc::source_hash(&input.bytes), check };
    let validation = match args.invalidation_mode.unwrap_or_else(default_mode) {
        Invalidation::Timestamp => Validation::Timestamp {
            mtime: modification_time(&job.source),
            // Both are kept modulo 2³², as CPython does.
            size: input.bytes.len() as u32,
        },
        Invalidation::CheckedHash => hash(true),
        Invalidation::UncheckedHash => hash(false),
    };
    if !args.force && job.cached && begins_with(&job.target, &pyc::header(validation)) {
        return Ok(String::new());
    }
    let (code, warnings) = compile_input(&input, args.optimize.min(2))?;
    if is_same_file(&job.source, &job.target) {
        return Err(Failure::input(&input.name, "is the source, and is not overwritten"));
    }
    let unwritable = |error: std::io::Error| Failure::system(&job.target.to_string_lossy(), &error);
    if let Some(folder) = job.target.parent() {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    write_at_once(&job.target, &pyc::write(&code, validation), &job.source).map_err(unwritable)?;
    Ok(warnings)
}

/// `_get_default_invalidation_mode` of `py_compile`: what is built to be the same again must not depend on times.
fn default_mode() -> Invalidation {
    match std::env::var_os("SOURCE_DATE_EPOCH") {
        Some(epoch) if !epoch.is_empty() => Invalidation::CheckedHash,
        _ => Invalidation::Timestamp,
    }
}

/// Whether both are there and the same file.
fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// Whether the file is there and begins so.
fn begins_with(path: &Path, bytes: &[u8]) -> bool {
    let mut there = vec![0; bytes.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut there)).is_ok_and(|()| there == bytes)
}

/// Writes a file so that who reads it meanwhile finds the old one or all of the new one. Who may read it is as with
/// `source` (`_write_atomic` and `_calc_mode` of `importlib`).
fn write_at_once(target: &Path, bytes: &[u8], source: &Path) -> std::io::Result<()> {
    if std::fs::metadata(target).is_ok_and(|there| !there.is_file()) {
        // A device or a pipe stays what it is.
        return std::fs::write(target, bytes);
    }
    // A link stays one.
    let target = &target.canonicalize().unwrap_or_else(|_| target.to_owned());
    static WRITTEN: AtomicUsize = AtomicUsize::new(0);
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let mut unfinished = target.as_os_str().to_owned();
    unfinished.push(format!(".{}.{number}", std::process::id()));
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if let Ok(about) = std::fs::metadata(source) {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode((about.permissions().mode() | 0o200) & 0o666);
    }
    let done = options
        .open(&unfinished)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| std::fs::rename(&unfinished, target));
    if done.is_err() {
        let _ = std::fs::remove_file(&unfinished);
    }
    done
}
