"""One request to an endpoint under a limit of time and size; the only module that knows HTTP.

Nothing but the address given is contacted: redirects are not followed, and proxies and passwords that the environment
names (``HTTP_PROXY``, ``.netrc``) are not used. Certificates are checked against those of certifi, or of
``SSL_CERT_FILE`` and ``SSL_CERT_DIR``.
"""

from __future__ import annotations

import asyncio
import ssl
import zlib
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

from kg.errors import MissingPackageError
from kg.language_models.settings import Address

if TYPE_CHECKING:
    import httpx

_PATH = "/chat/completions"


class NoReplyError(Exception):
    """No whole reply came; the message is a few words that tell nothing of the request.

    ``reached`` says whether the server may have worked, and so may charge for it.
    """

    def __init__(self, reason: str, *, reached: bool = True) -> None:
        super().__init__(reason)
        self.reason, self.reached = reason, reached


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered: its status, how long it asks to wait, the decoded body."""

    status: int
    retry_after: str | None
    body: bytes


class Endpoint:
    """Sends requests to one address; from several threads at once, each with a connection of its own.

    Raises MissingPackageError without httpx.
    """

    def __init__(self, stage: str, address: Address, *, timeout: float, largest: int) -> None:
        try:
            import httpx
        except ImportError:
            raise MissingPackageError(
                f"stage {stage} needs httpx; run: pip install 'regional-industry-kg[llm]'"
            ) from None
        self._httpx = httpx
        self._url, self._timeout, self._largest = address.url + _PATH, timeout, largest
        self._headers = {
            "accept": "application/json", "accept-encoding": "identity", "content-type": "application/json",
            "user-agent": "regional-industry-kg",
        }  # fmt: skip
        if address.key is not None:
            self._headers["authorization"] = f"Bearer {address.key}"
        self._verify = httpx.create_ssl_context()
        self._running: dict[asyncio.AbstractEventLoop, asyncio.Task[Reply]] = {}
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"Endpoint({self._url!r})"

    def post(self, body: bytes, halt: Event) -> Reply:
        """Send a request and return the reply. Raises NoReplyError where none came, whole and in time.

        After ``halt`` is set no request begins; ``stop`` then ends those under way.
        """
        # An event loop of its own: cancelling is what ends a request in time however slowly its bytes drip in.
        loop = asyncio.new_event_loop()
        task = loop.create_task(self._in_time(body))
        with self._lock:
            self._running[loop] = task
            if halt.is_set():
                task.cancel()
        try:
            return loop.run_until_complete(task)
        except asyncio.CancelledError:
            raise NoReplyError("stopped") from None
        finally:
            with self._lock:
                del self._running[loop]
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

    def stop(self) -> None:
        """End the requests that are under way."""
        with self._lock:
            for loop, task in self._running.items():
                loop.call_soon_threadsafe(task.cancel)

    async def _in_time(self, body: bytes) -> Reply:
        httpx = self._httpx
        try:
            async with asyncio.timeout(self._timeout):
                return await self._reply(body)
        except TimeoutError:
            raise NoReplyError("timed out") from None
        except httpx.ConnectError as error:
            secure = isinstance(_root(error), ssl.SSLError)
            raise NoReplyError("no secure connection" if secure else "cannot be reached", reached=False) from None
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError):
            raise NoReplyError("connection lost") from None  # their words may hold what was sent

    async def _reply(self, body: bytes) -> Reply:
        client = self._httpx.AsyncClient(verify=self._verify, trust_env=False, follow_redirects=False, timeout=None)
        async with client, client.stream("POST", self._url, content=body, headers=self._headers) as response:
            return Reply(response.status_code, response.headers.get("retry-after"), await self._body(response))

    async def _body(self, response: httpx.Response) -> bytes:
        if len(length := response.headers.get("content-length", "")) > 18 or int(length or 0) > self._largest:
            raise NoReplyError("answer too large")
        decoder = _decoder(response.headers.get("content-encoding", "identity").strip().lower())
        parts, size = [], 0
        async for raw in response.aiter_raw():
            part = raw if decoder is None else decoder.decompress(raw, self._largest + 1)
            parts.append(part)
            size += len(part)
            if size > self._largest:
                raise NoReplyError("answer too large")
        if decoder is not None and not decoder.eof:
            raise NoReplyError("answer in no encoding that was asked for")
        return b"".join(parts)


def _root(error: BaseException) -> BaseException:
    """Return what an error came of."""
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error


class _Decoder:
    """A compressed body that is unpacked no further than asked; some servers compress whatever they are told."""

    def __init__(self) -> None:
        self._inner: Any = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip and deflate, by their headers

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    def decompress(self, raw: bytes, most: int) -> bytes:
        with suppress(zlib.error):
            return bytes(self._inner.decompress(raw, most))
        raise NoReplyError("answer in no encoding that was asked for")


def _decoder(encoding: str) -> _Decoder | None:
    if encoding in ("", "identity"):
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _Decoder()
    raise NoReplyError("answer in no encoding that was asked for")
