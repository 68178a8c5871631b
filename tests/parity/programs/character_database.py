# unicodedata: every property of every character as checksums, normal forms, names, errors.
import unicodedata
import zlib

for database in unicodedata, unicodedata.ucd_3_2_0:
    print(database.unidata_version)
    for name in "category", "bidirectional", "combining", "east_asian_width", "mirrored", "decomposition":
        read = getattr(database, name)
        print(name, zlib.crc32("|".join(str(read(chr(c))) for c in range(0, 0x30000, 3)).encode()))
    for name in "decimal", "digit", "numeric", "name":
        read = getattr(database, name)
        print(name, zlib.crc32("|".join(str(read(chr(c), None)) for c in range(0, 0x30000, 7)).encode()))

text = "e\u0301\u0323 \u1e9b\u0323 \ufb01 \uac01 \u1100\u1161\u11a8 A\u030a \u2126 \u0958 \U0001d15e"
for form in "NFC", "NFD", "NFKC", "NFKD":
    made = unicodedata.normalize(form, text)
    print(form, ascii(made), unicodedata.is_normalized(form, made), unicodedata.is_normalized(form, text))
print(ascii(unicodedata.ucd_3_2_0.normalize("NFC", "\U0002f868")), unicodedata.normalize("any", "") == "")


def attempt(call):
    try:
        print(ascii(call()))
    except Exception as error:
        print(type(error).__name__, error)


attempt(lambda: unicodedata.lookup("latin small letter e with acute"))
attempt(lambda: unicodedata.lookup("NULL"))
attempt(lambda: unicodedata.ucd_3_2_0.lookup("NULL"))
attempt(lambda: unicodedata.lookup("no such thing"))
attempt(lambda: unicodedata.lookup(1))
attempt(lambda: unicodedata.lookup("a" * 300))
attempt(lambda: unicodedata.name("\n"))
attempt(lambda: unicodedata.name("\n", "none"))
attempt(lambda: unicodedata.category("ab"))
attempt(lambda: unicodedata.name("ab"))
attempt(lambda: unicodedata.category(1))
attempt(lambda: unicodedata.decimal("a"))
attempt(lambda: unicodedata.normalize("NFX", "a"))
attempt(lambda: unicodedata.normalize("NFC", 1))
attempt(unicodedata.UCD)
print("\N{GREEK SMALL LETTER ALPHA}\u1234".encode("ascii", "namereplace"))
