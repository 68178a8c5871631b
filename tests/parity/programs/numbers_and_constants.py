"""Sums across kinds of numbers, integers from buffers, slices of any length, all and any by other names, code of a module
as a function's, trees of trees."""
import array
import ast
import asyncio
import builtins
import types

print(sum([1.0, 1e101, 1.0, -1e101]), sum([1.0, 10**100, 1.0, -10**100]), sum([2j, 1.0, 10**100, 1.0, -10**100]))
print(sum([0.1] * 10, 0.5), sum([True, 2.5, False]), sum([0.1, 2**70]))
try:
    sum([0.5, 10**400])
except OverflowError as error:
    print(error)
print(int(memoryview(b"12")), int(array.array("B", b"13")), float(memoryview(b"1.5")))
for text in (memoryview(b"x"), array.array("B", b"")):
    try:
        int(text)
    except ValueError as error:
        print(error)
print(slice(0, 10**30, 1).indices(10**20), slice(None, None, -1).indices(2**100), slice(-5, None).indices(2**70))
print(slice(10**30, -10**30, -(10**25)).indices(2**90), slice(1, 2, 3).indices(True))
for part, length in ((slice(0, 1, 0), 3), (slice("a"), 3), (slice(1), -1)):
    try:
        part.indices(length)
    except (TypeError, ValueError) as error:
        print(error)


def quantifiers():
    return all(x for x in [0]), any(x for x in [1]), tuple(x for x in [2])


print(quantifiers())
builtins.all = all = lambda x: "all"
builtins.any = any = lambda x: "any"
print(quantifiers())

match memoryview(b"abc"):
    case [x, y, z]:
        print(x, y, z)

text = "abcde"
print("%s" % text is text, "%s" % (text,) is text, "%.9s" % text is text, "%5s" % text is text, "%6s" % text)
print("{}".format(text) is text, "{:5}".format(text) is text, format(text, "5") is text, "{}{}".format("", text) is text)


async def five():
    return 5


code = compile("y = await five()\nprint(y)", "here", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
asyncio.run(types.FunctionType(code, {"five": five})())
types.FunctionType(compile("z = 1\nprint(locals() is globals(), z)", "here", "exec"), {})()

tree = ast.parse("a * __debug__ + '%s' % (b,)")
print(ast.dump(compile(tree, "here", "exec", flags=ast.PyCF_OPTIMIZED_AST)))
print(compile(tree, "here", "exec", flags=ast.PyCF_ONLY_AST) is tree)
class S(str): pass
s=S('abcde')
print(type(s.format()), type(format(s,'')), type(format(s,'5')), type('{}'.format(s)), type('{:3}'.format(s)), type('%s'%s), type('{!s}'.format(s)), type(f'{s}'), type(f'{s:5}'), type(f'{s!s}'), type('{:.3}'.format(s)), type(format(s,'.9')))
