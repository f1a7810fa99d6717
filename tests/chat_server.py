"""A server on this machine that speaks OpenAI's chat protocol, as well or as badly as a test wants it to.

What answers is a function from a request to a reply; ``good`` gives for any text an answer that only the text decides.
"""

import json
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

KEY = "sk-verysecret-0123456789abcdef"
"""A key that must be found nowhere but in the header of requests."""


@dataclass(frozen=True)
class Asked:
    """A request: its path, its headers (in lower case), its body."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def user(self) -> dict[str, Any]:
        """What the user's message holds: the text, and for facts its names."""
        value = json.loads(self.body["messages"][-1]["content"])
        assert isinstance(value, dict)
        return value

    @property
    def text(self) -> str:
        return str(self.user["text"])

    @property
    def is_about_facts(self) -> bool:
        return "names" in self.user

    @property
    def format(self) -> str:
        return str(self.body.get("response_format", {}).get("type", ""))


@dataclass(frozen=True)
class Reply:
    """A reply; ``raw``, if given, takes the connection instead."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    raw: Callable[[socket.socket], None] | None = None


Answerer = Callable[[Asked], Reply]


@dataclass
class ChatServer:
    """A running server: where it is, and what it was asked, in the order of arrival."""

    base_url: str
    asked: list[Asked] = field(default_factory=list)

    @property
    def settings(self) -> dict[str, Any]:
        """Settings of a stage that asks it, without a cache."""
        return {"base_url": self.base_url, "model": "small", "cache": "none", "retries": 1, "longest_wait": 0.05}


@contextmanager
def serving(answer: Answerer) -> Iterator[ChatServer]:
    """Run a server in threads of this process while the block runs."""
    server = _Server(("127.0.0.1", 0), _Handler)
    running = ChatServer(f"http://127.0.0.1:{server.server_address[1]}/v1")
    server.answer, server.running = answer, running  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a test is not kept waiting by a reply that never ends

    def handle_error(self, *_: object) -> None:
        if not isinstance(sys.exception(), OSError):  # who asked may be gone
            super().handle_error(*_)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.path, headers, json.loads(body))
        self.server.running.asked.append(asked)  # type: ignore[attr-defined]
        reply = self.server.answer(asked)  # type: ignore[attr-defined]
        with suppress(OSError):  # who asked may be gone
            if reply.raw is not None:
                self.close_connection = True
                reply.raw(self.connection)
                return
            self.send_response(reply.status)
            for name, value in (("content-length", str(len(reply.body))), *reply.headers):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

    def log_message(self, *_: object) -> None:
        pass


# --- replies ----------------------------------------------------------------------------------------------------------


def said(content: object, *, finish: str = "stop", usage: object = (100, 20), **message: object) -> Reply:
    """Return a reply in the protocol's form; ``content`` that is no text is written as JSON."""
    words = content if isinstance(content, str) or content is None else json.dumps(content, ensure_ascii=False)
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": words, **message}}
    body: dict[str, Any] = {"id": "1", "object": "chat.completion", "choices": [choice]}
    if isinstance(usage, tuple):
        usage = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    if usage is not None:
        body["usage"] = usage
    return as_json(body)


def as_json(value: object, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(status, body, (("content-type", "application/json"), *headers))


def error(status: int, message: str = "no", headers: tuple[tuple[str, str], ...] = (), **more: object) -> Reply:
    return as_json({"error": {"message": message, "type": "error", **more}}, status=status, headers=headers)


def names(*pairs: tuple[str, str]) -> dict[str, Any]:
    """Return an answer that lists these names, each with its type."""
    return {"names": [{"name": name, "type": type_} for name, type_ in pairs]}


def fact(subject: str, predicate: str, object_: str, evidence: str, **more: Any) -> dict[str, Any]:
    """Return a fact of an answer; what is not ``modality`` or ``polarity`` is a qualifier."""
    own = {key: more.pop(key, default) for key, default in (("modality", "done"), ("polarity", "affirmed"))}
    qualifiers = [{"name": name, "text": text} for name, text in more.items()]
    return {
        "subject": subject, "predicate": predicate, "object": object_, "evidence": evidence, **own,
        "qualifiers": qualifiers,
    }  # fmt: skip


def always(*replies: Reply) -> Answerer:
    """Answer with each of these in turn, and with the last from then on."""
    waiting = list(replies)
    lock = threading.Lock()

    def answer(asked: Asked) -> Reply:
        with lock:
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return answer


def dripping(piece: bytes, *, every: float, before: bytes = b"") -> Reply:
    """Return a reply that goes on for ever, a piece at a time."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(before)
        pause = threading.Event()
        while not pause.wait(every):
            connection.sendall(piece)

    return Reply(raw=drip)


def slowly(reply: Reply) -> Reply:
    """Return the same reply, its body a hundred bytes at a time, with pauses."""

    def send(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(reply.body))
        for at in range(0, len(reply.body), 100):
            time.sleep(0.05)
            connection.sendall(reply.body[at : at + 100])

    return Reply(raw=send)


def reset(connection: socket.socket) -> None:
    """Break a connection off, as a server does that dies."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def in_chunks(reply: Reply, size: int = 7) -> Reply:
    """Return the same reply in chunked transfer encoding."""
    parts = [reply.body[at : at + size] for at in range(0, len(reply.body), size)]
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-type: application/json\r\n\r\n"
    return Reply(raw=lambda connection: connection.sendall(head + chunked))


# --- a model that knows a little --------------------------------------------------------------------------------------

_NAME = re.compile(r"(?:(?![的向从在与和位于该获悉记者])[一-鿿]){2,6}?(?P<end>银行|有限公司|集团|省|市|区)")
_TYPES = {"银行": "Organization/financial_institution", "有限公司": "Organization/company", "集团": "Organization",
          "省": "Region/province", "市": "Region/prefecture", "区": "Region/county"}  # fmt: skip
_AMOUNT = re.compile(r"\d+(?:\.\d+)?[万亿]元")


def good(asked: Asked) -> Reply:
    """Answer as well as a few patterns can, whatever the text."""
    return said({"facts": _facts(asked)} if asked.is_about_facts else names(*_names(asked.text)))


def _names(text: str) -> list[tuple[str, str]]:
    return [(name[0], _TYPES[name["end"]]) for name in _NAME.finditer(text)][:50]


def _facts(asked: Asked) -> list[dict[str, Any]]:
    firms = [one["name"] for one in asked.user["names"] if one["type"].startswith("Organization")]
    found = []
    for sentence in re.findall(r"[^。！？\n]+[。！？]?", asked.text)[:50]:
        here = [firm for firm in firms if firm in sentence][:4]
        amount = _AMOUNT.search(sentence)
        for one, other in pairwise(here):
            predicate = "grantsCredit" if "授信" in sentence else "cooperatesWith"
            more = {"amount": amount[0]} if amount else {}
            found.append(fact(one, predicate, other, sentence.strip(), **more))
    return found


@cache
def stage_settings(stage: str) -> dict[str, Any]:
    """Return settings for find_llm or relate_llm: a server with a ``good`` model, there until the process ends."""
    del stage  # the server knows by the question
    context = serving(good)
    server = context.__enter__()  # its threads are daemons
    _running.append(context)
    return server.settings


_running: list[object] = []
