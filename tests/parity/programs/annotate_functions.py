"""__annotate__ that programs write, set and delete; conditional annotations; annotations of wrappers."""
import annotationlib
import types
import warnings


def show(work):
    try:
        print(work())
    except Exception as error:
        print(type(error).__name__, error)


def f(): pass
class X: pass


for x in f, types.ModuleType("mod"), X:
    x.__annotate__ = lambda format: 42
    show(lambda: x.__annotations__)


class Own:
    a: int
    def __annotate__(format):
        return {"a": str}


print(Own.__annotate__(1), annotationlib.get_annotations(Own), list(Own.__dict__))
Own.__annotate__ = lambda format: {"b": 1}
print(Own.__annotations__, Own.__annotate__(1))
Own.__annotations__ = {"q": 1}
print(list(Own.__dict__), Own.__annotate__)


class Bare: pass


print(Bare.__annotate__, Bare.__annotations__, list(Bare.__dict__))


class Given:
    __annotations__ = {"w": 1}


print(Given.__annotations__, Given.__annotate__)
Given.__annotate__ = lambda format: {"n": 1}
print(Given.__annotations__)
for name in "__annotations__", "__annotations__", "__annotate__", "__doc__", "__name__":
    show(lambda: delattr(Given, name))


class Set(set): pass


for value in "0", "{}", "[]", "''", "frozenset()", "None", "Set()", "set()":
    show(lambda: exec(f"__conditional_annotations__ = {value}\nx: int", {"Set": Set}))
    show(lambda: exec(f"class C:\n __conditional_annotations__ = {value}\n if 1: x: int", {"Set": Set}))

for wrapper in classmethod, staticmethod:
    @wrapper
    def wrapped(x) -> int: pass
    for name in "__annotations__", "__annotate__":
        show(lambda: delattr(wrapped, name))
        show(lambda: name in wrapped.__dict__)
        show(lambda: type(getattr(wrapped, name)))
        show(lambda: name in wrapped.__dict__)
        show(lambda: delattr(wrapped, name))
        show(lambda: delattr(wrapped, name))


class NotCallable(tuple): __class_getitem__ = 3
class Refused(tuple): __class_getitem__ = None


show(lambda: NotCallable[int])
show(lambda: Refused[int])


def plain(): pass
def generator(): yield
async def coroutine(): pass
async def asynchronous(): yield


def assign(to, source):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        to.__code__ = source.__code__
    return [str(w.message) for w in caught]


for source in plain, generator, coroutine, asynchronous:
    show(lambda: assign(types.FunctionType(plain.__code__, {}), source))

for function in str.maketrans, bytes.maketrans, dict.fromkeys, [].append:
    print(function.__self__, function.__qualname__)
