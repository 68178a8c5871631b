"""Matches of many small patterns against many small texts, as CPython finds them: goldens of the `_sre` engine.

Prints JSON: for each pattern its code, number of groups and cases `[text, search, match, fullmatch]`; a match is
`[[[start, end] for group 0 ...], lastindex]`.
"""
import re, json, random, sys
import re._compiler as c
pats = [r'a', r'(a+)b|c', r'a{2,3}', r'(?:ab)*?x', r'(?>a|ab)c', r'a*+b', r'(?<=a)b', r'(?<!a)b', r'(a)?(?(1)b|c)', r'(?i)É[a-z]+', '[\u0100-\u0400x]+', r'(a|ab)(c|bcd)(d*)', r'(?:(a)|b)*', r'(a*)*', r'(a*)+', r'(?:a|b)*?c', r'(\w+)\s+\1', r'^\d+$', r'(?m)^\w+$', r'\bfoo\b', r'\Bo', r'(?s).+', r'.*?z', r'(x?)*y', r'((a)|(b))+', r'(?=(a+))a*b\1', r'(?:(?:a{1,2}){2}){2}', r'[^\W\d]+', r'(?a)\w+', r'(?P<n>.)(?P=n)', r'(?:ab|a)(?:bc|c)?$', r'(a{1,3}?)(a*)', r'(?:a?){3}a{3}', r'\A\s*(\S+)\s*\Z', r'([a-c]+?)(c|$)', r'(?:x|(y))+z', r'(?!foo)\w+', r'(?:a++|b)*c', r'(?:(a)b?)*+a', r'', r'(|a)+', r'(a|b)*?b', r'[\s\S]{2,4}?b', '(?i)[k-\u212a]', '\U0001F600+', r'(?i)straße']
subs = ['', 'a', 'ab', 'aab', 'abab x', 'ababx', 'c', 'abc', 'abcd', 'abcbcd', 'aaaa', 'aaaaaa', 'bab', 'cb', 'foo foo', 'foofoo', '12\n34', '123', 'Éab éZ', 'x\u0150y', 'xyxyz', 'one\ntwo\n', 'aacb', 'aabaa', 'ooo foo oo', '  hi  ', '\U0001F600\U0001F600', 'STRASSE straße', 'K\u212ak', 'éü_9']
out = []
for p in pats:
    r = re.compile(p)
    code = [int(x) for x in c._code(c._parser.parse(p), 0)]
    for s in subs:
        row = []
        for mode in ('search', 'match', 'fullmatch'):
            m = getattr(r, mode)(s)
            row.append(None if m is None else [list(m.regs), m.lastindex])
        out.append({"pattern": p, "code": code, "groups": r.groups, "text": s, "search": row[0], "match": row[1], "fullmatch": row[2]})
# store code once per pattern
pk = {}
for o in out: pk.setdefault(o["pattern"], {"pattern": o["pattern"], "code": o["code"], "groups": o["groups"], "cases": []})["cases"].append([o["text"], o["search"], o["match"], o["fullmatch"]])
json.dump(list(pk.values()), sys.stdout, ensure_ascii=True, separators=(",", ":"))
