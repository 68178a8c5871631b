"""Statements, as the compiler lowers them."""
import a.b.c, d as e, f.g as h
from . import i, j as k
from ..l.m import (n,
                   o as p)
from q import *

global_name = 1
x: int = 3
y: "list[int]"
obj.attribute: int = 4
obj[0]: str
(z): float = 1.5
a = b = c, *d = e
a, (b, [c, *d]), e.f, g[h], i[j:k] = value
a += 1; b.c -= 2; d[e] *= 3; f[g:h] @= 4; i //= 5; j **= 6; k <<= 7; l |= 8
del a, b.c, d[e], f[g:h], (i, [j])
assert a, "message"
assert (a and not b)
pass
type Alias = int
type Generic[*Ts, T: int = str, **P = [int]] = dict[T, P]

if a:
    b
elif c and d or not e:
    f
else:
    g
if not a: pass
if a if b else c: d
if a < b < c != d: e
while a:
    if b: break
    if c: continue
    d
else:
    e
while True:
    f()
    if g: break
while 0:
    never()
for a in b: pass
for a, *b in c:
    for d.e in f:
        if g: break
    else:
        continue
    break
else:
    h
with a: b
with a as b, c as (d, e), f:
    g
with (a as b,
      c as d):
    pass
raise
raise a
raise a from b
if __debug__:
    print("debugging")
if 0:
    def unreachable(): yield
print("end"); a; "string"; 1; ...; None
