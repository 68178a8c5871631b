"""memoryview: shapes, casts, items, comparison."""
cases = r'''
memoryview(1)
memoryview("a")
memoryview()
memoryview(b"abc").format, memoryview(b"abc").itemsize, memoryview(b"abc").nbytes, memoryview(b"abc").shape, memoryview(b"abc").strides, memoryview(b"abc").suboffsets, memoryview(b"abc").ndim, memoryview(b"abc").readonly
memoryview(b"abc").c_contiguous, memoryview(b"abc").f_contiguous, memoryview(b"abc").contiguous
memoryview(b"abc").obj, len(memoryview(b"abc"))
memoryview(b"abc")[0], memoryview(b"abc")[-1], bytes(memoryview(b"abc")[1:]), bytes(memoryview(b"abc")[::-1]), memoryview(b"abc")[::2].tolist()
memoryview(b"abc")[5]
memoryview(b"abc")["a"]
memoryview(b"abc")[1.5]
memoryview(b"abcd").cast("I").tolist(), memoryview(b"abcd").cast("h").tolist(), memoryview(b"abcd").cast("c").tolist(), memoryview(b"abcdefgh").cast("d").tolist()
memoryview(b"abcdefgh").cast("f").tolist(), memoryview(b"abcdefgh").cast("?").tolist(), memoryview(b"ab\xff").cast("b").tolist()
memoryview(b"abc").cast("I")
memoryview(b"abcd").cast("x")
memoryview(b"abcd").cast("I").cast("h")
memoryview(b"abcd").cast("B", [2,2]).tolist(), memoryview(b"abcd").cast("B", [2,2])[1,0], memoryview(b"abcd").cast("B", [2,2]).shape
memoryview(b"abcd").cast("B", [2,3])
memoryview(b"abcd").cast("B", [2,2])[0]
memoryview(b"abcd")[::2].cast("c")
memoryview(b"abc") == b"abc", memoryview(b"abc") == memoryview(bytearray(b"abc")), memoryview(b"abc") == "abc", memoryview(b"abc") < b"x"
hash(memoryview(b"abc")) == hash(b"abc")
hash(memoryview(bytearray(b"abc")))
memoryview(b"abc").tobytes(), memoryview(b"abc").hex(), memoryview(b"abc").hex(":")
memoryview(b"abc").toreadonly().readonly, memoryview(bytearray(b"abc")).toreadonly().readonly
memoryview(b"abc")
list(memoryview(b"abc")), 97 in memoryview(b"abc"), list(reversed(memoryview(b"abc")))
memoryview(b"abc").count(97), memoryview(b"abc").index(98)
memoryview(b"abc").index(1)
iter(memoryview(b"a"))
memoryview(bytearray(b"abcd")).cast("I").tobytes()
memoryview(b"abcd")[1:3].obj
memoryview(b"a").__sizeof__()
memoryview(memoryview(b"ab"))[0]
'''
for c in cases.strip().split("\n"):
    try:
        r = repr(eval(c))
    except BaseException as e:
        r = type(e).__name__ + ": " + str(e)
    print(c, "=>", r if " at 0x" not in r else r.split(" at 0x")[0])
