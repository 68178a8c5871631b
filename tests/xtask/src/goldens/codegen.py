# What CPython's compiler makes of sources, as text in which every field of every code object shows.
#
#   codegen.py listing NAME...              the listing of each file, under its name
#   codegen.py cases FILE                   the listing of each case of a file of cases
#   codegen.py digests ROOT                 a line a file below ROOT: its name, and a digest of its listing for each of WAYS
#   codegen.py sources [--snippets] PATH... JSON lines: a way, a source, the digest of its listing
import __future__, _imp, ast, json, marshal, opcode, os, struct, sys, warnings

warnings.simplefilter("ignore")
ANNOTATIONS = __future__.annotations.compiler_flag
MAGIC = _imp.pyc_magic_number_token
# What the third word of a case stands for; the last is ast.PyCF_ALLOW_TOP_LEVEL_AWAIT.
FLAGS = {"-": 0, "annotations": ANNOTATIONS, "await": 0x2000}
# mode, -O level, future features
WAYS = [("exec", 0, 0), ("exec", 1, 0), ("exec", 2, 0), ("exec", 0, ANNOTATIONS)]


class Kinds(list):
    """The kinds of a code object's local variables, and of those of the code objects in it."""


class Marshalled:
    """A reader of marshal's format that keeps what no attribute shows: the kinds of local variables."""

    def __init__(self, data):
        self.data, self.at, self.refs, self.kinds = data, 0, [], []

    def take(self, n):
        self.at += n
        return self.data[self.at - n : self.at]

    def number(self):
        return int.from_bytes(self.take(4), "little", signed=True)

    def objects(self, n):
        return [self.object() for _ in range(n)]

    def object(self):
        byte = self.take(1)[0]
        kind, slot = chr(byte & 127), None
        if byte & 128:
            slot = len(self.refs)
            self.refs.append(None)
        value = self.value(kind)
        if slot is not None:
            self.refs[slot] = value
        return value

    def value(self, kind):
        if kind == "r":
            value = self.refs[self.number()]
            if isinstance(value, Kinds):
                # Equal code objects are one, which is met wherever it stands.
                self.kinds += value
            return value
        if kind in "zZ":
            return self.take(self.take(1)[0])
        if kind in "saAtu":
            return self.take(self.number())
        if kind in "iIgyl":
            size = {"i": 4, "g": 8, "y": 16}.get(kind)
            return self.take(size if size else 2 * abs(self.number()))
        if kind == ")":
            return self.objects(self.take(1)[0])
        if kind in "([<>":
            return self.objects(self.number())
        if kind == ":":
            return self.objects(3)
        if kind == "c":
            place = len(self.kinds)
            self.kinds.append(None)
            self.take(5 * 4)
            self.kinds[place] = self.objects(5)[4]
            self.objects(3)
            self.number()
            self.objects(2)
            return Kinds(self.kinds[place:])
        return kind


def constant(value, codes):
    kind = type(value)
    if kind is type(constant.__code__):
        codes.append(value)
        return "code " + value.co_name
    if kind is float:
        return "float " + struct.pack(">d", value).hex()
    if kind is complex:
        return "complex " + struct.pack(">dd", value.real, value.imag).hex()
    if kind is tuple:
        return "tuple(" + ", ".join(constant(item, codes) for item in value) + ")"
    if kind is frozenset:
        return "frozenset(" + ", ".join(sorted(constant(item, codes) for item in value)) + ")"
    if kind is slice:
        return "slice(" + ", ".join(constant(x, codes) for x in (value.start, value.stop, value.step)) + ")"
    if kind is int:
        return "int " + hex(value)
    return kind.__name__ + " " + repr(value)


