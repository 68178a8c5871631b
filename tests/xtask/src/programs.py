# Writes random programs and prints, a JSON row each, what CPython's compile() makes of them. Run by `cargo xtask programs`,
# which puts `goldens/codegen.py` before this text.
#
#   rows COUNT SEED WILD...   programs, the first from SEED, the next from SEED + 1, and so on; WILD in a hundred of the places
#                             where something may stand only under a condition get it without
#   show SEED WILD            one program
#   answer                    programs from standard input, each a source and a way in JSON
import random
import tokenize

NAMES = "a b c d e f x y z __p _q é".split()
# Names that mean something to the compiler
ODD_NAMES = ("__class__ __classdict__ __conditional_annotations__ __annotate__ __annotations__ __static_attributes__ __firstlineno__ __type_params__ __module__ "
             "__qualname__ __doc__ __name__ _a__p _A__p super self any all tuple list set match case type T __p a b").split()
ATTRIBUTES = "a b __p real _x append".split()
BINARY = "+ - * / // % ** @ << >> & | ^".split()
# What constant expressions are folded up to
LIMITS = ("2**63-1 -2**63 1<<127 1<<128 1<<129 2**127 2**128 10**38 10**39 -(1<<64) 7//0 7%0 1<<-1 2**-1 2**0.5 0**0 True+1 True*'a' 'ab'*2048 'ab'*2049 b'x'*4096 b'x'*4097 "
          "()*5 (1,)*256 (1,2)*128 (1,2)*129 ((1,)*16)*17 0*(1,) -1*'a' 'a'*0 1e308*10 -1e400 1e400-1e400 0.0*-1 1j*1j -0j 1-0j 0-1j (1+2j)**2 ~-1 -True +False not() not''").split(" ")
COMPARE = ["<", ">", "<=", ">=", "==", "!=", "in", "not in", "is", "is not"]
INTS = "0 1 2 3 5 10 127 128 255 256 257 1000 65536 2147483648 0xffffffffffffffff 10**3 1_000 0b11 0o17".split()
FLOATS = "0.0 1.5 1e10 1e400 .5 3. 1j 0j 2.5j 1e-5".split()
CHARACTERS = ["a", "b c", "%", "%s", "%r%%", "é", "\\n", "\\x00", "\\N{EM DASH}", "\\u20ac", "{{", "\U0001f40d", "x" * 30]


class Place:
    """What may stand where: the nearest function, loops, and so on."""

    def __init__(self, **facts):
        self.facts = facts

    def __getattr__(self, name):
        return self.facts.get(name, False)

    def within(self, **facts):
        return Place(**{**self.facts, **facts})


