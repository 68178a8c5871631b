# Collects snippets and prints, a JSON row each, what compile() says of them. Run by `cargo xtask refusals`.
#
# From each Python file come the strings and bytes in it (what tests hand to compile, exec and eval), the examples of its
# doctests, or, with `--mutants N`, N statements with one token deleted, doubled, swapped, replaced or put in.
import ast
import doctest
import io
import json
import random
import sys
import textwrap
import tokenize
import warnings

LONGEST = 20_000


def strings(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            value = node.value
            if not 0 < len(value) <= LONGEST:
                continue
            yield value
            if isinstance(value, bytes):
                continue
            if "\n" in value:
                yield textwrap.dedent(value)
            if ">>> " in value:
                try:
                    yield from (example.source for example in doctest.DocTestParser().get_examples(value))
                except ValueError:
                    pass


def snippets(paths):
    seen = set()
    for path in paths:
        try:
            with open(path, "rb") as file:
                tree = ast.parse(file.read())
        except SyntaxError:
            continue
        for text in strings(tree):
            key = (type(text), text)
            if key not in seen:
                seen.add(key)
                yield path, text


SCRAPS = (
    "( ) [ ] { } , : ; . = == := -> @ * ** + - ~ ! % | & ^ < > <> != += ... \\ ' \" \"\"\" f' f\" t' b' rb' {x!r} $ ? ` é "
    "def class async await yield return raise import from as if elif else for while with try except except* finally "
    "in is not and or lambda del global nonlocal pass break continue assert match case type _ None True False "
    "__debug__ 0 1 1.0 1j 0x 0777 1_ 1if 'a' b'a' f'{a}' x print exec __class__ super()"
).split()


def tokens_of(text):
    ends = [0]
    for line in text.splitlines(keepends=True):
        ends.append(ends[-1] + len(line))
    layout = (tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.NL, tokenize.COMMENT)
    found = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in layout:
            found.append((ends[token.start[0] - 1] + token.start[1], ends[token.end[0] - 1] + token.end[1]))
    return found


def mutants(paths, count, seed):
    dice = random.Random(seed)
    pools = {}
    while count:
        path = dice.choice(paths)
        if path not in pools:
            try:
                with tokenize.open(path) as file:
                    text = file.read()
                tree = ast.parse(text)
            except (OSError, SyntaxError, UnicodeDecodeError, RecursionError):
                pools[path] = []
            else:
                lines = text.splitlines(keepends=True)
                pools[path] = ["".join(lines[node.lineno - 1:node.end_lineno]) for node in tree.body]
        pool = [text for text in pools[path] if len(text) < LONGEST]
        if not pool:
            continue
        text = dice.choice(pool)
        try:
            tokens = tokens_of(text)
        except (SyntaxError, tokenize.TokenError, IndexError):
            continue
        if not tokens:
            continue
        start, end = dice.choice(tokens)
        match dice.randrange(7):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:end] + " " + text[start:]
            case 2:
                text = text[:start] + dice.choice(SCRAPS) + text[end:]
            case 3:
                text = text[:start] + dice.choice(SCRAPS) + " " + text[start:]
            case 4:
                a, b = dice.choice(tokens)
                if end <= a:
                    text = text[:start] + text[a:b] + text[end:a] + text[start:end] + text[b:]
            case 5:
                # Indentation, line ends, whatever comes
                at = dice.randrange(len(text))
                text = text[:at] + text[at + 1:]
            case 6:
                text = text[:end]
        count -= 1
        yield path, text


def answer(source, mode, action):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter(action)
        try:
            compile(source, "x.py", mode, dont_inherit=True)
        except SyntaxError as e:
            error = [type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset]
        except (ValueError, OverflowError, MemoryError, RecursionError) as e:
            error = [type(e).__name__, str(e), None, None, None, None]
        else:
            error = None
    return error, [[w.category.__name__, str(w.message), w.lineno] for w in caught]


def main(args):
    modes = ["exec"]
    if args[0] == "--modes":
        modes = ["exec", "eval", "single"]
        del args[0]
    if args[0] == "--mutants":
        count, seed, *paths = args[1:]
        found = mutants(paths, int(count), int(seed))
    else:
        found = snippets(args)
    for path, source in found:
        if not isinstance(source, bytes) and "\0" in source or isinstance(source, bytes) and 0 in source:
            # compile() looks for them before it calls the compiler.
            continue
        for mode in modes:
            row = {"path": path, "mode": mode}
            if isinstance(source, bytes):
                row["bytes"] = source.hex()
            else:
                try:
                    source.encode()
                except UnicodeEncodeError:
                    continue
                row["text"] = source
            row["error"], row["warnings"] = answer(source, mode, "always")
            row["strict"] = answer(source, mode, "error")[0] if row["warnings"] else row["error"]
            print(json.dumps(row))


main(sys.argv[1:])
