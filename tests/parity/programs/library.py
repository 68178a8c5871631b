# the library modules that people reach for first
import abc, argparse, bisect, collections, contextlib, copy, dataclasses, datetime, enum, functools, heapq, itertools, json, keyword, math, operator, pprint, random, re, string, textwrap, time, types, typing
class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...
try:
    Shape()
except TypeError as e:
    print(e)
p = argparse.ArgumentParser(prog="x", description="d"); p.add_argument("f"); p.add_argument("-n", type=int, default=3, help="number")
print(p.parse_args(["file", "-n", "5"])); print(p.format_help())
print(bisect.bisect([1, 3, 5], 3), bisect.bisect_left([1, 3, 5], 3), bisect.insort(l := [1, 3], 2), l)
C = collections
print(C.Counter("abracadabra").most_common(2), C.OrderedDict(a=1), C.defaultdict(list, {"a": [1]}), C.deque([1, 2, 3], maxlen=2), C.namedtuple("P", "x y")(1, 2), C.ChainMap({"a": 1}, {"b": 2})["b"])
d = C.deque(range(5)); d.rotate(2); d.appendleft(9); d.popleft(); print(d, d[1], list(reversed(d)))
P = C.namedtuple("P", "x y", defaults=[5]); print(P(1)._replace(x=3), P._fields, P(1)._asdict(), P(1) == (1, 5))
@contextlib.contextmanager
def cm():
    print("in")
    try:
        yield 5
    finally:
        print("out")
with cm() as v, contextlib.suppress(KeyError): print(v); {}["x"]
with contextlib.ExitStack() as st: st.callback(print, "cb"); st.enter_context(cm())
@dataclasses.dataclass(order=True, frozen=True)
class Item:
    name: str
    price: float = 1.0
    tags: list = dataclasses.field(default_factory=list, compare=False)
print(Item("a"), Item("a") < Item("b"), dataclasses.asdict(Item("q", 2.5, [1])), dataclasses.replace(Item("a"), price=9))
try:
    Item("a").name = "b"
except dataclasses.FrozenInstanceError as e:
    print(e)
dt = datetime.datetime(2024, 2, 29, 13, 5, 7); print(dt, dt.isoformat(), dt + datetime.timedelta(days=366, hours=1), dt.strftime("%Y/%m/%d %H:%M %j %A"), datetime.date(2024, 3, 1) - datetime.date(2024, 2, 1), datetime.datetime.fromisoformat("2020-01-02T03:04:05"), dt.weekday(), repr(dt))
class Color(enum.Enum):
    RED = 1
    GREEN = enum.auto()
    @property
    def nice(self): return self.name.title()
class Perm(enum.Flag):
    R = 4; W = 2; X = 1
print(Color.RED, repr(Color.GREEN), Color(1), Color["RED"].nice, list(Color), Perm.R | Perm.X, Perm(6), Color.RED in Color, enum.IntEnum("N", "a b").b + 1)
@functools.lru_cache(maxsize=None)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(80), fib.cache_info(), functools.reduce(operator.mul, range(1, 6)), functools.partial(pow, 2)(5), functools.partial(int, base=2)("101"))
@functools.total_ordering
class TO:
    def __init__(s, v): s.v = v
    def __eq__(s, o): return s.v == o.v
    def __lt__(s, o): return s.v < o.v
print(TO(1) >= TO(0), TO(1) <= TO(0))
@functools.singledispatch
def sd(x): return "obj"
@sd.register
def _(x: int): return "int"
print(sd(1), sd("a"), functools.wraps(fib)(lambda: 0).__name__, sorted("bca", key=functools.cmp_to_key(lambda a, b: (a > b) - (a < b))))
class CP:
    @functools.cached_property
    def v(self): print("computed"); return 1
