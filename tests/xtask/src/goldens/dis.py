# Prints a .pyc as hex, and what `python -m dis` with its switches prints of the code in it, each after a line "%% ...".
import dis, importlib.util, io, itertools, marshal, re, textwrap

SOURCE = '''
"""A docstring."""
import os.path as path, sys
from collections import (deque, OrderedDict)

BIG = 123456789012345678901234567890, -5, 1e100, 2j, b'\\x00\\'"', 'caf\\xe9 \\ud800 \\U0001F600', ..., ()
x: int = 3

class Point[T: (int, str)](object, metaclass=type):
    __slots__ = ('x',)

    def __init__(self, x, /, y=1, *args, z, **kwargs) -> None:
        super().__init__()
        self.x = x if y else None
        assert z is not None, f'{x!r:>{y}} {z=}'

    async def walk(self, items):
        async with self as s:
            async for i in items:
                yield [j async for j in i if await j]

def outer(a, b=(1, 2)):
    count = 0
    def inner():
        nonlocal count
        count += 1
        return a < b < count, a[1:2], a[b] @ b, not a in b, {**a, 'k': b}, {*a}, f(*a, k=b, **b)
    try:
        for k, (l, *m) in a.items():
            while k:
                k -= 1
                if k is None or k and l:
                    continue
                del m
    except (ValueError, TypeError) as e:
        raise RuntimeError(t'{e}') from e
    finally:
        inner()
    match a:
        case {'x': 1, **rest} | [1, *rest]:
            return rest
        case Point(x=0):
            return lambda: (yield)
    return [v for v in b if v in {1, 2, 3}], (yield from b)
'''


def name(flags):
    return "-" + "".join(flags)


code = compile(SOURCE, "sample.py", "exec")
print("%% pyc")
print("\n".join(textwrap.wrap((importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(code)).hex(), 110)))
for n in range(5):
    for flags in itertools.combinations("COSP", n):
        out = io.StringIO()
        dis.dis(code, file=out, show_caches="C" in flags, show_offsets="O" in flags, adaptive="S" in flags,
                show_positions="P" in flags)
        text = re.sub("at 0x[0-9a-f]+", "at 0x..", out.getvalue())
        # All switches once, each alone in full; the rest as a checksum, for they are long.
        print("%% dis", name(flags))
        if n in (0, 4):
            print(text, end="")
        else:
            print(len(text), sum(i * b for i, b in enumerate(text.encode("utf-8", "surrogatepass"), 1)) % 2**32)
