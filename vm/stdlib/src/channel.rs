//! Pipes and pairs of connected sockets: bytes that go from one descriptor of the machine to another, through its memory.
//! Event loops wake themselves up through such a pair.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use crate::system::Errno;

/// Bytes on their way in one direction.
#[derive(Default)]
struct Channel {
    bytes: RefCell<VecDeque<u8>>,
    /// Nobody can write any more.
    is_ended: Cell<bool>,
    /// Nobody can read any more.
    is_deaf: Cell<bool>,
}

/// How many bytes may be on their way.
const CAPACITY: usize = 65_536;

/// One end: what comes in, what goes out, or both.
pub(crate) struct End {
    incoming: Option<Rc<Channel>>,
    outgoing: Option<Rc<Channel>>,
}

/// What could be done with a descriptor at once.
#[derive(Clone, Copy, Default)]
pub(crate) struct Readiness {
    /// Reading would give something, be it the end.
    pub read: bool,
    /// Writing would take something, or fail.
    pub write: bool,
    /// The other end is gone.
    pub hung_up: bool,
}

impl End {
    /// The two ends of a pipe: the one to read from, the one to write to.
    pub fn pipe() -> [End; 2] {
        let channel = Rc::new(Channel::default());
        [
            End { incoming: Some(channel.clone()), outgoing: None },
            End { incoming: None, outgoing: Some(channel) },
        ]
    }

    /// Two ends that hear each other.
    pub fn pair() -> [End; 2] {
        let (there, back) = (Rc::new(Channel::default()), Rc::new(Channel::default()));
        [
            End { incoming: Some(back.clone()), outgoing: Some(there.clone()) },
            End { incoming: Some(there), outgoing: Some(back) },
        ]
    }

    /// Whether it goes both ways, as sockets do.
    pub fn is_socket(&self) -> bool {
        self.incoming.is_some() && self.outgoing.is_some()
    }

    /// Takes what is there, `AGAIN` if nothing is; with `peek` it stays there.
    pub fn read(&self, most: usize, peek: bool) -> Result<Vec<u8>, Errno> {
        let channel = self.incoming.as_ref().ok_or(Errno::BADF)?;
        let mut bytes = channel.bytes.borrow_mut();
        if bytes.is_empty() && most > 0 && !channel.is_ended.get() && !channel.is_deaf.get() {
            return Err(Errno::AGAIN);
        }
        let count = most.min(bytes.len());
        Ok(if peek { bytes.iter().take(count).copied().collect() } else { bytes.drain(..count).collect() })
    }

    /// Puts in what there is room for, `AGAIN` if there is none.
    pub fn write(&self, data: &[u8]) -> Result<usize, Errno> {
        let channel = self.outgoing.as_ref().ok_or(Errno::BADF)?;
        if channel.is_deaf.get() || channel.is_ended.get() {
            return Err(Errno::PIPE);
        }
        let mut bytes = channel.bytes.borrow_mut();
        let count = data.len().min(CAPACITY - bytes.len().min(CAPACITY));
        if count == 0 && !data.is_empty() {
            return Err(Errno::AGAIN);
        }
        bytes.extend(&data[..count]);
        Ok(count)
    }

    /// What could be done at once.
    pub fn readiness(&self) -> Readiness {
        let read = self.incoming.as_ref().is_some_and(|channel| {
            !channel.bytes.borrow().is_empty() || channel.is_ended.get() || channel.is_deaf.get()
        });
        let write = self.outgoing.as_ref().is_some_and(|channel| {
            channel.bytes.borrow().len() < CAPACITY || channel.is_deaf.get() || channel.is_ended.get()
        });
        let no_more = self.incoming.as_ref().is_none_or(|channel| channel.is_ended.get());
        let no_ear = self.outgoing.as_ref().is_none_or(|channel| channel.is_deaf.get());
        Readiness { read, write, hung_up: no_more && no_ear }
    }

    /// `shutdown`: no more of what comes in, what goes out, or both.
    pub fn shut_down(&self, read: bool, write: bool) {
        if let Some(channel) = self.incoming.as_ref().filter(|_| read) {
            channel.is_deaf.set(true);
        }
        if let Some(channel) = self.outgoing.as_ref().filter(|_| write) {
            channel.is_ended.set(true);
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.shut_down(true, true);
    }
}
