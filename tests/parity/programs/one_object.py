"""Which equal objects are one: constants and tables of code that was compiled together, what nothing is added to, short
bytes and strings."""
import warnings

warnings.simplefilter("ignore")
def f1(x):
    y = x + 1000.5; return 123.5, "a b", (1, 2.5), y
def f2(x): 
    y = x + 1000.5; return 123.5, "a b", (1, 2.5), y
a, b = f1.__code__, f2.__code__
for n in (
    'co_consts', 'co_names', 'co_varnames', 'co_linetable', 'co_exceptiontable', 'co_filename', 'co_code', 'co_lnotab',
    'co_freevars', 'co_cellvars', 'co_name', 'co_qualname',
):
    try: print(n, getattr(a,n) is getattr(b,n), getattr(a,n) is getattr(a,n))
    except Exception as e: print(n, e)
print(f1(1)[0] is f2(1)[0], f1(1)[1] is f2(1)[1], f1(1)[2] is f2(1)[2])
def g1(): return ((1,2.5),'zz zz', 2.5)
def g2(): return ('q q', (1,2.5), 2.5, 'zz zz')
x=(1,2.5); y='zz zz'
print(g1()[0] is g2()[1], g1()[1] is g2()[3], g1()[2] is g2()[2], g1()[0] is x, g1()[1] is y, x[1] is g1()[2])
fs1={1,2,3}; 
def h1(v): return v in {1,2,'k k'}
def h2(v): return v in {1,2,'k k'}
print([c for c in h1.__code__.co_consts if isinstance(c,frozenset)][0] is [c for c in h2.__code__.co_consts if isinstance(c,frozenset)][0])
k=b'bytes here'
def k1(): return b'bytes here'
print(k1() is k)
print('x y' is "x y", f1.__code__.co_consts[1] is f1.__code__.co_consts[1])
class A:
    z = 'zz zz'; w = 2.5
print(A.z is y, A.w is g1()[2])
l1 = lambda: None
l2 = lambda: None
print(l1.__code__.co_consts is l2.__code__.co_consts, l1.__code__.co_linetable is l2.__code__.co_linetable, l1.__code__.co_names is l2.__code__.co_names)
print(b'' is bytes(), b'a' is bytes([97]), b'ab'[:1] is b'a', b''.join([]) is b'', bytes(b'xy') is b'xy')
print('' is str(), 'a' is chr(97), 'é' is chr(233), 'ab'[0] is 'a', 'āb'[0] is chr(257))
print(() is tuple(), frozenset() is frozenset(), frozenset([1]) is frozenset([1]))
print(256 is int('256'), 257 is int('257'), -5 is int('-5'), -6 is int('-6'))
x = 257; y = 257
print(x is y, 1.5 is 1.5)
def f(a=1.5, *, k=1.5): return 1.5
print(f.__defaults__[0] is f.__kwdefaults__['k'], f() is 1.5)
exec("p = 1.5"); exec("q = 1.5")
print(p is q)
exec("p = 'hello_w'"); exec("q = 'hello_w'"); print(p is q)
exec("p = 'hello w'"); exec("q = 'hello w'"); print(p is q)
a = 'hello' + ' w'; b = 'hello w'; print(a is b)
c = ('hello_w' * 2); d = 'hello_whello_w'; print(c is d)
t = (1, 2, (3, 4.5)); u = (3, 4.5); print(t[2] is u)
s = 'abc'; print(s[:] is s, str(s) is s, s.lower() is s, s + '' is s, s * 1 is s, f'{s}' is s, ''.join([s]) is s, s.replace('q','') is s, s.strip() is s, s.encode() is s.encode())
tt = (1, 2); print(tt[:] is tt, tuple(tt) is tt, tt + () is tt, tt * 1 is tt, () + tt is tt)
bb = b'abcd'; print(bb[:] is bb, bytes(bb) is bb, bb + b'' is bb, bb * 1 is bb, b'' + bb is bb, bb.strip() is bb, bb.replace(b'q', b'') is bb, bb.lower() is bb)
print((0.0).__pos__() is 0.0, int(300) is 300, abs(300) is 300, +300 is 300, float(2.5) is 2.5, complex(2j) is 2j)
n = float('nan')
def g1(): return 1e400 - 1e400
def g2(): return (1e400, 1e400)
print(g2()[0] is g2()[1], g2() is g2())
import sys
print(sys.intern('zz zz') is 'zz zz', 'a.b' is sys.intern('a.b'))
class A:
    def m(self): return 'own str'
    def n(self): return 'own str'
print(A().m() is A().n(), A.__name__ is 'A', A.m.__name__ is 'm', A.m.__qualname__ is 'A.m')
def lk(*, kw_one): pass
print(lk.__code__.co_varnames[0] is 'kw_one', lk.__code__.co_consts)
from types import CodeType
co = (lambda: 12345.5).__code__
print(co.replace().co_consts is co.co_consts, co.replace(co_name='q').co_linetable is co.co_linetable, co.replace().co_code is co.co_code, co.replace().co_names is co.co_names)
k = (1.5, 'x y'); co2 = co.replace(co_consts=k); print(co2.co_consts is k)
for fn in (compile("lambda: (1, 'x y'); lambda: (1, 'x y')", 'n', 'exec'),):
    cs = [c for c in fn.co_consts if isinstance(c, CodeType)]
    print(len(cs), cs[0] is cs[1], cs[0] == cs[1], cs[0].co_consts is cs[1].co_consts, cs[0].co_filename is fn.co_filename)

# Code that was written and read again.
import marshal

source = "a = 'abc_d'; b = 'zz zz'\ndef f(): return 'zz zz', 1.5, 'abc_d'\ndef g(): return 1.5, 'zz zz'\n"
space = {}
exec(marshal.loads(marshal.dumps(compile(source, "here", "exec"))), space)
print(space["a"] is "abc" + "_d", space["f"]()[2] is space["a"], space["f"]()[1] is space["g"]()[0], space["f"]()[0] is space["b"])
