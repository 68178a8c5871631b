"""Code objects made, changed and looked at by programs."""
import types


def f(a, b=1, *c):
    if a:
        return [x for x in c if x > b]
    return None


code = f.__code__
print(code.replace(co_name='g', co_firstlineno=99).co_firstlineno)
print(code.replace(co_consts=(None, 5)).co_consts)
made = types.CodeType(
    code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_nlocals, code.co_stacksize,
    code.co_flags, code.co_code, code.co_consts, code.co_names, code.co_varnames, code.co_filename, code.co_name,
    code.co_qualname, code.co_firstlineno, code.co_linetable, code.co_exceptiontable, code.co_freevars, code.co_cellvars,
)
print(made == code, types.FunctionType(made, {})(True, 1, 2, 3))
print(list(code.co_branches()))
