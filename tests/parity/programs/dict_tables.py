# When dicts grow, shrink and are compacted shows in their sizes and in iteration that changes them.
import sys
S=sys.getsizeof
out=[]
d={}
for i in range(200):
    d[i]=i; out.append(S(d))
print(out); out=[]
d={}
for i in range(200):
    d[str(i)]=i; out.append(S(d))
print(out); out=[]
d={'a':1,'b':2}
out.append(S(d)); d[3]=4; out.append(S(d)); 
d={'a':1,'b':2,'c':3,'d':4,'e':5}
out.append(S(d)); d[3]=4; out.append(S(d)); 
d={str(i):i for i in range(10)}
out.append(S(d)); d[3]=4; out.append(S(d)); 
d={str(i):i for i in range(11)}
out.append(S(d)); d[3]=4; out.append(S(d)); 
for n in range(60):
    d={i:i for i in range(n)}
    e=dict(d); f=d.copy(); g={}; g.update(d); h={**d}; k={**d, 'x':1}; m=d|d; o=dict.fromkeys(d); p=dict.fromkeys(range(n)); q=dict(zip(range(n),range(n))); r={1:1,2:2,3:3}; r.update(d)
    for i in range(0,n,2): del d[i]
    out.append(tuple(map(S,(d,e,f,g,h,k,m,o,p,q,r,dict(d),d.copy(),{**d}))))
    s={}; s.update(d); out.append(S(s))
    t=dict.fromkeys(set(range(n)));out.append(S(t))
    while d: d.popitem(); out.append(S(d))
    d[1]=1; out.append(S(d))
    e.clear(); out.append(S(e)); e[1]=1; out.append(S(e))
print(out)
out=[S({}),S({1:1}),S({1:1,2:2,3:3,4:4,5:5,6:6}),S({1:1,2:2,3:3,4:4,5:5,6:6,7:1,8:1,9:1,10:1,11:1}),S({'1':1,'2':2,'3':3,'4':4,'5':5,'6':6}),S(dict(a=1,b=2,c=3,d=4,e=5,f=6))]
def f(**k): return S(k)
out+=[f(),f(a=1),f(a=1,b=2,c=3,d=4,e=5,f=6)]
print(out)
d={}; log=[]
for i in range(5): d[i]=0
try:
    for k in d:
        log.append(k); del d[k]; d[k]=1
except RuntimeError as e: print(e)
print(log)
d={0:0}; log=[]
try:
    for k in d:
        log.append(k); del d[0]; d[0]=1
except RuntimeError as e: print(e)
print(log)
class K:
    def __init__(s,n): s.n=n
    def __hash__(s): return s.n
    def __eq__(s,o): return s.n==o.n
    def __del__(s): print('del',s.n)
d={K(1):1,K(2):2}
del d[K(1)]
print('after')
d={'a'*i:0 for i in range(100)}
for i in range(90): del d['a'*i]
print(S(d)); 
for i in range(300): d['b']=1; del d['b']; out.append(S(d))
print(out, list(d)==['a'*i for i in range(90,100)])
