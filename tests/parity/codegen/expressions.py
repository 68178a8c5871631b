# Expressions, as the compiler lowers them.
def names(a, b=1, *c, d, e=2, **f):
    global g
    g = a
    h = lambda: (a, h, g, i)
    del b
    return b, len(c), __debug__, __name__, h


def operators(a, b, c):
    a + b - c * a / b // c % a @ b ** c << a >> b & c | a ^ b
    +a, -a, ~a, not a
    a < b, a <= b, a == b, a != b, a > b, a >= b, a is b, a is not b, a in b, a not in b
    a < b < c, a == b in c is not None
    a and b or c and not (a or b)
    a if b else c if a else b
    (d := a) + d
    return a is None, None is not b


def displays(a, b, c):
    (), (a,), (a, b), (1, 2, 3), (*a, b), [], [a], [1, 2, 3], [*a, *b, c], {a}, {1, 2, 3}, {*a, b}, {}
    {a: b, "c": 1}, {**a, b: c, **b}, {1: 2, 3: 4, 5: 6}, {a: 1, b: 2, **c}
    [1, 2, 3, 4, a, b, c, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]
    for x in [1, 2, 3]: pass
    for x in {1, 2, 3}: pass
    return a in [1, 2, 3], a in {1, 2, 3}, a not in (1, b)


def subscripts(a, b, c):
    a[b], a[b:c], a[b:c:1], a[:], a[::2], a[1:2], a[b, c], a[b:c, ...], a[*b], a[-1], a[None:None]
    a[b] = a[b:c] = a[1:2] = c
    del a[b], a[b:c], a[1:2, ::3]


def calls(f, a, b):
    f(), f(a), f(a, b), f(a, k=b), f(*a), f(**b), f(a, *b, c=1, **a), f(*a, *b, d=2)
    f(x for x in a), f(a)(b)(a), f.m(), f.m(a, k=b), f.m(*a), f.m.n(a).o()
    all(x for x in a), any(x > 1 for x in a), tuple(x for x in a), list(x for x in a)
    f(a=1, b=2, c=3, d=4, e=5, f=6, g=7, h=8, i=9, j=10, k=11, l=12, m=13, n=14, o=15, p=16, q=17, r=18)
    return "{}".format(a), "".join(b), "%s and %r: %5d" % (a, b, a), "%s" % a, "%a|%%" % (b,)


def strings(a, b):
    f"", f"a", f"{a}", f"{a!r}", f"{a:>10}", f"{a!s:{b}.{a}}", f"{a=}", f"{a = !r:x}", f"x{a}y{b}z" "w"
    t"", t"{a}", t"{a!r:{b}}x", t"{a + b = }" t"y"
    "implicit" "concatenation", b"bytes" b"more", "\N{BULLET}\u20ac\x00\ud800"
    return f"{a:{b}}{a:%Y-%m-%d}", f'{f"{f"{a}"}"}', rf"\{a}\n"


def comprehensions(a, b):
    [x for x in a], {x for x in a}, {x: y for x, y in a}, (x for x in a)
    [x for x in a if x if not b], [y for x in a for y in x if y], [[y for y in x] for x in a]
    [lambda: x for x in a], [x := y for y in a], [y for x in a for y in [x + 1]]
    [a for a in a], [(b, a) for b in a], [locals() for _ in a]
    return a


async def asynchronous(a, b):
    await a
    yield [x async for x in a], {await x for x in b}, (await x async for x in a if await b)
    async for x in a:
        async with x as y, b:
            await y
        break
    else:
        return
    yield


def generators():
    a = yield
    b = yield a, b
    c = yield from b
    return (yield c)
class_level = [x for x in range(3) if class_level]
