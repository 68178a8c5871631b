# closures, nonlocal, global, default arguments, argument binding and its errors
def counter(start=0):
    n = start
    def up(by=1):
        nonlocal n
        n += by
        return n
    def peek():
        return n
    return up, peek

up, peek = counter(10)
print(up(), up(5), peek(), up.__closure__[0].cell_contents, up.__code__.co_freevars)
fs = [lambda i=i: i * i for i in range(4)]
print([f() for f in fs], [f(3) for f in fs])
late = [lambda: i for i in range(3)]
print([f() for f in late])

def f(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw

print(f(1, d=4), f(1, 2, 3, 4, 5, d=6, z=7), f(*[1, 2], **{"d": 3, "q": 4}))
for call in (
    lambda: f(),
    lambda: f(1),
    lambda: f(a=1, d=2),
    lambda: f(1, d=2, **{"d": 3}),
    lambda: f(1, 2, 3, c=4, d=5),
    lambda: (lambda x: x)(),
    lambda: (lambda x: x)(1, 2),
    lambda: (lambda x, y, z: x)(1),
    lambda: (lambda *, k: k)(),
    lambda: (lambda *, k, m: k)(),
    lambda: (lambda *, k: k)(1),
    lambda: (lambda x: x)(1, y=2),
    lambda: (lambda x, y=1: x)(1, 2, 3),
    lambda: len(),
    lambda: len(1, 2),
    lambda: [].append(),
    lambda: int("x", base="y"),
    lambda: print(1, foo=2),
    lambda: sorted(),
    lambda: "a".join(1),
):
    try:
        print(call())
    except Exception as e:
        print(type(e).__name__, e)

def outer():
    x = 1
    def middle():
        def inner():
            nonlocal x
            x += 1
            return x
        return inner
    return middle()
print(outer()())

def unbound():
    print(zz)
    zz = 1
def free():
    def g():
        return later
    try:
        g()
    except NameError as e:
        print(type(e).__name__, e)
    later = 3
    return g()
try:
    unbound()
except UnboundLocalError as e:
    print(e)
print(free())
try:
    undefined_name
except NameError as e:
    print(e, e.name)
total = 0
def add(n):
    global total
    total += n
for k in range(5):
    add(k)
print(total)
print([x for x in range(3) if (y := x * 2) > 1], y)
print((lambda *a, **k: (a, k))(*"ab", *range(2), x=1, **{"y": 2}))
def gen_default(x, acc=[]):
    acc.append(x)
    return acc
print(gen_default(1), gen_default(2), gen_default.__defaults__)
print(f.__name__, f.__qualname__, outer.__qualname__, f.__kwdefaults__, f.__code__.co_varnames)
print(counter()[0].__qualname__)
