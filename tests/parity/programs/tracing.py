"""Functions that are told of calls, lines, returns and exceptions."""
import sys


def loop(n):
    total = 0
    for i in range(n):
        total += i
    return total


def fails():
    try:
        1 / 0
    except ZeroDivisionError:
        return 'caught'


def numbers():
    yield 1
    yield 2


class C:
    x = 1

    def method(self):
        return [a for a in (1, 2)]


events = []


def tracer(frame, event, arg):
    shown = arg[0].__name__ if event == 'exception' else arg
    events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno, shown))
    return tracer


def profiler(frame, event, arg):
    name = arg.__name__ if event.startswith('c_') else frame.f_code.co_name
    events.append((event, name))


def show(function, *args):
    events.clear()
    function(*args)
    for event in events:
        print(*event)
    print()


def traced(function, *args):
    sys.settrace(tracer)
    try:
        function(*args)
    finally:
        sys.settrace(None)


def profiled(function, *args):
    sys.setprofile(profiler)
    try:
        function(*args)
    finally:
        sys.setprofile(None)


show(traced, loop, 2)
show(traced, fails)
show(traced, lambda: list(numbers()))
show(traced, C().method)
show(profiled, lambda: len(sorted([3, 1])))
print(sys.gettrace(), sys.getprofile())
