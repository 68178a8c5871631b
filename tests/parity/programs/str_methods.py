"""str: methods, operators, formatting, and what they say about wrong arguments."""
cases = r'''
"a".strip(1)
"a".split(1)
"a".split("")
"a".partition(1)
"a".partition("")
"a".rpartition("")
"a".join(1)
"a".join([1])
"a"+1
"a"*"b"
"a"*10**20
"a"*-1
1 in "a"
"a"[5]
"a"[10**30]
"a".startswith(1)
"a".startswith((1,))
"a".endswith(1)
"a".replace(1,2)
"a".replace("a",2)
"a".replace("a")
"a".replace("a","b",count="x")
"a".find(1)
"a".find()
"a".index("b")
"a".count(1)
"a".zfill("a")
"a".center("a")
"a".center(3,"ab")
"a".center(3,1)
"a".ljust(3,"ab")
"a".expandtabs("a")
"a".expandtabs(tabsize=10**20)
"a".encode(1)
"a".encode("x")
"a".encode("utf-8","x")
"\udc00".encode("utf-8","x")
"\udc00".encode()
"\udc00\udc00".encode()
"\udc00".encode("latin-1")
"\udc00".encode("ascii")
"\u1234a".encode("ascii")
"\ud800".encode("utf-16")
"\ud800".encode("utf-32")
b"\xff".decode()
b"\xe4\xb8".decode()
b"\xe4a".decode()
b"\xff".decode("ascii")
b"a".decode("utf-16")
b"a\xd8".decode("utf-16-le")
b"\0\xd8a\0".decode("utf-16-le")
b"a\xd8".decode("utf-32")
b"\0\0\x11\1".decode("utf-32-le")
b"\0\xd8\0\0".decode("utf-32-le")
str(b"a","x","y","z")
str(1,"utf-8")
str("a","utf-8")
str(b"a",1)
str(b"a","utf-8",1)
str(x=1)
str(b"\xff","utf-8")
str.maketrans(1)
str.maketrans("a","bc")
str.maketrans({"ab":1})
str.maketrans({1.5:1})
str.maketrans("a",1)
str.maketrans(1,"a")
str.maketrans("a","b",1)
"a".translate(1)
"a".translate({97:1.5})
"a".translate({97:-1})
"a".translate({97:0x110000})
"a".removeprefix(1)
"a".removesuffix(1)
"%d" % "a"
"%d" % 1.5
"%x" % 1.5
"%x" % "a"
"%c" % "ab"
"%c" % 1.5
"%c" % -1
"%c" % 0x110000
"%f" % "a"
"%e" % None
"%s"
"%s" % ()
"%s" % (1,2)
"a" % 1
"a" % {}
"a" % [1]
"%(a)s" % 1
"%(a)s" % {}
"%(a)s" % {"a":5}
"%(a" % {}
"%" % 1
"%y" % 1
"%*d" % ("a",1)
"%.*d" % ("a",1)
"%99999999999999999999d" % 1
"%.99999999999999999999d" % 1
"%s %" % 1
"%5" % 1
"%(a)(b)s" % {}
"%\u1234" % 1
"%(a)s %s" % {"a":1}
"%d" % None
"%i" % "1"
"%o" % "1"
"%#x %#o %#X" % (255, 8, 255)
"%+05d|% d|%-5d|" % (3,3,3)
"%.3x" % 10
"%c" % "a"
"%r %a %s" % ("é","é","é")
"%.2s|%5.1s|" % ("abc","abc")
"%5%|" % ()
"{}".format()
"{0}".format()
"{a}".format()
"{".format()
"}".format()
"{0".format(1)
"{!".format(1)
"{!x}".format(1)
"{!rr}".format(1)
"{0!r".format(1)
"{0!r:".format(1)
"{} {0}".format(1)
"{0} {}".format(1)
"{0.}".format(1)
"{0[}".format(1)
"{0[]}".format(1)
"{0[a]}".format(1)
"{0[a]b}".format(1)
"{0.a}".format(1)
"{:{:{}}}".format(1,2,3)
"{:{}}".format(1,5)
"{0!}".format(1)
"{a!r}".format(a=1)
"{99999999999999999999}".format(1)
"{0[99999999999999999999]}".format([1])
"{:d}".format("a")
"{{}}".format()
"{0:{{}}}".format(1)
"{a.b[c]}".format_map({})
"{}".format_map({})
"{a}".format_map(1)
"{!s:>5}|".format(1)
"{0[0]}".format([5])
"{0[x]}".format({"x":5})
"{: }".format("a")
"{:=5}".format("a")
"{:+}".format("a")
"{:#}".format("a")
"{:,}".format("a")
"{:z}".format("a")
"{:05}".format("a")
"{:.2,}".format("a")
"a".__format__(1)
"a".__getnewargs__()
"a" < 1
"a".splitlines(1,2)
"a".splitlines(foo=1)
"a".isidentifier(1)
"a".format(**{"self":1})
str.join("a")
str.upper(1)
str.__new__(int)
str.__new__()
"a".__mod__(1)
"a".__rmod__(1)
"a".__rmod__("%s")
iter("a").__reduce__()
iter("a").__setstate__("x")
iter("a"), iter("é")
"a".__iter__().__length_hint__()
"abc"[::0]
"abc"["a":]
"a".__contains__(1)
"a".__add__(1)
hash("abc"), hash(""), hash("é")
"aaa".count("", 1), "aaa".count("a", 1, -1), "".count("")
"ab cd".title(), "they're bill's".title(), "ǆ".title()
repr("a'b"), repr("a'\"b"), repr("\n\t\r\\\x00\x7f\x80\xa0\xad\u200b\ud800\U0001f600\u0378")
"1\u00b2\u2155\u0661".isdigit(), "\u00b2".isdigit(), "\u2155".isnumeric()
"%s" % {"a":1}
"%(a)s" % {"a":(1,2)}
"%(a)*d" % {"a":1}
"%s" % ((1,2),)
"%.0f %.10g %g %e %#g" % (0.5,1/3,1e100,12345.678,1.0)
"%05.1f|%+.2e|%-10g|" % (3.14159, 1234.5, 2.5)
"%F %G %E" % (float('nan'), float('inf'), -float('inf'))
"%010s|" % "a"
"%05d|%05x" % (-3, -255)
"%#05x|%-#8x|" % (10, 10)
"%d" % 10**30
"%d" % True
"%x" % -10
"%.5d|%+.5d" % (42, 42)
"%5c|%-5c|" % ("a", 98)
"%ld %hd %Ld" % (1,2,3)
"{0:>{1}}".format("a", 5)
"{!a}".format("é")
"{:>10}|{:<10}|{:^10}|{:*^9}".format("a","b","c","d")
'''
for c in cases.strip().split("\n"):
    try:
        r = repr(eval(c))
    except BaseException as e:
        r = type(e).__name__ + ": " + str(e)
    print(c, "=>", r if " at 0x" not in r else r.split(" at 0x")[0])
