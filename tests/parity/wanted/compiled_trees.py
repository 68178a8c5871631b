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
