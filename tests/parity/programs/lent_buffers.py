"""PEP 688: __buffer__ and __release_buffer__, of native types and of classes of programs."""
import array
import collections.abc
import inspect


def show(work):
    try:
        print(work())
    except Exception as error:
        print(type(error).__name__, error)


for cls in bytes, bytearray, memoryview, array.array, str, list:
    print(cls.__name__, issubclass(cls, collections.abc.Buffer), hasattr(cls, "__buffer__"), hasattr(cls, "__release_buffer__"))

show(lambda: bytes(b"abc".__buffer__(0)))
show(lambda: bytearray(b"abc").__buffer__(1)[0])
show(lambda: b"abc".__buffer__(1))
show(lambda: type(b"abc".__buffer__(inspect.BufferFlags.FULL_RO)))
show(lambda: b"a".__buffer__("x"))
show(lambda: memoryview(bytearray(b"a")).__buffer__(0).readonly)
b = bytearray(b"abc")
m = b.__buffer__(0)
show(lambda: b.extend(b"x"))
show(lambda: b.__release_buffer__(m))
show(lambda: b.extend(b"x"))
show(lambda: m[0])
show(lambda: b)
show(lambda: b.__release_buffer__(3))


class Buf:
    def __buffer__(self, flags):
        print("asked", flags)
        return memoryview(b"hello")

    def __release_buffer__(self, view):
        print("back", bytes(view))


show(lambda: isinstance(Buf(), collections.abc.Buffer))
show(lambda: bytes(Buf()))
show(lambda: bytearray(Buf()))
show(lambda: memoryview(Buf())[0])
show(lambda: b"x" + Buf())
show(lambda: b"-".join([Buf(), b"y"]))
show(lambda: b"hello".find(Buf()))
with memoryview(Buf()) as view:
    print(view.tolist(), view.readonly)


class Wrong:
    def __buffer__(self, flags):
        return 3


show(lambda: bytes(Wrong()))
show(lambda: memoryview(Wrong()))


class Derived(bytearray):
    def __buffer__(self, flags):
        print("derived")
        return super().__buffer__(flags)

    def __release_buffer__(self, view):
        print("released")
        super().__release_buffer__(view)


show(lambda: bytes(Derived(b"xyz")))
show(lambda: memoryview(Derived(b"xyz")).tobytes())
turned = memoryview(bytes(range(97, 102)))[::-1]
show(lambda: turned.hex(":", 2))
match memoryview(b"ab"):
    case [97, last]:
        print(last)
