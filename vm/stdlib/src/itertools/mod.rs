//! `itertools` (`itertoolsmodule.c`).
//!
//! * [`infinite`] has `count`, `cycle`, `repeat`;
//! * [`select`] the iterators that choose among items or call a function with them;
//! * [`combine`] those that join several iterators or neighbouring items;
//! * [`combinatoric`] products and selections of a pool;
//! * [`group`] `groupby`, and [`tee`] `tee`.

mod combinatoric;
mod combine;
mod group;
mod infinite;
mod select;
mod tee;

use object::{Args, NativeDef, NativeType, Ref, Res, Type, Vm};

use crate::module::NativeModule;

/// The module.
pub static MODULE: NativeModule = NativeModule::new("itertools", "Functional tools for creating and using iterators.\n\nInfinite iterators:\ncount(start=0, step=1) --> start, start+step, start+2*step, ...\ncycle(p) --> p0, p1, ... plast, p0, p1, ...\nrepeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times\n\nIterators terminating on the shortest input sequence:\naccumulate(p[, func]) --> p0, p0+p1, p0+p1+p2\nbatched(p, n) --> [p0, p1, ..., p_n-1], [p_n, p_n+1, ..., p_2n-1], ...\nchain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...\nchain.from_iterable([p, q, ...]) --> p0, p1, ... plast, q0, q1, ...\ncompress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...\ndropwhile(predicate, seq) --> seq[n], seq[n+1], starting when predicate fails\ngroupby(iterable[, keyfunc]) --> sub-iterators grouped by value of keyfunc(v)\nfilterfalse(predicate, seq) --> elements of seq where predicate(elem) is False\nislice(seq, [start,] stop [, step]) --> elements from\n       seq[start:stop:step]\npairwise(s) --> (s[0],s[1]), (s[1],s[2]), (s[2], s[3]), ...\nstarmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...\ntee(it, n=2) --> (it1, it2 , ... itn) splits one iterator into n\ntakewhile(predicate, seq) --> seq[0], seq[1], until predicate fails\nzip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...\n\nCombinatoric generators:\nproduct(p, q, ... [repeat=1]) --> cartesian product\npermutations(p[, r])\ncombinations(p, r)\ncombinations_with_replacement(p, r)\n")
    .functions(&[NativeDef::positional("tee", tee::tee, "($module, iterable, n=2, /)\n--\n\nReturns a tuple of n independent iterators.")])
    .types(&[
        ("accumulate", |vm| vm.native_type(&select::ACCUMULATE).clone()),
        ("batched", |vm| vm.native_type(&combine::BATCHED).clone()),
        ("chain", |vm| vm.native_type(&combine::CHAIN).clone()),
        ("combinations", |vm| vm.native_type(&combinatoric::COMBINATIONS).clone()),
        ("compress", |vm| vm.native_type(&select::COMPRESS).clone()),
        ("count", |vm| vm.native_type(&infinite::COUNT).clone()),
        ("combinations_with_replacement", |vm| vm.native_type(&combinatoric::WITH_REPLACEMENT).clone()),
        ("cycle", |vm| vm.native_type(&infinite::CYCLE).clone()),
        ("dropwhile", |vm| vm.native_type(&select::DROPWHILE).clone()),
        ("filterfalse", |vm| vm.native_type(&select::FILTERFALSE).clone()),
        ("groupby", |vm| vm.native_type(&group::GROUPBY).clone()),
        ("_grouper", |vm| vm.native_type(&group::GROUPER).clone()),
        ("islice", |vm| vm.native_type(&select::ISLICE).clone()),
        ("pairwise", |vm| vm.native_type(&combine::PAIRWISE).clone()),
        ("permutations", |vm| vm.native_type(&combinatoric::PERMUTATIONS).clone()),
        ("product", |vm| vm.native_type(&combinatoric::PRODUCT).clone()),
        ("repeat", |vm| vm.native_type(&infinite::REPEAT).clone()),
        ("starmap", |vm| vm.native_type(&select::STARMAP).clone()),
        ("takewhile", |vm| vm.native_type(&select::TAKEWHILE).clone()),
        ("_tee", |vm| vm.native_type(&tee::TEE).clone()),
        ("_tee_dataobject", |vm| vm.native_type(&tee::TEE_DATA).clone()),
        ("zip_longest", |vm| vm.native_type(&combine::ZIP_LONGEST).clone()),
    ]);

/// The positional arguments of a constructor without keywords. Classes derived from the type may take keywords, for
/// their `__init__`.
fn positional<'a>(vm: &Vm, class: &Ref<Type>, decl: &'static NativeType, args: Args<'a>) -> Res<Args<'a>> {
    args.no_keywords_without_init(vm, class, vm.native_type(decl), decl.name)?;
    Ok(Args::positional(args.pos()))
}
