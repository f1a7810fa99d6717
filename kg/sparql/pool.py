"""Processes that answer queries, and the limits that end them: whatever a query does, the server lives on."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from kg.sparql.worker import receive, send

_LOOK = 0.1
"""Seconds between looks at the clock and at whether the client still waits."""
_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may take: seconds, rows of the answer, megabytes of memory; and how many are answered at once."""

    seconds: int = 30
    rows: int = 100_000
    memory: int = 1024
    workers: int = 2


@dataclass(frozen=True, slots=True)
class Request:
    """A query with the data set and the formats that are asked for, those liked best first: (name, media type)."""

    query: str
    base: str
    default: Sequence[str] = ()
    named: Sequence[str] = ()
    rows: Sequence[tuple[str, str]] = ()
    graphs: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP status, the media type, and the answer or why there is none."""

    status: int
    type: str
    body: bytes


@dataclass(slots=True)
class _Worker:
    folder: Path
    process: subprocess.Popen[bytes]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


@dataclass(slots=True)
class Pool:
    """Workers over one index; ``folder`` may be set to another one, to which each then goes with its next query."""

    folder: Path
    prefixes: Mapping[str, str]
    limits: Limits
    _idle: queue.LifoQueue[_Worker | None] = field(default_factory=queue.LifoQueue)

    def __post_init__(self) -> None:
        for _ in range(self.limits.workers):
            self._idle.put(None)  # a worker is started when it is first needed

    def answer(self, request: Request, gone: Callable[[], bool] = lambda: False) -> Reply:
        """Answer a query, or say why not; ``gone`` says whether nobody waits for it any more."""
        try:
            worker = self._idle.get(timeout=self.limits.seconds)
        except queue.Empty:
            return _refused(503, "all workers are busy; try again in a while")
        try:
            worker, reply = self._answer(worker, request, gone)
        finally:
            self._idle.put(worker)
        return reply

    def _answer(
        self, worker: _Worker | None, request: Request, gone: Callable[[], bool]
    ) -> tuple[_Worker | None, Reply]:
        if worker is not None and (worker.folder != self.folder or worker.process.poll() is not None):
            worker.end()
            worker = None
        try:
            worker = worker or self._start()
        except (EOFError, OSError):
            return None, _refused(500, "the index cannot be opened; it is built anew with the next query")
        done, ended = threading.Event(), [""]
        watch = threading.Thread(target=self._watch, args=(worker, done, ended, gone), daemon=True)
        watch.start()
        try:
            head = {name: value for name, value in asdict(request).items() if name != "query"}
            send(cast(BinaryIO, worker.process.stdin), head, request.query.encode("utf-8", "replace"))
            answered, body = receive(cast(BinaryIO, worker.process.stdout))
        except (EOFError, OSError):
            done.set()
            watch.join()
            worker.end()
            return None, _refused(
                500,
                ended[0] or f"the query was ended: it took more than {self.limits.memory} MB, or too deep a nesting",
            )
        done.set()
        watch.join()
        return worker, Reply(int(answered["status"]), str(answered["type"]), body)

    def _start(self) -> _Worker:
        folder = self.folder
        settings = {"folder": str(folder), "prefixes": dict(self.prefixes), "bytes": _BYTES, **asdict(self.limits)}
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "kg.sparql.worker", json.dumps(settings)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        worker = _Worker(folder, process)
        try:
            receive(cast(BinaryIO, process.stdout))
        except (EOFError, OSError):
            worker.end()
            raise
        return worker

    def _watch(self, worker: _Worker, done: threading.Event, ended: list[str], gone: Callable[[], bool]) -> None:
        """End the worker when its time is up or nobody waits for it; ``ended`` gets the reason."""
        last = time.monotonic() + self.limits.seconds
        while not done.wait(_LOOK):
            if time.monotonic() > last:
                ended[0] = f"the query was ended: it took more than {self.limits.seconds} seconds"
            elif gone():
                ended[0] = "the client has gone"
            if ended[0]:
                worker.process.kill()
                return

    def close(self) -> None:
        """End all workers that are idle; those that answer end with their queries."""
        while True:
            try:
                worker = self._idle.get_nowait()
            except queue.Empty:
                return
            if worker is not None:
                worker.end()


def _refused(status: int, why: str) -> Reply:
    return Reply(status, "text/plain", why.encode())
