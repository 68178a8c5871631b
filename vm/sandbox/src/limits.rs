//! What one evaluation may use up.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bounds of one evaluation. Reaching one ends the evaluation; the program cannot catch that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Wall-clock time.
    pub milliseconds: u64,
    /// Bytes of memory that Python objects may take.
    pub memory: u64,
    /// Frames on the Python stack (`sys.getrecursionlimit()`).
    pub depth: u32,
    /// Instructions executed; `u64::MAX` leaves it to the time.
    pub instructions: u64,
    /// Bytes written to `sys.stdout` and `sys.stderr` together. Output past it is dropped.
    pub output: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            milliseconds: 5_000,
            memory: 512 << 20,
            depth: 1_000,
            instructions: u64::MAX,
            output: 1 << 20,
        }
    }
}

impl Limits {
    /// The wall-clock bound as a duration.
    pub fn time(&self) -> Duration {
        Duration::from_millis(self.milliseconds)
    }
}
