"""Finders, loaders and path hooks that a program puts into the import system."""
import importlib, importlib.abc, importlib.machinery, importlib.util
import json, math, sys, traceback, colorsys, pkgutil, linecache, textwrap

print(type(json.__spec__), type(math.__spec__), math.__spec__, math.__loader__)
print(isinstance(json.__spec__, importlib.machinery.ModuleSpec), sys.__spec__.name)

class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name.startswith('made'):
            print('find', name, path)
            return importlib.util.spec_from_loader(name, self, is_package=name == 'made')
    def create_module(self, spec):
        return None
    def exec_module(self, module):
        module.hello = f'hello from {module.__name__}'
        if module.__name__ == 'made.bad':
            raise ValueError('it cannot be made')
        if module.__name__ == 'made.lost':
            raise ImportError('it is lost', name='lost')

sys.meta_path.insert(0, Finder())
import made, made.sub
from made import other
print(made.hello, made.sub.hello, other.hello, made.__path__)
print(made.__spec__.parent, made.sub.__spec__.parent, made.sub.__package__, made.__spec__.has_location)
for name in 'made.bad', 'made.lost', 'nowhere.at.all':
    try:
        importlib.import_module(name)
    except Exception as error:
        print(type(error).__name__, error)
try:
    import made.bad
except ValueError:
    traceback.print_exc()
try:
    import made.lost
except ImportError:
    traceback.print_exc()
sys.meta_path.pop(0)

class PathFinder:
    def __init__(self, path):
        if not path.startswith('virtual:'):
            raise ImportError
        self.path = path
    def find_spec(self, name, target=None):
        if name == 'hooked':
            return importlib.util.spec_from_loader(name, Finder())

sys.path_hooks.append(PathFinder)
sys.path.append('virtual:here')
import hooked
print(hooked.hello, hooked.__spec__.name, type(hooked.__spec__.loader))

plain = importlib.util.module_from_spec(importlib.machinery.ModuleSpec('plain', None))
print(plain, plain.__spec__)
print(importlib.reload(colorsys) is colorsys)
print(sorted(name for _, name, _ in pkgutil.iter_modules(json.__path__)))
print(importlib.util.find_spec('json.decoder').name, importlib.util.find_spec('not_there'))
sys.modules['halted'] = None
try:
    import halted
except ModuleNotFoundError as error:
    print(error)

real = __builtins__.__import__
def watching(name, globals=None, locals=None, fromlist=(), level=0):
    if name != '_io':
        print('import', name, fromlist, level)
    return real(name, globals, locals, fromlist, level)
__builtins__.__import__ = watching
import string
from os import path as p
__builtins__.__import__ = real
