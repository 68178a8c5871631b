"""Which classes an object may change to, and what classes say of themselves."""
import collections
import functools
import types


class A:
    __slots__ = ['a', 'b']


class B:
    __slots__ = ['a', 'b']


class C(A):
    __slots__ = ['e']


class D(B):
    __slots__ = ['e']


def attempt(change):
    try:
        change()
        print('allowed')
    except (TypeError, AttributeError) as error:
        print(type(error).__name__, error)


attempt(lambda: setattr(A(), '__class__', B))
attempt(lambda: setattr(C(), '__class__', D))


class Base:
    pass


class Module(types.ModuleType, Base):
    pass


attempt(lambda: setattr(Module('m'), '__dict__', {}))
HEAPTYPE = 1 << 9
print([bool(t.__flags__ & HEAPTYPE) for t in (functools.partial, collections.deque, collections.OrderedDict, int)])
ordered = collections.OrderedDict([('a', 1), ('b', 2)])
ordered.move_to_end('a')
print([name for name in type('E', (), ordered).__dict__ if name in 'ab'])
