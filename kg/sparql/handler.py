"""One connection to the endpoint: what is asked, whether it may be, and the answer.

SPARQL 1.1 Protocol, queries only. Who asks must name this machine as host, so that no page of the web can ask through a
name that it points here (DNS rebinding); answers carry no CORS header unless an origin is allowed.
"""

from __future__ import annotations

import json
import re
import select
import socket
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from kg.errors import ConfigError, KGError
from kg.resources import data_path
from kg.sparql.description import describe
from kg.sparql.negotiation import GRAPH_TYPES, ROW_TYPES, acceptable
from kg.sparql.pool import Reply, Request
from kg.sparql.questions import fill_in, find_question, list_questions
from kg.sparql.tokens import declared

if TYPE_CHECKING:
    from kg.sparql.server import Server

_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_LARGEST = 1 << 20
"""Bytes of a query that is sent."""
_PATHS = ("/sparql", "/sparql/")
_START = """
SELECT ?subject ?relation ?object ?statement WHERE {
  ?fact a kg:Fact ; rdfs:label ?statement ; rdf:subject/skos:prefLabel ?subject ;
        rdf:predicate/rdfs:label ?relation ; rdf:object/skos:prefLabel ?object .
  FILTER(LANG(?relation) = "zh")
}
LIMIT 20
"""
"""What the page begins with."""
_PAGE = {
    "/": ("index.html", "text/html"),
    "/page.js": ("page.js", "text/javascript"),
    "/page.css": ("page.css", "text/css"),
    "/yasqe.js": ("yasqe.min.js", "text/javascript"),
    "/yasqe.css": ("yasqe.min.css", "text/css"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Handler(BaseHTTPRequestHandler):
    """One connection. Every answer is made in memory first, so that its status is true."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "kg"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        self._safely(self._get)

    def do_HEAD(self) -> None:
        self._safely(self._get)

    def do_POST(self) -> None:
        self._safely(self._post)

    def do_OPTIONS(self) -> None:
        self._safely(lambda: self._send(204, "text/plain", b"", {"Allow": "GET, HEAD, POST, OPTIONS"}))

    def _other(self) -> None:
        self.close_connection = True  # what else was sent is not read
        self._send(
            405, "text/plain", b"only GET and POST; the graph is read-only\n", {"Allow": "GET, HEAD, POST, OPTIONS"}
        )

    do_PUT = do_DELETE = do_PATCH = _other  # noqa: N815  # http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: what people ask is theirs."""

    def _safely(self, answer: Callable[[], None]) -> None:
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or re.sub(r":\d+$", "", hosts[0].lower()) not in _HOSTS:
            self._refuse(403, f"this server answers to the names {', '.join(_HOSTS)} only")
        elif not self._same_origin():
            self._refuse(403, "other web pages may not ask here; start with --cors ORIGIN to allow one")
        else:
            answer()

    def _same_origin(self) -> bool:
        origin = self.headers.get("Origin")
        own = {f"http://{host}:{self.server.server_port}" for host in _HOSTS} | self.server.service.origins
        return origin is None or origin in own

    # --- what is asked ----------------------------------------------------------------------------------------------

    def _get(self) -> None:
        asked = urlsplit(self.path)
        if asked.path in _PATHS:
            parameters = self._parameters(asked.query)
            if parameters is None:
                return
            if parameters:
                self._query(parameters)
            else:
                self._description()
        elif asked.path in _PAGE:
            name, type_ = _PAGE[asked.path]
            self._send(200, type_, data_path("editor", name).read_bytes())
        elif asked.path == "/questions":
            catalogue = {"start": declared(_START, self.server.service.index.prefixes), "questions": _catalogue()}
            self._send(200, "application/json", json.dumps(catalogue, ensure_ascii=False).encode())
        elif asked.path.startswith("/questions/"):
            self._question(unquote(asked.path.removeprefix("/questions/")), asked.query)
        else:
            self._refuse(404, "nothing is here; the endpoint is /sparql, the page to write queries on is /")

    def _post(self) -> None:
        asked = urlsplit(self.path)
        body = self._body()
        if body is None:
            return
        if asked.path not in _PATHS:
            self._refuse(404, "queries are sent to /sparql")
            return
        type_, _, rest = self.headers.get("Content-Type", "").partition(";")
        charset = rest.lower().partition("charset=")[2].strip(' "') or "utf-8"
        type_ = type_.strip().lower()
        if type_ == "application/sparql-update":
            self._refuse(403, "updates are refused: the graph is read-only")
        elif charset not in ("utf-8", "utf8", "us-ascii"):
            self._refuse(415, f"the query is in {charset}; send UTF-8")
        elif type_ not in ("application/x-www-form-urlencoded", "application/sparql-query"):
            self._refuse(415, "send application/sparql-query, or a form (application/x-www-form-urlencoded)")
        else:
            parameters = self._parameters(asked.query)
            try:
                text = body.decode("utf-8")
            except UnicodeDecodeError:
                self._refuse(400, "the query is not UTF-8")
                return
            if type_ == "application/sparql-query":
                sent: list[tuple[str, str]] | None = [("query", text)]
            else:
                sent = self._parameters(text)
            if parameters is not None and sent is not None:
                self._query(parameters + sent)

    def _body(self) -> bytes | None:
        """Return what was sent with the request; None where that was refused."""
        length = self.headers.get("Content-Length", "")
        if "Transfer-Encoding" in self.headers or not length:
            self._refuse(411, "say how long the query is (Content-Length)")
        elif not length.isascii() or not length.isdigit():
            self._refuse(400, "Content-Length is no number")
        elif len(length) > 12 or int(length) > _LARGEST:
            self._refuse(413, f"the query is larger than {_LARGEST >> 10} KB")
        else:
            return self.rfile.read(int(length))
        return None

    def _parameters(self, text: str) -> list[tuple[str, str]] | None:
        try:
            return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
        except (UnicodeDecodeError, ValueError):
            self._refuse(400, "the parameters are not UTF-8, percent-encoded")
            return None

    def _query(self, parameters: list[tuple[str, str]]) -> None:
        values = {name: [value for key, value in parameters if key == name] for name, _ in parameters}
        accept = ", ".join(self.headers.get_all("Accept", []))
        if "update" in values:
            self._refuse(403, "updates are refused: the graph is read-only")
        elif len(values.get("query", [])) != 1:
            self._refuse(400, "give one query" if values.get("query") else "give a query: ?query=...")
        else:
            self._reply(
                self._asked(
                    Request(
                        values["query"][0],
                        self.server.url,
                        values.get("default-graph-uri", []),
                        values.get("named-graph-uri", []),
                        acceptable(accept, ROW_TYPES),
                        acceptable(accept, GRAPH_TYPES),
                    )
                )
            )

    def _asked(self, request: Request) -> Reply:
        service = self.server.service
        service.refresh()
        return service.pool.answer(request, self._is_gone)

    def _is_gone(self) -> bool:
        """Say whether the client has hung up."""
        try:
            ready, _, _ = select.select([self.connection], [], [], 0)
            return bool(ready) and not self.connection.recv(1, socket.MSG_PEEK)
        except (OSError, ValueError):
            return True

    def _description(self) -> None:
        offers = acceptable(", ".join(self.headers.get_all("Accept", [])), GRAPH_TYPES)
        if "text/html" in self.headers.get("Accept", ""):
            self._send(303, "text/plain", b"", {"Location": "/"})
        elif not offers:
            self._refuse(406, "no format that you accept can hold the description of the service")
        else:
            self._send(200, offers[0][1], describe(self.server.url, offers[0][0]))

    def _question(self, name: str, query: str) -> None:
        """Send a named question as a query, its parameters filled in."""
        index = self.server.service.index
        parameters = self._parameters(query)
        if parameters is None:
            return
        try:
            given = {key: value for key, value in parameters if value}
            text = fill_in(find_question(name), given, index.iris, index.schema, self._select)
        except KGError as error:
            self._refuse(400, str(error))
        else:
            self._send(200, "application/sparql-query", declared(text, index.prefixes).encode())

    def _select(self, query: str) -> list[tuple[str, ...]]:
        reply = self._asked(Request(query, self.server.url, rows=[("json", "application/json")]))
        if reply.status != 200:
            raise ConfigError(reply.body.decode())
        found = json.loads(reply.body)
        return [tuple(row[name]["value"] for name in found["head"]["vars"]) for row in found["results"]["bindings"]]

    # --- what is answered -------------------------------------------------------------------------------------------

    def _reply(self, reply: Reply) -> None:
        more = {"Retry-After": "5"} if reply.status == 503 else {}
        self._send(reply.status, reply.type, reply.body + (b"\n" if reply.status != 200 else b""), more)

    def _refuse(self, status: int, why: str) -> None:
        self.close_connection = True  # what else was sent is not read
        self._send(status, "text/plain", f"{why}\n".encode("utf-8", "replace"))

    def _send(self, status: int, type_: str, body: bytes, more: dict[str, str] | None = None) -> None:
        headers = {
            "Content-Type": f"{type_}; charset=utf-8" if type_.startswith("text/") else type_,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "Vary": "Accept, Origin",
        }
        origin = self.headers.get("Origin") if hasattr(self, "headers") else None
        if origin is not None and origin in self.server.service.origins:
            headers |= {
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Methods": "GET, POST",
                "Access-Control-Allow-Headers": "Accept, Content-Type",
                "Cross-Origin-Resource-Policy": "cross-origin",
            }
        if self.close_connection:
            headers["Connection"] = "close"
        self.send_response(status)
        for name, value in (headers | (more or {})).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _catalogue() -> list[dict[str, Any]]:
    return [
        {
            "name": one.name, "title": one.title, "zh": one.zh, "about": one.about, "example": list(one.example),
            "parameters": [
                {"name": p.name, "type": p.type, "about": p.about, "optional": p.optional, "default": p.default}
                for p in one.parameters
            ],
        }
        for one in list_questions()
    ]  # fmt: skip
