# Writes small programs of what stands in one token or nearly so: numbers, strings with all kinds of escape sequences, docstrings,
# fields with comments in them, and names that are spelt in several ways. Run by `cargo xtask programs`, with `programs.py`
# before this text.
#
#   literals COUNT SEED   programs
#   literal SEED          one program
import unicodedata

SPELLINGS = "ﬁ fi µ μ 𝔞 a __ﬁ __p ª ℌ H ſ s Å Å e\u0301 é x· ℘ ℮ 𝒅𝒆𝒇 ﬀ ĳ _ __ ___ __a__ __a_ _ab ＿_p ⅳ iv Ⅷ".split()
ODD_ENDS = "if or and in is else for L l x _ e n é . not".split()
CHARACTER_NAMES = ("FOO", "em dash", "LATIN SMALL LETTER R WITH TILDE", "NULL", "BEL", "ALERT", "LF", "HANGUL SYLLABLE GAG", "CJK UNIFIED IDEOGRAPH-4E00",
                   "CJK UNIFIED IDEOGRAPH-0041", "cjk unified ideograph-4e00", " EM DASH", "EM  DASH", "é", "\\é", "")
ESCAPES = {
    "x": ("41", "ff", "0", "g1", "", "00", "é"), "u": ("0041", "d800", "dfff", "12", "", "fffg", "20ac", "é"), "N": ("", "{", "{EM DASH", "x", "{}"),
    "U": ("00000041", "0010ffff", "00110000", "0000d83d", "0000", "1", "0001f40d"),
}


