"""The endpoint: SPARQL 1.1 Protocol, queries only, on this machine's own address, with a page to write queries on.

Nothing is written, nothing fetched. Who asks must name this machine as host, so that no page of the web can ask through
a name that it points here (DNS rebinding); answers carry no CORS header unless an origin is allowed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from kg.errors import ConfigError, KGError
from kg.export.iris import DEFAULT_BASE
from kg.sparql.handler import Handler
from kg.sparql.index import Index, Tell, open_index
from kg.sparql.pool import Limits, Pool

ADDRESS = "127.0.0.1"
_LOOK = 1.0
"""Seconds between looks at whether the store has changed."""


@dataclass(slots=True)
class Service:
    """A store's graph as it is served; the index is built anew in the background when the store changes."""

    store: Path
    index: Index
    pool: Pool
    origins: frozenset[str]
    renew: Callable[[], Index]
    tell: Tell
    looked: float = field(default_factory=time.monotonic)
    renewing: threading.Lock = field(default_factory=threading.Lock)

    def refresh(self) -> None:
        """Look, now and then, whether the index still fits; if not, have another one built while this one answers."""
        now = time.monotonic()
        if now - self.looked < _LOOK or not self.renewing.acquire(blocking=False):
            return
        self.looked = now
        threading.Thread(target=self._renew, daemon=True).start()

    def _renew(self) -> None:
        try:
            self.index = self.renew()
            self.pool.folder = self.index.folder
        except (KGError, OSError) as error:
            self.tell(f"the store has changed and cannot be read; what was there before is served: {error}")
        finally:
            self.renewing.release()


class Server(ThreadingHTTPServer):
    """The HTTP server of one service; ``url`` is the address of its endpoint."""

    daemon_threads = True

    def __init__(self, service: Service, port: int) -> None:
        self.service = service
        super().__init__((ADDRESS, port), Handler)
        self.url = f"http://{ADDRESS}:{self.server_port}/sparql"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""

    def close(self) -> None:
        """Stop answering and end the workers."""
        self.shutdown()
        self.server_close()
        self.service.pool.close()


def make_server(
    store: str | Path,
    *,
    port: int = 7878,
    limits: Limits | None = None,
    origins: Sequence[str] = (),
    schema: str | Path | None = None,
    base: str = DEFAULT_BASE,
    tell: Tell | None = None,
) -> Server:
    """Return a server that listens on this machine's own address and answers once ``serve_forever`` runs.

    ``origins`` are web origins that may ask from a browser. Raises StoreError where there is no store, ConfigError
    where the port is taken.
    """
    said = tell or (lambda line: None)

    def renewed() -> Index:
        return open_index(store, schema=schema, base=base, tell=said)

    index = renewed()
    pool = Pool(index.folder, index.prefixes, limits or Limits())
    try:
        return Server(Service(Path(store), index, pool, frozenset(origins), renewed, said), port)
    except OSError as error:
        raise ConfigError(f"port {port} cannot be used: {error.strerror}; give another with --port") from error


def serve(
    store: str | Path,
    *,
    port: int = 7878,
    limits: Limits | None = None,
    origins: Sequence[str] = (),
    schema: str | Path | None = None,
    base: str = DEFAULT_BASE,
    tell: Tell | None = None,
) -> None:
    """Serve a store's graph on this machine until interrupted (Ctrl-C); see ``make_server``."""
    server = make_server(store, port=port, limits=limits, origins=origins, schema=schema, base=base, tell=tell)
    if tell is not None:
        tell(
            f"{server.url} answers queries, {server.url.removesuffix('sparql')} is a page to write them on; Ctrl-C ends"
        )
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        server.service.pool.close()
