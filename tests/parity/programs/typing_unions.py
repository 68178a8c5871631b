"""typing.Union takes more than `|` of types does; parameters of aliases; pickling of generic classes; typing's flags."""
import pickle
import types
import typing
from typing import Generic, Literal, ParamSpec, TypeVar, Union

U = int | str
T = TypeVar("T")
P = ParamSpec("P")
type A = int


def show(work):
    try:
        print(work())
    except Exception as error:
        print(type(error).__name__, error)


for name in "__module__", "__name__", "__qualname__", "__origin__":
    print(name, getattr(U, name))

cases = '''
U | "x"
"x" | U
U | 1
U | [1]
U | None
U | A
int | "x"
list[int] | "x"
A | "x"
T | "x"
("x" | T).__args__
T | ()
T | [int]
P | "x"
ParamSpec("P", bound=(int, 3)).__bound__
ParamSpec("P", bound=None).__bound__
ParamSpec("P", bound="x").__bound__
TypeVar("V", bound="x").__bound__
Union[int, "x"]
Union[[1], int]
Union[Literal[1], Literal[True], int]
(T | list[T])["x"]
(T | list[T])[[1]]
list[[int, [str]]]
Union[()]
Union()
U.__nope__
hash(Union[int, "x"]) == hash(Union["x", int])
'''
for case in cases.strip().splitlines():
    show(lambda: eval(case))


class Unhashable:
    __hash__ = None

    def __eq__(self, other):
        return True

    def __call__(self):
        pass


odd = Unhashable()
show(lambda: len(Union[int, odd].__args__))
show(lambda: hash(Union[int, odd]))
show(lambda: Union[int, odd] == Union[odd, int])
show(lambda: Union[odd, Unhashable()] is odd)


class Parameter:
    def __repr__(self):
        return "P"


first, late = Parameter(), Parameter()
first.__typing_subst__ = lambda value: value
alias = types.GenericAlias(dict, (first, late))
show(lambda: alias.__parameters__)
show(lambda: alias[0])
late.__typing_subst__ = lambda value: value
show(lambda: alias[0])


class Spread:
    __typing_is_unpacked_typevartuple__ = True

    def __typing_prepare_subst__(*_):
        return None

    def __typing_subst__(*_):
        return 42


type variadic[*_] = 0
show(lambda: variadic[Spread()][0])


class Box[V]:
    def __init__(self, value):
        self.value = value


class Old(Generic[T]):
    pass


old = Old()
old.x = 3
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    box = pickle.loads(pickle.dumps(Box[int](5), protocol))
    print(protocol, type(box).__name__, box.value, pickle.loads(pickle.dumps(old, protocol)).x)

HEAP = 1 << 9
for cls in typing.Generic, typing.Union, types.GenericAlias, TypeVar, int, Box:
    print(cls.__name__, bool(cls.__flags__ & HEAP))
