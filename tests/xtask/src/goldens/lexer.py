"""Prints analysis/syntax/tests/goldens/lexer.json: what CPython's tokenizer says of the texts below.

"errors": [text, null or [exception, message, lineno, offset, end_lineno, end_offset], [line of each warning]] by `compile`,
for those of TEXTS that the tokenizer refuses or the compiler accepts; "tokenize": [bytes as Latin-1, stdout, stderr,
status] of `python -m tokenize -e case.py` for FILES.
"""

import contextlib
import io
import json
import os
import tempfile
import tokenize
import warnings

TEXTS = [
    # numbers
    "1abc", "x = 1_", "0777", "0b12", "0xg", "0o8", "0o18", "0b_", "1__0", "1e+", "1ex", "1.0x", "1jx", "0_7", "00_7",
    "007.5x", "0_", "09.5", "099", "09e1", "09j", "1_000_", "1_a", "1.e", "1.e5", "1.5_", "1._5", "1e5_", "0x_f", "0xf_",
    "0x__f", "0o_7_", "0b1_1_", "0B1", "0XaFj", "1J", "1_0j", "0e0", "0_0", "00", "00.", "00j", "1i", "1a", "0_7_", "0777abc",
    "08.5", "0__7", "09_", "0xé", "0_é", "1_é", "1if x else y", "0xfor x", "1not in x", "[1for x in y]", "1or 2", "1e5or 2",
    "0b1and 2", "1.and 2", "1jif 2 else 3", "1_000in x", "x = 1 if 1else 0", "1..real", "1 .real", "0xfelse 3", "1_000.5_0e+1_0J",
    # strings
    "'abc", "'''abc\nd", "'abc\\'", "x = '\\", "'\\\n\\", "'''\\", "'''abc\n", "b'abc", "rb'abc", "é = 'x", "x'é", "'a\\\n", "'a\\\nb'",
    "'a\rb'", "'\\\r\n'", "'\\\rb'", "ur''", "bu''", "Rb'\\'' Br\"\\\"\"", "''''a'''", "x = '''a\n''\n", "u'a' U'b'",
    # f-strings and t-strings
    "f'abc", "f'''abc\nd", "f'{a", "f'}'", "f'{(]}'", "f'{]}'", "f'{'", "f'{a:", "f'''{a\n", "f'{a['", "f'{a:{", "t'abc", "t'}'",
    "t'{", "f'" * 160, "f'{a:\n}'", "f'{x!r", "f'{x=", "f'{x:{y}", "f'{{'", "f'{a:{b:{c:{d}}}}'", "f'{a:{b:{c}}}'", "f'{a\\b}'", "f'{#}'",
    "f'{a # b}'", "f'{a!r:}'", "f'''{a:\n}'''", "f'\\N{BULLET}'", "f'{a}}'", "f'{{}'", "f'\\{a}'", "f'{a:\\}'", "rf'\\{a}'", "f'{a:{{}}}'",
    "f'{a:}}'", "f'{x!=y}'", "f'{x:=5}'", "f'{(lambda x: 1)}'", "f'{ {1: 2}[1] }'", "f'{a[b:c]:{w}.{p}}'", "f'{f'{f'{1}'}'}'", "f'{\n1\n}'",
    "f'''{\n1 # c\n}'''", "f'{a!r}' t'{b:>{w}}'", "f'{a:{b}{{c}}}'", "f'é{é", "f'a\\\n", "f'''{\n'abc", "f'{\"", "f'{a}' f'{b", "F''", "fR'\\'",
    "t'{a)}'", "t'''{a", "f'{a:x'", "f'{'''\n}'", "x = f'''{\n  def\n'''",
    # brackets
    "(]", "(\n]", ")", "(", "x = (\n1", "(" * 201, "(" * 200 + ")" * 200, "def f(\n  x:\n", "x = (\\", "(1,\n 1abc\n", "{[(", "{[(\n)]", "}",
    "x = (1,\ndef f(): pass\n", "print(1,\nx = 2\n", "[)]", "if é: (é\n", "x = {\n'a': 1\n",
    # line continuations and the end
    "a\\b", "a\\", "a\\\n", "\\\n", "\\", "  \\\n", "x = 1\\ \n", "é \\x\n", "é\\", "a + \\\nb \\x\n", "a = '''\n\n''' \\x\n", "x = \\\n", "x = 1 + \\\n2",
    "if 1:\n    \\\n  x\n    y\n", "\\\n  x", "if 1:\n  x\n\\\n  y\n", "if 1:\n  x\n  \\\n", "x \\\r\n + 1", "x \\\r + 1",
    "\\\\", "\\\r\n\\\\", "x\n\\\\\n\\\n\\", "\\\n\\\n\\\\\\\n\\\n\\", "if a:\n  \\\n \\ x\n  \\\n  y\n",
    # indentation
    "if 1:\n  a\n b\n", "if 1:\n        a\n\tb\n", "if 1:\n\ta\n        b\n", "if 1:\n  a\n é\n", "class C:\n  a\n b", "if 1:\n    x\n  \\\n  y\n",
    "if 1:\n" + "".join(" " * i + "if 1:\n" for i in range(1, 101)), "if 1:\n" + "".join(" " * i + "if 1:\n" for i in range(1, 99)) + " " * 99 + "x",
    "if 1:\n \x0c x\n", "if 1:\n  x\n \x0cy\n", "if 1:\n\tif 1:\n        x\n", "if 1:\n  if 1:\n    x\n   y\n", "if 1:\r\n  x\r\ny", "if 1:\r  x\ry",
    "if 1:\n  x\n # c\n  y\n", "if 1:\n  x\n\n \n\t\n  y", "if 1:\n  x\n  ", "if 1:\n  x\n  # c",
    # characters
    "é€", "x = €1", "x=\u00a0", "\x01", "abé€", "€x", "ª", "x·", "·x", "x\u200d", "𝒳", "ﬁ", "xͺ", "℘", "\U000e0100x", "x\U000e0100", "a\x0bb",
    "a\x7f", "a\xad", "a ؄ b", "“a”", "１２", "x１", "a = 5 \u2028", "\ufeffx", "x\ufeff", "名前 = 1", "x = ‘a’", "a\x00b", "\U00011de0 = 1", "\u1c89 = 1",
    "# \x01 é", "'\x01\u2028'", "x\x0c= 1",
    # lines
    "x=1\ry=2", "x\r\ry", "x\r\n\r\ny", "# c", "", "\n", "  ", "\x0c", "# c\n  # d", "x # c", "(\n# c\n\n)",
]

