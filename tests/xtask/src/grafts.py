# Programs out of pieces of real ones: statements of files with expressions, statements and names of other places put into
# them, wrapped, removed, and laid out anew. Run by `cargo xtask programs`, with `programs.py` before this text.
#
#   grafts COUNT SEED PATH...   programs made of the Python files below the paths
#   graft SEED PATH...          one program
import copy
import textwrap

# Pieces are no larger than this, in nodes.
LARGEST_EXPRESSION, LARGEST_STATEMENT = 40, 250
# Files to take pieces from, until others are taken
FILES_AT_A_TIME, PROGRAMS_OF_THEM = 30, 400
ODD_NAMES = ("a b x self cls __p _q __class__ __classdict__ __conditional_annotations__ __annotate__ __static_attributes__ super "
             "__debug__ __name__ __doc__ __module__ __qualname__ __type_params__ __firstlineno__ __annotations__ __dict__ T type match _ "
             "any all tuple list set format __init__ __import__ locals .0 .defaults .type_params .kwdefaults").split()
ODD_CONSTANTS = (0, 1, -1, 255, 256, 2**31, 2**63, 2**64 - 1, 10**40, 0.0, -0.0, 1.5, 1e308, 2j, "", "a", "ab" * 40, "%s", "é", b"", b"x", True, False,
                 None, ..., 7, 128, 4096, "__p", "x" * 4097)


def size(node):
    return sum(1 for _ in ast.walk(node))


class Pool:
    """Pieces of some files."""

    def __init__(self, dice, paths):
        self.expressions, self.statements, self.patterns, self.names = [], [], [], []
        for path in dice.sample(paths, min(FILES_AT_A_TIME, len(paths))):
            try:
                tree = ast.parse(read(path))
            except (SyntaxError, ValueError, RecursionError):
                continue
            nodes = list(ast.walk(tree))
            for node in dice.sample(nodes, min(len(nodes), 3000)):
                kept = isinstance(node, (ast.expr, ast.stmt, ast.pattern)) and size(node)
                if isinstance(node, ast.expr) and kept <= LARGEST_EXPRESSION and isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                    if not isinstance(node, (ast.Name, ast.Constant, ast.Starred, ast.Slice)) or dice.random() < 0.05:
                        self.expressions.append(node)
                elif isinstance(node, ast.stmt) and kept <= LARGEST_STATEMENT:
                    self.statements.append(node)
                elif isinstance(node, ast.pattern):
                    self.patterns.append(node)
                if isinstance(node, ast.Name):
                    self.names.append(node.id)


