"""What the interpolations of t-strings say their expressions are, with `=` and what can stand behind it."""
a = b = 1
src=[r't"{a = }"', r't"{a  =  }"', 't"""{a =\\\n}"""', 't"""{a =\\\n\\\n}"""','t"""{a = # x = y\n}"""','t"""{a # q = r\n = # x = y\n}"""', 't"""{a == b = }"""', '''t"{'=' = }"''', 't"""{a =\\\n = 1}"""', 't"""{a\n=\n}"""','t"""{a\\\n=\\\n}"""', 't"{a=!r}"','t"""{a= # c=d\n!r}"""', 't"""{a =\\\n:>4}"""', "t'''{\"#\" = # c=d\n}'''", "t'''{'#=' + \"'\" = # c=d\n}'''", "t'''{'\"#' = # c=d\n}'''","t'''{'\"' = # c=\n}'''", "t'''{'a\"' '#' = # c=d\n}'''", 't"""{a =\n\\\n}"""', 't"""{a= \\\n \\\n}"""']
for s in src:
    try:
        t=eval(s); print(repr(s), t.strings, [(i.expression,i.conversion,i.format_spec) for i in t.interpolations])
    except Exception as e: print(repr(s), type(e), e)
