import sys


def show(f):
    try:
        f()
    except Exception:
        sys.excepthook(*sys.exc_info())


class A:
    def __getitem__(self, k):
        return self.missing


a = A()
show(lambda: a[1][2])
show(lambda: (1 + 2) / (3 - 3))
show(lambda: a.one.two)
show(lambda: print(1, undefined, 3))
show(lambda: "é" + 1 + "ü")
show(lambda: [i for i in range(3) if i / 0])
show(lambda: a(1)(2))
show(lambda: int("x" * 3, base=10))
show(lambda: {**1})
show(lambda: (lambda: (yield))().throw(ValueError("thrown in")))
show(
    lambda: max(
        [1],
        key=lambda v: v.nope,
    )
)
print("printed")
import colections