class Letters:
    def __init__(self, seed):
        self.dice = random.Random(seed)

    def chance(self, share):
        return self.dice.random() < share

    def pick(self, *options):
        return self.dice.choice(options)

    def several(self, make, most):
        return "".join(make() for _ in range(self.dice.randrange(most)))

    def digits(self, alphabet, most=8):
        return self.dice.choice(alphabet) + self.several(lambda: self.dice.choice(alphabet) + ("_" if self.chance(0.1) else ""), most)

    def number(self):
        match self.dice.randrange(9):
            case 0:
                text = "0" + self.pick(*"xX") + self.digits("0123456789abcdefABCDEF" + ("g" if self.chance(0.1) else ""), 20)
            case 1:
                text = "0" + self.pick(*"oO") + self.digits("01234567" + ("8" if self.chance(0.1) else ""), 20)
            case 2:
                text = "0" + self.pick(*"bB") + self.digits("01" + ("2" if self.chance(0.1) else ""), 20)
            case 3:
                text = self.digits("0123456789", 25)
            case 4:
                text = "0" * self.dice.randrange(1, 4) + self.digits("0123456789", 4)
            case _:
                text = self.digits("0123456789", self.pick(3, 20, 40)) + self.pick(".", "", ".", ".") + self.pick("", self.digits("0123456789", self.pick(3, 20, 400)))
                if self.chance(0.6):
                    text += self.pick(*"eE") + self.pick("", "+", "-") + self.digits("0123456789", 4)
        if self.chance(0.2):
            text += self.pick(*"jJ")
        return text + (self.dice.choice(ODD_ENDS) + self.pick(" 1", "") if self.chance(0.1) else "")

    def character(self):
        while True:
            name = unicodedata.name(chr(self.dice.randrange(0x110000) if self.chance(0.5) else self.dice.randrange(0x3000)), "")
            if name:
                return name

    def escape(self):
        match self.dice.randrange(11):
            case 0:
                return "\\N{%s}" % (self.character() if self.chance(0.9) else self.dice.choice(CHARACTER_NAMES))
            case 1 | 2:
                letter = self.pick(*ESCAPES)
                return "\\" + letter + self.dice.choice(ESCAPES[letter])
            case 3:
                return "\\" + self.dice.choice("01234567") + self.several(lambda: self.dice.choice("01234567"), 4)
            case 4:
                return "\\" + self.pick(*"abfnrtv\\'\"\n\r", "\r\n")
            case 5:
                return "\\" + self.pick(*"dswez89(.$é \t")
            case 6:
                return self.pick("{{", "}}", "{a}", "{a!r}", "{a:\\n}", "{a:\\x41}", "{a:é\\d}", "{a:{b:\\x}}")
            case _:
                return self.pick("a", "é", "\U0001f40d", " ", "\n", "\t", "\r\n", "\r")

    def string(self):
        quote = self.pick("'", '"', '"""', "'''")
        return self.pick("", "", "b", "r", "f", "t", "rb", "fr", "u", "Rb", "tr") + quote + self.several(self.escape, 5) + quote

    def docstring(self):
        part = lambda: self.pick(" ", "  ", "\t", "\n", "\n", "\n    ", "\n  ", "\n\t", "a", "b c", "\f", "\v", "\\n", "\\t", "\\\n", "é", "\u3000", "\\x0c", "\\N{EM SPACE}",
                                 "\x1f", "\x85", "\u2028", "\\ud800" if self.chance(0.02) else "x")
        quote = self.pick('"""', "'''")
        text = self.pick("", "", "", "r", "u", "R", "f" if self.chance(0.1) else "") + quote + self.several(part, 12) + " " + quote
        if self.chance(0.1):
            text = f"({text} 'more\\n  ')"
        head = self.pick("", "def f():\n ", "class A:\n  ", "async def f(): ", "class A:\n\t", "def f():\n    def g():\n        ", "class A[T]:\n  ")
        return head + text + self.pick("\n", "; x\n", "\n" + head.split("\n")[-1] + "x\n", "")

    # Fields

    def blank(self):
        return self.pick("", " ", "\\\n", " \\\n ", "  # c\n", "#'\n", '# "\n', "\n", "# \\\n", "#é\n", "#}\n", "# =\n", "\r\n#\r\n") if self.chance(0.6) else ""

    def inner(self, depth):
        quote = self.pick("'", '"', "'''", '"""')
        part = lambda: self.pick("a", "#", " ", "\\'", '\\"', "'" if quote[0] == '"' else '"', "\\\\", "\\n", "\n" if len(quote) == 3 else " ", "é")
        if depth < 3 and self.chance(0.4):
            return self.pick("f", "t") + quote + self.several(part, 4) + self.field(depth + 1) + quote
        return self.pick("", "r", "u") + quote + self.several(part, 4) + quote

    def value(self, depth):
        blank, more = self.blank, lambda: self.value(depth + 1)
        match self.dice.randrange(6 if depth < 4 else 2):
            case 0:
                return self.inner(depth)
            case 1:
                return "a"
            case 2 | 3:
                return f"({more()}{blank()},{blank()}{more()})"
            case 4:
                return f"[{blank()}{more()}]"
            case _:
                return f"{more()}{blank()}+{blank()}b"

    def field(self, depth):
        spec = self.pick("", "!r", ":x", ":{a}", ":{a=}", f":{{{self.value(depth + 1)}=}}" if depth < 2 else "")
        return "{" + self.blank() + self.value(depth) + self.blank() + self.pick("", "=", "=", "= ") + self.blank() + spec + "}"

    def fields(self):
        quote = self.pick("'", '"', "'''", '"""')
        return self.pick("", "x: ") + self.pick("f", "t") + quote + self.pick("", "a", "#") + self.field(0) + self.pick("", "b") + quote + "\n"

    def names(self):
        a, b, c = (self.dice.choice(SPELLINGS) for _ in range(3))
        return self.pick(
            f"def f({a}, *, {b}={c}): return {c}\n", f"class {a}:\n  {b} = {c}\n  def {c}(self, {a}): self.{b} = {c}\n", f"f({a}={b}, {c}=1)\n", f"global {a}\n{b} = {c}\n",
            f"def f():\n  {a} = 1\n  def g():\n    nonlocal {b}\n    {b} = {c}\n", f"import {a}.{b} as {c}, {b}.{a}\n", f"from {a} import {b}\n", f"lambda {a}: {b}\n",
            f"class A:\n  __slots__ = '{a}'\n  import {a}\n  {a}.{b} = {c}\n  {b}: {c}\n", f"match a:\n  case {a}({b}={c}): pass\n", f"match a:\n  case {a}.{b}: {c}\n  case {c}: pass\n",
            f"try: a\nexcept b as {a}: {b}\n", f"class {a}[{b}, {c}]: {a}\n", f"[{a} for {b} in {c}]\n", f"f'{{{a}}}{{{b}=}}'\n", f"{a} = {b}; del {c}\n", f"with a as {a}, b as {b}: {c}\n",
            f"from __future__ import {a}\n",
        )

    def program(self):
        match self.dice.randrange(6):
            case 0:
                text = self.docstring()
            case 1:
                text = self.pick("x = ", "f(", "-", "1+", "", "[", "a[") + self.number() + self.pick("", " ", ")", "]", "+1", "  # c", ";", ".real", " if a else b")
            case 2 | 3:
                text = self.pick("x = ", "f(", "", "(", "x = 1;", "not ", "x ", "print ", "f(1 ", "if x ", "x\n", "match x:\n case ", "f'{", "f'{a:{", "[x, ") + self.string()
                text += self.pick("", " ", ")", " $", "\n", " x", "}'") + (self.string() if self.chance(0.3) else "")
            case 4:
                text = self.fields()
            case _:
                text = self.names()
        return text.replace("\n", self.pick("\r", "\r\n")) if self.chance(0.05) else text


def literals(count, seed):
    for index in range(seed, seed + count):
        judged(Letters(index).program(), index, f"literal {index}")


if command == "literal":
    print(Letters(int(args[0])).program(), end="")
elif command == "literals":
    literals(*map(int, args))
