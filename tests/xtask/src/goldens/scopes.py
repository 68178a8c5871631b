"""Prints analysis/symtable/tests/goldens/symtable.json: what CPython's symbol tables are for the texts below.

"errors": [text, [message, lineno, offset, end_lineno, end_offset]] or null, for ERRORS; "listings":
[text, what `python -m symtable` prints, the lines of each table's symbols sorted, for their order can be chance].
"""

import contextlib
import io
import json
import symtable
import tempfile

ERRORS = [
    # arguments and type parameters
    "def f(a, a): pass", "lambda a, *, a: 0", "def f(a, /, b, *a): pass", "def f(é, *, é): pass", "def f[T, T](): pass", "class C[T, *T]: pass",
    "type X[T, **T] = 1", "def f[__classdict__: int](): pass", "class A:\n  def f[__classdict__](self): pass",
    # global and nonlocal
    "def f(a):\n  global a", "def f(a):\n  nonlocal a", "def f():\n  x\n  global x", "def f():\n  x = 1\n  global x", "def f():\n  x: int\n  global x",
    "def f():\n  x\n  nonlocal x", "def f():\n  x = 1\n  nonlocal x", "def f():\n  x: int\n  nonlocal x", "nonlocal x", "class C:\n  nonlocal x",
    "def f():\n  nonlocal x", "def f():\n  global x\n  nonlocal x", "def f():\n  x = 1\n  def g():\n    global y, x\n    nonlocal x", "def f():\n  global x\n  x: int",
    "def f():\n  x = 0\n  def g():\n    nonlocal x\n    x: int = 1", "x = 1\nglobal x", "print(x); global x", "def f():\n  __debug__\n  global __debug__", "def f[T]():\n  nonlocal T",
    "def f[T]():\n  def g():\n    nonlocal T\n    T = 1", "class A:\n  x = 1\n  def f(self):\n    nonlocal x", "def f():\n  def g():\n    nonlocal y\n  global y",
    "class A:\n  def f(__x):\n    global __x", "def f():\n  é = 1; global é, ü", "def f():\n  for x in y: pass\n  global x", "def f():\n  import x\n  global x",
    "if 1:\n  def f():\n    def g():\n      nonlocal z\n    z = 1\n    class D:\n      nonlocal z, w",
    # imports
    "def f():\n  from x import *", "class A:\n  from x import *", "x = 1\nfrom __future__ import division", "def f():\n  from __future__ import annotations",
    "from __future__ import braces", "from __future__ import nothing", "'doc'\nfrom __future__ import annotations; x = 1; from __future__ import division",
    "from __future__ import (annotations,\n  spam)", "if 1:\n  from __future__ import division",
    # walrus
    "[x := 1 for x in y]", "[[x := 1 for z in w] for x in y]", "[x for x in (y := z)]", "[x for x in [lambda: (y := 1)]]", "[(j := 0) for i in x for j in y]",
    "class A:\n  [x := 1 for y in z]", "[x for y in z if (x := 1) for x in w]", "class A[T: [x := 1 for y in z]]: pass", "type X = [x := 1 for y in z]",
    "class A[T]([x := 1 for y in z]): pass", "[i := 0 for i, j in x]", "[(x := 1) for a in b for c in (x := d)]", "def f(): return {é: (é := 1) for é in ü}",
    # scopes that cannot yield, await or assign
    "def f(x: (yield)): pass", "x: (yield)", "def f() -> (yield from x): pass", "def f(x: (y := 1)): pass", "async def f():\n  x: await y",
    "def f[T: (yield)](): pass", "def f[T: ((yield), int)](): pass", "def f[T = (yield)](): pass", "def f[*T = (yield)](): pass", "def f[**T = (x := 1)](): pass",
    "type X = (yield)", "type X = (x := 1)", "type X[T: (await x)] = 1", "class A[T]((yield)): pass", "class A[T](x := 1): pass", "class A[T](metaclass=(await x)): pass",
    "def f():\n  [(yield) for x in y]", "def f():\n  {(yield): 1 for x in y}", "def f():\n  {(yield from x) for x in y}", "def f():\n  ((yield) for x in y)",
    "def f():\n  [x for x in (yield) if (yield)]",
    # async
    "await x", "class A:\n  await x", "def f():\n  await x", "lambda: await x", "[await x for y in z]", "def f():\n  [await x for y in z]", "def f():\n  [x async for x in y]",
    "async for x in y: pass", "def f():\n  async for x in y: pass", "def f():\n  async with x: pass", "async with x: pass", "{x async for x in y}",
    "async def f():\n  def g():\n    [x async for x in y]", "async def f():\n  lambda: [x async for x in y]", "def f():\n  [[x async for x in y] for z in w]",
    # __debug__
    "__debug__ = 1", "del __debug__", "x.__debug__ = 1", "f(__debug__=1)", "def __debug__(): pass", "class __debug__: pass", "def f(__debug__): pass", "import __debug__",
    "import a as __debug__", "from a import __debug__", "for __debug__ in x: pass", "with x as __debug__: pass", "try: pass\nexcept x as __debug__: pass",
    "match x:\n  case __debug__: pass", "match x:\n  case A(__debug__=1): pass", "match x:\n  case {**__debug__}: pass", "match x:\n  case [*__debug__]: pass", "class A(__debug__=1): pass",
    "(__debug__ := 1)", "def f[__debug__](): pass", "__debug__: int", "__debug__ += 1", "global __debug__",
    # the first of several
    "def f(a, a): pass\ndef g(b, b): pass", "def f():\n  nonlocal x\ndef g(a, a): pass", "def f():\n  def g():\n    nonlocal y\n  nonlocal x",
    "def f(x=[y := 1 for y in z]):\n  global x\n  x = 1", "class A:\n  def f(a, a): pass\nawait x", "x = '''\né'''; [é := 1 for é in y]",
]

