"""Comprehensions in a class whose variable has a cell, where the class has a name of that spelling from around it."""


def around(e):
    class Plain:
        made = [lambda: e for e in "ab"]
        kept = e

    class Annotated:
        if e:
            made = {k: (lambda: e + k) for e in "cd" for k in "x"}
            kept: str = e

    class Nested:
        made = [[lambda: (e, f) for f in "12"] for e in "ef"]
        kept = [e for _ in "1"]

    return Plain, Annotated, Nested


def walk(code):
    print(code.co_name, code.co_varnames, code.co_cellvars, code.co_freevars, code.co_code.hex())
    for const in code.co_consts:
        if hasattr(const, "co_code"):
            walk(const)


plain, annotated, nested = around("outer")
print([f() for f in plain.made], plain.kept)
print({k: f() for k, f in annotated.made.items()}, annotated.kept, annotated.__annotations__)
print([[f() for f in fs] for fs in nested.made], nested.kept)
walk(around.__code__)
