# asyncio without a network: tasks, queues, timeouts, groups, synchronisation; and what it waits with.
import asyncio
import os
import select
import socket


async def later(value, delay=0.0):
    await asyncio.sleep(delay)
    return value


async def queued():
    queue = asyncio.Queue(2)

    async def produce():
        for number in range(5):
            await queue.put(number)
        await queue.put(None)

    async def consume():
        taken = []
        while (item := await queue.get()) is not None:
            taken.append(item)
        return taken

    _, taken = await asyncio.gather(produce(), consume())
    return taken


async def main():
    print(await asyncio.gather(later(1, 0.02), later(2, 0.01), later(3)))
    print(await queued())
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError as error:
        print("wait_for", repr(error))
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(10)
    except TimeoutError as error:
        print("timeout", repr(error))
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(later(n)) for n in range(3)]
    print([task.result() for task in tasks])
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(10))
            group.create_task(asyncio.wait_for(asyncio.sleep(10), 0))
    except* TimeoutError as errors:
        print(errors.exceptions)
    event = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.call_later(0.01, event.set)
    print(await event.wait(), loop)
    task = asyncio.create_task(asyncio.sleep(10))
    await asyncio.sleep(0)
    task.cancel("enough")
    try:
        await task
    except asyncio.CancelledError as error:
        print("cancelled", error.args, task.cancelled())
    async with asyncio.Lock() as lock, asyncio.Semaphore(2):
        print(lock)
    print([await first for first in asyncio.as_completed([later("b", 0.03), later("a", 0.01)])])


asyncio.run(main())
with asyncio.Runner() as runner:
    print(runner.run(later("runner")))

one, other = socket.socketpair()
with one, other:
    print(one.send(b"over there"), other.recv(4), other.recv(100))
    other.setblocking(False)
    try:
        other.recv(1)
    except BlockingIOError as error:
        print(error)
    other.settimeout(0.01)
    try:
        other.recv(1)
    except TimeoutError as error:
        print(error)
    one.shutdown(socket.SHUT_WR)
    print(other.recv(1), select.select([other], [other], [], 0) == ([other], [other], []))

reader, writer = os.pipe()
poll = select.poll()
poll.register(reader)
poll.register(writer, select.POLLOUT)
print([(number == writer, events) for number, events in poll.poll(0)])
os.write(writer, b"x")
with select.epoll() as epoll:
    epoll.register(reader, select.EPOLLIN)
    print([(number == reader, events) for number, events in epoll.poll(0)])
os.close(writer)
print(os.read(reader, 5), os.read(reader, 5))
os.close(reader)

for address in "1.2.3.4", "1.2", "0x7f.1", "x", "1.2.3.256":
    try:
        print(address, socket.inet_aton(address))
    except OSError as error:
        print(address, error)
print(socket.inet_ntop(socket.AF_INET6, bytes(15) + b"\1"), socket.inet_pton(socket.AF_INET6, "fe80::1"))
print(socket.htonl(1), socket.htons(1), socket.ntohl(1 << 24), socket.AF_INET, socket.SOCK_STREAM)
