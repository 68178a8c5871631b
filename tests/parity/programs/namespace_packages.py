"""Folders without an __init__.py are packages (PEP 420)."""
import sys, traceback
import portions, portions.inner.leaf
print(portions.__package__, portions.__spec__.loader.__class__, [p.rpartition('/')[2] for p in portions.__path__])
print(list(vars(portions)), portions.__file__)
print(portions.inner.leaf.value, portions.inner.leaf.__spec__.name, portions.inner.leaf.__spec__.parent)
from portions.inner import leaf
print(leaf is portions.inner.leaf)
try:
    import portions.missing
except ModuleNotFoundError as error:
    print(error, error.name)
try:
    from portions import absent
except ImportError as error:
    print(type(error).__name__, str(error).partition(' (')[0])
try:
    import portions.failing
except ZeroDivisionError:
    traceback.print_exc()
print('portions.failing' in sys.modules)
