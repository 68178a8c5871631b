# classes: metaclasses, hooks, descriptors, slots, and what goes wrong with each
def t(f, *a, **k):
    try:
        print(f(*a, **k))
    except BaseException as e:
        print(type(e).__name__, e)
class Meta(type):
    def __prepare__(name, bases, **k): print('prepare', name, bases, k); return {'injected': 1}
    def __new__(m, name, bases, ns, **k): print('new', name, sorted(x for x in ns if not x.startswith('__')), k); return super().__new__(m, name, bases, ns)
    def __init__(c, name, bases, ns, **k): print('init', name, k); super().__init__(name, bases, ns)
    def __call__(c, *a): print('call', a); return super().__call__(*a)
    def __instancecheck__(c, o): return o == 3
    def __subclasscheck__(c, o): return o is int
    def __getattr__(c, n): return 'meta:' + n
    def __len__(c): return 9
    def __iter__(c): return iter('abc')
    def __contains__(c, x): return x == 5
    def __getitem__(c, k): return ('item', k)
class A(metaclass=Meta, x=1):
    y = 2
    def __init__(self, *a): self.a = a
a = A(1, 2); print(a.a, A.injected, A.foo, len(A), list(A), 5 in A, A[7], isinstance(3, A), issubclass(int, A), issubclass(str, A), isinstance(a, A))
class B(A): pass
class Base:
    def __init_subclass__(cls, /, tag=None, **k): super().__init_subclass__(**k); cls.tag = tag; print('sub', cls.__name__, tag)
class D(Base, tag='q'): pass
try:
    class E(Base, bad=1): pass
except TypeError as e: print(e)
try:
    class E(metaclass=1): pass
except TypeError as e: print(e)
try:
    class E(1): pass
except TypeError as e: print(e)
try:
    class E(int, str): pass
except TypeError as e: print(e)
class X: pass
class Y(X): pass
try:
    class Z(X, Y): pass
except TypeError as e: print(e)
try:
    class Z(X, X): pass
except TypeError as e: print(e)
try:
    class Z(bool): pass
except TypeError as e: print(e)
try:
    class Z(A, metaclass=type('M2', (type,), {})): pass
except TypeError as e: print(e)
class M0:
    def __mro_entries__(self, bases): print('entries', len(bases)); return (X,)
m = M0()
class W(m): pass
print(W.__bases__, W.__orig_bases__ == (m,))
class Desc:
    def __set_name__(self, o, n): print('set_name', o.__name__, n); self.n = n
    def __get__(self, i, o=None): return (self.n, i is None, o and o.__name__)
    def __set__(self, i, v): print('set', self.n, v)
    def __delete__(self, i): print('del', self.n)
class H:
    d = Desc(); e = Desc()
h = H(); print(h.d, H.e); h.d = 3; del h.e
class BadName:
    def __set_name__(self, o, n): raise ValueError('boom')
try:
    class Q: b = BadName()
except ValueError as e: print(e, e.__notes__)
class P:
    def __init__(self): self._x = 1
    @property
    def x(self): "doc x"; return self._x
    @x.setter
    def x(self, v): self._x = v
    @property
    def ro(self): return 1
    @x.deleter
    def x(self): print('deleted')
p = P(); p.x = 5; print(p.x, P.x.__doc__, P.x.fget.__name__); del p.x
for s in ('p.ro = 1', 'del p.ro', 'p.nope', 'P.nope', 'p.nope = 1; print(p.nope)', 'del p.nope; print(1)', 'del p.nope2', 'P.ro.fget(1, 2)', 'p()', 'p[0]', 'p[0] = 1', 'del p[0]', 'len(p)', 'p + 1', '1 + p', '-p', 'p < p', 'for _ in p: pass', 'with p: pass', '1 in p', 'int(p)', 'p @ p', 'p += 1', 'p.x()', 'a, b = p', 'print(*p)', 'p ** 2', 'divmod(p, 1)', 'p >> 1', '~p', 'abs(p)', 'iter(p)', 'next(p)', 'reversed(p)', 'hash([])', '{[]: 1}', '{[]}', 'isinstance(1, p)', 'issubclass(p, int)', 'round(p)', 'format(p, "x")', 'bytes(p)', 'complex(p)', 'float(p)', 'ord(p)', 'setattr(p, 1, 2)', 'getattr(p, 1)', 'object().x = 1', 'int.x = 1', '(1).x = 1', 'del int.real', 'None.x', 'None.x = 1', 'type(None)()  .y', 'super().x', 'super(P, 1)', 'super(1)', 'super(P).x', 'object(1)', 'object.__new__(1)', 'object.__new__(int)', 'int.__new__(str)', 'P.__new__(P, 1)', 'P(1)', 'X.__class__ = 1', 'x = X(); x.__class__ = int', 'X.__bases__ = ()', 'X.__bases__ = 1', 'X.__bases__ = (int,)', 'X.__name__ = 1', 'del X.__name__', 'X.__dict__ = {}', 'x = X(); x.__dict__ = 1', 'X.__mro__ = 1', 'type("a", 1, {})', 'type("a", (), 1)', 'type(1, (), {})', 'type("a\\0", (), {})', 'type()', 'type(1,2)', 'type.__call__()', 'type("T", (), {"__slots__": 1})', 'type("T", (), {"__slots__": "1a"})', 'type("T", (int,), {"__slots__": "a"})', 'type("T", (), {"__slots__": ("a",), "a": 1})', 'type("T", (), {"__slots__": ("__dict__", "__dict__")})', 'class L(tuple): __slots__ = "a"', ):
    try:
        exec(s)
    except BaseException as e:
        print(s, '|', type(e).__name__, e)
