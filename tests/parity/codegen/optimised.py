def constants():
    1 + 2 * 3 ** 4, -(5 // 2), ~7, not 0, "a" "b" * 4, (1, 2) + (3,), (1, 2)[0], "abc"[1], 1 << 3, 7 % 3, 1.0 / 3
    2 ** 10000, "x" * 10000, (1,) * 300, 1 / 0, 1 << 100000, 0.0 * -1, -0.0, 1j - 0.0, True + 1, 3 @ 4
    return None if 0 else (1 if "x" else 2)


def branches(a, b, c):
    if 0: a
    if 1: b
    else: c
    if not (a and 1): return 1
    while 1:
        if a: break
    while not 1: never
    if a and b and c or 0: return 2
    if (a or b) and (b or c): return 3
    x = a and b or c
    if a:
        if b: return x
        else: return c
    elif not c:
        return
    return (a if b else c) or (b and c)


def exits(a):
    if a == 1: return "one"
    if a == 2: raise ValueError
    for b in a:
        if b:
            if a: continue
            print(b)
        else:
            break
    return


def locals_(a, b):
    if a: c = 1
    print(c)
    d = c; e = d
    del d
    try: f = a
    except E: print(f)
    with b as g: h = g
    print(h, d, e)
    a, b = b, a
    a, b, c = c, a, b
    x = y = z = a
    _, _ = a
    while a:
        i = a
        a = i.next
    return i, [j for j in i if j], (k for k in j)


def long(a):
    a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z
    return a + 1 + 256 + 255 + -6 + -5 + 257, [a, a, a], (a, 1, a), {1, 2, a}, [1, 2, 3] + a


def swaps(a, b, c, d):
    (a, b), (c, d) = (c, d), (a, b)
    a, a = b, c
    a, b, c, a = d, c, b, a
    [a, *b], c = d, a
    return a, b, c, d
