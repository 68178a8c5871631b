# reference counting, weak references, cycles, gc, copy, sizes, identity
import sys, weakref, gc
class T:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
t = T(1); u = t; del t; print("still"); del u; print("gone")
def scope():
    x = T(2)
    print("in scope")
scope()
l = [T(3), T(4)]; l.pop(0); print("popped"); l = None
a, b = T("a"), T("b"); a.other = b; b.other = a
del a, b
print("collected", gc.collect() >= 2)
w = weakref.ref(x := T(5), lambda r: print("callback", r() is None))
print(w() is x); del x; print(w())
class Res:
    def __del__(self):
        global saved
        saved = self
r = Res(); del r; print(type(saved).__name__); del saved
o = object(); print(sys.getrefcount(o)); p = [o, o]; print(sys.getrefcount(o))
def count(arg): return sys.getrefcount(arg)
print(count(o))
print(256 is int("256"), "abc" is "".join(["a", "bc"]), () is tuple([]), None is None)
for v in (0, 1, 2**30, 2**60, 2**1000, 1.5, "", "a", "abc", "é", "€", "😀", b"", b"abc", (), (1,), (1, 2), [], [1], [1, 2, 3], {}, {1: 2}, set(), {1}, frozenset(), None, True, range(3), 1j, slice(1), len, int, type, object()):
    print(type(v).__name__, sys.getsizeof(v), end="; ")
print()
print([sys.getsizeof(list(range(n))) for n in (0, 1, 5, 9, 100)], [sys.getsizeof({i: i for i in range(n)}) for n in (1, 5, 6, 10, 11, 100)], [sys.getsizeof(set(range(n))) for n in (1, 4, 5, 20, 100)])
s = weakref.WeakValueDictionary(); k = T(6); s["k"] = k; print(len(s)); del k; print(len(s))
import copy
c = {"a": [1, {2}], "t": (1, [2])}; d = copy.deepcopy(c); d["a"][1].add(3); print(c, d, copy.copy([1]) == [1])
class It:
    def __init__(self): self.i = 0
    def __iter__(self): return self
    def __next__(self):
        self.i += 1
        if self.i > 3: raise StopIteration
        return self.i
print(list(It()), [*It()], 2 in It(), max(It()), dict(zip(It(), It())), sorted(It(), reverse=True), tuple(It()))
class Seq:
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i * 10
print(list(Seq()), 20 in Seq(), list(reversed([*Seq()])))
class Ctx:
    def __enter__(self): return 1
    def __exit__(self, *a): return False
with Ctx() as c, Ctx(): print(c)
print(len(gc.get_objects()) > 100, gc.isenabled(), gc.get_threshold())
