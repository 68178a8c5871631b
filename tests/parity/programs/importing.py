# importlib, written in Python, finds what import finds.
import importlib, importlib.util, sys
m = importlib.import_module("json.decoder"); print(m.__name__, m.__package__, m.__spec__.name, m.JSONDecoder)
print(importlib.import_module("array").__name__, importlib.util.find_spec("html").name, importlib.util.find_spec("nonono"))
import textwrap; textwrap.zz = 1; importlib.reload(textwrap); print(textwrap.zz, textwrap.dedent("  a"))
try: importlib.import_module("no.such")
except ImportError as e: print(type(e).__name__, e)
spec = importlib.util.find_spec("fractions"); mod = importlib.util.module_from_spec(spec); spec.loader.exec_module(mod); print(mod.Fraction(1, 3), "fractions" in sys.modules)
