"""What exceptions, frames and generators say afterwards; arguments that constructors refuse."""
import functools
import itertools
import json
import operator
import pickle
import sys


def show(work, *args):
    try:
        print(work(*args))
    except Exception as error:
        print(type(error).__name__, error)


class Evil(str):
    def __str__(self):
        change(raised)
        return self


def replaced(error):
    error.object = None


def deleted(error):
    del error.object


for change in replaced, deleted:
    for reason, encoding in ("reason", Evil("utf-8")), (Evil("reason"), "utf-8"):
        raised = UnicodeEncodeError(encoding, "x", 0, 1, reason)
        show(str, raised)
        raised = UnicodeDecodeError(encoding, b"x", 0, 1, reason)
        show(str, raised)
    raised = UnicodeTranslateError("x", 0, 1, Evil("reason"))
    show(str, raised)
raised = UnicodeEncodeError("u", "x", 0, 1, "r")
for name in "start", "end":
    show(lambda: delattr(raised, name))
    show(lambda: setattr(raised, name, None))
    show(lambda: getattr(raised, name))

error = SyntaxError("msg", ("file.py", 1, 2, "txt", 2, 3))
error.__init__("m", ("n.py", 2, 3, "t"))
print(error.end_lineno, error.end_offset, error.args, error.msg)
error = SystemExit(3)
error.__init__()
print(error.code)


def line_of(function):
    try:
        function()
    except Exception as error:
        traceback = error.__traceback__
        while traceback:
            frame, line = traceback.tb_frame, traceback.tb_lineno
            traceback = traceback.tb_next
    first = frame.f_code.co_firstlineno
    return function.__name__, frame.f_lineno - first, line - first


class Quiet:
    def __enter__(self): return self
    def __exit__(self, *args): pass


def after_with():
    with Quiet():
        1/0
        pass


def nested():
    with Quiet():
        with Quiet():
            1/0


def in_named_except():
    try:
        1/0
    except Exception as error:
        1/0
        pass


def in_finally():
    try:
        1/0
    finally:
        pass


def raised_again():
    for i in [1]:
        try:
            1/0
        except ZeroDivisionError:
            raise


for function in after_with, nested, in_named_except, in_finally, raised_again:
    print(line_of(function))


def generate():
    yield sys._getframe()


generator = generate()
frame = next(generator)
print(frame.f_back)
next(generator, None)
print(frame.f_back)
try:
    1/0
except ZeroDivisionError as error:
    print(dir(error.__traceback__))


class Broken:
    def __iter__(self): return self
    def __next__(self): return 1
    def __getattr__(self, name): 1/0


def delegate():
    yield from Broken()


sys.unraisablehook = lambda args: print("ignored", args.exc_type.__name__, args.err_msg.split("<")[0], args.object)
generator = delegate()
next(generator)
show(generator.send, 1)
show(generator.close)

for cls, args in [(itertools.chain, ([1], [2])), (itertools.islice, ([1, 2, 3], 1, 3)), (itertools.cycle, ([1],)),
                  (itertools.pairwise, ("abc",)), (itertools.compress, ("AB", [1, 0])), (enumerate, ("a",)),
                  (itertools.combinations, ("abc", 2)), (filter, (None, [0, 1])), (reversed, ("ab",))]:
    class Derived(cls): pass
    class WithInit(cls):
        def __init__(self, *args, new=None):
            self.new = new
    for made in cls, Derived, WithInit:
        show(lambda: list(itertools.islice(made(*args, new=3), 3)))
show(lambda: memoryview(1, 2))
show(lambda: memoryview(x=1))
show(lambda: functools.cmp_to_key(mycmp=1, x=2))
show(lambda: functools.cmp_to_key(x=1))

partial = functools.partial(int, base=2)
show(lambda: delattr(partial, "__dict__"))
show(lambda: pickle.loads(pickle.dumps(partial))("101"))
show(lambda: pickle.loads(pickle.dumps(operator.methodcaller("foo", 1, a=2))))


class Asked:
    def __getattr__(self, name):
        raise AttributeError(23)


class Property:
    @property
    def inside(self):
        raise AttributeError("in it")


for x, name in (Asked(), "some"), (Property(), "inside"):
    try:
        getattr(x, name)
    except AttributeError as error:
        print(error.args, error.name, error.obj is x)

show(lambda: json.dumps([-1.5, -0.0, {-2.5: -1e-9}]))
show(lambda: json.loads('[-1.5, -0.0, -1E5]'))
items = [object() for _ in range(10)]
show(lambda: json.dumps(items, default=lambda x: items.pop() and None))
for text in '"\\u', '"\\u12', '"\\u1234', '"\\uD834', '"\\uD834\\u':
    show(json.loads, text)