class Writer:
    def __init__(self, seed, wild):
        self.dice = random.Random(seed)
        self.wild = wild / 100
        # How many more compound things there may be
        self.budget = self.dice.choice((4, 12, 30, 60, 150))
        # Few names meet more often.
        self.names = NAMES
        if self.chance(0.4):
            self.names = self.dice.sample(NAMES, self.pick(1, 2, 3, 4))
            self.names += self.dice.sample(ODD_NAMES, self.pick(0, 0, 1, 2))
        # How many expressions are a name, so that there are more statements
        self.plain = self.pick(0, 0, 0.5, 0.9)
        # How many constants are made of others
        self.folded = self.pick(0, 0, 0.2, 0.6)

    # Chance

    def chance(self, share):
        return self.dice.random() < share

    def allowed(self, fact):
        return fact or self.chance(self.wild)

    def below(self, n):
        """Small numbers more often."""
        return min(self.dice.randrange(n), self.dice.randrange(n))

    def pick(self, *options):
        return self.dice.choice(options)

    def many(self, make, most=4, least=0):
        return [make() for _ in range(least + self.below(most - least + 1))]

    def listed(self, make, most=4, least=0):
        items = self.many(make, most, least)
        return ", ".join(items) + ("," if items and self.chance(0.1) else "")

    def name(self):
        if self.chance(self.wild / 4):
            return self.pick("__debug__", "None", "True", "class", "_", "print", "match", "type")
        return self.dice.choice(self.names)

    def attribute(self):
        return "__debug__" if self.chance(self.wild / 8) else self.dice.choice(ATTRIBUTES)

    # Expressions

    def number(self):
        return self.dice.choice(INTS if self.chance(0.7) else FLOATS)

    def characters(self, most=3):
        text = "".join(self.many(lambda: self.dice.choice(CHARACTERS), most))
        return text + "\\d" if self.chance(self.wild / 4) else text

    def string(self):
        match self.below(10):
            case 0 | 1 | 2 | 3:
                return self.quoted(self.pick("", "", "", "r", "u"))
            case 4:
                return "b" + self.pick("'ab'", '"%s"', "'\\xff'", "''", "'''a\nb'''")
            case 5:
                return "(" + self.pick(" ", "\n  ").join(self.many(lambda: self.quoted(""), 3, 1)) + ")"
            case _:
                return self.quoted("")

    def quoted(self, prefix):
        quote = self.pick('"', "'", '"""', "'''")
        text = self.characters()
        if prefix == "r" or "{" in text and prefix == "f":
            text = text.replace("\\", "/")
        if len(quote) == 3 and self.chance(0.5):
            text += "\n" + self.characters()
        return prefix + quote + text + quote

    def formatted(self, at, depth):
        prefix = self.pick("f", "f", "rf", "t", "F", "Tr")
        quote = self.pick('"', "'", '"""')
        parts = []
        for _ in range(self.below(5)):
            if self.chance(0.4):
                text = self.characters(2).replace("{{", "{{}}")
                parts.append(text.replace("\\", "/") if "r" in prefix else text)
                continue
            value = self.expression(at, depth + 2)
            if value[0] == "{" or value.startswith("lambda") or ":=" in value or "!" in value:
                value = f"({value})"
            parts.append(self.field(value, at, depth))
        if self.chance(0.1):
            other = 't"b"' if prefix in ("t", "Tr") and not self.chance(self.wild) else self.quoted('')
            return f"{prefix}{quote}{''.join(parts)}{quote} {other}"
        return prefix + quote + "".join(parts) + quote

    def field(self, value, at, depth, level=0):
        value += self.pick("", "", "=", " = ", " ", "  # c\n" if self.chance(0.2) else "", "\n" if self.chance(0.2) else "")
        value += self.pick("", "", "!r", "!s", "!a")
        match self.below(6):
            case 2:
                value += ":>10"
            case 3:
                value += ":{" + self.expression(at, depth + 3).strip("{ ") .replace("lambda", "a or ") + "}.3f"
            case 4:
                value += ":" + "".join(self.spec_part(at, depth, level) for _ in range(self.below(4)))
        return "{" + value + "}"

    def spec_part(self, at, depth, level):
        if self.chance(0.4) or level > 1 and not self.chance(self.wild / 4):
            return self.pick("x", ">", " ", "é", "%", "=", "!r", "\\n", "#") if self.chance(1 - self.wild / 8) else self.pick("}}", "{{", "\\d", "\n", "'", '"')
        return self.field(self.pick(self.name(), f"({self.expression(at, depth + 3)})"), at, depth, level + 1)

    def foldable(self):
        """What the compiler may compute."""
        self.folded /= 2
        one = lambda: f"({self.constant()})"
        match self.dice.randrange(10):
            case 0:
                text = self.dice.choice(LIMITS)
            case 1 | 2:
                text = f"{one()} {self.dice.choice(BINARY)} {one()}"
            case 3:
                text = self.pick("-", "~", "+", "not ") + one()
            case 4:
                text = f"{one()}[{self.pick('0', '-1', '5', '0:1', '::2', self.constant())}]"
            case 5:
                text = f"{one()} {self.dice.choice(COMPARE)} {one()}"
            case 6:
                text = f"{one()} {self.pick('and', 'or')} {one()}"
            case 7:
                text = f"{self.quoted('')} % {self.pick(one(), f'({self.constant()},)', f'({self.constant()}, {self.name()})')}"
            case 8:
                text = f"{one()} if {one()} else {one()}"
            case _:
                text = self.constant_display()
        self.folded *= 2
        return text

    def constant(self):
        if self.chance(self.folded):
            return self.foldable()
        match self.below(8):
            case 0 | 1 | 2:
                return self.number()
            case 3 | 4:
                return self.string()
            case 5:
                return self.pick("None", "True", "False", "...", "__debug__")
            case 6:
                return f"({self.constant()}, {self.constant()})"
            case _:
                return self.pick("()", "-1", "(1,)", "(1, 2, 3)", "not 1", "~5", "-0.0", "'a' 'b'")

    def expression(self, at, depth=0):
        if depth > 5 or self.budget < 0 or self.chance(max(depth / 8, self.plain)):
            return self.constant() if self.chance(0.35) else self.name()
        self.budget -= 1
        one = lambda: self.expression(at, depth + 1)
        kind = self.dice.randrange(34)
        if kind < 4:
            return f"{self.operand(at, depth)} {self.dice.choice(BINARY)} {self.operand(at, depth)}"
        if kind < 6:
            return self.operand(at, depth) + "".join(
                f" {'<>' if self.chance(0.005) else self.dice.choice(COMPARE)} {self.operand(at, depth)}" for _ in range(1 + self.below(3)))
        if kind < 8:
            word = self.pick(" and ", " or ")
            return word.join(self.operand(at, depth) for _ in range(2 + self.below(3)))
        if kind < 11:
            return self.call(at, depth)
        if kind < 13:
            return f"{self.primary(at, depth)}.{self.attribute()}"
        if kind < 15:
            return f"{self.primary(at, depth)}[{self.subscript(at, depth)}]"
        if kind < 17:
            return self.display(at, depth)
        if kind < 19:
            return self.comprehension(at, depth)
        match kind:
            case 19:
                return self.pick("not ", "-", "~", "+") + self.operand(at, depth)
            case 20:
                return f"{self.operand(at, depth)} if {self.operand(at, depth)} else {one()}"
            case 21:
                inner = at.within(function=True, asynchronous=False, loop=False, comprehension=False, classes=False, rigid=False)
                return f"(lambda {self.parameters(at, False)}: {self.expression(inner, depth + 1)})"
            case 22 if self.allowed(not at.rigid):
                return f"({self.name()} := {one()})"
            case 23 if self.allowed(at.function and not at.comprehension and not at.rigid):
                if self.allowed(not at.asynchronous) and self.chance(0.4):
                    return f"(yield from {one()})"
                return self.pick("(yield)", f"(yield {one()})", f"(yield {self.starred(at, depth)}, {one()})")
            case 24 if self.allowed(at.asynchronous and not at.rigid):
                return f"(await {self.primary(at, depth)})"
            case 25 | 26:
                return self.formatted(at, depth)
            case 27:
                return self.constant() + " " + self.dice.choice(BINARY) + " " + self.constant()
            case 28:
                return f"{self.quoted('')} % {self.pick('(' + self.listed(one, 3) + ')', self.name())}"
            case 29:
                return f"{self.name()} {self.pick('in', 'not in')} {self.constant_display()}"
            case 30:
                return self.pick("super()", "super().a", "super().a(b)", "super(a, b).c", "super().__init__(*a)", "__class__")
            case 31:
                return f"({self.pick('any', 'all', 'tuple', 'list', 'set', 'sorted')}({self.generator(at, depth)}))"
            case 32:
                return f"({self.pick('', chr(10))}{one()}{self.pick('', chr(10), '  # a comment' + chr(10))})"
            case _:
                return self.constant()

    def operand(self, at, depth):
        text = self.expression(at, depth + 1)
        return text if text.isidentifier() or text[0] in "([{" and self.chance(0.5) and text.count(text[0]) == 1 else f"({text})"

    def primary(self, at, depth):
        if self.chance(0.6):
            return self.name()
        return f"({self.expression(at, depth + 1)})"

    def starred(self, at, depth):
        return self.pick("", "*") + self.operand(at, depth + 1)

    def call(self, at, depth):
        callee = self.name() if self.chance(0.4) else f"{self.primary(at, depth)}.{self.attribute()}"
        if self.chance(0.1):
            callee = self.primary(at, depth)
        return f"{callee}({self.arguments(at, depth)})"

    def arguments(self, at, depth):
        if self.chance(0.08):
            return self.generator(at, depth)[1:-1]
        if self.chance(0.03):
            return ", ".join(self.pick(f"k{i}={self.name()}", f"**{self.name()}") for i in range(self.pick(3, 14, 16, 17, 40)))
        if self.chance(0.02):
            return ", ".join(self.name() for i in range(self.pick(14, 30, 31, 40)))
        positional = self.many(lambda: self.starred(at, depth) if self.chance(0.2) else self.expression(at, depth + 1), 3)
        keywords = []
        for word in self.dice.sample(self.names, min(self.below(3), len(self.names))) + ([self.name()] if self.chance(self.wild) else []):
            value = self.operand(at, depth + 1)
            keywords.append(f"**{value}" if self.chance(0.25) else f"{word}={value}")
            if self.chance(self.wild / 2):
                keywords.append(self.pick("a", "*a", "a=1", "(a)=1", "a.b=2", "True=1", "a for a in b"))
        return ", ".join(positional + keywords)

    def subscript(self, at, depth):
        one = lambda: self.expression(at, depth + 2)
        part = lambda: one() if self.chance(0.5) else self.pick("", "1", "-1", "None")
        slice = lambda: f"{self.bracket(part())}:{self.bracket(part())}" + (f":{self.bracket(part())}" if self.chance(0.3) else "")
        match self.below(6):
            case 0 | 1:
                return one()
            case 2 | 3:
                return slice()
            case 4:
                return f"{slice()}, {one()}"
            case _:
                return f"{self.starred(at, depth)}, {one()}"

    def bracket(self, text):
        return text if text.isalnum() or not text else f"({text})"

    def constant_display(self):
        opening, closing = self.pick("()", "[]", "{}")
        return opening + self.listed(self.constant, 4, 1) + closing

    def display(self, at, depth):
        one = lambda: self.starred(at, depth) if self.chance(0.25) else self.bracketed_expression(at, depth)
        if self.chance(0.2):
            items = self.many(self.constant, 4)
        elif self.chance(0.04):
            items = [self.pick(self.name(), str(i)) if self.wild else str(i) for i in range(self.pick(3, 17, 30, 31, 45, 260))]
        else:
            items = self.many(one, 4)
        match self.below(4):
            case 0:
                return "[" + ", ".join(items) + "]"
            case 1:
                return "(" + ", ".join(items) + (",)" if items else ")")
            case 2 if items:
                return "{" + ", ".join(items) + "}"
        pairs = [f"**{self.operand(at, depth + 1)}" if self.chance(0.2) else
                 f"{self.bracketed_expression(at, depth + 1)}: {self.bracketed_expression(at, depth + 1)}" for _ in range(self.pick(0, 1, 2, 3, 16, 18) if self.chance(0.1) else self.below(4))]
        return "{" + ", ".join(pairs) + "}"

    def bracketed_expression(self, at, depth):
        text = self.expression(at, depth + 1)
        return text if self.chance(0.9) and not text.startswith("lambda") else f"({text})"

    def clauses(self, at, depth):
        text = ""
        for level in range(1 + self.below(3)):
            asynchronous = "async " if self.chance(0.25) and self.allowed(at.asynchronous and not at.rigid) else ""
            outer = at.within(rigid=True) if not self.chance(self.wild / 4) else at
            text += f" {asynchronous}for {self.target(at, depth + 2)} in {self.operand(outer, depth + 1)}"
            for _ in range(self.below(3)):
                text += f" if {self.operand(at.within(comprehension=True, rigid=at.rigid or at.classes), depth + 1)}"
        return text

    def generator(self, at, depth):
        inner = at.within(comprehension=True, rigid=at.rigid or at.classes)
        return f"({self.operand(inner, depth + 1)}{self.clauses(at, depth)})"

    def comprehension(self, at, depth):
        inner = at.within(comprehension=True, rigid=at.rigid or at.classes)
        match self.below(4):
            case 0:
                return f"[{self.operand(inner, depth + 1)}{self.clauses(at, depth)}]"
            case 1:
                return f"{{{self.operand(inner, depth + 1)}{self.clauses(at, depth)}}}"
            case 2:
                return f"{{{self.operand(inner, depth + 1)}: {self.operand(inner, depth + 1)}{self.clauses(at, depth)}}}"
            case _:
                return self.generator(at, depth)

    # Targets and parameters

    def target(self, at, depth=0, lists=True):
        match self.below(12) if depth < 4 else 0:
            case 0 | 1 | 2 | 3 | 4:
                return self.name()
            case 5:
                return f"{self.primary(at, depth + 1)}.{self.attribute()}"
            case 6:
                return f"{self.primary(at, depth + 1)}[{self.subscript(at, depth + 1)}]"
            case 7 if self.wild and self.chance(self.wild):
                return self.pick("f()", "1", "a + b", "(yield)", "None", "{a}", "a if b else c", "f'{a}'", "[a for a in b]", "-a", "(a := b)", "lambda: a")
            case 8 | 9 | 10 if lists:
                items = [self.target(at, depth + 1) for _ in range(1 + self.below(4))]
                if self.chance(0.4):
                    place = self.dice.randrange(len(items))
                    items[place] = "*" + items[place]
                    if self.chance(self.wild):
                        items.append("*a")
                return self.pick("({},)", "[{}]", "({},)").format(", ".join(items))
            case _:
                return self.name()

    def parameters(self, at, annotated):
        names = self.dice.sample(self.names, self.below(len(self.names) + 1))
        if self.chance(self.wild / 2):
            names.append(self.name())
        default, parts = False, []
        star = len(names) - self.below(3) if self.chance(0.3) else None
        slash = self.below(len(names)) if self.chance(0.3) and len(names) > 1 else None
        for index, name in enumerate(names):
            keyword = star is not None and index > star
            text = name
            if star == index:
                text = "*" + name if self.chance(0.5) or index == len(names) - 1 else "*, " + name
            if annotated and self.chance(0.3) and not text.startswith("*, "):
                text += ": " + ("*" if text[0] == "*" and self.chance(0.3) else "") + self.operand(at.within(rigid=True), 3)
            if text[0] != "*" and (default and not keyword and self.allowed(True) and not self.chance(self.wild) or self.chance(0.2)):
                text += "=" + self.operand(at, 3)
                default = default or not keyword
            parts.append(text)
            if slash == index and not (star is not None and star <= index and not self.chance(self.wild)):
                parts.append("/")
        if self.chance(0.1):
            parts.append("**kw")
        return ", ".join(parts)

    def type_parameters(self, at):
        if not self.chance(0.15):
            return ""
        parts = []
        default = False
        known = [*"T U V a __p".split(), *self.names]
        for name in [*dict.fromkeys(self.dice.sample(known, 1 + self.below(3)))] + (["T"] if self.chance(self.wild) else []):
            star = self.pick("", "", "", "*", "**")
            rigid = at.within(rigid=not self.chance(self.wild / 3))
            bound = f": {self.operand(rigid, 3)}" if not star and self.chance(0.3) else ""
            default = default and not self.chance(self.wild) or self.chance(0.2)
            value = f" = {'*' if star == '*' and self.chance(0.4) else ''}{self.operand(rigid, 3)}" if default else ""
            parts.append(star + name + bound + value)
        return f"[{', '.join(parts)}]"

    # Patterns

    def pattern(self, depth=0, bound=None):
        bound = set() if bound is None else bound
        more = lambda: self.pattern(depth + 1, bound)
        match self.below(12) if depth < 3 else self.pick(0, 2, 9):
            case 0 | 1:
                return self.pick("1", "-2", "'s'", "None", "True", "1+2j", "-1.5-3j", "b'x'", "a.b", "a.b.c", "'a' 'b'")
            case 2:
                return self.capture(bound)
            case 3 | 4:
                items = [more() for _ in range(self.below(4))]
                if self.chance(0.4):
                    items.insert(self.dice.randrange(len(items) + 1), "*" + (self.capture(bound) if self.chance(0.6) else "_"))
                    if self.chance(self.wild):
                        items.append("*_")
                return "[" + ", ".join(items) + "]" if self.chance(0.6) else "(" + ", ".join(items) + (",)" if items else ")")
            case 5:
                items = [f"{key}: {more()}" for key in self.dice.sample(["1", "'k'", "a.b", "None", "-1", "b'c'"], self.below(4))]
                if self.chance(self.wild):
                    items.append("1: _")
                if self.chance(0.3):
                    items.append("**" + self.capture(bound, False))
                return "{" + ", ".join(items) + "}"
            case 6 | 7:
                items = [more() for _ in range(self.below(3))]
                items += [f"{key}={more()}" for key in self.dice.sample(ATTRIBUTES, self.below(3))]
                if self.chance(self.wild):
                    items.append(self.pick("a=1", "_", "b=2"))
                return f"{self.pick('a', 'b.c', 'int', 'str')}({', '.join(items)})"
            case 8:
                seen = set(bound)
                first = self.refutable(depth + 1, seen)
                if seen != bound and not self.chance(self.wild):
                    return first
                return self.pick("({})", "{}").format(f"{first} | " + " | ".join(
                    self.pattern_constant() for _ in range(1 + self.below(3)))) if depth == 0 else f"({first} | {self.pattern_constant()})"
            case 9:
                return "_" if depth else "_ if a"
            case 10:
                inner = self.refutable(depth + 1, bound)
                return f"({inner}) as {self.capture(bound, False)}"
            case _:
                return f"({more()})" if depth else self.pattern_constant()

    def pattern_constant(self):
        return self.pick("1", "'a'", "None", "a.b", "[1, 2]", "{'a': 1}", "int()", "(0)")

    def refutable(self, depth, bound):
        text = self.pattern(depth, bound)
        plain = text.strip("() ")
        return text if not plain.isidentifier() or self.chance(self.wild) or plain in ("None", "True") else "7"

    def capture(self, bound, wildcard=True):
        free = [name for name in self.names if name not in bound]
        if not free or wildcard and self.chance(0.2):
            return "_"
        name = self.name() if self.chance(self.wild) else self.dice.choice(free)
        bound.add(name)
        return name

    # Statements: lists of lines

    def block(self, at, depth):
        lines = []
        if self.chance(0.05):
            lines.append(self.pick('"""doc"""', "'d' 'oc'", "f'no doc'", "1", "b'no'"))
        for _ in range(1 + self.below(5 if depth < 3 else 3)):
            lines += self.statement(at, depth + 1)
            if self.chance(0.05):
                lines += self.pick(["# a comment"], [""], ["", "", ""], [""] * 40)
        return lines

    def indented(self, at, depth):
        lines = self.block(at, depth)
        step = self.pick("    ", "    ", " ", "\t")
        # A line of a string in brackets or in three quotes may stand anywhere.
        return ["\n".join([step + lines_of] if "\n" not in lines_of else [step + lines_of]) for lines_of in lines]

    def suite(self, head, at, depth):
        if self.chance(0.15):
            return [f"{head}: {self.simple(at)}" + (f"; {self.simple(at)}" if self.chance(0.3) else "")]
        return [head + ":", *self.indented(at, depth)]

    def statement(self, at, depth):
        self.budget -= 1
        if depth > 6 or self.budget < 0 or self.chance(0.35 + depth * 0.06):
            text = self.simple(at)
            while self.chance(0.1):
                text += "; " + self.simple(at)
            return [text + ("  # why" if self.chance(0.03) else "")]
        makers = (self.if_, self.while_, self.for_, self.try_, self.with_, self.match_, self.function, self.class_,
                  self.if_, self.for_, self.try_, self.with_, self.function)
        return self.dice.choice(makers)(at, depth)

    def condition(self, at):
        if self.chance(0.15):
            return self.pick("0", "1", "''", "None", "__debug__", "not __debug__", "not 0", "()", "...", "1 and a", "a or 1", "0 or a", "not (a and b)")
        return self.expression(at)

    def if_(self, at, depth):
        lines = self.suite(f"if {self.condition(at)}", at, depth)
        while self.chance(0.3):
            lines += self.suite(f"elif {self.condition(at)}", at, depth)
        if self.chance(0.4):
            lines += self.suite("else", at, depth)
        return lines

    def while_(self, at, depth):
        lines = self.suite(f"while {self.condition(at)}", at.within(loop=True, star=False), depth)
        return lines + (self.suite("else", at, depth) if self.chance(0.2) else [])

    def for_(self, at, depth):
        asynchronous = "async " if self.chance(0.2) and self.allowed(at.asynchronous) else ""
        items = self.expression(at) if self.chance(0.8) else f"{self.starred(at, 1)}, {self.starred(at, 1)}"
        target = self.target(at) if self.chance(0.8) else f"{self.target(at)}, {self.target(at)}"
        lines = self.suite(f"{asynchronous}for {target} in {items}", at.within(loop=True, star=False), depth)
        return lines + (self.suite("else", at, depth) if self.chance(0.2) else [])

    def try_(self, at, depth):
        lines = self.suite("try", at, depth)
        handlers = self.below(4)
        star = "*" if self.chance(0.2) else ""
        for index in range(handlers):
            last = index == handlers - 1 or self.chance(self.wild)
            if not star and last and self.chance(0.3):
                head = "except"
            else:
                head = f"except{star} {self.operand(at, 3)}" if self.chance(0.8) else f"except{star} a, (b.c), d"
                if "d" != head[-1] or self.chance(self.wild):
                    head += f" as {self.name()}" if self.chance(0.5) else ""
            lines += self.suite(head, at.within(star=bool(star), loop=at.loop and not star), depth)
        if handlers and self.chance(0.3):
            lines += self.suite("else", at, depth)
        if not handlers or self.chance(0.4):
            lines += self.suite("finally", at, depth)
        return lines

    def with_(self, at, depth):
        asynchronous = "async " if self.chance(0.2) and self.allowed(at.asynchronous) else ""
        item = lambda: self.operand(at, 1) + (f" as {self.target(at)}" if self.chance(0.6) else "")
        items = self.many(item, 3, 1)
        head = ", ".join(items) if self.chance(0.7) else f"({', '.join(items)}{self.pick('', ',')})"
        return self.suite(f"{asynchronous}with {head}", at, depth)

    def match_(self, at, depth):
        lines = [f"match {self.expression(at) if self.chance(0.8) else self.starred(at, 1) + ', ' + self.operand(at, 1)}:"]
        for _ in range(1 + self.below(4)):
            pattern = self.pattern()
            if pattern.strip("() ").isidentifier() and not self.chance(self.wild):
                pattern = "7"
            guard = f" if {self.expression(at)}" if self.chance(0.3) and " if " not in pattern else ""
            lines += [" " + line for line in self.suite(f"case {pattern}{guard}", at, depth)]
        if self.chance(0.4):
            lines += [" " + line for line in self.suite(self.pick("case _", "case _", "case a", "case (b)", "case _ as d", "case 1 | _"), at, depth)]
        return lines

    def decorators(self, at):
        return [f"@{self.expression(at, 1)}" for _ in range(self.below(3))] if self.chance(0.25) else []

    def function(self, at, depth):
        asynchronous = self.chance(0.3)
        generic = self.type_parameters(at)
        outer = at.within(rigid=True) if generic else at
        inner = Place(function=True, asynchronous=asynchronous, nested=at.function or at.nested)
        result = f" -> {self.operand(at.within(rigid=True), 2)}" if self.chance(0.2) else ""
        head = f"{'async ' if asynchronous else ''}def {self.name()}{generic}({self.parameters(outer, True)}){result}"
        lines = self.suite(head, inner, depth)
        if self.chance(0.15 if self.names is NAMES else 0.4) and len(lines) > 1:
            step = lines[1][: len(lines[1]) - len(lines[1].lstrip())]
            word = self.pick("global", "nonlocal") if at.nested or self.wild else "global"
            lines.insert(1, f"{step}{word} {self.listed(self.name, 2, 1).rstrip(',')}")
        return self.decorators(at) + lines

    def class_(self, at, depth):
        generic = self.type_parameters(at)
        bases = f"({self.arguments(at.within(rigid=bool(generic)), 2)})" if self.chance(0.4) else ""
        inner = Place(classes=True, nested=at.function or at.nested)
        lines = self.suite(f"class {self.name()}{generic}{bases}", inner, depth)
        if self.chance(0.05 if self.names is NAMES else 0.3) and len(lines) > 1:
            step = lines[1][: len(lines[1]) - len(lines[1].lstrip())]
            lines.insert(1, f"{step}{self.pick('global', 'nonlocal') if at.nested or self.wild else 'global'} {self.name()}")
        return self.decorators(at) + lines

    def simple(self, at):
        one = lambda depth=0: self.expression(at, depth)
        kind = self.dice.randrange(30)
        if kind < 6:
            targets = [self.target(at) for _ in range(1 + self.below(3))]
            value = one() if self.chance(0.8) else f"{self.starred(at, 1)}, {self.starred(at, 1)}"
            return " = ".join(targets + [value])
        if kind < 8:
            return f"{self.target(at, 0, lists=self.chance(self.wild))} {self.dice.choice(BINARY)}= {one()}"
        if kind < 10:
            target = self.target(at, 0, lists=self.chance(self.wild))
            if self.chance(0.1):
                target = f"({self.name()})"
            value = f" = {one()}" if self.chance(0.5) else ""
            return f"{target}: {self.operand(at.within(rigid=True), 2)}{value}"
        if kind < 14:
            return one()
        match kind:
            case 14 | 15 if self.allowed(at.function and not at.star):
                return self.pick("return", f"return {one()}" if self.allowed(not at.asynchronous or self.chance(0.7)) else "return", f"return {self.constant()}")
            case 16 if self.allowed(at.loop):
                return "break"
            case 17 if self.allowed(at.loop):
                return "continue"
            case 18:
                return "raise" + self.pick("", f" {one()}", f" {one()} from {self.operand(at, 1)}")
            case 19:
                message = f", {one()}" if self.chance(0.4) else ""
                return f"assert {one()}{message}"
            case 20:
                targets = self.many(lambda: self.target(at).replace("*", ""), 3, 1)
                return "del " + ", ".join(targets)
            case 21:
                return self.pick("pass", "pass", '"a string"', "...", "None", "1")
            case 22:
                name = self.name
                return self.pick(f"import {name()}", f"import {name()}.{name()}.c as {name()}", f"import a.b, {name()} as c", f"from {name()} import {name()}",
                                 f"from . import {name()} as x, y", f"from ..{name()}.b import ({name()}, b as c,)", "from __future__ import annotations" if self.chance(self.wild) else "import d.e",
                                 f"from {name()} import *" if self.allowed(not at.function and not at.classes) else "import f")
            case 23 if self.allowed(at.function or not at.classes):
                return f"global {self.name()}" if self.allowed(self.chance(0.1)) else "pass"
            case 24 if self.wild:
                return f"nonlocal {self.name()}" if self.allowed(False) else "pass"
            case 25:
                return f"type {self.name()}{self.type_parameters(at)} = {self.operand(at.within(rigid=True), 1)}"
            case 26:
                return f"{self.name()}.{self.attribute()}({self.arguments(at, 1)})"
            case 27 if self.chance(0.05):
                return "; ".join(f"{self.pick('a', 'b', 'self')}.n{i}" for i in range(self.pick(20, 130, 270)))
            case 28 if self.chance(0.2):
                return f"{self.name()} = {' ' * self.pick(5, 60, 130, 300)}{one()}"
            case _:
                return f"{self.name()} = {one()}"

    def whole_expression(self):
        items = self.many(lambda: self.expression(Place()), 3, 1)
        text = self.pick("", "", " ", "\t") + ", ".join(items) + self.pick("", "", "\n", "  # c", "\n\n", ",")
        return laid_out(self.dice, text) if self.chance(0.3) else text

    def program(self):
        at = Place()
        match self.below(4):
            case 2:
                lines = self.function(at, 0)
            case 3:
                lines = self.class_(at, 0)
            case _:
                lines = [line for _ in range(1 + self.below(4)) for line in self.statement(at, 0)]
        if self.chance(0.03):
            lines.insert(0, "from __future__ import " + self.pick("annotations", "annotations", "division, generator_stop", "barry_as_FLUFL", "nested_scopes as a"))
        if self.chance(0.1):
            lines.insert(0, self.pick('"""A docstring."""', "# first", "\n\n", "'not only'; a"))
        text = "\n".join(lines) + self.pick("\n", "\n", "\n\n", "")
        return laid_out(self.dice, text) if self.chance(0.3) else text


