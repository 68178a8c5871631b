# Programs parse programs, and tracebacks find their carets that way.
import ast, traceback
src = '''
import os
@dec(1)
async def f(a, /, b: int = 2, *c, d=3, **e) -> str:
    "doc"
    async with x as y, z: pass
    return [i async for i in a if i] + [1, 2.5, 3j, b"x", "é", ..., None, True]
class A[T: int = str](B, metaclass=C):
    x: int = f"{a!r:>{w}} {b=}"
    y = t"{q}"
match p:
    case {"a": 1, **rest} | [1, *_] as z if g: pass
try: pass
except* (A, B) as e: pass
lambda *a, k=1: (yield)
x[1:2, ::3] = a < b <= c not in d
'''
print(ast.dump(ast.parse(src), indent=1, include_attributes=True))
print(ast.unparse(ast.parse(src)))
print(ast.parse("1+2", mode="eval").body.op is ast.parse("3+4", mode="eval").body.op)
print(ast.literal_eval("{'a': [1, -2.5, (3+4j)], b'x': {1, 2}}"))
print(ast.dump(ast.parse("(int, str) -> bool", mode="func_type")))
print(ast.dump(ast.parse("x = 1 # type: int", type_comments=True)))
try: ast.parse("a b")
except SyntaxError as e: print(e.msg, e.lineno, e.offset)
def g(x): return x["a"]["b"] + 1 / 0
try: g({"a": {"b": 1}})
except ZeroDivisionError: print(traceback.format_exc())
class V(ast.NodeVisitor):
    def visit_Name(self, n): print(n.id, n.lineno, n.col_offset)
V().visit(ast.parse("a + b*c"))