LISTINGS = [
    "x = 1\ndef f(a, *b, c=1, **d):\n  global g\n  g = a\n  return lambda: a + x\n",
    "class A:\n  x: int\n  def f(self): return super().f\n  z = [__class__ for _ in x]\n  w = [lambda: __class__ for _ in x]\n  def g[T: int = 3](self, a: T) -> T: ...\n  type Q[T] = list[T]\n",
    "if 1:\n  y: int = 3\nf = lambda a, *b, **c: (i for i in a if b)\ndef h():\n  q: int\n  return [lambda: i for i in c]\n",
    "class A[T](B[T], metaclass=M):\n  __x = 1\n  def f(self, __y): return self.__x, __y, __z\n",
    "class A[__T: __T, *Ts, **P]:\n  def f(self, x: __T) -> P: return [__T for _ in x]\n",
    "def f[T](): pass\nasync def g[T](*, a=1): await x\n",
    "def f():\n  x = 1; v = 1\n  [(x, lambda: x) for _ in q]\n  [w := 1 for _ in q]\n  class D:\n    nonlocal v\n    [v for _ in q]\n  class E:\n    v = 3\n    [v for _ in q]\n",
    "from __future__ import annotations\nx: int\ndef f(a: b) -> c:\n  d: e\nclass A:\n  y: z\n  def g(self, h: i): pass\n",
    "def f():\n  x = 1\n  def g():\n    nonlocal x\n    x = 2\n    def h(): return x, y\n  class C:\n    x = 3\n    def m(self): return x\n    def n(self): return __class__\n",
    "try:\n  import a.b, c.d as e\nexcept* (E, F) as g:\n  del g\nfor h, *i in j: pass\nwith k as (l, m.n): pass\nmatch o:\n  case [p, *q] if x: pass\n  case {'r': s, **t} if t: pass\n  case U(v, w=x) as y: pass\n",
    "type A = B\ntype C[T: (int, str) = int, *U = D, **V = W] = T | U\nclass E:\n  type F[T] = (T, G)\n  G = 1\n  def h(self): return F\n",
    "(a := [b := c for d in e if (f := d)])\ndef g():\n  [h := 1 for i in j]\n  global k\n  [k := 1 for i in j]\n",
    "async def f():\n  return [x async for x in y], {await z: w for w in v}, (u async for u in t)\n",
    "def é(ﬁ, 名前): return f'{ﬁ!r:{名前}}', t'{é}'\n",
    "class A:\n  if x:\n    y: int\n  z: int\n  def f(self): return y\nclass B:\n  def g(self): return __classdict__\n",
    "def f():\n  class A:\n    global x\n    x = 1\n    def g(self) -> x: return x\n    type T = x\n  x = 2\n  return lambda: x\n",
    "x = [[[(a, b, c) for a in b] for b in c] for c in d]\nclass A:\n  y = [(lambda: z)() for z in x]\n  w = [[v for v in u] for u in y]\n",
    "global x\nx = 1\ndef f():\n  global x, y\n  y = 2\n  def g():\n    return x, y\nz = y\n",
    "@d(lambda a: a)\ndef f(b=[c for c in e], *g: h, **i: j) -> k: pass\n@l\nclass m((n for n in o)): pass\n",
]


def error(text):
    try:
        symtable.symtable(text, "case.py", "exec")
    except SyntaxError as e:
        return [e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset]
    return None


def listing(text):
    out = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        with open("case.py", "w") as file:
            file.write(text)
        with contextlib.redirect_stdout(out):
            symtable.main(["case.py"])
    lines, run = [], []
    for line in out.getvalue().split("\n"):
        if " symbol '" in line:
            run.append(line)
        else:
            lines += sorted(run) + [line]
            run = []
    return "\n".join(lines)


print("{")
print('"errors": [')
print(",\n".join(json.dumps([text, error(text)]) for text in ERRORS))
print('],\n"listings": [')
print(",\n".join(json.dumps([text, listing(text)]) for text in LISTINGS))
print("]\n}")
