//! The named tuples of `sys`.

use crate::structseq::struct_sequence;

struct_sequence! {
    /// `sys.version_info`
    pub(super) static VERSION_INFO = "sys"."version_info", "sys.version_info\n\nVersion information as a named tuple.", visible 5;
    0 "major" "Major release number";
    1 "minor" "Minor release number";
    2 "micro" "Patch release number";
    3 "releaselevel" "'alpha', 'beta', 'candidate', or 'final'";
    4 "serial" "Serial release number";
}

/// Which of the flags are `True` or `False`: `dev_mode` and `safe_path`
pub(super) const BOOLEAN_FLAGS: [usize; 2] = [13, 16];

struct_sequence! {
    /// `sys.flags`
    pub(super) static FLAGS = "sys"."flags", "sys.flags\n\nFlags provided through command line arguments or environment vars.", visible 18;
    0 "debug" "-d";
    1 "inspect" "-i";
    2 "interactive" "-i";
    3 "optimize" "-O or -OO";
    4 "dont_write_bytecode" "-B";
    5 "no_user_site" "-s";
    6 "no_site" "-S";
    7 "ignore_environment" "-E";
    8 "verbose" "-v";
    9 "bytes_warning" "-b";
    10 "quiet" "-q";
    11 "hash_randomization" "-R";
    12 "isolated" "-I";
    13 "dev_mode" "-X dev";
    14 "utf8_mode" "-X utf8";
    15 "warn_default_encoding" "-X warn_default_encoding";
    16 "safe_path" "-P";
    17 "int_max_str_digits" "-X int_max_str_digits";
    18 "gil" "-X gil";
    19 "thread_inherit_context" "-X thread_inherit_context";
    20 "context_aware_warnings" "-X context_aware_warnings";
}

struct_sequence! {
    /// `sys.float_info`
    pub(super) static FLOAT_INFO = "sys"."float_info", "sys.float_info\n\nA named tuple holding information about the float type. It contains low level\ninformation about the precision and internal representation. Please study\nyour system's :file:`float.h` for more information.", visible 11;
    0 "max" "DBL_MAX -- maximum representable finite float";
    1 "max_exp" "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable";
    2 "max_10_exp" "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable";
    3 "min" "DBL_MIN -- Minimum positive normalized float";
    4 "min_exp" "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float";
    5 "min_10_exp" "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float";
    6 "dig" "DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float";
    7 "mant_dig" "DBL_MANT_DIG -- mantissa digits";
    8 "epsilon" "DBL_EPSILON -- Difference between 1 and the next representable float";
    9 "radix" "FLT_RADIX -- radix of exponent";
    10 "rounds" "FLT_ROUNDS -- rounding mode used for arithmetic operations";
}

struct_sequence! {
    /// `sys.int_info`
    pub(super) static INT_INFO = "sys"."int_info", "sys.int_info\n\nA named tuple that holds information about Python's\ninternal representation of integers.  The attributes are read only.", visible 4;
    0 "bits_per_digit" "size of a digit in bits";
    1 "sizeof_digit" "size in bytes of the C type used to represent a digit";
    2 "default_max_str_digits" "maximum string conversion digits limitation";
    3 "str_digits_check_threshold" "minimum positive value for int_max_str_digits";
}

struct_sequence! {
    /// `sys.hash_info`
    pub(super) static HASH_INFO = "sys"."hash_info", "hash_info\n\nA named tuple providing parameters used for computing\nhashes. The attributes are read only.", visible 9;
    0 "width" "width of the type used for hashing, in bits";
    1 "modulus" "prime number giving the modulus on which the hash function is based";
    2 "inf" "value to be used for hash of a positive infinity";
    3 "nan" "value to be used for hash of a nan";
    4 "imag" "multiplier used for the imaginary part of a complex number";
    5 "algorithm" "name of the algorithm for hashing of str, bytes and memoryviews";
    6 "hash_bits" "internal output size of hash algorithm";
    7 "seed_bits" "seed size of hash algorithm";
    8 "cutoff" "small string optimization cutoff";
}

struct_sequence! {
    /// `sys.thread_info`
    pub(super) static THREAD_INFO = "sys"."thread_info", "sys.thread_info\n\nA named tuple holding information about the thread implementation.", visible 3;
    0 "name" "name of the thread implementation";
    1 "lock" "name of the lock implementation";
    2 "version" "name and version of the thread library";
}

struct_sequence! {
    /// `builtins.asyncgen_hooks`
    pub(super) static ASYNCGEN_HOOKS = "builtins"."asyncgen_hooks", "asyncgen_hooks\n\nA named tuple providing information about asynchronous\ngenerators hooks.  The attributes are read only.", visible 2;
    0 "firstiter" "Hook to intercept first iteration";
    1 "finalizer" "Hook to intercept finalization";
}

struct_sequence! {
    /// `builtins.UnraisableHookArgs`
    pub(super) static UNRAISABLE_HOOK_ARGS = "builtins"."UnraisableHookArgs", "UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.", visible 5;
    0 "exc_type" "Exception type";
    1 "exc_value" "Exception value";
    2 "exc_traceback" "Exception traceback";
    3 "err_msg" "Error message";
    4 "object" "Object causing the exception";
}
