"""Numbers that stand for one thing, joined two by two into disjoint sets."""

from __future__ import annotations


class Clusters:
    """Disjoint sets of numbers; the smallest of each stands for it, so that the order of joining does not matter."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def root(self, number: int) -> int:
        """Return the number that stands for this one and all that are joined to it."""
        above, root = self._above, number
        while root in above:
            root = above[root]
        while number != root:  # all on the way point to the root from now on
            above[number], number = root, above[number]
        return root

    def join(self, number: int, other: int) -> None:
        a, b = sorted((self.root(number), self.root(other)))
        if a != b:
            self._above[b] = a
