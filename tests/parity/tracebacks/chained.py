class Broken(Exception):
    pass


def load(path):
    try:
        return open_it(path)
    except KeyError as e:
        raise Broken("cannot load", path) from e


def open_it(path):
    try:
        return {}[path]
    except KeyError:
        return 1 / 0 if path == "zero" else {}["other"]


try:
    load("file")
except Broken as e:
    e.add_note("a note")
    e.add_note("another\nof two lines")
    try:
        load("zero")
    except ZeroDivisionError:
        raise RuntimeError
