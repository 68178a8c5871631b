//! Annotations of variables (PEP 649): one `__annotate__` block for each body.

use syntax::ast::ExprId;

use super::Collector;
use crate::block::{BlockType, Node};
use crate::future::FutureFeatures;
use crate::symbol::Flags;

impl Collector<'_> {
    /// The annotation of a variable of the current block (`symtable_visit_annotation`).
    pub(super) fn variable_annotation(&mut self, annotation: ExprId) {
        let parent = self.current();
        let kind = self.cur().kind;
        // A function's variables are not annotated at run time.
        let unevaluated = kind == BlockType::Function;
        // A module may stop half way, so its annotations always depend on execution.
        let conditional =
            kind == BlockType::Module || (kind == BlockType::Class && self.state().in_conditional_block);
        if conditional && !self.cur().has_conditional_annotations {
            self.cur().has_conditional_annotations = true;
            self.implicit("__conditional_annotations__", Flags::USE);
        }
        match self.cur().annotation_block {
            Some(block) => self.reenter(block),
            None => {
                let range = self.unit.expr(annotation).range;
                let block =
                    self.enter_new("__annotate__", BlockType::Annotation, Node::BodyAnnotations, range);
                self.block(parent).annotation_block = Some(block);
                let strings = self.future.contains(FutureFeatures::ANNOTATIONS);
                let sees_class = kind == BlockType::Class && !strings;
                // Also where the class binds `__classdict__` itself, so that nothing leaves it free.
                self.block(parent).needs_classdict |= sees_class;
                self.see_class_scope(sees_class);
            }
        }
        self.state().in_unevaluated_annotation = unevaluated;
        self.expr(annotation);
        self.state().in_unevaluated_annotation = false;
        self.leave();
    }
}