def one(code, kinds, out):
    codes = []
    out.append(f"code {code.co_qualname}, {code.co_name}, line {code.co_firstlineno}, flags {code.co_flags:#x}")
    counts = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_stacksize
    out.append(" counts " + " ".join(map(str, counts)))
    for value in code.co_consts:
        out.append(" const " + constant(value, codes))
    out.append(" names " + " ".join(code.co_names))
    mine = next(kinds)
    slots = [f"{code._varname_from_oparg(i)}:{kind:02x}" for i, kind in enumerate(mine)]
    out.append(" slots " + " ".join(slots))
    raw = code.co_code
    for at, place in zip(range(0, len(raw), 2), code.co_positions()):
        if raw[at] or raw[at + 1]:
            line, end, column, end_column = ("?" if x is None else x for x in place)
            out.append(f" {opcode.opname[raw[at]]} {raw[at + 1]} {line}:{column}-{end}:{end_column}")
    out.append(" lines " + code.co_linetable.hex())
    out.append(" handlers " + code.co_exceptiontable.hex())
    for nested in codes:
        one(nested, kinds, out)


def listing(source, way):
    mode, optimize, flags = way
    try:
        code = compile(source, "x.py", mode, flags, True, optimize)
    except SyntaxError as e:
        return f"{type(e).__name__}: {e.msg} {e.lineno}:{e.offset}-{e.end_lineno}:{e.end_offset}\n"
    except MemoryError:
        return "MemoryError\n"
    except (ValueError, RecursionError, SystemError) as e:
        return f"{type(e).__name__}: {e}\n"
    reader = Marshalled(marshal.dumps(code))
    reader.object()
    out = []
    one(code, iter(reader.kinds), out)
    return "\n".join(out) + "\n"


def digest(source, way):
    text = listing(source, way).encode("utf-8", "surrogatepass")
    return _imp.source_hash(MAGIC, text).hex()


def python_files(path):
    if os.path.isfile(path):
        yield path
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            file = os.path.join(folder, name)
            if name.endswith(".py") and os.path.isfile(file):
                yield file


def read(path):
    with open(path, "rb") as file:
        return file.read()


def snippets(source):
    """Statements for mode `single`, expressions for mode `eval`, as they stand in a file."""
    try:
        tree = ast.parse(source)
        text = source.decode("utf-8")
    except (SyntaxError, ValueError, RecursionError):
        return
    if "\r" in text or "\f" in text:
        return
    lines = text.splitlines(True)
    for node in tree.body:
        first = min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", [])])
        yield "single", "".join(lines[first - 1 : node.end_lineno])
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.Return, ast.Expr)) and node.value is not None:
            segment = ast.get_source_segment(text, node.value)
            if segment and len(segment) < 2000:
                yield "eval", segment if "\n" not in segment else "(" + segment + ")"


def cases(path):
    for case in read(path).decode("utf-8").split("%% ")[1:]:
        head, source = case.split("\n", 1)
        mode, optimize, future = head.split(" ")
        yield head, source, (mode, int(optimize), FLAGS[future])


def show(row):
    print(json.dumps(row), flush=True)


command, *args = sys.argv[1:]
if command == "listing":
    for name in args:
        print(f"%% {os.path.basename(name)}\n{listing(read(name), WAYS[0])}", end="")
elif command == "cases":
    for head, source, way in cases(args[0]):
        print(f"%% {head}\n{listing(source, way)}", end="")
elif command == "digests":
    for path in python_files(args[0]):
        source = read(path)
        print(os.path.relpath(path, args[0]).replace(os.sep, "/"), *(digest(source, way) for way in WAYS))
elif command == "one":
    mode, optimize, flags, path = args
    print(listing(read(path), (mode, int(optimize), int(flags))), end="")
elif command == "sources":
    for path in (path for arg in args if arg[0] != "-" for path in python_files(arg)):
        source = read(path)
        if "--snippets" in args:
            for mode, text in snippets(source):
                for optimize in (0, 2):
                    way = mode, optimize, 0
                    show({"way": way, "path": path, "source": text, "digest": digest(text, way)})
        else:
            for way in WAYS:
                show({"way": way, "path": path, "source": None, "digest": digest(source, way)})
