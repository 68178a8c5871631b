//! What each pass of the compiler did to each code unit.

use std::sync::Arc;

use bytecode::CodeObject;

use crate::flowgraph::{Cfg, ConstPool, Observer};
use crate::instr::UnitMeta;

/// A code unit on its way through the passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitStages {
    /// What came of it
    pub code: Arc<CodeObject>,
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
#[derive(Default)]
pub(crate) struct Recorder(Vec<Stage>);

impl Recorder {
    pub(crate) fn finish(self, code: Arc<CodeObject>) -> UnitStages {
        UnitStages { code, stages: self.0 }
    }
}

impl Observer for Recorder {
    fn after(&mut self, pass: &'static str, cfg: &Cfg, consts: &ConstPool, meta: &UnitMeta) {
        let text = cfg.text(consts, meta);
        if self.0.last().is_none_or(|before| before.text != text) {
            self.0.push(Stage { pass, text });
        }
    }
}
