//! `_random` (`_randommodule.c`): the Mersenne Twister, MT19937.

use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher as _, RandomState};

use num_bigint::{BigInt, BigUint};
use object::{Args, Int, Layout as _, NativeDef, NativeType, Obj, Payload, Ref, Res, Tuple, Vm};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule =
    NativeModule::new("_random", "Module implements the Mersenne Twister random number generator.")
        .types(&[("Random", |vm| vm.native_type(&RANDOM).clone())]);

/// Words of state.
const WORDS: usize = 624;
/// How far behind the word is that is mixed in.
const SHIFT: usize = 397;

/// The payload of `Random`.
struct Twister {
    state: RefCell<[u32; WORDS]>,
    /// The next word to give out.
    index: Cell<usize>,
}

impl Payload for Twister {
    const NAME: &'static str = "Random";
    const TRACKED: bool = false;
}

impl Twister {
    fn seed_word(&self, seed: u32) {
        let mut state = self.state.borrow_mut();
        state[0] = seed;
        for i in 1..WORDS {
            let before = state[i - 1];
            state[i] = 1_812_433_253u32.wrapping_mul(before ^ (before >> 30)).wrapping_add(i as u32);
        }
        self.index.set(WORDS);
    }

    /// Seeds by a key of any length but 0.
    fn seed(&self, key: &[u32]) {
        self.seed_word(19_650_218);
        let mut state = self.state.borrow_mut();
        let mut i = 1;
        let mut step = |state: &mut [u32; WORDS], factor: u32, more: &dyn Fn(usize) -> u32| {
            let before = state[i - 1];
            state[i] = (state[i] ^ (before ^ (before >> 30)).wrapping_mul(factor)).wrapping_add(more(i));
            i += 1;
            if i == WORDS {
                state[0] = state[WORDS - 1];
                i = 1;
            }
        };
        for (j, word) in key.iter().enumerate().cycle().take(key.len().max(WORDS)) {
            step(&mut state, 1_664_525, &|_| word.wrapping_add(j as u32));
        }
        for _ in 1..WORDS {
            step(&mut state, 1_566_083_941, &|i| (i as u32).wrapping_neg());
        }
        state[0] = 0x8000_0000;
    }

