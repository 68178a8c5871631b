//! `_md5`, `_sha1`, `_sha2`, `_sha3` and `_blake2` (`Modules/*module.c`), what `hashlib` is made of.

use std::cell::RefCell;

use builtins::bytes::{buffer, new_bytes};
use digest::{Digest, ExtendableOutput, Update, XofReader};
use object::{
    Args, GetSetDef, Layout as _, NativeDef, NativeType, Obj, Params, Payload, Ref, Res, Str, Type, Vm,
};

use crate::module::NativeModule;

/// A hash under way.
trait Hasher {
    fn update(&mut self, data: &[u8]);
    /// So many bytes of the digest; functions of fixed size give all they have.
    fn digest(&self, length: usize) -> Vec<u8>;
    fn fork(&self) -> Box<dyn Hasher>;
}

struct Fixed<D>(D);

impl<D: Digest + Clone + 'static> Hasher for Fixed<D> {
    fn update(&mut self, data: &[u8]) {
        Digest::update(&mut self.0, data);
    }
    fn digest(&self, _: usize) -> Vec<u8> {
        self.0.clone().finalize().to_vec()
    }
    fn fork(&self) -> Box<dyn Hasher> {
        Box::new(Fixed(self.0.clone()))
    }
}

struct Extendable<D>(D);

impl<D: ExtendableOutput + Update + Clone + 'static> Hasher for Extendable<D> {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }
    fn digest(&self, length: usize) -> Vec<u8> {
        let mut out = vec![0; length];
        self.0.clone().finalize_xof().read(&mut out);
        out
    }
    fn fork(&self) -> Box<dyn Hasher> {
        Box::new(Extendable(self.0.clone()))
    }
}

impl Hasher for blake2b_simd::State {
    fn update(&mut self, data: &[u8]) {
        blake2b_simd::State::update(self, data);
    }
    fn digest(&self, _: usize) -> Vec<u8> {
        self.finalize().as_bytes().to_vec()
    }
    fn fork(&self) -> Box<dyn Hasher> {
        Box::new(self.clone())
    }
}

impl Hasher for blake2s_simd::State {
    fn update(&mut self, data: &[u8]) {
        blake2s_simd::State::update(self, data);
    }
    fn digest(&self, _: usize) -> Vec<u8> {
        self.finalize().as_bytes().to_vec()
    }
    fn fork(&self) -> Box<dyn Hasher> {
        Box::new(self.clone())
    }
}

/// A hash function.
struct Function {
    name: &'static str,
    block: i64,
    /// Bytes of the digest; 0 if the caller says how many.
    digest: usize,
    start: fn() -> Box<dyn Hasher>,
    ty: fn() -> &'static NativeType,
}

/// The payload of all hash objects.
struct Hash {
    function: &'static Function,
    digest: usize,
    state: RefCell<Box<dyn Hasher>>,
}

