"""Prints the goldens of the parser: what CPython says of texts, valid and not."""

import ast
import json
import warnings

# Texts that the parser refuses.
INVALID = r'''
  x = 1
====
x=1
  y=2
====
if x:
  a
 b
====
if x:
pass
====
if x:
====
def f():
  if x:
  y
====
def f():
  if x:
y
====
if x
====
import
====
from a import
====
[**a]
====
(x if y else *z)
====
{*a: b}
====
{a: *b}
====
{**a for a in b}
====
[*a for a in b]
====
f(x for x in y, 1)
====
f(a, x for x in y)
====
f(**a, *b)
====
f(a=1, b)
====
f(**a, b)
====
é = (é y)
====
print x
====
exec 'a'
====
a b c
====
print -1
a b
====
if x + print[a]:
  exec *x
elif print[b]:
  a b
====
type X[T=()] = y; x = print[a] + 1
type Y[*T=()] = y
a b
====
print[a]
0777
====
if x: [*print[a]]:
====
(lambda x=1, y,
====
(lambda *a, *b,
====
match[a]
x = y z
====
print[a]
x = '\xg'
====
if print[a]:
  x
 y
====
x = [exec[a],
     print[b]]
y = (
====
for x in y
====
class A
 pass
====
try:
 pass
====
try: pass
x=1
====
x = 1 +
====
(a, b): int
====
[a]: int
====
a, b: int
====
"a": int
====
x + 1 = 2
====
f() = 1
====
del f()
====
del (a, b + c)
====
a, b += 1
====
def f(a=1, b): pass
====
def f(*): pass
====
def f(**a, b): pass
====
def f(a, (b, c)): pass
====
def f(x=): pass
====
def f(*a=1): pass
====
def f(**a=1): pass
====
def f(a, *, b, *c): pass
====
def f(/, a): pass
====
def f(a, /, b, /): pass
====
def f(*a, /): pass
====
def f(a, / *b): pass
====
lambda a, (b): 1
====
lambda *: 1
====
def f a: pass
====
def f()
 pass
====
class A(x for x in L): pass
====
class A(a b): pass
====
x = 'a\x'
====
'é\N{foo}'
====
b'\x'
====
x = b'é'
====
'a' b'x'
====
'a' t'b'
====
match x:
 case 1
  pass
====
match x:
 case +1: pass
====
match x:
 case {++a: 1}: pass
====
f'{f'{'}'
x = 1
====
(f'{a
x = 1
====
f'{(a
x y
====
match x:
  pass
====
match x:
 case 1 + 1: pass
====
match x:
 case a.b as c.d: pass
====
match x:
 case a as _: pass
====
match x:
 case A(a=1, b): pass
====
@a
x
====
@tag
====
None = 1
====
(yield) = 1
====
x = yield = 1
====
(a.b := 1)
====
if x = 1: pass
====
f(a.b=1)
====
f(True=1)
====
f(a=)
====
f(a, b=c for c in d)
====
f(*a=b)
====
f(**a=b)
====
else: pass
====
x = {1:}
====
x = {1:2, 3}
====
x = {1 2}
====
'a' b 'c'
====
with a as f(): pass
====
with a, b
 pass
====
(*a)
====
(**a)
====
a if b
====
a if b else pass
====
pass if x else y
====
not 1 = 2
====
1 + not 2
====
- not 2
====
f'{a b}'
====
f'{}'
====
f'{a!x}'
====
f'{a!}'
====
f'{a! r}'
====
f'{a =b}'
====
f'{lambda x: 1}'
====
f'{a:{b}'
====
type X[] = 1
====
class A[*T: int]: pass
====
import a.b as c.d
====
from x import (a, b
====
from x import a,
====
import a from b
====
try:
  pass
except a, b as c: pass
====
try:
 pass
except*: pass
====
try: pass
except* a: pass
except b: pass
====
try: pass
except a as b.c: pass
====
x = [a, b for a in c]
====
[x for f() in y]
====
[x for a b in y]
====
for f() in x: pass
====
foo(a, b
x = 1
====
x y
'abc
====
x y
f'abc
====
x y
0777
====
(f(a b)
====
if x: pass
else: pass
elif y: pass
====
while a:
 pass
else:
====
1 <> 2
====
foo(a, z
        for z in
            range(10), b, c)
====
x f'{}
====
(
x.f'abc
====
(a b
,f'{a}}'
====
f("""
""", f'{a:' f'{b}')
====
f(
a f'{a!x:
====
f'{a:{{"""
"""""!"
====
t"""{(
1 1 1
 \ x
====
f"{a:{b:{c=}}}"
====
1 1; f"{a:{b:{c=}}}"
====
x = f"{a:{b:{c=!r}{d e
====
f'{a b\f'
====
f('' t'{a b}')
====
not '' t'{a b}'
====
f'a}}\x}}'
====
f'{a:\x}}'
====
f'{a:\x')
====
x '\x' y
====
f"""\N{EM
DASH}"""
====
"\N{CJK UNIFIED IDEOGRAPH0-8726}"
====
x f"""{"""
"""a\"""
====
f(1 b'a\x')
====
fr'{a:\x'
====
"\é\N{\é}"
====
match a:
    case _.b: c
====
match a:
    case b: c
    case [_(d)]: e
====
match a:
    case {_.b: _, c._: d}: e
====
f"{1 1:
====
import   # nothing
====
from a import  # é
====
{'a': 1, 'b' """
""", 'c': 2}
====
1; a; def
====
x = 1; y z
====
from __future__ import barry_as_FLUFL
a != b
====
from __future__ import barry_as_FLUFL
a <> b < c
'''

