"""bytes and bytearray: methods, operators, item assignment, and what they say about wrong arguments."""
cases = r'''
bytes(-1)
bytes("a")
bytes("a","x","y","z")
bytes("é","utf-8")
bytes(encoding="utf-8")
bytes(errors="x")
bytes(5, "utf-8")
bytes([256])
bytes(["a"])
bytes([-1])
bytes(1.5)
bytes(10**30)
bytes(b"ab"), bytes(bytearray(b"ab")), bytes(memoryview(b"ab")), bytes((1,2)), bytes(3)
bytes(x=1)
bytearray(-1)
bytearray("a")
bytearray([256])
bytearray(["a"])
bytearray(1.5)
bytearray(errors="x")
bytearray(5,"utf-8")
b"a"+1
b"a"+"a"
bytearray(b"a")+1
b"a"+bytearray(b"b"), bytearray(b"a")+b"b"
b"a"[5]
bytearray(b"a")["x"]
bytearray(b"a")[5]
b"abc"[::-1], b"abc"[1:2]
"a" in b"a"
256 in b"a"
97 in b"a"
1.5 in b"a"
b"" in b"a"
"a" in bytearray(b"a")
256 in bytearray(b"a")
b"a".find("a")
b"a".find(256)
b"a".find(97)
b"a".index(b"b")
b"a".count(1.5)
b"a".replace("a","b")
b"a".replace(b"a",1)
b"aaa".replace(b"a",b"b",2), b"ab".replace(b"",b"-")
b"a".split("a")
b"a".split(1)
b"a".split(b"")
b"a b  c".split(), b"a b  c".rsplit(None,1), b"a,b".split(b",")
b"a".join([1])
b"a".join(1)
b"a".join([b"x", bytearray(b"y"), memoryview(b"z")])
b"a".strip(1)
b"a".strip("a")
b" a ".strip(), b"xax".strip(b"x")
b"a".startswith("a")
b"a".startswith(("a",))
b"a".startswith((b"a",b"b"))
b"a".endswith(1)
b"a".partition("a")
b"a".partition(b"")
b"abc".partition(b"b"), bytearray(b"abc").partition(b"b"), b"abc".rpartition(b"x")
b"a".center(5,"a")
b"a".center(5,b"ab")
b"a".center(5), b"a".ljust(4,b"x"), b"a".rjust(4,bytearray(b"x"))
b"a".zfill(5), b"-a".zfill(5), b"a".zfill(0)
b"a\tb".expandtabs(), b"a\tb".expandtabs(4)
b"a\nb\r\nc\rd".splitlines(), b"a\nb\r\nc\rd".splitlines(True)
b"a".translate("a")
b"a".translate(b"a")
b"abc".translate(None, b"b"), b"abc".translate(bytes.maketrans(b"a",b"x"))
b"abc".translate(None, delete=b"b")
b"a".translate()
bytes.maketrans(b"a",b"bc")
bytes.maketrans("a",b"b")
bytes.fromhex("ab cd"), bytes.fromhex("AB")
bytes.fromhex("a")
bytes.fromhex("ax")
bytes.fromhex("a b")
bytes.fromhex("é")
bytes.fromhex(1)
bytes.fromhex(b"ab")
bytearray.fromhex("ab")
b"abc".hex(), b"abcde".hex(":"), b"abcde".hex(":",2), b"abcde".hex(":",-2)
b"a".hex("ab")
b"a".hex(1)
b"a".hex("é")
b"a".hex(":", 0)
b"ab".hex(b":")
b"a".decode(1)
b"a".decode("utf-8", 1)
b"a".decode("x")
b"aB c".title(), b"aB".swapcase(), b"aB".capitalize(), b"aB".upper(), b"aB".lower()
b"a".isalpha(), b"1".isdigit(), b"a1".isalnum(), b" ".isspace(), b"A".isupper(), b"a".islower(), b"Ab".istitle(), b"a\x80".isascii()
b"abc".removeprefix(b"a"), b"abc".removesuffix(b"c")
b"abc".removeprefix("a")
repr(b"a'b"), repr(b"a'\"b\n\x00\xff\\"), repr(bytearray(b"a'b")), str(b"a")
b"a" < "a"
b"a" == "a", b"a" == bytearray(b"a"), b"a" < bytearray(b"b")
hash(b"abc"), hash(b"")
hash(bytearray())
b"ab"*3, b"ab"*-1, 3*b"ab"
b"ab"*"x"
b"a"*10**20
b"a".__sizeof__(), b"".__sizeof__(), bytearray().__sizeof__(), bytearray(b"abc").__sizeof__()
iter(b"a").__length_hint__(), list(b"ab"), list(bytearray(b"ab"))
iter(b"a"), iter(bytearray(b"a"))
iter(b"ab").__reduce__()
b"a".__getnewargs__(), bytearray(b"ab").__reduce__(), bytearray(b"ab").__reduce_ex__(3), bytearray(b"\xff").__reduce__(), bytearray(b"\xff").__reduce_ex__(2)
b"a".__bytes__()
int.from_bytes(b"ab")
'''
stm = r'''
a[0]=256
a[0]=-1
a[0]="x"
a[0]=5
a[9]=5
a["x"]=5
a[1.5:]=b""
a[1:2]=b"xyz"
a[1:2]="xyz"
a[1:2]=5
a[1:2]=[1,2,3]
a[::2]=b"xy"
a[::2]=b"x"
a[::-1]=b"xyz"
del a[0]
del a[9]
del a[::2]
del a[1:2]
a.append(256)
a.append("x")
a.append(5)
a.extend(5)
a.extend("x")
a.extend([1,2,256])
a.extend(b"xy")
a.extend(a)
a.insert(0, 5)
a.insert(-1, 5)
a.insert(100, 5)
a.insert("x", 5)
a.pop()
a.pop(0)
a.pop(9)
a.clear(); a.pop()
a.remove(97)
a.remove(5)
a.remove("x")
a.reverse()
a.clear()
b = a.copy(); b.append(1)
a += b"x"
a += "x"
a += 5
a *= 2
a *= -1
a *= "x"
m = memoryview(a); a.append(1)
m = memoryview(a); a[0] = 1
m = memoryview(a); a[0:1] = b"xx"
m = memoryview(a); m[0] = 5
m = memoryview(a); m[0:2] = b"xy"
m = memoryview(a); m[0:2] = b"x"
m = memoryview(a); m.release(); m[0]
m = memoryview(b"abc"); m[0] = 1
a.resize(5)
a.resize(-1)
a[1:] = a
a = bytearray.__new__(bytearray)
a.__init__(b"x")
a.__init__("x")
'''
for c in cases.strip().split("\n"):
    try:
        r = repr(eval(c))
    except BaseException as e:
        r = type(e).__name__ + ": " + str(e)
    print(c, "=>", r if " at 0x" not in r else r.split(" at 0x")[0])
for c in stm.strip().split("\n"):
    a = bytearray(b"abc")
    d = {"a": a}
    try:
        exec(c, d)
        r = repr(d["a"])
    except BaseException as e:
        r = type(e).__name__ + ": " + str(e)
    print(c, "=>", r)