impl Payload for Hash {
    const NAME: &'static str = "hash";
    const TRACKED: bool = false;
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Hash> {
    obj.get::<Hash>().ok_or_else(|| vm.type_error("a hash is needed"))
}

/// The bytes to hash.
fn data_arg(vm: &Vm, data: &Obj) -> Res<Vec<u8>> {
    if data.is_payload::<Str>() {
        return Err(vm.type_error("Strings must be encoded before hashing"));
    }
    buffer::with_bytes(data, <[u8]>::to_vec)
        .ok_or_else(|| vm.type_error("object supporting the buffer API required"))
}

/// What stands under `data` or its old name `string`.
fn initial(vm: &Vm, data: Option<&Obj>, string: Option<&Obj>) -> Res<Vec<u8>> {
    match (data, string) {
        (Some(_), Some(_)) => Err(vm.type_error("'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version.")),
        (Some(data), None) | (None, Some(data)) => data_arg(vm, data),
        (None, None) => Ok(Vec::new()),
    }
}

fn make(vm: &Vm, function: &'static Function, args: Args<'_>) -> Res<Obj> {
    let params: Params<3> = Params::new(function.name, ["data", "usedforsecurity", "string"]).keyword_only(1);
    let [data, security, string] = params.bind(vm, args)?;
    if let Some(security) = security {
        vm.is_true(security)?;
    }
    let data = initial(vm, data, string)?;
    let mut state = (function.start)();
    state.update(&data);
    Ok(hash(vm, function, function.digest, state))
}

fn hash(vm: &Vm, function: &'static Function, digest: usize, state: Box<dyn Hasher>) -> Obj {
    let payload = Hash { function, digest, state: RefCell::new(state) };
    Ref::new(vm.native_type((function.ty)()), payload).into_obj()
}

fn copy(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let own = own(vm, obj)?;
    let state = own.state.borrow().fork();
    Ok(hash(vm, own.function, own.digest, state))
}

fn update(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let data = data_arg(vm, &args.values[0])?;
    own(vm, obj)?.state.borrow_mut().update(&data);
    Ok(vm.none.clone())
}

fn hex(vm: &Vm, bytes: &[u8]) -> Res<Obj> {
    builtins::bytes::hex::hex_of(vm, bytes, Args::positional(&[]))
}

fn digest_of(vm: &Vm, obj: &Obj, length: usize) -> Res<Vec<u8>> {
    let own = own(vm, obj)?;
    Ok(own.state.borrow().digest(length))
}

/// The `length` of a digest of any size.
fn length_arg(vm: &Vm, args: Args<'_>, method: &'static str) -> Res<usize> {
    let params: Params<1> = Params::new(method, ["length"]).required(1);
    let length = vm.index(params.bind(vm, args)?[0].unwrap_or(&vm.none))?;
    if vm.int_is_negative(&length) {
        return Err(vm.value_error("Cannot convert negative int"));
    }
    let length = vm.as_i64(&length).ok().and_then(|length| usize::try_from(length).ok());
    length.filter(|length| *length < 1 << 29).ok_or_else(|| vm.value_error("length is too large"))
}

const COPY: NativeDef =
    NativeDef::no_args("copy", copy, "($self, /)\n--\n\nReturn a copy of the hash object.");
const DIGEST: NativeDef = NativeDef::no_args(
    "digest",
    |vm, obj, _| Ok(new_bytes(vm, digest_of(vm, obj, 0)?)),
    "($self, /)\n--\n\nReturn the digest value as a bytes object.",
);
const HEXDIGEST: NativeDef = NativeDef::no_args(
    "hexdigest",
    |vm, obj, _| hex(vm, &digest_of(vm, obj, 0)?),
    "($self, /)\n--\n\nReturn the digest value as a string of hexadecimal digits.",
);
const XOF_DIGEST: NativeDef = NativeDef::keywords(
    "digest",
    |vm, obj, args| {
        let length = length_arg(vm, args, "digest")?;
        Ok(new_bytes(vm, digest_of(vm, obj, length)?))
    },
    "($self, /, length)\n--\n\nReturn the digest value as a bytes object.",
);
const XOF_HEXDIGEST: NativeDef = NativeDef::keywords(
    "hexdigest",
    |vm, obj, args| {
        let length = length_arg(vm, args, "hexdigest")?;
        hex(vm, &digest_of(vm, obj, length)?)
    },
    "($self, /, length)\n--\n\nReturn the digest value as a string of hexadecimal digits.",
);

const BLOCK_SIZE: GetSetDef =
    GetSetDef::read_only("block_size", |vm, obj| Ok(vm.int(own(vm, obj)?.function.block)), "");
const NAME: GetSetDef = GetSetDef::read_only("name", |vm, obj| Ok(vm.str(own(vm, obj)?.function.name)), "");
const DIGEST_SIZE: GetSetDef =
    GetSetDef::read_only("digest_size", |vm, obj| Ok(vm.int(own(vm, obj)?.digest as i64)), "");

// Attributes of the sponge functions.
const CAPACITY: GetSetDef =
    GetSetDef::read_only("_capacity_bits", |vm, obj| Ok(vm.int(1600 - 8 * own(vm, obj)?.function.block)), "");
const RATE: GetSetDef =
    GetSetDef::read_only("_rate_bits", |vm, obj| Ok(vm.int(8 * own(vm, obj)?.function.block)), "");
const SUFFIX: GetSetDef = GetSetDef::read_only(
    "_suffix",
    |vm, obj| Ok(vm.bytes(if own(vm, obj)?.digest == 0 { b"\x1f" } else { b"\x06" })),
    "",
);

macro_rules! functions {
    ($($function:ident $ty:ident $module:literal $type_name:literal $name:literal $block:literal $digest:literal $start:expr, [$($method:expr),*], [$($getset:expr),*], $doc:expr, $size:literal, $new:expr;)*) => {
        $(
            static $function: Function = Function {
                name: $name,
                block: $block,
                digest: $digest,
                start: || Box::new($start),
                ty: || &$ty,
            };
            static $ty: NativeType = NativeType::new($type_name, Hash::VTABLE)
                .module($module)
                .size($size, 0)
                .doc($doc)
                .slots(|s| s.new.set($new))
                .methods(&[$($method),*])
                .getset(&[$($getset),*]);
        )*
    };
}

const MERKLE_UPDATE: NativeDef = NativeDef::one(
    "update",
    update,
    "($self, obj, /)\n--\n\nUpdate this hash object's state with the provided string.",
);
const SPONGE_UPDATE: NativeDef = NativeDef::one(
    "update",
    update,
    "($self, data, /)\n--\n\nUpdate this hash object's state with the provided bytes-like object.",
);

functions! {
    MD5 MD5_TYPE "_md5" "md5" "md5" 64 16 Fixed(md5::Md5::new()), [COPY, DIGEST, HEXDIGEST, MERKLE_UPDATE], [BLOCK_SIZE, NAME, DIGEST_SIZE], "", 32, None;
    SHA1 SHA1_TYPE "_sha1" "sha1" "sha1" 64 20 Fixed(sha1::Sha1::new()), [COPY, DIGEST, HEXDIGEST, MERKLE_UPDATE], [BLOCK_SIZE, NAME, DIGEST_SIZE], "", 40, None;
    SHA224 SHA224_TYPE "_sha2" "SHA224Type" "sha224" 64 28 Fixed(sha2::Sha224::new()), [COPY, DIGEST, HEXDIGEST, MERKLE_UPDATE], [BLOCK_SIZE, NAME, DIGEST_SIZE], "", 32, None;
    SHA256 SHA256_TYPE "_sha2" "SHA256Type" "sha256" 64 32 Fixed(sha2::Sha256::new()), [COPY, DIGEST, HEXDIGEST, MERKLE_UPDATE], [BLOCK_SIZE, NAME, DIGEST_SIZE], "", 32, None;
    SHA384 SHA384_TYPE "_sha2" "SHA384Type" "sha384" 128 48 Fixed(sha2::Sha384::new()), [COPY, DIGEST, HEXDIGEST, MERKLE_UPDATE], [BLOCK_SIZE, NAME, DIGEST_SIZE], "", 32, None;
    SHA512 SHA512_TYPE "_sha2" "SHA512Type" "sha512" 128 64 Fixed(sha2::Sha512::new()), [COPY, DIGEST, HEXDIGEST, MERKLE_UPDATE], [BLOCK_SIZE, NAME, DIGEST_SIZE], "", 32, None;
    SHA3_224 SHA3_224_TYPE "_sha3" "sha3_224" "sha3_224" 144 28 Fixed(sha3::Sha3_224::new()), [COPY, DIGEST, HEXDIGEST, SPONGE_UPDATE], [BLOCK_SIZE, NAME, DIGEST_SIZE, CAPACITY, RATE, SUFFIX], "sha3_224([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 28 bytes.", 48, Some(|vm, _, args| make(vm, &SHA3_224, args));
    SHA3_256 SHA3_256_TYPE "_sha3" "sha3_256" "sha3_256" 136 32 Fixed(sha3::Sha3_256::new()), [COPY, DIGEST, HEXDIGEST, SPONGE_UPDATE], [BLOCK_SIZE, NAME, DIGEST_SIZE, CAPACITY, RATE, SUFFIX], "sha3_256([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 32 bytes.", 48, Some(|vm, _, args| make(vm, &SHA3_256, args));
    SHA3_384 SHA3_384_TYPE "_sha3" "sha3_384" "sha3_384" 104 48 Fixed(sha3::Sha3_384::new()), [COPY, DIGEST, HEXDIGEST, SPONGE_UPDATE], [BLOCK_SIZE, NAME, DIGEST_SIZE, CAPACITY, RATE, SUFFIX], "sha3_384([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 48 bytes.", 48, Some(|vm, _, args| make(vm, &SHA3_384, args));
    SHA3_512 SHA3_512_TYPE "_sha3" "sha3_512" "sha3_512" 72 64 Fixed(sha3::Sha3_512::new()), [COPY, DIGEST, HEXDIGEST, SPONGE_UPDATE], [BLOCK_SIZE, NAME, DIGEST_SIZE, CAPACITY, RATE, SUFFIX], "sha3_512([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of 64 bytes.", 48, Some(|vm, _, args| make(vm, &SHA3_512, args));
    SHAKE_128 SHAKE_128_TYPE "_sha3" "shake_128" "shake_128" 168 0 Extendable(sha3::Shake128::default()), [COPY, XOF_DIGEST, XOF_HEXDIGEST, SPONGE_UPDATE], [BLOCK_SIZE, NAME, DIGEST_SIZE, CAPACITY, RATE, SUFFIX], "shake_128([data], *, usedforsecurity=True) -> SHAKE object\n\nReturn a new SHAKE hash object.", 48, Some(|vm, _, args| make(vm, &SHAKE_128, args));
    SHAKE_256 SHAKE_256_TYPE "_sha3" "shake_256" "shake_256" 136 0 Extendable(sha3::Shake256::default()), [COPY, XOF_DIGEST, XOF_HEXDIGEST, SPONGE_UPDATE], [BLOCK_SIZE, NAME, DIGEST_SIZE, CAPACITY, RATE, SUFFIX], "shake_256([data], *, usedforsecurity=True) -> SHAKE object\n\nReturn a new SHAKE hash object.", 48, Some(|vm, _, args| make(vm, &SHAKE_256, args));
}

/// One of the two BLAKE2 functions.
struct Blake {
    function: Function,
    /// How messages call it.
    shown: &'static str,
    salt: usize,
    person: usize,
    key: usize,
}

static BLAKE2B: Blake = Blake {
    function: Function {
        name: "blake2b",
        block: 128,
        digest: 64,
        start: || Box::new(blake2b_simd::State::new()),
        ty: || &BLAKE2B_TYPE,
    },
    shown: "Blake2b",
    salt: 16,
    person: 16,
    key: 64,
};
static BLAKE2S: Blake = Blake {
    function: Function {
        name: "blake2s",
        block: 64,
        digest: 32,
        start: || Box::new(blake2s_simd::State::new()),
        ty: || &BLAKE2S_TYPE,
    },
    shown: "Blake2s",
    salt: 8,
    person: 8,
    key: 32,
};

/// The parameters of the tree mode.
struct Tree {
    digest: usize,
    key: Vec<u8>,
    salt: Vec<u8>,
    person: Vec<u8>,
    fanout: u8,
    depth: u8,
    leaf: u32,
    offset: u64,
    node_depth: u8,
    inner: usize,
    last: bool,
}

macro_rules! blake_state {
    ($params:expr, $tree:expr) => {{
        let tree = $tree;
        let mut params = $params;
        params
            .hash_length(tree.digest)
            .key(&tree.key)
            .salt(&tree.salt)
            .personal(&tree.person)
            .fanout(tree.fanout)
            .max_depth(tree.depth)
            .max_leaf_length(tree.leaf)
            .node_offset(tree.offset)
            .node_depth(tree.node_depth)
            .inner_hash_length(tree.inner)
            .last_node(tree.last);
        params.to_state()
    }};
}

static BLAKE_PARAMS: [&str; 14] = [
    "data",
    "digest_size",
    "key",
    "salt",
    "person",
    "fanout",
    "depth",
    "leaf_size",
    "node_offset",
    "node_depth",
    "inner_size",
    "last_node",
    "usedforsecurity",
    "string",
];

fn make_blake(vm: &Vm, blake: &'static Blake, args: Args<'_>) -> Res<Obj> {
    let params: Params<14> = Params::new(blake.function.name, BLAKE_PARAMS).keyword_only(1);
    let [data, digest, key, salt, person, fanout, depth, leaf, offset, node_depth, inner, last, _, string] =
        params.bind(vm, args)?;
    let data = initial(vm, data, string)?;
    let number = |value: Option<&Obj>, default: i64| {
        value.map_or(Ok(default), |value| vm.as_i32(value).map(i64::from))
    };
    let unsigned = |value: Option<&Obj>| -> Res<Option<u64>> {
        let Some(value) = value else { return Ok(Some(0)) };
        let value = vm.index(value)?;
        if vm.int_is_negative(&value) {
            return Err(vm.value_error("Cannot convert negative int"));
        }
        Ok(value.get::<object::Int>().and_then(|int| u64::try_from(int.to_big()).ok()))
    };
    let bytes = |value: Option<&Obj>, most: usize, name: &str| -> Res<Vec<u8>> {
        let value = value.map_or(Ok(Vec::new()), |value| buffer::bytes_arg(vm, value))?;
        if value.len() > most {
            return Err(vm.value_error(format!("maximum {name} length is {most} bytes")));
        }
        Ok(value)
    };
    let byte = |value: i64, least: i64, name: &str| {
        let value = u8::try_from(value).ok().filter(|value| i64::from(*value) >= least);
        value.ok_or_else(|| vm.value_error(format!("{name} must be between {least} and 255")))
    };
    let most = blake.function.digest as i64;
    let digest = number(digest, most)?;
    if !(1..=most).contains(&digest) {
        return Err(vm.value_error(format!(
            "digest_size for {} must be between 1 and {most} bytes, here it is {digest}",
            blake.shown
        )));
    }
    let salt = bytes(salt, blake.salt, "salt")?;
    let person = bytes(person, blake.person, "person")?;
    let fanout = byte(number(fanout, 1)?, 0, "fanout")?;
    let depth = byte(number(depth, 1)?, 1, "depth")?;
    let leaf = unsigned(leaf)?.and_then(|leaf| u32::try_from(leaf).ok());
    let leaf = leaf.ok_or_else(|| vm.overflow_error("leaf_size is too large"))?;
    let offset = unsigned(offset)?
        .ok_or_else(|| vm.overflow_error("Python int too large for C unsigned long long"))?;
    // BLAKE2s keeps 48 bits of it.
    if blake.salt == 8 && offset >> 48 != 0 {
        return Err(vm.overflow_error("node_offset is too large"));
    }
    let node_depth = byte(number(node_depth, 0)?, 0, "node_depth")?;
    let inner = number(inner, 0)?;
    if !(0..=most).contains(&inner) {
        return Err(vm.value_error(format!("inner_size must be between 0 and is {most}")));
    }
    let last = last.map_or(Ok(false), |last| vm.is_true(last))?;
    let key = bytes(key, blake.key, "key")?;
    let (digest, inner) = (digest as usize, inner as usize);
    let tree = Tree { digest, key, salt, person, fanout, depth, leaf, offset, node_depth, inner, last };
    let mut state: Box<dyn Hasher> = if blake.salt == 8 {
        Box::new(blake_state!(blake2s_simd::Params::new(), &tree))
    } else {
        Box::new(blake_state!(blake2b_simd::Params::new(), &tree))
    };
    state.update(&data);
    Ok(hash(vm, &blake.function, digest, state))
}

fn blake_constants(vm: &Vm, ty: &Ref<Type>, blake: &Blake) {
    for (name, value) in blake_sizes(blake) {
        ty.dict().set_str(&vm.intern(name), vm.int(value as i64));
    }
}

fn blake_sizes(blake: &Blake) -> [(&'static str, usize); 4] {
    [
        ("SALT_SIZE", blake.salt),
        ("PERSON_SIZE", blake.person),
        ("MAX_KEY_SIZE", blake.key),
        ("MAX_DIGEST_SIZE", blake.function.digest),
    ]
}

const BLAKE_METHODS: &[NativeDef] = &[COPY, DIGEST, HEXDIGEST, SPONGE_UPDATE];
const BLAKE_GETSET: &[GetSetDef] = &[NAME, BLOCK_SIZE, DIGEST_SIZE];

static BLAKE2B_TYPE: NativeType = NativeType::new("blake2b", Hash::VTABLE)
    .module("_blake2")
    .size(32, 0)
    .doc("(data=b'', *, digest_size=_blake2.blake2b.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True, string=None)\n--\n\nReturn a new BLAKE2b hash object.")
    .slots(|s| s.new.set(Some(|vm, _, args| make_blake(vm, &BLAKE2B, args))))
    .methods(BLAKE_METHODS)
    .getset(BLAKE_GETSET)
    .attributes(|vm, ty| blake_constants(vm, ty, &BLAKE2B));

static BLAKE2S_TYPE: NativeType = NativeType::new("blake2s", Hash::VTABLE)
    .module("_blake2")
    .size(32, 0)
    .doc("(data=b'', *, digest_size=_blake2.blake2s.MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True, string=None)\n--\n\nReturn a new BLAKE2s hash object.")
    .slots(|s| s.new.set(Some(|vm, _, args| make_blake(vm, &BLAKE2S, args))))
    .methods(BLAKE_METHODS)
    .getset(BLAKE_GETSET)
    .attributes(|vm, ty| blake_constants(vm, ty, &BLAKE2S));

macro_rules! constructor {
    ($name:literal, $function:ident, $doc:literal) => {
        NativeDef::keywords($name, |vm, _, args| make(vm, &$function, args), $doc)
    };
}

/// Below so many bytes CPython keeps its lock; other libraries ask.
fn lock_limit(vm: &Vm, module: &Ref<object::Module>) -> Res<()> {
    module.dict.set_str(&vm.intern("_GIL_MINSIZE"), vm.int(2048));
    Ok(())
}

/// The module `_md5`.
pub static MD5_MODULE: NativeModule = NativeModule::new("_md5", "")
    .functions(&[constructor!("md5", MD5, "($module, /, data=b'', *, usedforsecurity=True, string=None)\n--\n\nReturn a new MD5 hash object; optionally initialized with a string.")])
    .types(&[("MD5Type", |vm| vm.native_type(&MD5_TYPE).clone())])
    .init(lock_limit);

/// The module `_sha1`.
pub static SHA1_MODULE: NativeModule = NativeModule::new("_sha1", "")
    .functions(&[constructor!("sha1", SHA1, "($module, /, data=b'', *, usedforsecurity=True, string=None)\n--\n\nReturn a new SHA1 hash object; optionally initialized with a string.")])
    .types(&[("SHA1Type", |vm| vm.native_type(&SHA1_TYPE).clone())])
    .init(lock_limit);

/// The module `_sha2`.
pub static SHA2_MODULE: NativeModule = NativeModule::new("_sha2", "")
    .functions(&[
        constructor!("sha256", SHA256, "($module, /, data=b'', *, usedforsecurity=True, string=None)\n--\n\nReturn a new SHA-256 hash object; optionally initialized with a string."),
        constructor!("sha224", SHA224, "($module, /, data=b'', *, usedforsecurity=True, string=None)\n--\n\nReturn a new SHA-224 hash object; optionally initialized with a string."),
        constructor!("sha512", SHA512, "($module, /, data=b'', *, usedforsecurity=True, string=None)\n--\n\nReturn a new SHA-512 hash object; optionally initialized with a string."),
        constructor!("sha384", SHA384, "($module, /, data=b'', *, usedforsecurity=True, string=None)\n--\n\nReturn a new SHA-384 hash object; optionally initialized with a string."),
    ])
    .types(&[
        ("SHA224Type", |vm| vm.native_type(&SHA224_TYPE).clone()),
        ("SHA256Type", |vm| vm.native_type(&SHA256_TYPE).clone()),
        ("SHA384Type", |vm| vm.native_type(&SHA384_TYPE).clone()),
        ("SHA512Type", |vm| vm.native_type(&SHA512_TYPE).clone()),
    ])
    .init(lock_limit);

/// The module `_sha3`.
pub static SHA3_MODULE: NativeModule = NativeModule::new("_sha3", "")
    .types(&[
        ("sha3_224", |vm| vm.native_type(&SHA3_224_TYPE).clone()),
        ("sha3_256", |vm| vm.native_type(&SHA3_256_TYPE).clone()),
        ("sha3_384", |vm| vm.native_type(&SHA3_384_TYPE).clone()),
        ("sha3_512", |vm| vm.native_type(&SHA3_512_TYPE).clone()),
        ("shake_128", |vm| vm.native_type(&SHAKE_128_TYPE).clone()),
        ("shake_256", |vm| vm.native_type(&SHAKE_256_TYPE).clone()),
    ])
    .init(|vm, module| {
        module.dict.set_str(&vm.intern("implementation"), vm.str("HACL"));
        lock_limit(vm, module)
    });

/// The module `_blake2`.
pub static BLAKE2_MODULE: NativeModule =
    NativeModule::new("_blake2", "_blake2b provides BLAKE2b for hashlib\n")
        .types(&[
            ("blake2b", |vm| vm.native_type(&BLAKE2B_TYPE).clone()),
            ("blake2s", |vm| vm.native_type(&BLAKE2S_TYPE).clone()),
        ])
        .init(|vm, module| {
            for (prefix, blake) in [("BLAKE2B", &BLAKE2B), ("BLAKE2S", &BLAKE2S)] {
                for (name, value) in blake_sizes(blake) {
                    module.dict.set_str(&vm.intern(&format!("{prefix}_{name}")), vm.int(value as i64));
                }
            }
            lock_limit(vm, module)
        });
