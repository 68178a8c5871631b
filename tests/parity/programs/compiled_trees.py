"""Trees that programs make or change, compiled."""
import ast

tree = ast.parse('x = 1 + 2\nprint(x)')


class Twice(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(node.value * 2), node)


exec(compile(ast.fix_missing_locations(Twice().visit(tree)), '<tree>', 'exec'))
print(eval(compile(ast.Expression(ast.Constant(7, lineno=1, col_offset=0)), '<tree>', 'eval')))
try:
    compile(ast.Module([ast.Expr(3)], []), '<tree>', 'exec')
except TypeError as error:
    print(error)
print(ast.dump(ast.parse('1 + 2', optimize=1)))

# Constants that no literal has, functions and classes, places of their own.
values = [-5, (1, (2, None)), frozenset({3}), 1 + 2j, -0.0, 10 ** 30, -(10 ** 30), b'x', ..., True]
body = [ast.Expr(ast.Call(ast.Name('print', ast.Load()), [ast.Constant(v) for v in values], []))]
exec(compile(ast.fix_missing_locations(ast.Module(body, [])), '<values>', 'exec'))

source = '''
@decorate
class C(Base, key=1):
    """doc"""
    x: int = 1

    async def f[T: int](self, a, /, b=2, *args, c, d=None, **kw) -> 'r':
        async with a as (b, c), d:
            return [await z async for z in y if z]

    def g(self):
        try:
            yield from (lambda q: q)(self)
        except* (A, B) as e:
            raise X from e
        finally:
            del self.x, a[0]
match v:
    case [1, *_, -2.5 | 1+2j] | {'k': str()} | P(0, b=None) as w if w:
        nonlocal_ = f'{w!r:>{10}}' if 0 else t'{w!s}'
for i, *j in k:
    continue
else:
    while (n := i) < 3 <= 4 and n is not None:
        break
from .m import (a as b, c)
import x.y as z
'''


def codes(code):
    yield code
    for const in code.co_consts:
        if hasattr(const, 'co_code'):
            yield from codes(const)


for optimize in 0, 1, 2:
    parsed = compile(source, '<text>', 'exec', optimize=optimize)
    made = compile(ast.parse(source), '<text>', 'exec', optimize=optimize)
    print(parsed == made, [a.co_linetable == b.co_linetable for a, b in zip(codes(parsed), codes(made))])

tree = ast.parse('def f(x):\n    return 1 / x\n')
ast.increment_lineno(tree, 100)
exec(compile(tree, '<moved>', 'exec'))
try:
    f(0)
except ZeroDivisionError as error:
    print(error.__traceback__.tb_next.tb_lineno)


def refused(tree, mode='exec'):
    try:
        compile(tree, '<tree>', mode)
    except RecursionError:
        print('nested too deep')
    except Exception as error:
        print(type(error).__name__, error)


place = dict(lineno=1, col_offset=0)
name = ast.Name('x', ast.Load(), **place)
refused(ast.Module([ast.Pass()], []))
refused(ast.Module([ast.Expr(None, **place)], []))
refused(ast.Module([ast.Delete([], **place)], []))
refused(ast.Module([ast.Delete([name], **place)], []))
refused(ast.Module([ast.Pass(lineno=5, col_offset=0, end_lineno=3)], []))
refused(ast.Module([ast.Expr(ast.Constant([1], **place), **place)], []))
refused(ast.Module([ast.Expr(ast.BoolOp(ast.And(), [name], **place), **place)], []))
refused(ast.Module([ast.Expr(ast.Name('None', ast.Load(), **place), **place)], []))
refused(ast.Module([ast.Raise(None, name, **place)], []))
refused(ast.Module([ast.Return(name, lineno=3, col_offset=4)], []))
refused(ast.Module([ast.Global(['x'], **place), ast.Nonlocal(['x'], **place)], []))
refused(ast.Module(3, []))
refused(ast.Module([None], []))
refused(name)
refused(ast.Module([], []), 'eval')
loop = ast.UnaryOp(ast.Not(), None, **place)
loop.operand = loop
refused(ast.Expression(loop), 'eval')
