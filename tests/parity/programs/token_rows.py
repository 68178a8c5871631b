# tokenize and what reads sources through it.
import io
import tokenize

SOURCE = '''# first
def f(a, *b):  # second
    """Several
    lines"""; x = 1

    if a >= 0x1F:
\treturn f"{a!r:>{b}} é" + \\
            'end'
class C: pass
'''
for token in tokenize.generate_tokens(io.StringIO(SOURCE.replace("\t", "        ")).readline):
    print(token)
for token in tokenize.tokenize(io.BytesIO("# coding: latin-1\né = 'ä'".encode("latin-1")).readline):
    print(token.exact_type, token)
for broken in "'abc", "(1,\n2", "if a:\n    b\n  c\n", "'''abc\n", "1_", "a $ b\n":
    try:
        print([token.string for token in tokenize.generate_tokens(io.StringIO(broken).readline)])
    except (tokenize.TokenError, SyntaxError) as error:
        print(type(error).__name__, error)
print(tokenize.untokenize(tokenize.generate_tokens(io.StringIO(SOURCE.replace("\t", "        ")).readline)) == SOURCE.replace("\t", "        "))
