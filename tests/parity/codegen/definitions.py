@decorator
@decorator.with_(arguments)
def decorated(a: int, /, b: "str" = 1, *args: tuple, c: float = 2, d, **kwargs: dict) -> None:
    """Documented."""
    def inner(e=a) -> b:
        nonlocal c
        c = e, kwargs
        return inner
    return inner, decorated


def generic[T, U: int, V: (int, str), *X, **Y, W = float](a: T, *b: *X) -> U:
    def nested() -> W:
        return a, T
    return nested


@dataclass(frozen=True)
class Plain(Base, metaclass=Meta, **keywords):
    """Documented."""
    field: int
    other: list[int] = []
    __private = 1

    def method(self):
        self.__private = __class__
        return super().method(), super().attribute, super(Plain, self).x, super().f(self, k=1)

    @property
    def name(self): return self.__name
    @classmethod
    async def make(cls): return [cls async for _ in cls.__source()]

    class Nested:
        value = field
        def f(self): return Plain, __class__, value
    lambda self: super().x
    names = [name for name in other if field]
    if field:
        conditional: int = 3
    for loop in names: pass
    del loop


class Generic[T: "Generic", *Ts = *tuple[int]](Base[T]):
    attribute: T
    type Inner[U] = T | U
    def method[V](self, x: V) -> T: return __class__, T, V


class Empty: pass
def constants(): return (1, 2.5, -0.0, 0.0, 1e400, 1j, -1j, b"b", ..., None, True, 10**20, 2**70, "a" * 3, (1, (2, 3))[1])
lambda a, /, b=1, *, c, **d: (a, b, c, d)
def many(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, b4, b5, b6, b7):
    a0 = b7; b7 = a1; a1, a0 = a0, a1; a, b, c = b0, b1, b2
    return a0, b7, b6, b5 + b4, a1 - a2
