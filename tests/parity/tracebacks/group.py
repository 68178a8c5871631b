def fail(e):
    raise e


def collect():
    errors = []
    for e in (ValueError("one"), TypeError("two")):
        try:
            fail(e)
        except Exception as x:
            errors.append(x)
    raise ExceptionGroup("several", [*errors, ExceptionGroup("inner", [KeyError("k")])])


collect()
