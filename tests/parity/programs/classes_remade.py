"""Assigned __class__, __bases__, __dict__ and MROs that programs compute; what type() refuses, and the order of names."""
import collections
import types
import warnings


def show(work, *args):
    try:
        print(work(*args))
    except Exception as error:
        print(type(error).__name__, error)


def set_class(x, cls):
    x.__class__ = cls


def set_bases(cls, bases):
    cls.__bases__ = bases


def set_dict(x, value):
    x.__dict__ = value


def delete_dict(x):
    del x.__dict__


class C: pass
class D: pass
class G: __slots__ = ["a", "b"]
class H: __slots__ = ["b", "a"]
class I: __slots__ = ["a", "c"]
class L(H): __slots__ = ["e"]
class M(G): __slots__ = ["e"]
class N(G): __slots__ = ["__weakref__"]
class Q(G): pass
class E1(Exception): pass
class E2(Exception): pass
class E3(ValueError): pass
class L1(list): pass
class L2(list): __slots__ = ()


kinds = [C, D, G, H, I, L, M, N, Q, E1, E2, E3, L1, L2, types.ModuleType, object]
for old in kinds:
    for new in kinds:
        x = old("m") if old is types.ModuleType else old()
        try:
            x.__class__ = new
            print(old.__name__, new.__name__)
        except TypeError as error:
            print(old.__name__, new.__name__, error)


class A: pass
class B(A): pass
class S1: __slots__ = ("a",)
class S2: __slots__ = ("a",)
class S3: __slots__ = ("b",)
class T(S1): pass
class T2(S1): __slots__ = ()
class F(E1): pass


for cls, bases in [(B, (object,)), (B, (int,)), (A, (object,)), (A, (dict,)), (T, (S2,)), (T, (S3,)), (T, (A,)),
                   (T2, (S2,)), (T2, (object,)), (F, (Exception,)), (F, (ValueError,)), (E1, (ValueError,)),
                   (E1, (OSError,)), (B, ()), (B, (B,))]:
    show(set_bases, cls, bases)


class Base: pass
class Meta1(type, Base): pass
class Meta2(Base, type): pass
class D1(metaclass=Meta1): pass
class D2(metaclass=Meta2): pass
class Module1(types.ModuleType, Base): pass
class Error1(Exception, Base): pass


accessor = Base.__dict__["__dict__"]
for x in D1, D2, Module1("m"), Error1(), Base():
    show(set_dict, x, {"a": 1})
    show(delete_dict, x)
    show(accessor.__set__, x, {})
    show(lambda: type(accessor.__get__(x)))
    show(lambda: type(x.__dict__))


def make(answer):
    class Meta(type):
        def mro(cls):
            return answer(cls)

    class Made(metaclass=Meta):
        pass
    return Made.__mro__


show(make, lambda cls: (C,))
show(make, lambda cls: ())
show(make, lambda cls: (cls,))
show(make, lambda cls: (cls, C, object))
show(make, lambda cls: (cls, 3))


class Early(type):
    def mro(cls):
        if cls.__mro__ is None and cls.__name__ != "X":
            try:
                class X(cls):
                    pass
            except TypeError as error:
                print(error)
            show(lambda: cls())
            show(lambda: cls.__subclasses__())
        return type.mro(cls)


class Early1(metaclass=Early):
    pass


class Failing(type):
    ready = False

    def mro(cls):
        if Failing.ready and cls.__name__ == "C3":
            if C3.__bases__ == (B2,):
                Failing.ready = False
            else:
                C3.__bases__ = (B2,)
                raise ValueError("x")
        return type.mro(cls)


class A1(metaclass=Failing): pass
class B1(A1): pass
class B2(A1): pass
class C3(A1): pass


Failing.ready = True
show(set_bases, C3, (B1,))
show(set_bases, B1, (C3,))
print(C3.__bases__, C3.__mro__, [cls.__subclasses__() for cls in (A1, B1, B2, C3)])


def named(attribute):
    class Meta(type):
        def __new__(cls, name, bases, namespace, attribute):
            return super().__new__(cls, name, bases, namespace)

    class Derived(C, metaclass=Meta, attribute=attribute):
        __slots__ = ["a", attribute]

        def __init__(self):
            super().__init__()
            self.a = 1
    x = Derived()
    return Derived.__qualname__, x.a, attribute in Derived.__dict__, hasattr(x, attribute)


for attribute in "__qualname__", "__classcell__", "__classdictcell__":
    show(named, attribute)

show(lambda: type("A\udcdcB", (), {}))
show(lambda: type("A\0B", (), {}))
show(lambda: type("A", (), {"__doc__": "x\udcdc\udcddy"}))
renamed = type("A", (), {"__firstlineno__": 42})
renamed.__module__ = "elsewhere"
print(sorted(renamed.__dict__))
show(lambda: setattr(renamed, "__name__", "A\udcdcB"))

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    type("Odd", (), {1: 2, "a": 3})
print([(w.category.__name__, str(w.message)) for w in caught])

ordered = collections.OrderedDict([("a", 1), ("b", 2)])
ordered.move_to_end("a")
print(list(type("C", (), ordered).__dict__)[:2], list(dict.copy(ordered)), list({} | ordered), list(dict(ordered)))


class Eq:
    __slots__ = ("z", "a", "__dict__", "__weakref__")

    def __eq__(self, other):
        return True


print(list(Eq.__dict__))


class X:
    def plain(self): super()
    def none(): super()
    def deleted(self):
        del self
        super()
    def closed(self):
        def inner(): return self
        return super()
    def rest(*a): super()


def cell():
    k = X()
    def inner(): return k
    return inner.__closure__[0]


for work, args in (X.plain, (cell(),)), (X.none, ()), (X.deleted, (X(),)), (X.closed, (cell(),)), (X.rest, (X(),)):
    show(work, *args)


def documented(self):
    "getter"


def plain(self):
    pass


class P1(property): __slots__ = ()
class P2(property): __slots__ = ("foo",)
class P3(property): __slots__ = ("__doc__",)
class P4(property): pass
class P5(property): __doc__ = "own"


for P in P1, P2, P3, P4, P5, property:
    for args, named in ((), {}), ((plain,), {}), ((documented,), {}), ((), {"doc": "w"}), ((documented,), {"doc": "w"}):
        show(lambda: repr(P(*args, **named).__doc__))
    show(lambda: repr(P(plain).getter(documented).__doc__))
    show(lambda: repr(P(documented).setter(plain).__doc__))
