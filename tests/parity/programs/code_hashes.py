"""Hashes of what code is made of, and of code itself; the order of sets."""
import copy

for value in (
    None, True, -1, 2**61 - 1, 2**61, -2**61, 2**100, -2**70, 0.1, 1.5, 1e300, -1.0, float("inf"), 5e-324, 3 + 4j, -1j,
    "", "abc", "é", "€uro", "😀x", "\ud800", b"", b"ab", (), (1, 2, "a"), ((), ((),)), frozenset(), frozenset((1, 2)),
    frozenset("abc"), slice(1, 2, 3), slice(None), slice("a", 2.5),
):
    print(ascii(value), hash(value))

for values in ([3, 1, 2], [10, 3, 8], [16, 8, 0], [100, 4, 36, 68, 132], range(7, 70, 8), range(0, 400, 16), "zyxwv", [1.5, -7, None]):
    print(list(frozenset(values)), list(set(values)))


def f(x):
    try:
        return x in {7, 15, 23, 31, 39, 47, 55, 63} or x.y(1, *x) or [z for z in x if z in {"a", "bc", b"d"}]
    except (ValueError, TypeError):
        return 1


print(hash(f.__code__.replace(co_filename="one")) == hash(f.__code__))
print(hash(f.__code__), hash(compile("x = 1\ny = x + 2.5", "a", "exec")), hash(compile("(yield)" and "a < b", "a", "eval")))
for const in f.__code__.co_consts:
    if isinstance(const, frozenset):
        print(const)
other = copy.replace(f.__code__, co_name="g")
print(other.co_name, hash(other) == hash(f.__code__), other == f.__code__)
