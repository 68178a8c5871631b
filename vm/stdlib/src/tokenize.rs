//! `_tokenize`: the type that `tokenize` gets its tokens from. The tokens are the compiler's to make, and it does not hand
//! them out yet.

use object::{Layout as _, NativeType, Plain};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule =
    NativeModule::new("_tokenize", "").types(&[("TokenizerIter", |vm| vm.native_type(&TOKENIZER).clone())]);

static TOKENIZER: NativeType =
    NativeType::new("TokenizerIter", Plain::VTABLE).module("_tokenize").size(64, 0).slots(|s| {
        s.new.set(Some(|vm, _, _| {
            Err(vm.not_implemented_error("bytelens has no tokenizer for programs yet"))
        }));
    });
