"""What money, demand and travel are counted in: names for people, nothing is converted."""

from __future__ import annotations

from robustev.core.settings import Settings


class Units(Settings):
    """Names of the units that the data are in; they appear in reports, and change no number."""

    money: str = "cost units"
    """Unit of every cost, such as ``euro a day``."""
    demand: str = "demand units"
    """Unit of demand and capacity, such as ``sessions a day``."""
    travel: str = "travel units"
    """Unit of travel, such as ``km``."""

    def cost(self, amount: str) -> str:
        """Return an amount of money with its unit.

        >>> Units(money="euro a day").cost("1,200"), Units().cost("1,200")
        ('1,200 euro a day', '1,200 cost units')
        """
        return f"{amount} {self.money}"

    def sentence(self) -> str:
        """Return the units that were named as a sentence; empty without any.

        >>> Units(money="euro a day", travel="km").sentence()
        'Costs are in euro a day, travel in km.'
        """
        parts = []
        for word, field in (("costs", "money"), ("demand", "demand"), ("travel", "travel")):
            if getattr(self, field) != getattr(NEUTRAL, field):
                parts.append((word, getattr(self, field)))
        if not parts:
            return ""
        (first, unit), *others = parts
        verb = "are" if first == "costs" else "is"
        text = f"{first} {verb} in {unit}" + "".join(f", {word} in {u}" for word, u in others)
        return text[0].upper() + text[1:] + "."


NEUTRAL = Units()
"""The units of data that name none."""
