"""A limit of time for what may hang: a search that tries 2^n ways would stop the whole test run."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class TooSlowError(BaseException):
    """Something took longer than it may; no Exception, which the pipeline would catch to set the article aside."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise TooSlowError after so many seconds of this process's own time; no limit where there is no such timer."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise TooSlowError(f"not done in {seconds} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