class S:
    __slots__ = ('a', '__b', '__dict__')
    def __init__(self): self.a = 1; self.__b = 2; self.z = 3
s = S(); print(s.a, s._S__b, s.__dict__, S.__slots__)
del s.a
try: s.a
except AttributeError as e: print(e)
try: del s.a
except AttributeError as e: print(e)
class S2: __slots__ = ('q',)
s2 = S2()
for code in ('s2.z = 1', 's2.q', 's2.__dict__', 'import weakref; weakref.ref(s2)', 'S2.q.__get__(1)', 'S2.q.__set__(1, 2)'):
    try: exec(code)
    except Exception as e: print(type(e).__name__, e)
print(S2.q.__name__, type(S2.q).__name__, S2.q.__objclass__)
class R:
    def __repr__(self): return 1
    def __str__(self): return 2
    def __bool__(self): return 3
    def __len__(self): return -1
    def __hash__(self): return 'x'
    def __index__(self): return 'i'
    def __int__(self): return 's'
    def __float__(self): return 's'
    def __complex__(self): return 1
    def __iter__(self): return 1
    def __contains__(self, x): return 'yes'
    def __format__(self, s): return 5
    def __bytes__(self): return 'b'
    def __dir__(self): return 5
    def __length_hint__(self): return 'a'
r = R()
for f in (repr, str, bool, len, hash, int, float, complex, iter, format, bytes, dir, list): t(f, r)
t(lambda: 1 in r); t(lambda: [1,2][r]); t(lambda: f'{r}'); t(lambda: [1]*r); t(lambda: range(r)); t(lambda: '%d' % r); t(lambda: '%s' % r); t(lambda: hex(r))
class N:
    def __init__(self): return 1
t(N)
class N2:
    def __new__(cls): return 5
    def __init__(self): print('never')
t(N2)
class N3:
    def __getattribute__(self, n): print('ga', n); return object.__getattribute__(self, n)
    def __getattr__(self, n): print('g', n); raise AttributeError('custom ' + n)
    def __setattr__(self, n, v): print('s', n); object.__setattr__(self, n, v)
    def __delattr__(self, n): print('d', n); object.__delattr__(self, n)
n = N3(); n.x = 1; print(n.x); del n.x
try: n.x
except AttributeError as e: print(e)
class G:
    def __class_getitem__(cls, k): return (cls.__name__, k)
print(G[1, 2], G[int])
t(lambda: X[1]); t(lambda: int[1]); print(list[int], dict[str, int], type[int], tuple[int, ...])
print(X.__subclasses__(), Y.mro(), Y.__mro__, Y.__base__, Y.__module__, Y.__qualname__)
class O:
    class I:
        def f(self): pass
    def g(self):
        class L: pass
        return L
print(O.I.f.__qualname__, O().g().__qualname__, O.I)
print(type('T', (X,), {'a': 1}).a, type('T', (), dict(__module__='mm')))
class Cnt:
    n = 0
    def __init__(self): Cnt.n += 1
    def __del__(self): Cnt.n -= 1
c = Cnt(); print(Cnt.n); c = None; print(Cnt.n)
class Eq:
    def __eq__(self, o): return NotImplemented
    def __lt__(self, o): return 'lt'
print(Eq() == Eq(), Eq() != 1, Eq() < 1, 1 > Eq())
t(hash, Eq()); t(lambda: Eq() <= 1)
class F2: __hash__ = None
t(hash, F2())
print(type(Meta).__name__, A.__class__.__name__, callable(A), callable(a), callable(X()))
class Priv:
    __x = 1
    def f(self): return self.__x, __name__
    def __g(self): return 1
print(Priv().f(), [k for k in dir(Priv) if 'Priv' in k])
print(vars(Y)['__module__'], sorted(k for k in vars(Y)))
class CC: 
    "doc"
    __firstlineno__ = 5
print(CC.__doc__, CC.__firstlineno__, Y.__firstlineno__, Y.__static_attributes__, P.__static_attributes__)
