# json, whose reader and writer are native: values, layout, hooks, errors with their places and notes.
import json


def attempt(call):
    try:
        print(repr(call()))
    except Exception as error:
        print(type(error).__name__, error, getattr(error, "__notes__", ""))


for text in (
    ' {"a": [1, 2.5, -3e2, true, false, null], "b": {"c": "\\u00e9\\ud83d\\ude00\\n"}} ',
    "[NaN, Infinity, -Infinity, -0, 0.0, 1E400]",
    '"\\ud800"',
    "", "[", "[1", "[1,", "[1,]", "{", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', "{a:1}", "tru", "-", "01", "1 2",
    '"abc', '"\\q"', '"\\u12"', '"\\u12g4"', '"\\', '"\t"', "'a'", "[1 2]", '{"a" 1}',
):
    attempt(lambda: json.loads(text))
attempt(lambda: json.loads('{"a": 1, "a": 2}', object_pairs_hook=list))
attempt(lambda: json.loads('{"a": {"b": 1}}', object_hook=lambda found: sorted(found.items())))
attempt(lambda: json.loads("[1.5, 2, NaN]", parse_float=str, parse_int=repr, parse_constant=len))
attempt(lambda: json.loads('"\t"', strict=False))
attempt(lambda: json.loads(b"\xff\xfe1\x00"))

data = {"z": [1, [2, {}], ()], "a": {"n": None, "t": True, 1: 1.0, None: "é\u2028\x7f\"\\", 2.5: 10**20}}
for options in ({}, {"indent": 2}, {"indent": "\t", "separators": (";", "=")}, {"ensure_ascii": False}, {"indent": 0}):
    attempt(lambda: json.dumps(data, **options))
attempt(lambda: json.dumps({"b": 1, "a": [{"d": 1, "c": 2}]}, sort_keys=True))
attempt(lambda: json.dumps({(1,): 2, "a": 1}, skipkeys=True, indent=1))
attempt(lambda: json.dumps({(1,): 2}))
attempt(lambda: json.dumps([1, {"k": object()}]))
attempt(lambda: json.dumps({"k": {1, 2}}, default=sorted))
attempt(lambda: json.dumps(float("nan"), allow_nan=False))
attempt(lambda: json.dumps([float("inf"), float("-inf"), float("nan")]))
loop = []
loop.append({"again": loop})
attempt(lambda: json.dumps(loop))


class Text(str):
    def __repr__(self):
        return "never"


class Number(int):
    def __repr__(self):
        return "never"


attempt(lambda: json.dumps([Text("x"), Number(5)]))
attempt(lambda: json.dumps({Text("x"): Number(5)}, indent=4))
