def inner(x):
    return [1, 2, 3][x] + {"a": 1}["b" if x else "c"]


def outer(n):
    total = 0
    for i in range(n):
        total += inner(i)
    return total


outer(
    3,
)
