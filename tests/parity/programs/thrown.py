"""What is thrown into generators: context, stack, traceback; what steps of asynchronous ones give."""
def g():
    try:
        yield 1
    except ValueError as e:
        yield repr(e.__context__)
it=g(); next(it)
try:
    raise KeyError('x')
except KeyError:
    print(it.throw(ValueError('v')))
def f():
    yield from g2()
def g2():
    yield
import sys, traceback
class G:
    def __iter__(self): return self
    def __next__(self): return 1
    def throw(self, *a):
        print([fr.name for fr in traceback.extract_stack()][-3:])
        raise StopIteration
def f2():
    yield from G()
x=f2(); next(x)
try: x.throw(ValueError)
except BaseException as e: print(type(e))
def inner():
    try: yield
    except ValueError:
        print([fr.name for fr in traceback.extract_stack()][-3:]); raise
def f3(): yield from inner()
x=f3(); next(x)
try: x.throw(ValueError)
except BaseException as e: print(type(e), [t.name for t in traceback.extract_tb(e.__traceback__)])
def g5():
    try: yield
    except Exception: raise ZeroDivisionError
x=g5(); next(x)
try:
    raise KeyError
except KeyError:
    try: x.throw(ValueError)
    except Exception as e: print(repr(e), repr(e.__context__), repr(e.__context__.__context__))
async def ag():
    yield 1
    yield 2
a=ag()
it=a.__anext__()
try: it.__next__()
except StopIteration as e: print(e.args, e.value)
try: it.__next__()
except RuntimeError as e: print(e)
it=a.__aiter__().__anext__()
try: it.send(None)
except StopIteration as e: print(e.args)
it=a.__anext__()
try: it.send(None)
except StopAsyncIteration as e: print(repr(e))
class AI:
    def __aiter__(self): return self
    async def __anext__(self): return 5
c=anext(AI())
print(type(c))
try: c.send(None)
except StopIteration as e: print(e.value)
c=anext(AI(), 'd')
print(type(c))
try: next(c.__await__())
except StopIteration as e: print(e.value)


class Mirrored:
    pass


Mirrored.__repr__ = Mirrored.__str__
try:
    repr(Mirrored())
except RecursionError:
    print('each asks the other')
