"""What may be spent: a request is begun only where the most that it can cost still fits.

The most is reserved before a request and corrected by what the server says that it took; where it does not say, the
reserve counts as spent. So nothing is sent beyond the budget, also where several requests are under way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Condition

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of a request and of its answer."""

    tokens_in: int
    tokens_out: int

    def cost(self, price_in: float, price_out: float) -> float:
        """Return what they cost at prices per million."""
        return (self.tokens_in * price_in + self.tokens_out * price_out) / MILLION


class Budget:
    """Requests, tokens and cost that may be spent; what ``limits`` does not name is unlimited."""

    def __init__(self, limits: Mapping[str, float], *, price_in: float = 0.0, price_out: float = 0.0) -> None:
        self._limits = dict(limits)
        self._prices = price_in, price_out
        self._spent = dict.fromkeys(limits, 0.0)
        self._reserved = dict.fromkeys(limits, 0.0)
        self._under_way = 0
        self._changed = Condition()
        self.is_spent = False

    def reserve(self, most: Usage) -> bool:
        """Set aside what a request may take at most; False, from then on for all, where it does not fit.

        Where it may fit yet, this waits for the requests under way: they seldom take all that was set aside for them.
        """
        need = self._amounts(most)
        with self._changed:
            while not self.is_spent:
                if self._fits(need):
                    for key in self._limits:
                        self._reserved[key] += need[key]
                    self._under_way += 1
                    return True
                if not self._under_way or not self._may_fit(need):
                    self.is_spent = True
                    self._changed.notify_all()
                    return False
                self._changed.wait()
            return False

    def settle(self, most: Usage, taken: Usage | None, *, charged: bool = True) -> None:
        """Put what a request took in the place of what was set aside for it; None where that is not known.

        ``charged`` is false where the server did not work: nothing but the request counts then.
        """
        need = self._amounts(most)
        spent = self._amounts(taken) if taken is not None else need
        with self._changed:
            for key in self._limits:
                self._reserved[key] -= need[key]
                self._spent[key] += spent[key] if charged or key == "requests" else 0.0
            self._under_way -= 1
            self._changed.notify_all()

    def _fits(self, need: Mapping[str, float]) -> bool:
        return all(self._spent[key] + self._reserved[key] + need[key] <= most for key, most in self._limits.items())

    def _may_fit(self, need: Mapping[str, float]) -> bool:
        """Say whether it fits if the requests under way take nothing but themselves."""
        return all(
            self._spent[key] + (self._reserved[key] if key == "requests" else 0.0) + need[key] <= most
            for key, most in self._limits.items()
        )

    def _amounts(self, usage: Usage) -> dict[str, float]:
        tokens = usage.tokens_in + usage.tokens_out
        return {"requests": 1.0, "tokens": float(tokens), "cost": usage.cost(*self._prices)}
