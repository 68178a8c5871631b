# exceptions: handling order, chaining, notes, groups, finally, with, tracebacks as objects
import sys, traceback
def f(n):
    try:
        if n == 0: raise ValueError("zero")
        if n == 1: return "one"
        if n == 2: raise KeyError("two")
        return 1 // (n - 3)
    except ValueError as e:
        return f"value {e}"
    except (KeyError, IndexError) as e:
        return f"lookup {e!r} {e.args}"
    else:
        return "else"
    finally:
        print("finally", n)
for i in range(5):
    try:
        print(f(i))
    except ZeroDivisionError as e:
        print("outer", e)

def chain():
    try:
        try:
            {}["k"]
        except KeyError as e:
            raise RuntimeError("wrapped") from e
    except RuntimeError as e:
        print(repr(e.__cause__), e.__context__ is e.__cause__, e.__suppress_context__)
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            [][1]
    except IndexError as e:
        print(repr(e.__context__), e.__cause__)
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            raise OSError(2, "No such", "file.txt") from None
    except OSError as e:
        print(type(e), e, e.errno, e.filename, e.__suppress_context__)
chain()

class MyError(Exception):
    def __init__(self, a, b=2):
        super().__init__(a, b)
        self.b = b
    def __str__(self):
        return f"<{self.args}>"
try:
    raise MyError(1)
except MyError as e:
    e.add_note("first note")
    e.add_note("second")
    print(e, repr(e), e.__notes__)
    print("".join(traceback.format_exception(e)))
try:
    e
except NameError as x:
    print(x)

try:
    try:
        raise ExceptionGroup("eg", [ValueError(1), TypeError("t"), ExceptionGroup("in", [KeyError("k"), ValueError(2)])])
    except* ValueError as g:
        print("V", g.exceptions, len(g.exceptions))
    except* TypeError as g:
        print("T", repr(g))
except ExceptionGroup as rest:
    print("rest", rest, rest.exceptions)
try:
    raise ValueError("plain")
except* ValueError as g:
    print(repr(g))

class Manager:
    def __init__(self, swallow): self.swallow = swallow
    def __enter__(self): print("enter"); return self
    def __exit__(self, t, v, tb):
        print("exit", t and t.__name__, v, tb is not None)
        return self.swallow
with Manager(True) as m:
    raise ValueError("inside")
try:
    with Manager(False), Manager(False):
        raise KeyError("both")
except KeyError as e:
    print("out", e)
with Manager(False):
    pass
try:
    with object(): pass
except TypeError as e:
    print(e)
def ret():
    for i in range(3):
        try:
            continue
        finally:
            print("loop", i)
    try:
        return "try"
    finally:
        print("cleanup")
print(ret())
for bad in (lambda: (1, 2)[5], lambda: "a" + 1, lambda: None.x, lambda: int("q"), lambda: [1].index(3), lambda: {}.pop("z"),
            lambda: next(iter([])), lambda: 1 << -1, lambda: 2 ** 0.5 ** -1 / 0, lambda: float("nope"), lambda: chr(-1), lambda: "x".encode("bogus"),
            lambda: bytes([256]), lambda: object().foo, lambda: (lambda: 1)(2), lambda: [] < {}, lambda: len(5), lambda: iter(5), lambda: 5(),
            lambda: {}[1], lambda: [][0], lambda: "abc"[10], lambda: [1]["a"], lambda: set([[]]), lambda: sum(["a"]), lambda: max([]),
            lambda: "%d" % "x", lambda: "%s %s" % 1, lambda: "{} {}".format(1), lambda: "{x}".format(), lambda: b"a" + "b", lambda: "é".encode("ascii"), lambda: b"\xff".decode()):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__ + ":", e)
try:
    raise
except RuntimeError as e:
    print(e)
try:
    raise 5
except TypeError as e:
    print(e)
try:
    raise ValueError from 5
except TypeError as e:
    print(e)
a, b = 1, 2
try:
    a, b = [1]
except ValueError as e:
    print(e)
try:
    a, *b, c = [1]
except ValueError as e:
    print(e)
try:
    a, b = 1, 2, 3
except ValueError as e:
    print(e)
try:
    for x, y in [(1, 2, 3)]: pass
except ValueError as e:
    print(e)
try:
    assert 1 == 2, "math"
except AssertionError as e:
    print("assert", e)
def rec(n): return rec(n + 1)
try:
    rec(0)
except RecursionError as e:
    print(e)
try:
    exec("x = (")
except SyntaxError as e:
    print(e.msg, e.lineno, e.offset, e.text)
def tb():
    try:
        f2()
    except Exception as e:
        t = e.__traceback__
        while t:
            print(t.tb_lineno, t.tb_frame.f_code.co_name, t.tb_frame.f_lineno)
            t = t.tb_next
def f2():
    x = 1
    raise ValueError(x)
tb()
try:
    sys.exit(3)
except SystemExit as e:
    print("exit", e.code)
print(sys.exc_info())
