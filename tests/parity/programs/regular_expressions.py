# `re` and `_sre`: patterns, matches, scanners, templates, and what they refuse.
import re, _sre, sys
def t(f):
    try: print(repr(f()))
    except BaseException as e: print(type(e).__name__, e)
P=re.compile('(?P<x>a)(b)?')
M=P.match('ab')
for n in 'match fullmatch search sub subn findall split finditer scanner __copy__ __deepcopy__ __class_getitem__'.split():
    f=getattr(re.Pattern,n); print(n, f.__doc__, getattr(f,'__text_signature__',None), type(f).__name__)
for n in 'group start end span groups groupdict expand __copy__ __deepcopy__ __class_getitem__ string re pos endpos lastindex lastgroup regs'.split():
    f=getattr(re.Match,n); print(n, f.__doc__, getattr(f,'__text_signature__',None), type(f).__name__)
t(lambda: re.Pattern[str]); t(lambda: re.Match[bytes])
t(lambda: P.match()); t(lambda: P.match(1)); t(lambda: P.match('a',b=1)); t(lambda: P.match('a','b')); t(lambda:P.match(b'a')); t(lambda: re.compile(b'a').match('a'))
t(lambda: P.match('a',1,2,3)); t(lambda: P.match(string='ab',pos=0,endpos=1)); t(lambda: P.match('a',2**70)); t(lambda: P.match('ab',-5,100))
t(lambda: P.match('xab',1).span()); t(lambda: P.sub('z')); t(lambda: P.sub('z','ab',count=1)); t(lambda: P.sub(1,'ab')); t(lambda: P.sub(lambda m:1,'ab')); t(lambda: P.sub(lambda m:None,'xabx')); t(lambda: P.sub(b'x','ab'))
t(lambda: P.sub('\\5','ab')); t(lambda: P.sub('\\g<x>\\2|','abaab')); t(lambda: P.sub('\\g<y>','ab')); t(lambda:P.sub('[\\2]','a')); t(lambda: P.subn('','abab',1))
t(lambda: P.split('1ab2a3')); t(lambda: P.split('1ab2a3',1)); t(lambda: P.split('1ab2a3',-1)); t(lambda:P.split('x',maxsplit='a'))
t(lambda: M.group(5)); t(lambda: M.group('y')); t(lambda: M.group(0,'x',2)); t(lambda: M[0]); t(lambda: M['x']); t(lambda: M[-1]); t(lambda: M.group(-1)); t(lambda: M.group(2**70)); t(lambda: M.group(1.5)); t(lambda: M.group([])); t(lambda: M.start('x')); t(lambda: M.start(1,2)); t(lambda: M.end(9)); t(lambda: M.groups(default=3)); t(lambda: M.groups(1,2)); t(lambda: M.groupdict(x=1)); t(lambda: M.expand('\\1')); t(lambda: M.expand(1)); t(lambda: len(M)); t(lambda: bool(M)); t(lambda: list(M))
m=P.match('a'); t(lambda: (m.groups(),m.groups('d'),m.span(2),m.regs,m.lastindex,m.lastgroup,m.pos,m.endpos,m.string,m.re is P))
t(lambda: re.match('(a)(b)?(?P<z>c)?','ab').lastgroup)
t(lambda: P.groupindex); t(lambda: re.compile('a').groupindex); t(lambda: P.flags); t(lambda: re.compile(b'a',re.I)); t(lambda: re.compile('a',re.I|re.M|re.S|re.X|re.A)); t(lambda: re.compile('a'*300)); t(lambda: re.compile(b'a',re.L)); t(lambda: re.compile('a',1<<20))
t(lambda: re.match('.*','x'*100)); t(lambda: re.match(b'.*',b'\xff'*60)); t(lambda: re.match('.*',"'"))
t(lambda: hash(re.compile('abc'))==hash(re.compile('abc'))); t(lambda: re.compile('abc')==re.compile('abc',re.I)); t(lambda: re.compile('a')!=re.compile(b'a')); t(lambda: re.compile('a')=='a');
t(lambda: _sre.compile('a',0,[1],0,{},())); t(lambda: _sre.compile('a',0,[],0,{},())); t(lambda: _sre.compile('a',0,[2**40],0,{},())); t(lambda: _sre.compile('a',0,[-1],0,{},())); t(lambda: _sre.compile('a',0,['x'],0,{},())); t(lambda: _sre.compile('a',0,(),0,{},())); t(lambda: _sre.compile('a',0,[1],0,[],())); t(lambda: _sre.compile('a',0,[1],0,{},[])); t(lambda: _sre.compile()); t(lambda: _sre.compile(1,0,[1],0,{},())); t(lambda: _sre.compile('a','b',[1],0,{},())); t(lambda: _sre.compile('a',0,[1],-1,{},())); t(lambda: _sre.compile(None,0,[1],0,{},()))
t(lambda: _sre.compile('a',0,[2**70],0,{},()))
t(lambda: _sre.template('',[])); t(lambda: _sre.template('',['a',1])); t(lambda: _sre.template('',['a',-1,'b'])); t(lambda: _sre.template('',['a','b','c'])); t(lambda: _sre.template('',1)); t(lambda: _sre.template())
for f in (_sre.ascii_iscased,_sre.unicode_iscased,_sre.ascii_tolower,_sre.unicode_tolower):
    t(lambda: [f(ord(c)) for c in 'aA1é\u0130ß\u1e9e']); t(lambda: f(-1)); t(lambda: f('a')); t(lambda: f(2**40)); t(lambda: f(0x110000))