class Grafter:
    def __init__(self, dice, pool):
        self.dice, self.pool = dice, pool

    def chance(self, share):
        return self.dice.random() < share

    def expression(self):
        if self.chance(0.2):
            return ast.Constant(self.dice.choice(ODD_CONSTANTS))
        if self.chance(0.2):
            return self.load()
        return copy.deepcopy(self.dice.choice(self.pool.expressions))

    def statement(self):
        return copy.deepcopy(self.dice.choice(self.pool.statements))

    def word(self):
        return self.dice.choice(ODD_NAMES[:34]) if self.chance(0.5) or not self.pool.names else self.dice.choice(self.pool.names)

    def load(self):
        return ast.Name(self.word(), ast.Load())

    def store(self):
        return ast.Name(self.word(), ast.Store())

    def parsed(self, text):
        return ast.parse(text).body

    def program(self):
        body = [self.statement() for _ in range(self.dice.choice((1, 1, 2, 3)))]
        for _ in range(self.dice.choice((1, 1, 2, 3, 5, 8))):
            if self.chance(0.3):
                body = self.wrapped(body)
        tree = ast.Module(body, [])
        for _ in range(self.dice.choice((1, 2, 3, 5, 9, 15))):
            self.change(tree)
            if size(tree) > 3000:
                break
        if self.chance(0.05):
            tree.body.insert(0, self.parsed("from __future__ import " + self.dice.choice(("annotations", "division", "generator_stop, annotations")))[0])
        return laid_out(self.dice, ast.unparse(ast.fix_missing_locations(tree)))

    # Changes

    def slots(self, tree, kind):
        """Where nodes of a kind are: their parent, its field, the place in it if it is a list."""
        found = []
        for node in ast.walk(tree):
            for field, value in ast.iter_fields(node):
                if isinstance(value, kind):
                    found.append((node, field, None))
                elif isinstance(value, list):
                    found += [(node, field, at) for at, item in enumerate(value) if isinstance(item, kind)]
        return found

    def put(self, slot, make):
        node, field, at = slot
        old = getattr(node, field) if at is None else getattr(node, field)[at]
        if isinstance(node, ast.FormattedValue | ast.Interpolation) and field == "format_spec" or isinstance(node, ast.JoinedStr | ast.TemplateStr):
            return
        if isinstance(node, ast.MatchValue | ast.MatchMapping | ast.MatchClass) and not self.chance(0.05):
            return
        new = make(old)
        if at is None:
            setattr(node, field, new)
        else:
            getattr(node, field)[at] = new

    def change(self, tree):
        kind = self.dice.randrange(20)
        if kind < 7:
            loads = [slot for slot in self.slots(tree, ast.expr)
                     if isinstance(getattr(self.at(slot), "ctx", ast.Load()), ast.Load)]
            if loads:
                self.put(self.dice.choice(loads), lambda old: self.expression() if kind < 3 else self.around(old))
        elif kind < 9:
            names = [node for node in ast.walk(tree) if isinstance(node, (ast.Name, ast.arg, ast.Attribute, ast.FunctionDef, ast.TypeVar, ast.ClassDef, ast.alias))]
            if names:
                node = self.dice.choice(names)
                for field in ("id", "arg", "attr", "name"):
                    if hasattr(node, field):
                        setattr(node, field, self.word())
        elif kind == 9:
            constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
            if constants:
                self.dice.choice(constants).value = self.dice.choice(ODD_CONSTANTS)
        elif kind == 10:
            patterns = self.slots(tree, ast.pattern)
            if patterns and self.pool.patterns:
                self.put(self.dice.choice(patterns), lambda old: copy.deepcopy(self.dice.choice(self.pool.patterns)))
        elif kind == 11:
            stores = [slot for slot in self.slots(tree, ast.expr) if isinstance(getattr(self.at(slot), "ctx", None), ast.Store)]
            if stores:
                self.put(self.dice.choice(stores), self.target)
        elif kind == 12:
            holders = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))]
            if holders:
                self.define(self.dice.choice(holders))
        else:
            blocks = [value for node in ast.walk(tree) for field, value in ast.iter_fields(node)
                      if field in ("body", "orelse", "finalbody") and isinstance(value, list)]
            self.rework(self.dice.choice(blocks))

    def at(self, slot):
        node, field, at = slot
        return getattr(node, field) if at is None else getattr(node, field)[at]

    def define(self, node):
        """Changes a definition's head."""
        match self.dice.randrange(5):
            case 0:
                node.decorator_list.append(self.expression())
            case 1:
                text = self.dice.choice(("T", "T: 1", "*T", "**P", "T = a", "T: (a, b) = [x for x in y]", "__p", "T, __p = T", "T, *U = *a", "T: lambda: T"))
                node.type_params += self.parsed(f"def f[{text}](): 0")[0].type_params
            case 2 if isinstance(node, ast.ClassDef):
                node.bases.append(self.expression())
            case 2:
                node.returns = self.expression()
            case 3 if isinstance(node, ast.FunctionDef):
                vars(node).update(vars(ast.AsyncFunctionDef(**{field: getattr(node, field) for field in node._fields})))
                node.__class__ = ast.AsyncFunctionDef
            case _ if not isinstance(node, ast.ClassDef):
                node.args.kwonlyargs.append(ast.arg(self.word(), self.expression() if self.chance(0.5) else None))
                node.args.kw_defaults.append(self.expression() if self.chance(0.5) else None)

    def rework(self, block):
        start = self.dice.randrange(len(block) + 1)
        end = min(len(block), start + self.dice.choice((0, 1, 1, 2, 4)))
        match self.dice.randrange(8):
            case 0:
                block.insert(start, self.statement())
            case 1 if block and end - start < len(block):
                del block[start:end]
            case 2 | 3:
                block[start:end] = self.wrapped(block[start:end])
            case 4 | 5:
                block[start:start] = self.parsed(self.jump())
            case 6:
                block[start:end] = [self.statement()]
            case _:
                self.dice.shuffle(block)

    def jump(self):
        name = self.word
        text = self.dice.choice((
            "return", "return 1", "return None", "return a", "break", "continue", "yield", "yield a", "await a", "raise", "raise a", "raise a from b",
            "pass", "global {0}", "nonlocal {0}", "global {0}, {1}", "del {0}", "del {0}, {1}.a, {1}[0]", "assert {0}", "assert {0}, {1}", "assert 0",
            "{0}: {1}", "{0}: {1} = 1", "{0}.a: {1}", "({0}): {1}", "import {0}", "import {0}.b as {1}", "from a import {0}", "from a import *", "'text'",
            "{0} += 1", "{0}[1:{1}] += 1", "{0}, *{1} = a", "type {0} = {1}", "type {0}[{1}] = {0}", "x = y = {0}", "if 0: {0}", "if 1: return", "if 1: {0} = 1",
            "while 1: pass", "while 0: yield", "if {0} and ({1} or 0): return", "if not ({0} and 1): {1}", "return 1 if {0} else {1}", "return await {0}",
            "assert ({0}, 1)", "{0} is 1", "{0}()[{1}](1)", "with {0}: return", "for {0} in [1, 2]: continue", "for x in (yield): break",
        ))
        text = text.format(*(word if (word := name()).isidentifier() else "x" for _ in range(2)))
        try:
            ast.parse(text)
        except SyntaxError:
            return "pass"
        return text

    def wrapped(self, body):
        body = body or [ast.Pass()]
        text = self.dice.choice((
            "try: X\nfinally: a", "try: X\nfinally: return 1", "try: X\nfinally:\n continue", "try: X\nexcept: b", "try: X\nexcept a as b: c\nelse: d", "try: X\nexcept* a as b: c",
            "try: a\nexcept* b: X", "try: a\nexcept* b as c: d\nfinally: X", "try: a\nfinally: X", "try: a\nexcept b as c: X", "try: a\nexcept b: c\nelse: X", "for a in b: X", "for a in b: c\nelse: X",
            "for x in [1, 2]:\n try: X\n finally: pass", "while a: X", "while 1: X", "while a: b\nelse: X", "with a: X", "with a as b, c as (d, e): X", "if a: X", "if 0: X", "if 1: X", "if a: b\nelse: X",
            "if __debug__: X", "if not __debug__: X", "if a and (b or c): X", "match a:\n case [b, *_]: X", "match a:\n case {'k': b, **c} if d: X", "match a:\n case 1: b\n case _: X",
            "match a, b:\n case A(x, y=1) | B(x): X", "match a:\n case None | 1: X\n case str() as s: s",
            "def f(a, *b, c=1, **d): X", "def f(self, __p, /): X", "def f[T](x: T) -> T: X", "async def f(a): X", "async def f():\n async for x in y: X", "async def f():\n async with x as y, z: X",
            "async def f():\n async with x:\n  try: X\n  finally: await y", "class A: X", "class A(B, m=1): X", "class A[T](B[T]): X", "class A:\n x: int\n def f(self): X", "class __A:\n __p = 1\n def __f(self, __x): X",
            "class A:\n class B: X", "class A:\n def f(self):\n  self.x = super().f()\n  X", "def g():\n y = 1\n def f():\n  nonlocal y\n  X", "class A:\n global x\n X", "class A:\n nonlocal x\n X",
            "def f(x):\n class A:\n  nonlocal x\n  X", "def g():\n x = [lambda: x for x in y]\n X", "if a:\n b: int\n X", "try:\n with a:\n  for b in c: X\nfinally: d",
            "for a in b:\n try:\n  with c: X\n except d:\n  break\n finally:\n  if e: continue",
        ))
        tree = self.parsed(text)
        for node in ast.walk(ast.Module(tree, [])):
            for field, value in ast.iter_fields(node):
                if isinstance(value, list):
                    for at, item in enumerate(value):
                        if isinstance(item, ast.Expr) and isinstance(item.value, ast.Name) and item.value.id == "X":
                            value[at:at + 1] = body
        return tree

    def around(self, old):
        text = self.dice.choice((
            "(yield X)", "(yield from X)", "(yield)", "await X", "(a := X)", "(X := 1)", "not X", "-X", "~X", "+X", "lambda: X", "lambda a, b=X: a", "lambda X=1: X", "[a for a in X]", "[X for a in b]", "[X for X in X]",
            "[a for a in b if X]", "{a: X for a in b}", "{X for a, *b in c for d in a if e}", "(X for a in b)", "any(X for a in b)", "all(X for a in b)", "tuple(X for a in b)", "list(X for a in b)", "set(X for a in b)",
            "[await X for a in b]", "[a async for a in X]", "(X async for a in b)", "[[X for a in b] for b in c]", "[(lambda: X) for a in b]", "[X for a in b for c in [a]]", "[a for b in c for a in (X,)]",
            "f'{X}'", "f'{X!r:>{a}}'", "f'a{X=}b{{'", "f'{X:{Y:{Z}}}'", "t'{X}'", "t'{X!a:{b}}'", "f'{f\"{X}\"}'", "f'{X}' 'a'", "'%s %r' % (X, a)", "'%d' % X", "'%s' % (X,)", "'%s' % [X]", "'%5s%%' % (X,)",
            "X if a else b", "a if X else b", "1 if X else 0", "a and X", "X or a", "a or X and b", "not (X or a)", "X and 1", "0 or X", "1 and X", "None or X", "X < a < b", "a < X() < b", "X is None", "X is not None", "X == 1", "X in [1, 2]", "X in {1, 'a'}", "X not in (1, 2)",
            "a[X]", "X[a]", "X[1:2]", "a[X:]", "a[:X:b]", "a[1:2, X]", "a[*X]", "X[-1]", "X[256]", "a[None:None]", "X.a", "X.a()", "X(a)", "a(X)", "a(*X)", "a(**X)", "a(x=X)", "a(*b, c, **X)", "a(b, x=1, **c, y=X)", "X.a(*b)", "super().a(X)", "super(X, a).b",
            "(X, 1)", "(1, 2, 3)[X]", "[X]", "[1, 2, 3, X]", "[1, 2, 3]", "{X, 1}", "{1, 2, 3}", "{'a': X}", "{**X}", "{'a': 1, **X, 'b': 2}", "[*X]", "(*X, 1)", "[*X, *a]", "{*X, 1, 2}", "(X, *a)", "(1, 2) + (X,)", "X + 1", "1 + X", "X - 1", "X * 2", "2 ** 70", "1 << 100", "'a' * 30", "(1, 2) * 3",
            "X @ a", "X % a", "-(-1)", "not not X", "1 + 2j", "-0.0", "'a' 'b'", "...", "__debug__", "__class__", "super", "(a, b)[0]", "'abc'[1]", "(1, 2)[5]", "'a'[X]", "1 / 0", "2 ** -1", "10 ** 4000", "'%c' % 5", "() + ()", "-True", "~True", "1 < 2", "1 if 1 else X",
        ))
        tree = self.parsed(text)[0].value

        class Filler(ast.NodeTransformer):
            def visit_Name(_, node):
                if node.id == "X" and isinstance(node.ctx, ast.Load):
                    return copy.deepcopy(old)
                return ast.Name(self.word(), node.ctx) if self.chance(0.5) and not isinstance(node.ctx, ast.Del) else node
        return Filler().visit(tree)

    def target(self, old):
        match self.dice.randrange(9):
            case 0:
                return self.store()
            case 1:
                return ast.Tuple([old, self.store()], ast.Store())
            case 2:
                return ast.List([self.store(), ast.Starred(self.store(), ast.Store()), old], ast.Store())
            case 3:
                return ast.Attribute(self.expression(), self.word(), ast.Store())
            case 4:
                return ast.Subscript(self.expression(), self.expression(), ast.Store())
            case 5:
                return ast.Subscript(self.load(), ast.Slice(self.expression(), None, None), ast.Store())
            case 6:
                return ast.Tuple([self.store(), self.store(), self.store()], ast.Store())
            case 7:
                return ast.Tuple([self.store() for _ in range(self.dice.choice((4, 31, 257)))], ast.Store())
            case _:
                return ast.Tuple([], ast.Store())