cp = CP(); print(cp.v, cp.v)
h = [5, 1, 4]; heapq.heapify(h); heapq.heappush(h, 0); print(heapq.heappop(h), h, heapq.nlargest(2, h), heapq.nsmallest(1, h), list(heapq.merge([1, 4], [2, 3])))
I = itertools
print(list(I.chain([1], [2])), list(I.islice(I.count(5, 2), 3)), list(I.product("ab", repeat=2)), list(I.permutations([1, 2, 3], 2)), list(I.combinations("abc", 2)), list(I.groupby("aabbc"))[0][0], [(k, list(g)) for k, g in I.groupby("aabbc")], list(I.accumulate([1, 2, 3])), list(I.zip_longest("a", "bc", fillvalue="-")), list(I.takewhile(lambda x: x < 3, range(9))), list(I.dropwhile(lambda x: x < 3, range(5))), list(I.starmap(pow, [(2, 3)])), list(I.repeat(1, 2)), [next(c) for c in [I.cycle("ab")] * 3], list(I.compress("abc", [1, 0, 1])), list(I.pairwise([1, 2, 3])), list(I.batched("abcde", 2)), [list(x) for x in I.tee([1, 2])], list(I.filterfalse(None, [0, 1])), list(I.combinations_with_replacement("ab", 2)))
print(json.dumps({"a": [1, 2.5, None, True, "é\n"], "b": {}}, indent=1), json.loads('{"x": [1, -2.5e3, "\\u00e9", null, true]}'), json.dumps("é", ensure_ascii=False), json.dumps([1, 2], separators=(",", ":")), json.dumps({"b": 1, "a": 2}, sort_keys=True))
try:
    json.loads("{bad}")
except json.JSONDecodeError as e:
    print(e)
print(keyword.iskeyword("for"), keyword.softkwlist, math.pi, math.sqrt(2), math.floor(-1.5), math.ceil(1.2), math.gcd(12, 18), math.lcm(4, 6), math.factorial(20), math.comb(5, 2), math.perm(5, 2), math.isclose(0.1 + 0.2, 0.3), math.hypot(3, 4), math.log(8, 2), math.log2(8), math.log10(1000), math.exp(1), math.sin(1), math.atan2(1, 1), math.fsum([0.1] * 10), math.prod([1, 2, 3]), math.isqrt(17), math.inf, math.nan, math.trunc(2.7), math.copysign(1, -0.0), math.modf(2.5), math.frexp(8.0), math.ldexp(0.5, 4), math.degrees(math.pi), math.dist([0, 0], [3, 4]))
print(operator.itemgetter(1, 0)("ab"), operator.attrgetter("real")(3), operator.methodcaller("upper")("x"), operator.add(1, 2), operator.index(True))
pprint.pprint({"key" + str(i): list(range(i * 3)) for i in range(6)}, width=40)
random.seed(42); print(random.random(), random.randint(1, 100), random.choice("abc"), random.sample(range(100), 3), random.shuffle(x := [1, 2, 3, 4]), x, random.gauss(0, 1), random.uniform(1, 2), random.getrandbits(70), random.choices("ab", k=3))
print(re.findall(r"(\w)(\d)", "a1 b2"), re.sub(r"(?P<x>\w+)", r"<\g<x>>", "hi you"), re.split(r"[,;]\s*", "a, b;c"), re.match(r"(?P<y>\d{4})-(\d\d)", "2024-05").groupdict(), re.search("b+", "abbb").span(), re.compile(r"^a.c$", re.M | re.S).findall("abc\na\nc"), re.fullmatch("a|ab", "ab"), re.escape("a.b*c"), re.sub("a", lambda m: m.group().upper(), "banana", count=2), re.compile("x"), re.IGNORECASE, re.findall(r"(?i)straße", "STRASSE Straße"))
try:
    re.compile("(")
except re.error as e:
    print(e)
print(string.ascii_lowercase, string.Template("$a ${b}").substitute(a=1, b=2), string.capwords("a bc"), string.Formatter().format("{0}", 5))
print(textwrap.fill("The quick brown fox jumps over the lazy dog " * 2, 30), textwrap.dedent("  a\n   b"), textwrap.indent("a\nb", "> "), textwrap.shorten("hello big world", 12))
print(types.SimpleNamespace(a=1), types.FunctionType, types.MappingProxyType({"a": 1}), types.new_class("NC").__name__, time.time() > 1e9, time.strftime("%Y", time.gmtime(0)), isinstance(time.perf_counter(), float))
class TD(typing.TypedDict):
    a: int
class Proto(typing.Protocol):
    def m(self): ...
class NT(typing.NamedTuple):
    a: int
    b: str = "x"
print(typing.Optional[int], typing.Union[int, str], typing.List[int], typing.get_type_hints(NT), NT(1), TD(a=1), typing.Callable[[int], str], typing.Any, typing.TypeVar("T"), typing.cast(int, "a"), typing.get_args(dict[str, int]), typing.Literal["a", 1], typing.Annotated[int, 5])
