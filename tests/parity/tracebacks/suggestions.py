import sys


class Thing:
    colour = 1

    def method(self):
        return metod()


for f in (
    lambda: Thing().color,
    lambda: Thing().method(),
    lambda: prnt(1),
    lambda: "".uper(),
    lambda: sys.pth,
    lambda: Thing(colur=1),
    lambda: sorted([1], revers=True),
):
    try:
        f()
    except Exception:
        sys.excepthook(*sys.exc_info())
from math import sqroot
