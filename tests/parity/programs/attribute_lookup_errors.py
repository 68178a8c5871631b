"""What an AttributeError knows of the lookup that it came from."""
class A:
    blech=None
    def __getattr__(self, n): raise AttributeError
    @property
    def p(self): raise AttributeError('own')
for f in (lambda: A().bluch, lambda: A().p, lambda: getattr(A(),'bluch'), lambda: object().x, lambda: __import__('os').nope_x, lambda: type('B',(),{})().q):
    try: f()
    except AttributeError as e: print(e.args, e.name, type(e.obj).__name__)
class G:
    def __getattribute__(self, n):
        raise AttributeError('x', name='mine', obj=3)
try: G().foo
except AttributeError as e: print(e.args, e.name, e.obj)
def __x(): pass
try: A.zz
except AttributeError as e: print(e.name, e.obj)
try: (3).__add__.zork
except AttributeError as e: print(e.name, type(e.obj))
try: A().bluch()
except AttributeError as e: print(e.name, type(e.obj))
try: A().bluch += 1
except AttributeError as e: print(e.name, type(e.obj))
class P:
    __slots__=('a',)
try: P().a
except AttributeError as e: print(e.args,e.name, type(e.obj))
try: P().b = 1
except AttributeError as e: print(e.args,e.name, type(e.obj))
try: del P().a
except AttributeError as e: print(e.args,e.name, type(e.obj))
print(hasattr(A(),'q'), getattr(A(),'q',5))