    fn word(&self) -> u32 {
        if self.index.get() >= WORDS {
            let mut state = self.state.borrow_mut();
            for i in 0..WORDS {
                let mixed = state[i] & 0x8000_0000 | state[(i + 1) % WORDS] & 0x7fff_ffff;
                let twist = if mixed & 1 == 0 { 0 } else { 0x9908_b0df };
                state[i] = state[(i + SHIFT) % WORDS] ^ (mixed >> 1) ^ twist;
            }
            self.index.set(0);
        }
        let mut word = self.state.borrow()[self.index.get()];
        self.index.set(self.index.get() + 1);
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    /// A number in 0 ≤ x < 1 of 53 random bits.
    fn float(&self) -> f64 {
        let (high, low) = (self.word() >> 5, self.word() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// So many random bits, the first words lowest.
    fn bits(&self, count: u64) -> BigUint {
        let mut words = Vec::new();
        let mut left = count;
        while left > 0 {
            let word = self.word();
            words.push(if left < 32 { word >> (32 - left) } else { word });
            left = left.saturating_sub(32);
        }
        BigUint::new(words)
    }
}

/// Words that nobody can foresee, from the entropy that the process has.
fn entropy() -> Vec<u32> {
    let random = RandomState::new();
    (0..WORDS).map(|i| random.hash_one(i) as u32).collect()
}

fn own<'a>(vm: &Vm, obj: &'a Obj) -> Res<&'a Twister> {
    obj.get::<Twister>().ok_or_else(|| vm.type_error("a Random is needed"))
}

/// Seeds by the magnitude of an integer, by the hash of something else, or by chance.
fn seed(vm: &Vm, twister: &Twister, by: Option<&Obj>) -> Res<()> {
    let Some(by) = by.filter(|by| !by.is(&vm.none)) else {
        twister.seed(&entropy());
        return Ok(());
    };
    let number = match by.get::<Int>() {
        Some(int) => int.to_big().into_parts().1,
        None => BigUint::from(vm.hash(by)? as u64),
    };
    let mut key = number.to_u32_digits();
    if key.is_empty() {
        key.push(0);
    }
    twister.seed(&key);
    Ok(())
}

fn getstate(vm: &Vm, obj: &Obj, _: Args<'_>) -> Res<Obj> {
    let twister = own(vm, obj)?;
    let mut items: Vec<Obj> = twister.state.borrow().iter().map(|word| vm.int(i64::from(*word))).collect();
    items.push(vm.int(twister.index.get() as i64));
    Ok(vm.tuple(items))
}

/// `PyLong_AsUnsignedLong`
fn unsigned(vm: &Vm, obj: &Obj) -> Res<u64> {
    let Some(int) = obj.get::<Int>() else { return Err(vm.type_error("an integer is required")) };
    if int.is_negative() {
        return Err(vm.overflow_error("can't convert negative value to unsigned int"));
    }
    let too_large = |_| vm.overflow_error("Python int too large to convert to C unsigned long");
    u64::try_from(int.to_big()).map_err(too_large)
}

fn setstate(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let Some(state) = args.values[0].get::<Tuple>() else {
        return Err(vm.type_error("state vector must be a tuple"));
    };
    let Some((index, words)) = state.items().split_last().filter(|(_, words)| words.len() == WORDS) else {
        return Err(vm.value_error("state vector is the wrong size"));
    };
    let mut new = [0; WORDS];
    for (place, word) in new.iter_mut().zip(words) {
        *place = unsigned(vm, word)? as u32;
    }
    let index = usize::try_from(vm.as_i64(index)?).ok().filter(|index| *index <= WORDS);
    let Some(index) = index else { return Err(vm.value_error("invalid state")) };
    let twister = own(vm, obj)?;
    *twister.state.borrow_mut() = new;
    twister.index.set(index);
    Ok(vm.none.clone())
}

fn getrandbits(vm: &Vm, obj: &Obj, args: Args<'_>) -> Res<Obj> {
    let count = vm.index(&args.values[0])?;
    let count = count.get::<Int>().map(Int::to_big).unwrap_or_default();
    if count < BigInt::ZERO {
        return Err(vm.value_error("Cannot convert negative int"));
    }
    let count = u64::try_from(count).map_err(|_| vm.overflow_error("Python int too large for C uint64_t"))?;
    vm.check_alloc((count / 8) as usize)?;
    Ok(vm.int_big(own(vm, obj)?.bits(count).into()))
}

static RANDOM: NativeType = NativeType::new("Random", Twister::VTABLE)
    .module("_random")
    .subclassable()
    .size(2520, 0)
    .doc("Random() -> create a random number generator with its own internal state.")
    .slots(|s| {
        s.new.set(Some(|_, class, _| {
            let twister = Twister { state: RefCell::new([0; WORDS]), index: Cell::new(0) };
            Ok(Ref::new(class, twister).into_obj())
        }));
        s.init.set(Some(|vm, obj, args| {
            if obj.is_exactly(vm.native_type(&RANDOM)) {
                args.no_keywords(vm, "Random")?;
            }
            args.check_positional(vm, "Random", 0, 1)?;
            seed(vm, own(vm, obj)?, args.pos().first())
        }));
    })
    .methods(&[
        NativeDef::no_args("random", |vm, obj, _| Ok(vm.float(own(vm, obj)?.float())), "($self, /)\n--\n\nrandom() -> x in the interval [0, 1)."),
        NativeDef::positional(
            "seed",
            |vm, obj, args| {
                let [by] = args.unpack::<1>(vm, "seed", 0)?;
                seed(vm, own(vm, obj)?, by)?;
                Ok(vm.none.clone())
            },
            "($self, n=None, /)\n--\n\nseed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the process identifier.",
        ),
        NativeDef::no_args("getstate", getstate, "($self, /)\n--\n\ngetstate() -> tuple containing the current state."),
        NativeDef::one("setstate", setstate, "($self, state, /)\n--\n\nsetstate(state) -> None.  Restores generator state."),
        NativeDef::one("getrandbits", getrandbits, "($self, k, /)\n--\n\ngetrandbits(k) -> x.  Generates an int with k random bits."),
    ]);
