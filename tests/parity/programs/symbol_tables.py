"""The module `_symtable`, and `symtable` on top of it."""
import re
import sys
import warnings
import _symtable, symtable
t=_symtable.symtable("def f(x):\n  y=x\n  return lambda: y\nclass A:\n  z:int=1\n","f.py","exec")
print(re.sub(r'\d{6,}','N',repr(t)), type(t), type(t).__mro__, [a for a in dir(t) if not a.startswith('__')])
print(t.symbols, re.sub(r'\d{6,}','N',repr(t.children)), t.varnames, t.id==t.id, t.name, t.type, t.lineno, t.nested)
c=t.children[0]
print(c.symbols,c.varnames,c.children, type(c.children), c.children is c.children)
for a in ((),(1,2,3),("x","f","bad"),("x",1,"exec"),("x\0","f","exec"),(b"x = '\xe9'","f","exec"),("a b","f","exec"),("x","f"),("def f():\n global x\n x: int","f","exec"),(1,"f","exec"),("x","f",3),(memoryview(b'x=1'),b'f','exec'),("1 is 1","f","eval"),("x=1","f","eval"),("x","f","single"),("from __future__ import nope","f","exec"),("'\\d'","f","exec")):
    try: print(re.sub(r'\d{6,}','N',repr(_symtable.symtable(*a))))
    except BaseException as e: print(type(e),ascii(e), ascii(getattr(e,'args',None)))
print(_symtable.symtable.__doc__, _symtable.__doc__, _symtable.symtable.__text_signature__)
T=type(t); print(T.__module__, T.__name__, T.__qualname__, T.__doc__, T.__flags__&(1<<10))
try: T()
except TypeError as e: print(e)
for n in ('id','name','symbols'):
    d=T.__dict__[n]; print(d, type(d))
    try: setattr(t,n,1)
    except Exception as e: print(type(e),e)
print(sys.getsizeof(t))
s=symtable.symtable("def f(a,*,b=1)->int:\n  global g\n  nonlocal_ = a\n  def h(): nonlocal nonlocal_; return nonlocal_\n  return [x for x in g]\nclass C[T]:\n  def m(self): return __class__\n  @staticmethod\n  def s(): pass\ntype A[Q:int=str] = list[Q]","m.py","exec")
def show(t,l=0):
    print(' '*l, t.get_type(), t.get_name(), t.get_lineno(), t.is_optimized(), t.is_nested(), t.has_children(), sorted(t.get_identifiers()))
    for y in sorted(t.get_symbols(), key=lambda y:y.get_name()):
        print(' '*l,'-',y, y.is_referenced(), y.is_parameter(), y.is_global(), y.is_declared_global(), y.is_local(), y.is_free(), y.is_imported(), y.is_assigned(), y.is_namespace(), y.is_annotated(), y.is_type_parameter(), y.is_comp_iter(), y.is_comp_cell(), y.is_free_class())
    if isinstance(t, symtable.Function): print(t.get_parameters(), sorted(t.get_locals()), sorted(t.get_globals()), t.get_nonlocals(), sorted(t.get_frees()))
    if isinstance(t, symtable.Class):
        print(t.get_methods())
    for c in t.get_children(): show(c,l+2)
warnings.simplefilter('ignore')
show(s)
