# classes, inheritance, super, descriptors, properties, slots, metaclasses, operators
class A:
    kind = "a"
    def __init__(self, x=1):
        self.x = x
    def hello(self):
        return f"A.hello {self.x}"
    @classmethod
    def make(cls, *a):
        return cls(*a)
    @staticmethod
    def plain(n):
        return n + 1
    @property
    def double(self):
        "twice x"
        return self.x * 2
    @double.setter
    def double(self, v):
        self.x = v // 2
    def __repr__(self):
        return f"{type(self).__name__}({self.x})"

class B(A):
    kind = "b"
    def hello(self):
        return "B." + super().hello()

class C(A):
    def hello(self):
        return "C." + super().hello()

class D(B, C):
    pass

print([k.__name__ for k in D.__mro__], D(3).hello(), D.make(7), D.plain(1), D.kind)
d = D(4)
d.double = 20
print(d.x, d.double, d.__dict__, A.double.__doc__, isinstance(d, C), issubclass(D, (int, B)))
try:
    A().double.nothing
except AttributeError as e:
    print(e)
try:
    del d.double
except AttributeError as e:
    print(e)
try:
    class E(A, D): pass
except TypeError as e:
    print(e)

class Typed:
    def __set_name__(self, owner, name):
        self.name = name
        print("set_name", owner.__name__, name)
    def __get__(self, obj, owner=None):
        if obj is None:
            return self
        return obj.__dict__.get(self.name, "unset")
    def __set__(self, obj, value):
        if not isinstance(value, int):
            raise TypeError(f"{self.name} must be int")
        obj.__dict__[self.name] = value

class P:
    a = Typed()
    b = Typed()

p = P()
print(p.a, P.a.name)
p.a = 3
try:
    p.b = "x"
except TypeError as e:
    print(e)
print(vars(p))

class Meta(type):
    registry = []
    def __new__(mcls, name, bases, ns, **kw):
        cls = super().__new__(mcls, name, bases, ns)
        mcls.registry.append((name, sorted(kw)))
        return cls
    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)
    def __call__(cls, *a):
        print("creating", cls.__name__)
        return super().__call__(*a)
    @classmethod
    def __prepare__(mcls, name, bases, **kw):
        return {"prepared": name}
    def __len__(cls):
        return 42

class M(metaclass=Meta, flag=True):
    def __init__(self, v):
        self.v = v
class N(M):
    pass
print(M(1).v, N(2).prepared, Meta.registry, len(M), type(N))

class Base:
    subs = []
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        cls.subs.append((cls.__name__, tag))
class S1(Base, tag="one"): pass
class S2(Base): pass
print(Base.subs)

class Slotted:
    __slots__ = ("p", "q")
    def __init__(self):
        self.p = 1
s = Slotted()
try:
    s.z = 1
except AttributeError as e:
    print(e)
try:
    s.q
except AttributeError as e:
    print(e)
print(hasattr(s, "__dict__"), Slotted.p, Slotted.__slots__)

class V:
    def __init__(self, *c): self.c = c
    def __add__(self, o): return V(*(a + b for a, b in zip(self.c, o.c))) if isinstance(o, V) else NotImplemented
    def __radd__(self, o): return ("radd", o)
    def __mul__(self, k): return V(*(a * k for a in self.c))
    __rmul__ = __mul__
    def __matmul__(self, o): return sum(a * b for a, b in zip(self.c, o.c))
    def __eq__(self, o): return isinstance(o, V) and self.c == o.c
    def __hash__(self): return hash(self.c)
    def __lt__(self, o): return self.c < o.c
    def __bool__(self): return any(self.c)
    def __len__(self): return len(self.c)
    def __getitem__(self, i): return self.c[i]
    def __iter__(self): return iter(self.c)
    def __contains__(self, x): return x in self.c
    def __neg__(self): return V(*(-a for a in self.c))
    def __call__(self, *a): return a
    def __repr__(self): return f"V{self.c}"
    def __format__(self, spec): return f"<{spec}>"
    def __iadd__(self, o): return V(*(a + 1 for a in self.c))
    def __index__(self): return self.c[0]
    def __int__(self): return 99
    def __float__(self): return 1.5
    def __divmod__(self, o): return "divmod"
    def __pow__(self, o, m=None): return ("pow", o, m)
    def __round__(self, n=None): return ("round", n)
    def __getattr__(self, n):
        if n.startswith("dyn"): return n.upper()
        raise AttributeError(n)
v, w = V(1, 2), V(3, 4)
print(v + w, 5 + v, v * 3, 2 * v, v @ w, v == V(1, 2), v != w, v < w, max([v, w]), bool(V(0)), len(v), v[1], list(v), 2 in v, -v, v(1), f"{v:x}")
v += 1
print(v, [10, 20, 30, 40][V(2)], int(v), float(v), divmod(v, 1), pow(v, 2), pow(v, 2, 3), round(v), round(v, 2), v.dynamic, hasattr(v, "other"))
try:
    v + 3
except TypeError as e:
    print(e)
try:
    v - w
except TypeError as e:
    print(e)
try:
    v > 3
except Exception as e:
    print(type(e).__name__, e)
try:
    {}[[]]
except TypeError as e:
    print(e)

class Eq:
    def __eq__(self, o): return True
try:
    hash(Eq())
except TypeError as e:
    print(e)

class Lazy:
    def __getattribute__(self, n):
        if n == "magic": return "found"
        return object.__getattribute__(self, n)
    def __setattr__(self, n, v):
        object.__setattr__(self, n, v * 2)
    def __delattr__(self, n):
        print("del", n)
l = Lazy()
l.k = 4
print(l.k, l.magic)
del l.k
print(l.k)
x = type("Dyn", (A,), {"extra": lambda self: "e"})
print(x(9).extra(), x.__name__, x.__module__, repr(x), x.__bases__)
class WithClassVar:
    y = [k for k in range(3)]
    z = {k: v for k, v in zip("ab", y)}
    def m(self): return __class__.__name__
print(WithClassVar.y, WithClassVar.z, WithClassVar().m())
print(A.__dict__["make"].__class__, A.hello.__qualname__, type(A().hello), A.__init__.__qualname__)
class G[T]:
    def m[U](self, x: U) -> T: ...
print(G.__type_params__, G.m.__type_params__, G[int], G.m.__annotations__)
type Pair[T] = tuple[T, T]
print(Pair, Pair.__value__, Pair[int])
print(int | None, list[int] | str, (int | str) == (str | int), isinstance(3, int | str))
class Ann:
    a: int = 3
    b: "str"
    if True:
        c: list[int]
print(Ann.__annotations__)
print(object(), ) if False else print("done")
class Cmp:
    def __init__(self, v): self.v = v
    def __lt__(self, o):
        print("lt", self.v, o.v)
        return self.v < o.v
print([c.v for c in sorted([Cmp(3), Cmp(1), Cmp(2)])])
