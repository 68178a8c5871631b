//! What of the system around it a machine may reach: files by their folders, the environment, open descriptors.
//!
//! Nothing is granted unless the machine's configuration says so. What is not granted fails as if the system itself had
//! refused it: `PermissionError: [Errno 1] Operation not permitted`, with the name of the file.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt as _;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use object::{Args, Bytes, Obj, Raised, Res, Str, Vm};
use rustix::fs::{Mode, OFlags};
pub(crate) use rustix::io::Errno;

use crate::channel::{End, Readiness};
use crate::platform::MESSAGES;

/// Where written bytes go.
pub type Sink = Box<dyn FnMut(&[u8])>;

/// What a program may reach besides its own memory.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    /// Folders whose files may be read.
    pub read: Vec<PathBuf>,
    /// Folders whose files may be read, changed, made and removed.
    pub write: Vec<PathBuf>,
    /// Whether the process is the program's own: `os._exit` ends it.
    pub exit: bool,
}

/// The world outside, as the machine sees it.
#[derive(Default)]
pub(crate) struct World {
    grants: RefCell<Grants>,
    environment: RefCell<Vec<(Vec<u8>, Vec<u8>)>>,
    descriptors: RefCell<BTreeMap<i32, Rc<Descriptor>>>,
    folder: RefCell<Option<PathBuf>>,
}

/// What a descriptor stands for.
pub(crate) enum Device {
    /// A stream that the machine's owner reads.
    Sink(RefCell<Sink>),
    /// A stream that the machine's owner fills.
    Source(RefCell<Box<dyn Read>>),
    /// A file.
    File(File),
    /// An end of a pipe or of a pair of sockets.
    End(End),
}

/// An open descriptor.
pub(crate) struct Descriptor {
    /// What it stands for.
    pub device: Device,
    /// The file's path.
    pub path: Option<PathBuf>,
    /// `os.get_inheritable`
    pub inheritable: Cell<bool>,
    /// `os.get_blocking`
    pub blocking: Cell<bool>,
    terminal: bool,
}

impl World {
    /// Sets what may be reached.
    pub fn set_up(&self, grants: Grants, environment: Vec<(Vec<u8>, Vec<u8>)>) {
        let resolve = |folders: Vec<PathBuf>| {
            folders.into_iter().map(|folder| folder.canonicalize().unwrap_or(folder)).collect()
        };
        let Grants { read, write, exit } = grants;
        self.grants.replace(Grants { read: resolve(read), write: resolve(write), exit });
        self.environment.replace(environment);
    }

    /// Whether the program may end the process.
    pub fn may_exit(&self) -> bool {
        self.grants.borrow().exit
    }

    /// The environment.
    pub fn environment(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.environment.borrow().clone()
    }

    /// A variable of the environment.
    pub fn variable(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.environment.borrow().iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    }

    /// Sets or removes a variable.
    pub fn set_variable(&self, name: &[u8], value: Option<Vec<u8>>) {
        let mut environment = self.environment.borrow_mut();
        environment.retain(|(own, _)| own != name);
        environment.extend(value.map(|value| (name.to_vec(), value)));
    }

    /// The working folder.
    pub fn folder(&self) -> Result<PathBuf, Errno> {
        match &*self.folder.borrow() {
            Some(folder) => Ok(folder.clone()),
            None => std::env::current_dir().map_err(number_of),
        }
    }

    /// Changes the working folder, for this machine alone.
    pub fn change_folder(&self, path: &Path) -> Result<(), Errno> {
        let path = self.reach(path, false)?;
        if !path.metadata().map_err(number_of)?.is_dir() {
            return Err(Errno::NOTDIR);
        }
        self.folder.replace(Some(path));
        Ok(())
    }