def laid_out(dice, text):
    """The same tokens with other space between them."""
    share = dice.choice((0, 0.02, 0.1, 0.4))
    lines = text.splitlines(keepends=True)
    try:
        tokens = list(tokenize.generate_tokens(iter(lines).__next__)) if share else []
    except (tokenize.TokenError, SyntaxError):
        return text
    opens, closes = (tokenize.FSTRING_START, tokenize.TSTRING_START), (tokenize.FSTRING_END, tokenize.TSTRING_END)
    layout = (tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER)
    inserts, brackets, strings = [], 0, 0
    for token, after in zip(tokens, tokens[1:]):
        strings += (token.type in opens) - (token.type in closes)
        if token.type == tokenize.OP and not strings:
            brackets += (token.string in "([{") - (token.string in ")]}")
        if strings or token.end != after.start and token.end[0] != after.start[0] or not dice.random() < share:
            continue
        if after.type == tokenize.NEWLINE:
            inserts.append((token.end, dice.choice((" # c", "  ", ";", "\n\n", "\n" * 130, "; pass"))))
        elif token.type not in layout and after.type not in layout:
            loose = ("\n", " ", "\n" * 5, " # c\n ", "\n" + " " * 40, " " * 300, "\n" * 70)
            inserts.append((token.end, dice.choice(loose if brackets else (" ", "   ", " \\\n", " \\\n      ", " " * 200))))
    for (line, column), space in reversed(inserts):
        lines[line - 1] = lines[line - 1][:column] + space + lines[line - 1][column:]
    return "".join(lines)


