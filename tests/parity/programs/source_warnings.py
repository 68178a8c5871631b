"""Warnings of the parser and the compiler, shown and as errors."""
import ast
import warnings

SOURCES = [
    "'''\n\\z'''",
    "x = b'\\407'",
    "f'{1} \\d'",
    "if 1is 1: pass",
    "1 if 0x1for 2 in 3 else 4",
    "assert (1, 'message')",
    "'a' 'b'()",
    "[1, 2] [3, 4]['x']",
    "1()",
    "def f():\n    try: pass\n    finally: return 1",
    "while x:\n    try: pass\n    finally:\n        break",
    "x is 'a'; '\\q'",
    "'\\q'; return",
    "'\\q' '\\e'; nonlocal x",
    "x is 1; )",
    "{}[1j]\nNone.a\n\n(1).b()",
]


def issued(action):
    for source in SOURCES:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter(action)
            try:
                compile(source, '<source>', 'exec')
            except SyntaxError as error:
                print(repr(error), error.lineno, error.offset, error.end_lineno, error.end_offset, error.text)
        for warning in seen:
            print(warning.category.__name__, warning.message, warning.filename, warning.lineno)


issued('always')
issued('error')
warnings.simplefilter('error')
try:
    compile(ast.parse('\n\nx is 1'), '<tree>', 'exec')
except SyntaxError as error:
    print(repr(error))