    /// The absolute path, if it may be read, or with `change` be changed.
    pub fn reach(&self, path: &Path, change: bool) -> Result<PathBuf, Errno> {
        let grants = self.grants.borrow();
        if grants.read.is_empty() && grants.write.is_empty() {
            return Err(Errno::PERM);
        }
        let absolute = if path.is_absolute() { path.to_owned() } else { self.folder()?.join(path) };
        let real = resolved(&absolute);
        let within = |folders: &[PathBuf]| folders.iter().any(|folder| real.starts_with(folder));
        if within(&grants.write) || (!change && within(&grants.read)) {
            Ok(absolute)
        } else {
            Err(Errno::PERM)
        }
    }

    /// Opens a file (`open(2)`) and gives its descriptor.
    pub fn open(&self, path: &Path, flags: i32, mode: u32) -> Result<i32, Errno> {
        let flags = OFlags::from_bits_retain(flags.cast_unsigned()) | OFlags::CLOEXEC;
        let change = flags.intersects(OFlags::RWMODE | OFlags::CREATE | OFlags::TRUNC | OFlags::APPEND);
        let absolute = self.reach(path, change)?;
        let file = rustix::fs::open(&absolute, flags, Mode::from_raw_mode(mode))?;
        Ok(self.add(Device::File(File::from(file)), Some(absolute), false))
    }

    /// Gives a device the lowest free number.
    pub fn add(&self, device: Device, path: Option<PathBuf>, terminal: bool) -> i32 {
        self.insert(Rc::new(Descriptor {
            device,
            path,
            inheritable: Cell::new(false),
            blocking: Cell::new(true),
            terminal,
        }))
    }

    fn insert(&self, descriptor: Rc<Descriptor>) -> i32 {
        let mut descriptors = self.descriptors.borrow_mut();
        let free = (0..).find(|number| !descriptors.contains_key(number)).unwrap_or(i32::MAX);
        descriptors.insert(free, descriptor);
        free
    }

    /// `dup`: streams that the machine's owner holds cannot be copied.
    pub fn copy(&self, number: i32) -> Result<i32, Errno> {
        let descriptor = self.descriptor(number)?;
        if let Device::End(_) = &descriptor.device {
            return Ok(self.insert(descriptor));
        }
        let Device::File(file) = &descriptor.device else { return Err(Errno::PERM) };
        let copy = file.try_clone().map_err(number_of)?;
        Ok(self.add(Device::File(copy), descriptor.path.clone(), false))
    }

    /// An open descriptor.
    pub fn descriptor(&self, number: i32) -> Result<Rc<Descriptor>, Errno> {
        self.descriptors.borrow().get(&number).cloned().ok_or(Errno::BADF)
    }

    /// Closes all descriptors from `low` up to `high`.
    pub fn close_between(&self, low: i32, high: i32) {
        self.descriptors.borrow_mut().retain(|number, _| !(low..high).contains(number));
    }

    /// Closes a descriptor.
    pub fn close(&self, number: i32) -> Result<(), Errno> {
        self.descriptors.borrow_mut().remove(&number).map(drop).ok_or(Errno::BADF)
    }
}

/// Where a path leads, links followed: what of it exists is resolved, the rest stands as it is.
fn resolved(path: &Path) -> PathBuf {
    let mut real = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(real.pop()),
            Component::CurDir => {}
            part => {
                real.push(part);
                if let Ok(found) = real.canonicalize() {
                    real = found;
                } else if let Ok(target) = real.read_link() {
                    // A link to nothing: what it would make is what counts.
                    real.pop();
                    real = if target.is_absolute() { target } else { real.join(target) };
                }
            }
        }
    }
    real
}

impl Descriptor {
    /// Reads at most so many bytes.
    pub fn read(&self, most: usize) -> Result<Vec<u8>, Errno> {
        let mut bytes = vec![0; most];
        let read = match &self.device {
            Device::Sink(_) => return Err(Errno::BADF),
            Device::Source(source) => source.borrow_mut().read(&mut bytes),
            Device::File(file) => (&mut &*file).read(&mut bytes),
            Device::End(end) => return end.read(most, false).map_err(|error| self.waiting_for_ever(error)),
        };
        bytes.truncate(read.map_err(number_of)?);
        Ok(bytes)
    }