# Texts that it takes, for their trees.
VALID = r"""
t'{a =\
 \
}', f'{a, f"{b}" # c
 , r"\\'"=}', t'{"#", (f"#{a  # b
}"), "'", '"' # c
 = # d = e
}'
====
x = y = *a, b; z: int = 1; (w): str; a.b += 1; a[1:2, ::3, *c]
====
lambda a, /, b=1, *c, d, e=2, **f: (yield a, b)
====
a if not b else c or d and e < f <= g is not h not in i
====
-a ** -b @ ~c // d % e << f >> g & h ^ i | j
====
f(a, *b, c=1, *d, **e, f=2)(x for x in y)[a].b
====
[a := 1, *b, (c := 2)], {a, *b}, {a: b, **c}, (), [], {}, (a,), ((a))
====
[a async for b, *c in d if e if f for g in h], {a for b in c}, {a: b for c in d}, (await a for b in c)
====
0, 1_000, 0xFF, 0o17, 0b101, 18446744073709551616, 0xFFFFFFFFFFFFFFFFFF, 1.5e300, 1e400, .5j, 1E5
====
None, True, False, ..., __debug__
====
'a' "b" r'\n' '\x41\u00e9\U0001F40D\N{SNAKE}\101\q' '''x
y''', u'a' 'b', b'\xff\0' rb'\n', '\ud800'
====
f'a{x}b{{c}}{y!r:>{w}.{p}}{z = }{z=!s}{z=:a}' 'd' f"{f'{1}'}", f'', rf'\d{x:\d}'
====
t'a{ x }b{y!r:{w}}{z = }' t'c'
====
@a.b
@c(d)
async def f[T: int = str, *Ts = *a, **P = []](a, /, b: int = 1, *args: *c, d, e=2, **kw) -> x:
    async with a as b, c: pass
    async for d in e: await f
    else: yield
    return (yield from g)
====
@a
class C[T](B, *c, metaclass=M, **k):
    '''Doc.'''
    def m(self): nonlocal x; global y, z
    if a:
        def n(self): ...
        b = 1
    elif c:
        pass
    else: d = 2
e = 3
====
with (a as b, c as (d, e),): pass
with (a, b) as c, (yield): pass
with (a): pass
with (a), (b): pass
with (a, b): pass
====
try: a
except A as e: b
except B, C: c
except: d
else: e
finally: f
====
try: a
except* A: b
except* B, C: c
====
while a:
    if b: break
    continue
else:
    del c, (d, [e]), f.g, h[0]
    raise
    raise a from b
    assert a, b
====
import a.b.c as d, e
from . import *
from ...a.b import (c as d, e,)
from .... import f
====
match a, *b:
    case 1 | -2.5 | 1 + 2j | 'a' 'b' | None | True: pass
    case [a, *_, (b), ()] | (c, *d) as e if f: pass
    case {'a': 1, b.c: d, **rest} | {}: pass
    case A.B(c, d=e, f=_) | G(): pass
    case *a, b: pass
    case _: pass
match(a); case = match[b]; match.c
====
type X = int; type Y[T, *U, **V] = dict[T]; type = 1; type(x); case = _ = match = 1
====
print(*a, sep='') ; return_ = not a ; x = yield
====
été = ﬁx = 𝔘𝔫 = 1
====
if a:	b	# comment
if c: \
   d
(a
 ,b)
====
class A:
    def f(self):
        class B: x = 1
        return B
    y = 2
    async def g(self): pass
def h(): return 1; pass;
"""


