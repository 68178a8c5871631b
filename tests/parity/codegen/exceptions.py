def tries(a, b):
    try:
        a()
    except:
        b()
    try:
        a()
    except A:
        pass
    except (B, C) as e:
        return e
    except D.E as f:
        raise
    else:
        b()
    finally:
        c()
    try:
        a()
    except* A as e:
        print(e)
    except* (B, C):
        raise
    else:
        return_value = 1
    try:
        with a as b:
            return b
    finally:
        a.close()


def leaving(items):
    for item in items:
        try:
            if item: continue
            if not item: break
            return item
        finally:
            print(item)
    while items:
        with items as a, a.b() as c:
            if c: break
            continue
        try:
            return 1
        except A as e:
            continue
        finally:
            try: items.pop()
            except IndexError: pass
    try:
        try: x
        finally: y
    finally:
        z


def generator(a):
    try:
        yield a
    finally:
        yield from a


async def context(a):
    async with a as b:
        try:
            await b
        except A as e:
            return await e
    async for c in a:
        with c:
            continue


def nested():
    with a:
        with b:
            with c:
                try:
                    for i in d:
                        with e: return i
                except* E: pass
                finally: del i
