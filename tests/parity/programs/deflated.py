# zlib: the very bytes of its streams, and what is wrong with broken ones; gzip on top of it.
import gzip
import io
import zlib

data = b"".join(b"%d bottles of beer\n" % number for number in range(300)) + bytes(range(256))
for level in range(-1, 10):
    made = [zlib.compress(data, level, bits) for bits in (15, -15, 31)]
    print(level, [(len(stream), zlib.crc32(stream)) for stream in made])
    assert [zlib.decompress(stream, bits) for stream, bits in zip(made, (15, -15, 31))] == [data] * 3
print(zlib.adler32(data), zlib.crc32(data), zlib.crc32(b"b", zlib.crc32(b"a")) == zlib.crc32(b"ab"))

press = zlib.compressobj(9)
stream = press.compress(data[:100]) + press.flush(zlib.Z_SYNC_FLUSH) + press.compress(data[100:]) + press.flush()
print(len(stream), zlib.crc32(stream))
undo = zlib.decompressobj()
parts = [undo.decompress(stream + b"behind", 1000)]
while undo.unconsumed_tail:
    parts.append(undo.decompress(undo.unconsumed_tail, 1000))
print([len(part) for part in parts], b"".join(parts) == data, undo.eof, undo.unused_data)

words = b"bottles of beer\n"
press = zlib.compressobj(zdict=words)
stream = press.compress(b"3 bottles of beer\n") + press.flush()
print(stream, zlib.decompressobj(zdict=words).decompress(stream))


def attempt(call):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)


attempt(lambda: zlib.decompressobj().decompress(stream))
attempt(lambda: zlib.decompress(b"abc"))
attempt(lambda: zlib.decompress(zlib.compress(data)[:-1]))
attempt(lambda: zlib.decompress(zlib.compress(data)[:-2] + b"zz"))
attempt(lambda: zlib.compress("text"))
attempt(lambda: zlib.compress(b"", 10))
attempt(lambda: zlib.compressobj(wbits=100))

packed = gzip.compress(b"one\ntwo\n", mtime=0)
print(packed, gzip.decompress(packed * 2))
print(gzip.open(io.BytesIO(packed), "rt").readlines())
attempt(lambda: gzip.decompress(packed[:-3]))
attempt(lambda: gzip.decompress(b"not gzip"))