# Texts for the other modes.
MODES = {
    "single": [
        "", "\"\"\"a\nb\"\"\"#c\nx", "x",  "x; y\n", "x\ny", "x;y\nz", "x\n\n# c\n", "if 1: pass\n", "if 1:\n x\ny", "\n", "x = \n", "  x",
        "a b\n", "x\n)", "x\n \t#c\n\x0c\n0777", "x # c\n'", "x\n\\\n", "(x\n0777", "0777\nx", "if 1: x\n(", "if 1:\n x\n(", "if 1: x\n0777",
        "if 1: x\n)", "if 1:\n  x\n y", "if 1:\n  x\n ", "if 1:\n  x\n  ", "if 1:\n  x\n   ", "if 1:\n  ", "try:\n x\n ", "if 1:\n if 2:\n  x\n ",
        "match x:\n case 1:\n  x\n ", "    ", "x\n ", "\\", "x\\", "'''a\n'''\\", "import", "def f", "def f()", "for x in y:", "x = 1 if 1 else ",
        "f'' b''", "try", "print[x]\ny", "if 1:\n print[x]\n a b", "\r\r\n", "if 1:\r x",
    ],
    "eval": [
        "", "#", "x", " x\n\n", "x y", "x = 1", "\n", "x, y,", "*x", "(yield)", "x := 1", "x;", "f(a b)", "1 +", "pass", "(", "'a", "  ", "\n\t",
        "x\n ", " # c\n  ", "x\n#", "\\", "(\\", "'\\\n'(x,\\\n\\", "x\\\n", "f'' b''", "b'é'", "x\r", "(x\n", "x if y else ", "x $", "1_", "print[x] y",
        "(1\n2 x", "(1\n2 ''", "(1\n2 'a'", "(''\nt''", "(''\nt'a'", "x '\\x'", "b'\\\r\n\\x'", "f'''\r\n{\\x", "('''\n'''$",
    ],
    "func_type": ["", " ", "() -> x\n ", "() -> x", "(a, *b, **c) -> d", "(a,) -> b", "a -> b", "(a) -> ", "(a b) -> c", "(*a, b) -> c"],
}


# Texts, and the newest version that does not have what is in them.
TOO_NEW = [
    ("x = 1_0", 5), ("async def f(): x\n", 4), ("async def f():\n  await x\n", 4), ("async for a in b: pass", 4),
    ("async with a: pass", 4), ("async with (a, b): pass\nx", 4), ("a @ b @ c", 4), ("a @= b", 4), ("a: int", 5),
    ("a.b: int = c", 5), ("a: int b", 5), ("[x async for x in y]", 5), ("f(x async for x in y)", 5),
    ("def f(a, /, b=1): pass", 7), ("def f(a, b=1, /): pass", 7), ("lambda a, /: b", 7), ("(a := 1)", 7),
    ("match a:\n  case 1: pass\nx", 9), ("try: a\nexcept* b: c\nx", 10), ("type X = a", 11), ("type X[T] = a", 11),
    ("class A[T]: pass", 11), ("def f[*T = a](): pass", 12), ("try: a\nexcept b, c: d\nx", 13),
    ("try: a\nexcept* b, c: d\nelse: e\n", 13), ("t'{x}' t\"\"", 13), ("if a:\n  x = (b := 1)\n  c d\n", 7),
    ("a b\nx = (b := 1)", 7), ("x = (b := 1)\n\"\"\"", 7), ("x = (b := 1\n", 7), ("f(b := 1, '\\x')", 7),
]

# Texts that an optimised tree differs in.
OPTIMISED = [
    "__debug__, a.__debug__\n", "'%s, %-5r%% %08.3a%s' % (a, b + __debug__, c, 'd')\n", "'%d' % (a,), '%s' % a\n",
    "'%s' % (*a,), b'%s' % (a,), '%' % (a,), '' % (), 'a' % ()\n", "'doc'\n", "'doc'\n'first'\nx\n",
    "def f():\n  'doc'\nclass A:\n  'doc'\n  'é'; b''\nasync def g(): 'doc'; return __debug__\n",
    "match a:\n  case -1 | -0.0 | 1 - 2j | -1.5 + 3j | {-2: b, a.b: c}: pass\n  case __debug__.x if __debug__: pass\n",
    "def f(a: __debug__ = __debug__) -> __debug__: b: __debug__ = '%s' % (c,)\n",
    "from __future__ import annotations\ndef f(a: __debug__ = __debug__) -> __debug__: b: __debug__ = __debug__\n",
]


