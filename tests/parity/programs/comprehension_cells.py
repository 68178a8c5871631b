"""A variable that is captured is a comprehension's, too: it comes back, also by way of an exception that is caught around it."""

def f(failed, result):
    seen = []
    for r in result:
        seen.append(lambda: r)
    try:
        q = [r // 0 for r in failed]
    except ZeroDivisionError:
        q = "caught"
    try:
        for a, r in ((1, 2), (3, 4)):
            p = {r: a for a, r in failed}
    except TypeError as error:
        p = error
    kept = [g() for g in seen]
    for r in result:
        seen.append(lambda: r)
    return q, p, kept, [g() for g in seen], r


print(f([5, 6], [1, 2]))


def g(values):
    for v in values:
        h = lambda: v
    try:
        return [1 / v for v in values]
    except ZeroDivisionError:
        return h(), v
    finally:
        print("finally", h(), v)


print(g([1, 2]), g([1, 0]))
