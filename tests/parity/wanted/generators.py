# generators, coroutines, async generators, by hand and by loops
def g(n):
    try:
        for i in range(n):
            x = yield i
            if x:
                print("got", x)
    except ValueError as e:
        print("caught", e)
        yield "after"
    finally:
        print("closing")
    return "result"

it = g(3)
print(next(it), it.send("hello"), it.throw(ValueError("boom")))
try:
    next(it)
except StopIteration as e:
    print("stop", e.value)
it = g(5)
next(it)
it.close()
print(list(g(2)))

def sub():
    r = yield from g(2)
    print("sub got", r)
    yield from [10, 20]
    return r
print(list(sub()))

def bad():
    yield 1
    raise StopIteration(5)
try:
    list(bad())
except RuntimeError as e:
    print(e, repr(e.__cause__))
try:
    x = g(1)
    x.send(5)
except TypeError as e:
    print(e)
def selfish():
    yield next(me)
me = selfish()
try:
    next(me)
except ValueError as e:
    print(e)
print(g.__qualname__, type(me), me.gi_running, me.gi_frame, g.__name__ == "g")

class Awaitable:
    def __init__(self, v): self.v = v
    def __await__(self):
        r = yield self.v
        return r

async def co(a):
    x = await Awaitable(a)
    y = await Awaitable(x + 1)
    async with Ctx() as c:
        z = [i async for i in agen(3) if i != 1]
        async for q in agen(2):
            print("q", q)
        else:
            print("else")
    return x, y, z, c

class Ctx:
    async def __aenter__(self):
        print("enter")
        return "ctx"
    async def __aexit__(self, *a):
        print("exit", a)

async def agen(n):
    for i in range(n):
        await Awaitable(f"in{i}")
        yield i

def run(c, feed=lambda v: v if isinstance(v, int) else 0):
    v = None
    try:
        while True:
            r = c.send(v)
            print("yielded", r)
            v = feed(r)
    except StopIteration as e:
        return e.value
print(run(co(5)))

async def agen2():
    try:
        yield 1
        yield 2
    finally:
        print("agen2 closed")
async def use():
    a = agen2()
    print(await a.__anext__())
    print(await a.asend(None))
    await a.aclose()
    try:
        await a.__anext__()
    except StopAsyncIteration:
        print("exhausted")
    b = agen2()
    await b.__anext__()
    try:
        await b.athrow(KeyError("k"))
    except KeyError as e:
        print("thrown", e)
    return [x async for x in agen2()], {x: 1 async for x in agen2()}, await anext(agen2(), "d")
print(run(use()))
def chain():
    yield (yield (yield 1))
c = chain()
print(next(c), c.send("a"), c.send("b"))
gen = (x * y for x in range(3) for y in range(3) if x != y)
print(list(gen), sum(i for i in range(10)), max((i % 4 for i in range(9)), default=0), any(x > 2 for x in range(4)), all(x for x in [1, 0]), tuple(x for x in "ab"))
def fin():
    try:
        yield 1
    finally:
        print("finalized by refcount")
f = fin(); next(f); del f
def nested():
    try:
        yield 1
    except GeneratorExit:
        print("exit seen")
        raise
n = nested(); next(n); n.close()
def ignores():
    try:
        yield 1
    except GeneratorExit:
        yield 2
n = ignores(); next(n)
try:
    n.close()
except RuntimeError as e:
    print(e)
import types
@types.coroutine
def old():
    r = yield "old"
    return r
async def new():
    return await old()
print(run(new()))
def delegating():
    try:
        yield from sub2()
    except KeyError as e:
        print("outer", repr(e))
        yield "recovered"
def sub2():
    try:
        yield 1
    finally:
        print("sub2 done")
d = delegating()
print(next(d), d.throw(KeyError("x")))