# The one with await is ast.PyCF_ALLOW_TOP_LEVEL_AWAIT.
WAYS_IN_TURN = [("exec", 0, 0), ("exec", 1, 0), ("exec", 2, 0), ("exec", 0, ANNOTATIONS), ("single", 0, 0), ("exec", 0, 0), ("exec", 0, FLAGS["await"]),
                ("eval", 0, 0), ("exec", 2, ANNOTATIONS | __future__.barry_as_FLUFL.compiler_flag), ("single", 2, FLAGS["await"]), ("eval", 1, FLAGS["await"])]


def way_of(number):
    return WAYS_IN_TURN[number % len(WAYS_IN_TURN)]


def told(source, way, action):
    """The exception, and the warnings, with a filter of warnings."""
    mode, optimize, flags = way
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter(action)
        try:
            compile(source, "x.py", mode, flags, True, optimize)
        except SyntaxError as e:
            error = [type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset]
        except (ValueError, RecursionError, MemoryError, SystemError) as e:
            error = [type(e).__name__, str(e), None, None, None, None]
        else:
            error = None
    return error, [[str(w.message), w.lineno] for w in caught]


def row(source, way, path, number=0):
    error, caught = told(source, way, "always")
    made = {"number": number, "way": way, "path": path, "source": source, "digest": digest(source, way), "error": error, "warnings": caught}
    if caught:
        made["strict"] = told(source, way, "error")[0]
    return made


def judged(source, number, path):
    """Shows a row, unless CPython trips over itself: its compiler does over rare mixtures of scopes."""
    made = row(source, way_of(number), path, number)
    if not made["error"] or made["error"][0] != "SystemError":
        show(made)


def written(number, wild):
    writer, mode = Writer(number, wild), way_of(number)[0]
    return writer.whole_expression() if mode == "eval" else writer.program()


def rows(count, seed, wild):
    for index in range(seed, seed + count):
        judged(written(index, wild), index, f"{index} {wild}")


if command == "rows":
    rows(*map(int, args))
elif command == "show":
    print(written(*map(int, args)), end="")
elif command == "answer":
    for line in sys.stdin:
        show(row(*json.loads(line), "smaller"))
