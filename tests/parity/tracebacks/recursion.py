def down(n):
    return down(n + 1)


def up(n):
    if n:
        return up(n - 1)
    raise ValueError("bottom")


try:
    up(10)
except ValueError:
    down(0)