    /// Reads at a place.
    pub fn read_at(&self, most: usize, offset: u64) -> Result<Vec<u8>, Errno> {
        let mut bytes = vec![0; most];
        let read = self.file()?.read_at(&mut bytes, offset).map_err(number_of)?;
        bytes.truncate(read);
        Ok(bytes)
    }

    /// Writes; says how many bytes went out.
    pub fn write(&self, bytes: &[u8]) -> Result<usize, Errno> {
        match &self.device {
            Device::Source(_) => Err(Errno::BADF),
            Device::Sink(sink) => {
                sink.borrow_mut()(bytes);
                Ok(bytes.len())
            }
            Device::File(file) => (&mut &*file).write(bytes).map_err(number_of),
            Device::End(end) => end.write(bytes).map_err(|error| self.waiting_for_ever(error)),
        }
    }

    /// A descriptor that blocks would have to wait for the one thread that there is, which waits for it.
    fn waiting_for_ever(&self, error: Errno) -> Errno {
        if error == Errno::AGAIN && self.blocking.get() { Errno::DEADLK } else { error }
    }

    /// What could be done at once.
    pub fn readiness(&self) -> Readiness {
        match &self.device {
            Device::Sink(_) => Readiness { write: true, ..Readiness::default() },
            Device::Source(_) => Readiness { read: true, ..Readiness::default() },
            Device::File(_) => Readiness { read: true, write: true, hung_up: false },
            Device::End(end) => end.readiness(),
        }
    }

    /// Writes at a place.
    pub fn write_at(&self, bytes: &[u8], offset: u64) -> Result<usize, Errno> {
        self.file()?.write_at(bytes, offset).map_err(number_of)
    }

    /// Moves; streams cannot.
    pub fn seek(&self, offset: i64, whence: i32) -> Result<u64, Errno> {
        let Device::File(file) = &self.device else { return Err(Errno::SPIPE) };
        let to = match whence {
            0 => SeekFrom::Start(u64::try_from(offset).map_err(|_| Errno::INVAL)?),
            1 => SeekFrom::Current(offset),
            2 => SeekFrom::End(offset),
            _ => return Err(Errno::INVAL),
        };
        (&mut &*file).seek(to).map_err(number_of)
    }

    /// The file behind it, for what only files can do.
    pub fn file(&self) -> Result<&File, Errno> {
        match &self.device {
            Device::File(file) => Ok(file),
            Device::Sink(_) | Device::Source(_) | Device::End(_) => Err(Errno::INVAL),
        }
    }

    /// `isatty`
    pub fn is_terminal(&self) -> bool {
        match &self.device {
            Device::File(file) => io::IsTerminal::is_terminal(file),
            Device::Sink(_) | Device::Source(_) | Device::End(_) => self.terminal,
        }
    }
}

/// The system's number for an error.
pub(crate) fn number_of(error: io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::IO, Errno::from_raw_os_error)
}

/// `os.strerror`
pub(crate) fn message(number: i32) -> String {
    let known = usize::try_from(number).ok().and_then(|index| MESSAGES.get(index));
    known.map_or_else(|| format!("Unknown error {number}"), |message| (*message).to_owned())
}

/// The `OSError` for a number, with the name of the file that it is about.
pub(crate) fn error(vm: &Vm, number: Errno, filename: Option<&Obj>) -> Raised {
    let number = number.raw_os_error();
    vm.os_error(number, &message(number), filename)
}

/// A function of the system that the sandbox does not have: it fails as if the system refused it. A first argument
/// that names a file is named.
pub(crate) fn refused(vm: &Vm, _: &Obj, args: Args<'_>) -> Res<Obj> {
    let first = args.values.first();
    let filename = first.filter(|first| first.get::<Str>().is_some() || first.get::<Bytes>().is_some());
    Err(error(vm, Errno::PERM, filename))
}
