def match(subject, N):
    match subject:
        case 0 | 1 | -1 | 2.5 | -3j | 1 + 2j: pass
        case "a" | b"b" | None | True | False: pass
        case N.value | N.other.value: pass
        case [] | [_] | [[_]] if N: pass
        case [a, b, *_]: pass
        case (a, *rest, 3): pass
        case [*_, last]: pass
        case {}: pass
        case {"k": v, N.key: [x, y], **rest}: pass
        case Point() | N.Point(1, y=0): pass
        case Point(x=a, y=[b, Point(c)]) as whole: return whole, a, b, c
        case (1 | 2) as number, str() as text: return number, text
        case [[x, y], [z, *w], {"a": _}]: return x
        case captured if captured > 3: return captured
        case _: return None
    match subject, N:
        case a, b: return a
        case other: return other
    match (yield):
        case {"x": 1, **kw} | {"y": 2, **kw}: print(kw)
match x:
    case 1: y
    case _: z
