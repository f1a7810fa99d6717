"""A process that answers queries one after the other, within limits: ``python -m kg.sparql.worker SETTINGS``.

It reads requests from standard input and writes answers to standard output, each a length and so many bytes. A query
that takes more memory or time than is allowed ends the process and nothing else. Once the index is open, it can open
no further file or connection.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from kg.errors import InputError, KGError
from kg.sparql import engine
from kg.sparql.results import boolean, counted, write_rows
from kg.sparql.tokens import named_in_from, refuse_other_graphs, refuse_services

_LENGTH = struct.Struct(">I")
_SECONDS_MORE = 2
"""Seconds after which the process ends itself, should nobody have ended it in time."""


class _TooMuchError(Exception):
    """An answer that is larger than allowed."""


class _Buffer(BytesIO):
    """Bytes in memory, up to a limit."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self._most:
            raise _TooMuchError(f"the answer is larger than {self._most >> 20} MB; add a LIMIT, or use kg export")
        return super().write(data)


def send(stream: BinaryIO, head: Mapping[str, Any], body: bytes = b"") -> None:
    """Write a message: its head as JSON, then its body, each behind its length."""
    packed = json.dumps(head).encode()
    stream.write(b"".join((_LENGTH.pack(len(packed)), packed, _LENGTH.pack(len(body)), body)))
    stream.flush()


def receive(stream: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Read a message; raises EOFError where the other side has ended."""
    return json.loads(_part(stream)), _part(stream)


def _part(stream: BinaryIO) -> bytes:
    length = stream.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        raise EOFError
    size = _LENGTH.unpack(length)[0]
    part = stream.read(size)
    if len(part) < size:
        raise EOFError
    return part


def main() -> None:
    """Answer requests until standard input ends."""
    settings = json.loads(sys.argv[1])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends us
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    opened = engine.open_folder(Path(settings["folder"]))
    graphs = engine.graph_names(opened)
    _answer(opened, graphs, settings, {"query": "ASK {}", "rows": [["json", "x"]], "graphs": []})  # all is imported now
    _limit(settings["memory"])
    send(answers, {"ready": True})
    while True:
        try:
            request, query = receive(requests)
        except EOFError:
            return
        _alarm(settings["seconds"] + _SECONDS_MORE)
        head, body = _answer(opened, graphs, settings, {**request, "query": query.decode()})
        _alarm(0)
        send(answers, head, body)


def _alarm(seconds: int) -> None:
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)


def _limit(megabytes: int) -> None:
    """Limit the memory from here on, and forbid to open anything more, where the system knows such limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        pages = 0
    if pages:
        most = pages * resource.getpagesize() + (megabytes << 20)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, free))


def _answer(
    opened: engine.Engine, graphs: frozenset[str], settings: Mapping[str, Any], request: Mapping[str, Any]
) -> tuple[dict[str, Any], bytes]:
    """Return status and type of the answer, and its bytes; where it is refused, a line that says why."""
    try:
        return _answered(opened, graphs, settings, request)
    except KGError as error:
        return {"status": 400, "type": "text/plain"}, str(error).encode("utf-8", "replace")
    except _TooMuchError as error:
        return {"status": 500, "type": "text/plain"}, str(error).encode()
    except MemoryError:
        return {"status": 500, "type": "text/plain"}, b"the query needs more memory than it may take"


def _answered(
    opened: engine.Engine, graphs: frozenset[str], settings: Mapping[str, Any], request: Mapping[str, Any]
) -> tuple[dict[str, Any], bytes]:
    query, prefixes, base = request["query"], settings.get("prefixes", {}), request.get("base")
    default, named = request.get("default", []), request.get("named", [])
    refuse_services(query)
    refuse_other_graphs([*default, *named] or named_in_from(query, prefixes, base), graphs)
    found = engine.ask(opened, query, prefixes=prefixes, base=base, default_graphs=default, named_graphs=named)
    offers = request["graphs"] if isinstance(found, engine.Triples) else request["rows"]
    if not offers:
        return {"status": 406, "type": "text/plain"}, b"no format that you accept can hold this answer"
    format_, type_ = offers[0]
    out = _Buffer(settings["bytes"])
    if isinstance(found, engine.Triples):
        engine.write_triples(_at_most(settings["rows"], "triples")(found.triples), out, format_, prefixes)
    elif isinstance(found, bool):
        out.write(boolean(found, format_).encode())
    else:
        rows = _at_most(settings["rows"], "rows")(found.rows)
        write_rows(lambda text: out.write(text.encode("utf-8", "replace")), found.variables, rows, format_)
    return {"status": 200, "type": type_}, out.getvalue()


def _at_most(most: int, what: str) -> Callable[[Any], Any]:
    too_many = _TooMuchError(f"the answer has more than {most:,} {what}; add a LIMIT, or use kg query")
    return lambda found: counted(found, most, lambda: too_many)


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        sys.exit(str(error))
