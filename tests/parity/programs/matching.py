# match statements, unpacking, comprehensions, walrus, slices, conditionals
from dataclasses import dataclass
@dataclass
class Point:
    x: int
    y: int = 0
class Plain:
    __match_args__ = ("a", "b")
    def __init__(self, a, b): self.a, self.b = a, b
    def __repr__(self): return f"Plain({self.a!r}, {self.b!r})"
def m(v):
    match v:
        case 0 | 1: return "small"
        case -1.5: return "negative float"
        case 1 + 2j: return "complex"
        case "a" | b"b": return "text"
        case None: return "none"
        case True: return "true"
        case int(n) if n > 100: return f"big {n}"
        case int() | float(): return "number"
        case []: return "empty"
        case [x]: return f"one {x}"
        case [x, *_, y] if x == y: return f"same ends {x}"
        case (1, [a, b], *rest): return f"nested {a} {b} {rest}"
        case [_, _, *rest]: return f"more {rest}"
        case {"k": v, "n": {"z": z}}: return f"map {v} {z}"
        case {"k": v, **rest}: return f"map {v} {sorted(rest.items())}"
        case {}: return "mapping"
        case Point(0, y=yy): return f"on axis {yy}"
        case Point(x, y): return f"point {x} {y}"
        case Plain(a, b=Point(q)): return f"plain {a} {q}"
        case str() as s: return f"str {s}"
        case _: return "other"
for v in (0, 1, 2, -1.5, 1 + 2j, "a", b"b", None, 200, 3.5, [], [9], [1, 2, 1], [1, [2, 3], 4], (5, 6, 7), {"k": 1, "n": {"z": 2}}, {"k": 1, "w": 2}, {}, {"q": 1},
          Point(0, 5), Point(1, 2), Plain(1, Point(7)), "hello", object, {1, 2}, range(3), True):
    print(repr(v) if not isinstance(v, type) else v, "->", m(v))
a, (b, *c), d = 1, (2, 3, 4), 5
print(a, b, c, d)
*a, b = "xyz"
print(a, b)
[x, y], z = (1, 2), 3
print(x, y, z)
l = list(range(10))
l[2:5] = "ab"
print(l, l[::-2], l[-3:], l[20:], l[5:2])
del l[::3]
print(l)
l[::2] = [0] * len(l[::2])
print(l)
try:
    l[::2] = [1]
except ValueError as e:
    print(e)
print({i: j for i, j in enumerate("abc")}, {x % 3 for x in range(10)}, [[i * j for j in range(3)] for i in range(3)])
print([(x, y) for x in range(3) if x for y in range(x)], [*range(3), *"ab"], {**{"a": 1}, "b": 2}, (*[1], 2))
if (n := len(l)) > 3 and (k := n * 2):
    print(n, k)
print(1 < 2 < 3, 1 < 3 < 2, 1 == 1 != 2, not 1 in [1], 1 is 1, "a" if 0 else "b", 1 and 0 or 2)
x = y = z = []
x.append(1); print(y is z, z)
for i in range(3):
    if i == 5: break
else:
    print("no break")
while True:
    n -= 1
    if n < 0: break
    if n % 2: continue
    print(n, end=" ")
print()
x = 5
x += 1; x -= 2; x *= 3; x //= 2; x **= 2; x %= 7; x <<= 3; x >>= 1; x |= 3; x &= 6; x ^= 1
print(x)
print(f"{x!r:>5}|{x:05d}|{'a' 'b'}|{x=}|{x = :>4}|{{}}|{3.14159:.2f}|{1000000:,}|{255:#x}|{'s':^7}|{x if x else 0}|{'nested ' + f'{x}'}")
print(f"{'a':{'>'}{5}}", f"{[1, 2]!s}", f"{ {1: 2}[1] }", rf"\n{x}", f'''{
    x  # comment
}''')
from string.templatelib import Template
t = t"hi {x:>3} {x!r}"
print(type(t), t.strings, [(i.value, i.expression, i.conversion, i.format_spec) for i in t.interpolations])