def needs_function(text):
    try:
        compile(text, "x.py", "exec", dont_inherit=True)
    except SyntaxError as e:
        return "outside" in e.msg or "module level" in e.msg
    except (ValueError, RecursionError, MemoryError, SystemError):
        pass
    return False


def grafted(index, paths, pools={}):
    key = index // PROGRAMS_OF_THEM
    if key not in pools:
        pools.clear()
        pools[key] = Pool(random.Random(key), paths)
    while True:
        dice = random.Random(index)
        try:
            text = Grafter(dice, pools[key]).program()
            if needs_function(text) and dice.random() < 0.9:
                head = dice.choice(("def f(x):", "async def f(x):", "async def f(x):", "class A:\n async def f(self):"))
                text = "\n".join((head, textwrap.indent(text, "  "), ""))
            return text
        except (ValueError, RecursionError, AttributeError, TypeError):
            # A tree that has no text
            index += 1_000_000_007


def grafts(count, seed, paths):
    for index in range(seed, seed + count):
        source = grafted(index, paths)
        try:
            source.encode()
        except UnicodeEncodeError:
            continue
        judged(source, index, f"graft {index}")


if command in ("graft", "grafts"):
    numbers = 1 if command == "graft" else 2
    paths = [path for arg in args[numbers:] for path in python_files(arg)]
    if command == "grafts":
        grafts(int(args[0]), int(args[1]), paths)
    else:
        print(grafted(int(args[0]), paths), end="")
