"""How far a run has come, for whoever wants to show it."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int | None], None]
"""Called with how much is done, and of how much where that is known."""


def meter(progress: Progress | None, total: int | None) -> Callable[[int], None]:
    """Return what adds to the work done and reports it."""
    amount = 0

    def done(more: int) -> None:
        nonlocal amount
        amount += more
        if progress is not None:
            progress(amount, total)

    return done