t(lambda: _sre.getcodesize()); t(lambda: (_sre.MAGIC,_sre.CODESIZE,_sre.MAXREPEAT,_sre.MAXGROUPS,_sre.copyright)); t(lambda: _sre.compile.__doc__); t(lambda:_sre.compile.__text_signature__); t(lambda: _sre.template.__doc__)
ba=bytearray(b'abcabc'); it=re.finditer(b'b',ba)
t(lambda: next(it)); t(lambda: ba.append(1)); t(lambda: list(it)); 
del it
t(lambda: ba.append(1))
t(lambda: re.match(b'a', memoryview(b'abc'))); t(lambda: re.match(b'a', memoryview(b'abc')).group()); t(lambda: re.sub(b'a', bytearray(b'x'), bytearray(b'aba'))); t(lambda: re.sub(b'a', bytearray(b'\\g<0>x'), bytearray(b'aba')))
s=P.scanner('abab'); t(lambda: (s.match(), s.match(), s.match(), s.search(), s.pattern is P))
class S(str): pass
x=S('abc'); t(lambda: type(re.match('.*',x).group())); t(lambda: re.match('.*',x).string is x); y='abcdef'; t(lambda: re.match('.*',y).group() is y); t(lambda: re.sub('x','',x).__class__); t(lambda: re.sub('x','',y) is y); t(lambda: re.sub('x', S('\\1'), y))
t(lambda: re.split('x', y)[0] is y)
t(lambda: re.compile('(?P<a>x)(?P<b>y)').groupindex['c'])
def g(m): return P.sub(g, 'zz')
t(lambda: P.sub(g,'ab'))
t(lambda: re.compile('a+').sub('b','caat\u20ac')); t(lambda: re.findall('(.)(.)','\U0001f600a\U0001f601b')); t(lambda: re.sub('(?i)straSSE|\u0130','X','STRASSE \u0130 i\u0307'))
t(lambda: re.template) ; t(lambda: re.purge()); t(lambda: re.escape('a.b*\n\x00é')); t(lambda: re.Scanner([('a','A'),('b',lambda s,t:t*2),('c',None)]).scan('abcabd'))
t(lambda: re.RegexFlag(3)); t(lambda: re.I|re.M); t(lambda: re.compile('(?i:a)b',re.DEBUG))
for p in ['(','a)','[a','a**','a{2,1}','(?P<a>x)(?P<a>y)','(?P=z)','\\1','(?<=a+)b','(?z)','\\','[z-a]','(?P<1a>x)','(?(1)a|b|c)','(?(9)a)','(?i','\\x1','\\u12','\\q','(?#','x(?i)','(?-i)','(?iu-i:a)','(?au)a','(?L)a','*a','(?P>a)','(?:','a(?!','(?<a','(?-','(?i-']:
    t(lambda: re.compile(p))
    try: re.compile(p)
    except re.error as e: print(e.msg,e.pattern,e.pos,e.lineno,e.colno)
try: re.compile('a\nb(')
except re.error as e: print(e, e.lineno, e.colno)
