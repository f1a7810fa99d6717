"""What a stage counts, from several threads at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from threading import Lock


class Tally:
    """Figures by name; they only grow."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, what: str, number: float = 1) -> None:
        if number:
            with self._lock:
                self._counts[what] += number  # type: ignore[assignment]  # a Counter of fractions too: costs

    def read(self) -> Mapping[str, float]:
        """Return the figures so far (kg.protocols.Counts)."""
        with self._lock:
            return dict(self._counts)
