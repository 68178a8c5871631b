"""A small shop: the example that `bytelens tour` walks through."""

import json
from dataclasses import dataclass

VAT = 0.19


@dataclass
class Item:
    name: str
    price: float
    count: int = 1

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
    return round(net * (1 + VAT), 2)


basket = [Item("tea", 4.5, 2), Item("cup", 11.0)]
print(f"{len(basket)} items, {basket[0].total = }")

