"""What is said of bytes that are no text in the encoding that they declare, and of errors that have no line."""


def show(src, mode):
    try:
        c = compile(src, "x", mode)
        try: r = eval(c)
        except Exception as e: r = repr(e)
        print(src, mode, ascii(r))
    except (SyntaxError, UnicodeError, ValueError) as e:
        print(src, mode, type(e).__name__, ascii(e.args), ascii(getattr(e, "filename", None)), ascii(str(e)))
for src in (b"'\xe9' # coding: latin-1", b"'\xe9' # coding: latin-1\n", b"# coding: latin-1\n'\xe9'", b"# coding: foo", b"# coding: foo\n", b"#\n# coding: latin-1\n'\xe9'", b"#\n'\xe9' # coding: latin-1", b"\n'\xe9' # coding: latin-1\n", b"# coding: latin-1\r'\xe9'", b"# coding: latin-1\r\n'\xe9'", b"'\xe9' # coding: latin-1\r", b"1 # coding: foo", b"1 # coding: utf-8", b"1 # coding: utf-16"):
    for mode in ("exec", "eval", "single"):
        show(src, mode)

for source in ("for x in y:\n try: pass\n except* E:\n  with x: break", "def f():\n try: pass\n except* E:\n  with x: return"):
    try:
        compile(source, "x", "exec")
    except SyntaxError as error:
        print(error.args, error.lineno, error.text, error)

# Of a file that exists the lexer shows the line that it has, the others what stands in the file.
for source in (b"x = 1\ny = \xc2\xa31\n", b"x = 1\nbreak", b"x = 1\n\0"):
    try:
        compile(source, "no such file", "exec")
    except SyntaxError as error:
        print(ascii(error.args), ascii(error.filename), ascii(error.text))
