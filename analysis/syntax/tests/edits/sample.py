# -*- coding: utf-8 -*-
"""What edits are tried on."""

import os
from collections import (
    deque,
    namedtuple,
)

x: int = 1; y = [1, 2,
                 3]


@decorator(
    1)
@property
class A(B, metaclass=C):
    """Doc."""

    attribute = {'a': 1, "b": f"{x!r:>{y}}"}

    def method(self, a, /, b: int = 0, *c, d, **e) -> None:
        if a:
            return [i for i in b if i]
        elif b:
            pass
        else:
            def inner():
                nonlocal a
                yield a
            # After the inner one.

        return inner

    class Nested:
        def deep(self): return lambda x: x

    # A comment about the next.
    async def coroutine(self):
        async with a as b, c:
            await b
        async for x in y:
            continue

	# A tab.


if x:
    def f[T](x: T) -> T:
        '''Doc
of two lines.'''
        try:
            f()
        except* (E, F) as e:
            raise
        finally:
            del x
else:
    def f(): pass

match x:
    case {'a': [1, *rest], **more} if rest:
        def g(): return '\d'
    case A(b=1) | None:
        x = t'{x}'

def \
    joined(): return \
        1

while True:
    with (open(x) as f, g):
        break

type X[T] = list[T]
def last():
    return 'é', b'\xff', 0x1f, 1_000j
