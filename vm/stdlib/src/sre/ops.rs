//! The instructions of compiled patterns, with the numbers of `re/_constants.py` (`MAGIC` 20230612).

macro_rules! codes {
    ($($name:ident)*) => { codes!(@ 0u32; $($name)*); };
    (@ $n:expr; $name:ident $($rest:ident)*) => {
        pub const $name: u32 = $n;
        codes!(@ $n + 1; $($rest)*);
    };
    (@ $n:expr;) => {};
}

/// The version of the instruction set.
pub const MAGIC: u32 = 20_230_612;
/// "No upper bound" in repetitions.
pub const MAXREPEAT: u32 = u32::MAX;

/// The most groups that a pattern can have.
pub const MAXGROUPS: usize = (i32::MAX / 2) as usize;

/// Instructions.
#[allow(missing_docs)]
pub mod op {
    codes! {
        FAILURE SUCCESS ANY ANY_ALL ASSERT ASSERT_NOT AT BRANCH CATEGORY CHARSET BIGCHARSET GROUPREF GROUPREF_EXISTS
        IN INFO JUMP LITERAL MARK MAX_UNTIL MIN_UNTIL NOT_LITERAL NEGATE RANGE REPEAT REPEAT_ONE SUBPATTERN
        MIN_REPEAT_ONE ATOMIC_GROUP POSSESSIVE_REPEAT POSSESSIVE_REPEAT_ONE GROUPREF_IGNORE IN_IGNORE LITERAL_IGNORE
        NOT_LITERAL_IGNORE GROUPREF_LOC_IGNORE IN_LOC_IGNORE LITERAL_LOC_IGNORE NOT_LITERAL_LOC_IGNORE
        GROUPREF_UNI_IGNORE IN_UNI_IGNORE LITERAL_UNI_IGNORE NOT_LITERAL_UNI_IGNORE RANGE_UNI_IGNORE
    }
}

/// Positions, the operands of `AT`.
#[allow(missing_docs)]
pub mod at {
    codes! {
        BEGINNING BEGINNING_LINE BEGINNING_STRING BOUNDARY NON_BOUNDARY END END_LINE END_STRING LOC_BOUNDARY
        LOC_NON_BOUNDARY UNI_BOUNDARY UNI_NON_BOUNDARY
    }
}

/// Categories, the operands of `CATEGORY`.
#[allow(missing_docs)]
pub mod category {
    codes! {
        DIGIT NOT_DIGIT SPACE NOT_SPACE WORD NOT_WORD LINEBREAK NOT_LINEBREAK LOC_WORD LOC_NOT_WORD UNI_DIGIT
        UNI_NOT_DIGIT UNI_SPACE UNI_NOT_SPACE UNI_WORD UNI_NOT_WORD UNI_LINEBREAK UNI_NOT_LINEBREAK
    }
}

/// Bits of `INFO`'s mask.
pub mod info {
    /// A literal prefix follows.
    pub const PREFIX: u32 = 1;
    /// The prefix is the whole pattern.
    pub const LITERAL: u32 = 2;
    /// A set of first characters follows.
    pub const CHARSET: u32 = 4;
}
