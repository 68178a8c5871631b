"""A small shop: the example that `bytelens tour` walks through."""

import json

VAT = 0.19


class Item:
    def __init__(self, name, price, count=1):
        self.name = name
        self.price = price
        self.count = count

    @property
    def total(self):
        return self.price * self.count


def discounter(percent):
    factor = 1 - percent / 100
    calls = 0

    def apply(amount):
        nonlocal calls
        calls += 1
        return amount * factor

    return apply


def bill(items, discount=None):
    net = sum(item.total for item in items)
    if discount is not None:
        net = discount(net)
    currency = "EUR"
    print(f"{len(items)} items, {net = :.2f}")
    return round(net * (1 + VAT), 2)


basket = [Item("tea", 4.5, 2), Item("cup", 11.0)]
print("this line needs not run for the evaluation below, and does not")

