"""`__debug__` is a constant where it is read, before scopes are looked at."""


def declared():
    seen = __debug__
    global __debug__
    return seen, __debug__


def outer():
    def inner():
        return [__debug__ for _ in range(2)]

    return inner() and (lambda: __debug__)()


print(declared(), outer(), declared.__code__.co_names, outer.__code__.co_cellvars)
for source in (
    "__debug__ = 1", "del __debug__", "def f(__debug__): pass", "global __debug__; __debug__ = 1", "print(__debug__); nonlocal __debug__",
    "def f():\n  __debug__\n  nonlocal __debug__", "import __debug__", "__debug__: int = 1", "__debug__: int\nglobal __debug__", "x.__debug__ = 1",
):
    try:
        exec(compile(source, "source", "exec"), {"x": declared})
        print("fine")
    except SyntaxError as error:
        print(error.args)