FILES = [
    b"f'{a], b", b"f'{ {a}], b", b"f'{ a)", b"(f'{a], b)", b"f'{ (a]]", b"f'{a:'\nx = 1\n)\ny\n",
    b"x=1\n", b"x=1", b"x=1\r\ny\r\n", b"x\ry\n", b"# c", b"  # c", b"  ", b"x\n  ", b"if 1:\n  x\n  # c\n\ny", b"if 1:\n  x",
    b"f'a{{b{x!r:>{w}}}}'\n", b"x = (\n", b"x = '''\na", b"x = 'a", b"x = $?!\n", b"\\\n", b"x \\\n", b"x \\y\n", b"if 1:\n  a\n b\n",
    b"if 1:\n        a\n\tb\n", b"\xef\xbb\xbfx\n", b"# coding: latin-1\nx='\xe9'\n", b"# coding: foo\n", b"x='\xe9'\n", b"a\n\n\nx='\xe9'\n",
    b"a\x00b\n", b"a\nb\nc\nd\x00\n", b"1abc\n0777\n", b"1_\n", b"x=)\n", b"(]\n", b"f'{a", b"f'{a:\n}'", b"f'}'", b"f'abc", b"f'''a\n",
    b"t'a{b}'\n", b"\x01\n", b"", b"\n", b"\x0c\nx\n", "'''a\nb'''; é = 'x'; y\n".encode(), "é = '''a\néb'''; é = 'x'; y\n".encode(),
    "é = f'é{é}é'; é\n".encode(), b"x = 1  # c\n", b"x = 1  # c", b"(\n # c\n\n)\n", b"class A:\n  def f(self):\n    pass\n",
    b"class A:\n  def f(self):\n    pass\nx", b"x <> y\n", b"'\\\n'", b"'abc\\\nd'\n", b"a = 5 \\\n + 3\n", "x = “a”\n".encode(), b"\\", b"(\\",
    b"x = (1,\n 2\n\n", b"0b12\n", b"#!/x\n# vim: set fileencoding=utf8 :\nx\n", b"# -*- coding: UTF-8 -*-\n", b"# coding: cp1252\nx='\x80'\n",
    b"# coding: euc-jp\nx='\xa4\xa2'\n", b"\xef\xbb\xbf# coding: latin-1\n", b"# coding: ascii\nx='\xe9'\n", b"# coding: ascii\n\nx='\xe9'\n",
    b"x\r\r\ny", b"if 1:\r\n  x\r\n", b"x # c\r\n", b"# c\r\n", b"\r\n", b"\r", b"x\r", b"'''a\r\nb'''\r\n", b"'a\r\n", b"  \\\n  x\n",
    b"if x:\n    a\n  \\\n  b\n", b"if 1:\n" + b"".join(b" " * i + b"if 1:\n" for i in range(1, 101)), b"x = f'''{\na}'''\n",
    b"x = f'''{\na:\n\n}'''\ny\n", b"  x\n", b"(a b)\x0c\n", b"f'\\N{DASH}{x}'\n", b"rf'\\{x}'", b"x = 'abc\n\ny", b"@\xc2\xa0x\n",
    b"a+b-c*d/e%f@g&h|i^~j//k**l<<m>>n\n", b"a+=b-=c*=d/=e%=f@=g&=h|=i^=j//=k**=l<<=m>>=n\n", b"a<b>c<=d>=e==f!=g->h:=i...;j.k,l:m\n",
    b"0x_fF 0o17 0b1 1_0 1e5 1.5j .5 5. 1E-3\n", b"match x:\n case _: type Y = int\n", b"async def f(): await g()\n",
    b"u'' b'' rb'' Rb'' f'' rf'' t'' tr''\n", b"x = '\\x41\t\x7f'\n", "'\u00e9\u00a0\u2028\U000e0001'\n".encode(), b"f'{x=!r:^{w}.{p}}'\n",
    b"f'{ {1:2}[1] }'\n", b"f'''{\n1 # c\n}'''\n", b"f'{a}' 'b' \\\n f'c'\n",
]

