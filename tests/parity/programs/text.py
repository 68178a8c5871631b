"""Text and bytes: subclasses, slices, case, formatting, searching."""
class S(str): pass
class B(bytes): pass
class BA(bytearray): pass
def t(f):
    try: return repr(f())
    except BaseException as e: return type(e).__name__+": "+str(e)
tests = [
 lambda: (S("ab"), type(S("ab")+"c"), type(S("ab").upper()), type(S("ab")[:]), type(str(S("ab"))), S("a")=="a", hash(S("a"))==hash("a"), {S("a"):1}["a"]),
 lambda: (B(b"ab"), type(B(b"ab")+b""), type(B(b"ab")[:]), B.fromhex("ab"), BA(b"x"), type(BA(b"x").upper()), BA(b"xy").copy()),
 lambda: "%s %r" % (S("a"), S("b")),
 lambda: ["a b".split(), " a  b ".split(" "), "a b c d".split(None, 2), "a b c d".rsplit(None, 2), "abc".split("b"), "".split(), "".split(","), "  x ".split(None,0)],
 lambda: ["a\r\nb\x0bc\x1cd\u2028e".splitlines(), "a\n".splitlines(True), "".splitlines()],
 lambda: ["abc".center(8,"*"), "abcd".center(7,"*"), "abc".center(6), "é".ljust(3,"é"), "\u1234".rjust(3), "+12".zfill(6), "-".zfill(3), "\t".expandtabs(3), "a\tbc\td".expandtabs(4)],
 lambda: ["abcabc".find("c"), "abcabc".rfind("c"), "abc".find("", 3), "abc".find("", 4), "abc".count(""), "aaaa".count("aa"), "é\u1234x".find("x"), "abc".index("c", -1)],
 lambda: ["aaa".replace("a","bb"), "abc".replace("","-"), "abc".replace("","-",2), "\u1234a".replace("a","\U0001f600"), "abc".replace("x","y")],
 lambda: ["x".join(["a"]), "-".join("abc"), "".join([]), "é".join(["a","\u1234","\U0001f600"])],
 lambda: "hello world".translate(str.maketrans("lo","01","h")),
 lambda: "{0.__class__.__name__} {x[0]} {x[1]!r:>5} {:{w}.{p}f}".format(3.14159, x=[1,"a"], w=10, p=2) if False else "{0:{w}.{p}f}|{x[1]!r:>5}|{0.__class__.__name__}".format(3.14159, x=[1,"a"], w=10, p=2),
 lambda: ("%-10s|%+d|%05.2f|%x|%o|%e|%g|%c|%%|%r" % ("ab", 5, 3.14159, 255, 8, 12345.678, 0.0001, "z", "q")),
 lambda: ("ß".upper(), "ǅ".lower(), "ΑΣ".lower(), "İ".lower(), "ﬁ".upper(), "ŉ".title(), "ß".casefold(), "aBc".swapcase(), "hELLO wORLD".title(), "éa".capitalize()),
 lambda: ("a".isidentifier(), "1a".isidentifier(), "é_1".isidentifier(), "".isidentifier(), "class".isidentifier(), "a b".isprintable(), "\n".isprintable(), "".isprintable()),
 lambda: ("Ab".istitle(), "AB".isupper(), "aB".islower(), "".isalpha(), "²".isdecimal(), "٣".isdecimal()),
 lambda: [("abcdef"[i:j:k]) for i in (None,1,-3) for j in (None,4,-1) for k in (None,2,-1)],
 lambda: [("aé\u1234\U0001f600"[i:j:k]) for i in (None,1,-3) for j in (None,3,-1) for k in (None,2,-1)],
 lambda: ("a" < "b", "a" < "é", "\u1234" > "\U0001f600", "abc" >= "abd", "a" == b"a"),
 lambda: (eval('"a" "b"'), "a" * 3, 2 * "é", "\u1234" * 2),
 lambda: sorted(["b","a","é","\U0001f600","\u1234"]),
 lambda: ("abc".__len__(), "abc".__contains__("b"), "abc".__getitem__(1), "abc".__iter__().__next__(), "a".__eq__("a"), "a".__lt__("b"), "a".__mul__(2), "a".__rmul__(2), "abc".__hash__()),
 lambda: str.__mro__, lambda: bytes.__doc__[:20],
 lambda: (str.__basicsize__, str.__itemsize__, bytes.__basicsize__, bytes.__itemsize__, bytearray.__basicsize__, memoryview.__basicsize__, memoryview.__itemsize__),
 lambda: "".join(reversed("abc")), lambda: list(enumerate("ab")), lambda: max("abc"), lambda: tuple(b"ab"),
 lambda: bytearray(b"abc").decode(), lambda: bytes(str("é"), "utf-8"), lambda: b"%s %d %x %r" % (b"a", 5, 255, "x"),
 lambda: bytearray(b"%d") % 5, lambda: b"a" in {b"a"}, lambda: b"a".__hash__() == "a".__hash__(),
 lambda: "abc".__getnewargs__(), lambda: f"{'a':>{5}}|{3.5:08.2f}|{10:,}|{'x'!r}|{1/3:.3%}|{255:#x}|{-5:+d}",
 lambda: f"{'abc':*^9.2}|{'é':\u1234>3}|{5:\u1234^5}",
 lambda: "a%sb" % ({},), lambda: "%s" % None, lambda: "%s%%" % 5, lambda: "%(x)s-%(y)05d" % {"x":1,"y":2},
 lambda: "{!r:^10}|{:>5}".format("a", S("b")),
 lambda: ("x" * 1000).count("x"), lambda: ("ab" * 500).find("ba", 700), lambda: ("a"*1000+"b").rfind("ab"),
 lambda: memoryview(bytearray(8)).cast("d")[0], 
 lambda: b"".join([]), lambda: b",".join([b"a", bytearray(b"b")]), lambda: bytearray(b",").join([b"a", b"b"]),
]
for i, f in enumerate(tests): print(i, t(f).encode("ascii","backslashreplace").decode())
s = ""
for i in range(2000): s += str(i)
print(len(s), hash(s) != 0, s[-5:])
m = memoryview(bytearray(b"abcdef"))
m[1:3] = b"XY"; print(m.tobytes(), m[::2].tolist(), m == b"aXYdef")
with memoryview(b"x") as v: print(v[0])
try: v[0]
except ValueError as e: print(e)