# Texts with warnings: what is before and behind a mistake, what is said twice, and what becomes of it where warnings are
# errors.
WARNED = [
    "a b\n1if x else y\n", "f(1=2)\n1if x\nf'\\{a}'", "x = y\n  1if x else y\n", "Leading zeros are not in '\\d+'", "f'\\d{x:\\e}'\n",
    "'''é\\d\n'''\n", "'''é\n é\\d'''", "'é\\d'", "f'''éa\n é\\d\n'''\n", "'\\d' + 1if x else y\n", "1if x else '\\d'\n", "'\\d'\n'abc\n", "'\\d'\n(\n",
    "('\\d'\n\n", "'\\d\\xg'\n", "'\\%", "x = '\\d'\n  1if\n", "(a '\\d' b c)\n", "f(a, '\\d' (2 (é=(), '\\e')\n", "print[]in'\\e'\n", "print -1\n'\\d' b\n",
    "f'\\{a}\\d'\n", "f'\\d\\{a}'\n", "f'{x:\\d\\{y}\\e}'\n", "f'{\"\\d\"}\\e{x:\\i}\\j' 0x1for x\n", "'\\777' b'\\d'\n", "0o17if x else 1jor y\n", "'\\d' '\\e' f'\\i'\n",
    "'\\é\\663\\\t'\n", "t'''é\r\n\\é\\('''",
    "x = '\\d'\n $\n", "x = ('\\d',\n '\\e')\n", "'\\d'; 1if x else y; a b\n", "t'\\d{x!r:\\e}'\n", "if 1if x else y:\nz\n", "f'\\d\n", "f'''\\d{x}\\e",
]


def texts(block):
    return [text.strip("\n") + "\n" for text in block.split("====\n")]


def verdict(text, mode="exec", version=None, action="always"):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter(action)
        try:
            ast.parse(text, mode=mode, feature_version=version and (3, version))
        except SyntaxError as e:
            error = [type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset]
        except ValueError as e:
            error = [type(e).__name__, str(e), None, None, None, None]
        else:
            error = None
    return [error, [[str(w.message), w.lineno] for w in caught]]


def tree(text, mode="exec", type_comments=False, optimize=-1):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.dump(
            ast.parse(text, mode=mode, type_comments=type_comments, optimize=optimize), include_attributes=True
        )


def lines(entries):
    return ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)


errors = [[text, *verdict(text)] for text in texts(INVALID) + texts(VALID)]
trees = [[text, "exec", tree(text)] for text in texts(VALID)]
trees += [
    ["a, b\n", "eval", tree("a, b\n", "eval")],
    ["x = 1; y\n", "single", tree("x = 1; y\n", "single")],
    ["(int, *str, **Any) -> bool\n", "func_type", tree("(int, *str, **Any) -> bool\n", "func_type")],
]
COMMENTED = """\
def f(a,  # type: int
      b=1):  # type: (...) -> str
    x = []  # type: list
    for y in z:  # type: int
        pass  # type: ignore[a]
def g():
    # type: () -> int
    pass
"""
comments = [[COMMENTED, tree(COMMENTED, type_comments=True)]]
modes = [[text, mode, verdict(text, mode)[0]] for mode, listed in MODES.items() for text in listed]
warned = [[text, mode, *verdict(text, mode), verdict(text, mode, action="error")[0]] for text in WARNED for mode in ("exec", "eval", "single")]
versions = [[text, n, verdict(text, version=n)[0]] for text, last in TOO_NEW for n in (last, last + 1)]
optimised = [[text, level, tree(text, optimize=level)] for text in OPTIMISED for level in (1, 2)]
print(
    "{\n"
    f'"errors": [\n{lines(errors)}\n],\n"trees": [\n{lines(trees)}\n],\n"type_comments": [\n{lines(comments)}\n],\n"modes": [\n{lines(modes)}\n],\n'
    f'"warned": [\n{lines(warned)}\n],\n'
    f'"versions": [\n{lines(versions)}\n],\n"optimised": [\n{lines(optimised)}\n]\n'
    "}"
)