TOKENIZER = [
    "invalid decimal", "invalid hexa", "invalid octal", "invalid binary literal", "invalid imaginary", "invalid digit", "leading zeros",
    "unterminated", "expecting '}'", "single '}'", "unmatched", "nested too deeply", "newlines are not", "too many nested",
    "closing parenthesis", "was never closed", "line continuation", "unexpected EOF", "inconsistent use of tabs",
    "unindent does", "too many levels", "invalid character", "invalid non-printable",
]


def compiled(text):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile(text, "case.py", "exec", dont_inherit=True)
            error = None
        except SyntaxError as e:
            of_tokenizer = any(part in e.msg for part in TOKENIZER) and "or format specs" not in e.msg
            if not of_tokenizer:
                return None
            error = [type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset]
    of_tokenizer = [w.lineno for w in caught if "literal" in str(w.message) and str(w.message).startswith("invalid ")
                    or 'invalid escape' in str(w.message) and str(w.message)[2] in "{}"]
    return [text, error, of_tokenizer]


def tokenized(source):
    with open("case.py", "wb") as file:
        file.write(source)
    out, err, status = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tokenize._main(["-e", "case.py"])
        except SystemExit as e:
            status = e.code
    return [source.decode("latin-1"), out.getvalue(), err.getvalue(), status]


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    tables = {
        "errors": [entry for entry in map(compiled, TEXTS) if entry is not None],
        "tokenize": [tokenized(source) for source in FILES],
    }
    os.chdir("/")
lines = []
for name, entries in tables.items():
    rows = ",\n".join(json.dumps(entry) for entry in entries)
    lines.append(f"{json.dumps(name)}: [\n{rows}\n]")
print("{\n" + ",\n".join(lines) + "\n}")
