//! What each pass of the compiler did to each code unit.

use crate::flowgraph::{Cfg, ConstPool, Observer};
use crate::instr::UnitMeta;

/// A code unit on its way through the passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitStages {
    /// `co_qualname`
    pub qualname: String,
    /// `co_firstlineno`
    pub firstlineno: i32,
    /// Code generation, and each pass that changed something
    pub stages: Vec<Stage>,
}

/// The flow graph after a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The pass in words
    pub pass: &'static str,
    /// The blocks and instructions, a line each
    pub text: String,
}

/// Writes down the graph wherever it has changed.
pub(crate) struct Recorder(UnitStages);

impl Recorder {
    pub(crate) fn new(meta: &UnitMeta) -> Recorder {
        let qualname = meta.qualname.to_string_lossy();
        Recorder(UnitStages { qualname, firstlineno: meta.firstlineno, stages: Vec::new() })
    }

    pub(crate) fn finish(self) -> UnitStages {
        self.0
    }
}

impl Observer for Recorder {
    fn after(&mut self, pass: &'static str, cfg: &Cfg, consts: &ConstPool, meta: &UnitMeta) {
        let text = cfg.text(consts, meta);
        if self.0.stages.last().is_none_or(|before| before.text != text) {
            self.0.stages.push(Stage { pass, text });
        }
    }
}
