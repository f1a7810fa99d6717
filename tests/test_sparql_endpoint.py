"""The endpoint: W3C's protocol cases, refusals, limits, and real clients."""

import http.client
import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from browser import CHROMIUM, browser
from sparql_index import index_of, store_of_pages

from kg.export.iris import make_iris
from kg.schema import load_schema
from kg.sparql.index import Index
from kg.sparql.negotiation import GRAPH_TYPES, ROW_TYPES, acceptable
from kg.sparql.pool import Limits, Pool
from kg.sparql.server import Server, Service, make_server

DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n_ ?o }"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the hand-built pages, with short limits."""
    store = store_of_pages(tmp_path_factory.mktemp("served") / "graph.sqlite")
    made = make_server(store, port=0, limits=Limits(seconds=2, rows=500, memory=256), origins=["https://app.example"])
    yield from _serving(made)


@pytest.fixture(scope="module")
def w3c(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the data set of W3C's protocol tests: graphs that say that their own name is a document."""
    folder = tmp_path_factory.mktemp("w3c") / "index"
    names = [DATA.format(number) for number in range(4)]
    index_of(folder, [(name, TYPE, "http://xmlns.com/foaf/0.1/Document", name) for name in names])
    index = Index(folder, load_schema(), make_iris(), {})
    pool = Pool(folder, {}, Limits(seconds=5))
    made = Server(Service(folder, index, pool, frozenset(), lambda: index, lambda line: None), 0)
    yield from _serving(made)


def _serving(made: Server) -> Iterator[Server]:
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.close()
    thread.join()


def ask(
    server: Server, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def select(server: Server, query: str, accept: str = "text/csv") -> tuple[int, str]:
    status, _, body = ask(
        server, "POST", "/sparql", query.encode(), Content_Type="application/sparql-query", Accept=accept
    )
    return status, body.decode()


# --- https://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/, the part about queries ----------------------

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
_ONE, _TWO = DATA.format(1), DATA.format(2)
_BOTH = f"ASK {{ <{_ONE}> a ?type . <{_TWO}> a ?type . }}"
_NAMED = f"ASK {{ GRAPH ?g1 {{ <{_ONE}> a ?type }} GRAPH ?g2 {{ <{_TWO}> a ?type }} }}"


def _graphs(kind: str, *numbers: int) -> list[tuple[str, str]]:
    return [(f"{kind}-graph-uri", DATA.format(number)) for number in numbers]


GOOD = {
    "query_get": ("GET", [("query", "ASK {}"), *_graphs("default", 0)], None, None),
    "query_post_form": ("POST", _graphs("default", 0), FORM, "query=ASK%20%7B%7D"),
    "query_post_direct": ("POST", [], DIRECT, "ASK {}"),
    "query_dataset_default_graphs_get": ("GET", [("query", _BOTH), *_graphs("default", 1, 2)], None, None),
    "query_dataset_default_graphs_post": ("POST", _graphs("default", 1, 2), DIRECT, _BOTH),
    "query_dataset_named_graphs_get": ("GET", [("query", _NAMED), *_graphs("named", 1, 2)], None, None),
    "query_dataset_named_graphs_post": ("POST", _graphs("named", 1, 2), DIRECT, _NAMED),
    "query_dataset_full": (
        "POST", [*_graphs("default", 3), *_graphs("named", 1, 2)], DIRECT,
        f"ASK {{ <{DATA.format(3)}> a ?type {_NAMED[5:-1]} }}",
    ),
    "query_multiple_dataset": (
        "POST", _graphs("named", 1, 2), DIRECT, f"ASK FROM <{DATA.format(3)}> {_NAMED[4:]}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_w3c_boolean_cases(name: str, path: str, w3c: Server) -> None:
    method, parameters, type_, body = GOOD[name]
    headers = {"Content_Type": type_} if type_ else {}
    target = f"{path}?{urlencode(parameters, quote_via=quote)}" if parameters else path
    status, got, found = ask(w3c, method, target, body.encode() if body else None, **headers)
    assert status == 200
    assert got["Content-Type"] == "application/sparql-results+json"
    assert json.loads(found)["boolean"] is True


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ("SELECT (1 AS ?value) {}", ROW_TYPES),
        ("ASK {}", ROW_TYPES),
        ("DESCRIBE <http://example.org/>", GRAPH_TYPES),
        ("CONSTRUCT { <s> <p> 1 } WHERE {}", GRAPH_TYPES),
    ],
)
def test_w3c_content_types(query: str, types: dict[str, str], w3c: Server) -> None:
    for accept in ("", *types):
        headers = {"Accept": accept} if accept else {}
        status, got, _ = ask(w3c, "POST", "/sparql", query.encode(), Content_Type=DIRECT, **headers)
        assert status == 200
        assert got["Content-Type"].partition(";")[0] == (accept or next(iter(types)))


@pytest.mark.parametrize(
    ("method", "path", "type_", "body", "expected"),
    [
        ("PUT", "/sparql?query=ASK%20%7B%7D", FORM, b"", 405),
        ("GET", "/sparql?query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", None, None, 400),
        ("POST", "/sparql", "text/plain", b"ASK {}", 415),
        ("POST", "/sparql", None, b"query=ASK%20%7B%7D", 415),
        ("POST", "/sparql", None, b"ASK {}", 415),
        ("POST", "/sparql", f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16"), 415),
        ("POST", "/sparql", DIRECT, "ASK {}".encode("utf-16"), 400),
        ("GET", "/sparql?query=ASK%20%7B", None, None, 400),
        ("GET", "/sparql?query=%FF", None, None, 400),
        ("GET", "/sparql?default-graph-uri=x", None, None, 400),
        ("POST", "/sparql", FORM, b"update=CLEAR+ALL", 403),
        ("POST", "/sparql", "application/sparql-update", b"CLEAR ALL", 403),
        ("GET", "/sparql?update=CLEAR%20ALL", None, None, 403),
        ("POST", "/sparql", DIRECT, b"LOAD <http://x/>", 400),
        ("POST", "/sparql", DIRECT, b"INSERT DATA { <a> <b> <c> }", 400),
        ("DELETE", "/sparql", None, None, 405),
        ("GET", "/elsewhere", None, None, 404),
    ],
)
def test_w3c_bad_cases_and_others(
    method: str, path: str, type_: str | None, body: bytes | None, expected: int, w3c: Server
) -> None:
    status, got, said = ask(w3c, method, path, body, **({"Content_Type": type_} if type_ else {}))
    assert status == expected
    assert got["Content-Type"] == "text/plain; charset=utf-8"
    assert said.decode().count("\n") == 1
    assert status != 405 or got["Allow"] == "GET, HEAD, POST, OPTIONS"


def test_the_service_describes_itself(server: Server) -> None:
    status, got, body = ask(server, "GET", "/sparql", Accept="application/n-triples")
    assert (status, got["Content-Type"]) == (200, "application/n-triples")
    assert (
        b"service-description#supportedLanguage> <http://www.w3.org/ns/sparql-service-description#SPARQL11Query>"
        in body
    )
    assert ask(server, "GET", "/sparql", Accept="image/png")[0] == 406
    assert ask(server, "GET", "/sparql", Accept="text/html,*/*;q=0.8")[1]["Location"] == "/"
    status, got, body = ask(server, "HEAD", "/sparql")
    assert (status, body) == (200, b"")
    assert int(got["Content-Length"]) > 100


def test_an_impossible_format_is_refused(server: Server) -> None:
    assert select(server, "SELECT * { ?a ?b ?c } LIMIT 1", "text/turtle")[0] == 406
    assert select(server, "CONSTRUCT WHERE { ?a ?b ?c } LIMIT 1", "text/csv")[0] == 406


@pytest.mark.parametrize(
    ("accept", "first"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("text/*", "csv"),
        ("application/sparql-results+xml, */*;q=0.1", "xml"),
        ("text/csv;q=0.5, text/tab-separated-values;q=0.9", "tsv"),
        ("application/sparql-results+json;q=0, */*", "xml"),
        ("text/csv;q=high, application/xml", "xml"),
        ("TEXT/CSV", "csv"),
    ],
)
def test_what_a_client_likes_best_is_taken(accept: str, first: str) -> None:
    assert acceptable(accept, ROW_TYPES)[0][0] == first


# --- refusals --------------------------------------------------------------------------------------------------------


def test_nothing_elsewhere_is_reached(server: Server) -> None:
    assert select(server, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }")[0] == 400
    status, said = select(server, "SELECT * FROM <http://127.0.0.1:9/> { ?a ?b ?c }")
    assert (status, "no graph of this data set is named" in said) == (400, True)
    assert ask(server, "GET", "/sparql?query=ASK%20%7B%7D&default-graph-uri=file%3A%2F%2F%2Fetc%2Fpasswd")[0] == 400


def test_a_worker_can_open_nothing_more(server: Server, tmp_path: Path) -> None:
    """Even a SERVICE that nobody refused would reach nobody."""
    resource = pytest.importorskip("resource")
    code = f"""
import resource, socket
from pathlib import Path
from kg.sparql import engine, worker
opened = engine.open_folder(Path({str(server.service.index.folder)!r}))
worker._limit(256)
assert len(list(engine.ask(opened, "SELECT * {{ ?a ?b ?c }}", prefixes={{}}).rows)) > 100
try:
    socket.socket()
except OSError:
    print("closed")
"""
    assert resource
    import sys

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "closed\n"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:7878", "", "localhost.evil.example"])
def test_other_host_names_are_refused(host: str, server: Server) -> None:
    assert ask(server, "GET", "/sparql?query=ASK%20%7B%7D", Host=host)[0] == 403
    assert ask(server, "GET", "/", Host=host)[0] == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:99", "127.0.0.1", "[::1]:7878"])
def test_own_host_names_are_taken(host: str, server: Server) -> None:
    assert ask(server, "GET", "/sparql?query=ASK%20%7B%7D", Host=host)[0] == 200


def test_other_origins_may_not_ask_unless_they_are_allowed(server: Server) -> None:
    path = "/sparql?query=ASK%20%7B%7D"
    status, got, _ = ask(server, "GET", path)
    assert status == 200
    assert "Access-Control-Allow-Origin" not in got
    assert ask(server, "GET", path, Origin="https://evil.example")[0] == 403
    assert ask(server, "OPTIONS", path, Origin="https://evil.example")[0] == 403
    status, got, _ = ask(server, "GET", path, Origin="https://app.example")
    assert (status, got["Access-Control-Allow-Origin"]) == (200, "https://app.example")
    assert ask(server, "OPTIONS", path, Origin="https://app.example")[0] == 204


def test_what_is_too_long_or_has_no_length_is_refused(server: Server) -> None:
    def raw(head: str) -> bytes:
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=20) as connection:
            connection.sendall(
                f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: {DIRECT}\r\n{head}\r\n\r\n".encode()
            )
            return connection.recv(100).split(b"\r\n")[0]

    assert raw("Content-Length: 2000000") == b"HTTP/1.1 413 Request Entity Too Large"
    assert raw("Transfer-Encoding: chunked").startswith(b"HTTP/1.1 411")
    assert raw("X: y").startswith(b"HTTP/1.1 411")
    assert raw("Content-Length: -1").startswith(b"HTTP/1.1 400")
    assert raw("Content-Length: 1\r\nContent-Length: 1\r\nHost: x").startswith(b"HTTP/1.1 403")


# --- limits ----------------------------------------------------------------------------------------------------------


def test_a_query_that_runs_for_ever_is_ended_and_the_next_is_answered(server: Server) -> None:
    started = time.monotonic()
    status, said = select(server, FOREVER)
    assert (status, said) == (500, "the query was ended: it took more than 2 seconds\n")
    assert time.monotonic() - started < 8
    assert select(server, "SELECT (1 AS ?one) {}") == (200, "one\r\n1\r\n")


def test_several_that_run_for_ever_leave_a_server_that_answers(server: Server) -> None:
    threads = [threading.Thread(target=select, args=(server, FOREVER)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert select(server, "ASK {}") == (200, "true\r\n")


def test_too_many_rows_and_too_much_memory_are_refused(server: Server) -> None:
    status, said = select(server, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert (status, "more than 500 rows" in said) == (500, True)
    status, said = select(server, "CONSTRUCT { ?a ?b ?f } WHERE { ?a ?b ?c . ?d ?e ?f }", "text/turtle")
    assert (status, "more than 500 triples" in said) == (500, True)
    status, said = select(server, "SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f LIMIT 1")
    assert status == 500
    assert "was ended" in said
    assert select(server, "ASK {}")[0] == 200


def test_deep_nesting_ends_a_worker_at_most(server: Server) -> None:
    for query in ("SELECT * " + "{" * 20_000 + "}" * 20_000, f"ASK {{ FILTER({'(' * 30_000}1{')' * 30_000}) }}"):
        assert select(server, query)[0] in (400, 500)
    assert select(server, "ASK {}")[0] == 200


def test_a_client_that_hangs_up_ends_its_query(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.server_port)) as connection:
        connection.sendall(f"GET /sparql?query={quote(FOREVER)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        time.sleep(0.3)
    assert select(server, "ASK {}")[0] == 200


def test_a_changed_store_is_served_anew(tmp_path: Path) -> None:
    from kg.store import open_store

    store = store_of_pages(tmp_path / "graph.sqlite")
    made = make_server(store, port=0, limits=Limits(seconds=10))
    for _ in _serving(made):
        count = "SELECT (COUNT(*) AS ?n) { ?a a kg:Fact }"
        before = select(made, count)[1]
        with open_store(store, write=True) as opened:
            opened.remove(next(opened.documents()).id)
        last = time.monotonic() + 30
        while select(made, count)[1] == before:
            assert time.monotonic() < last
            time.sleep(0.3)
        assert select(made, "ASK {}")[0] == 200


# --- real clients ----------------------------------------------------------------------------------------------------


def test_named_questions_are_filled_in(server: Server) -> None:
    status, got, body = ask(server, "GET", f"/questions/who-finances?region={quote('宁德市')}")
    assert (status, got["Content-Type"]) == (200, "application/sparql-query")
    status, said = select(server, body.decode())
    assert (status, said.count("闽东星源电机有限公司")) == (200, 3)
    assert ask(server, "GET", "/questions/people-of")[0] == 400
    assert ask(server, "GET", "/questions/nothing")[0] == 400
    assert len(json.loads(ask(server, "GET", "/questions")[2])["questions"]) >= 15


def test_sparqlwrapper_is_answered(server: Server) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper")
    client = wrapper.SPARQLWrapper(server.url)
    client.setQuery("SELECT ?name { ?bank kg:grantsCredit ?firm . ?firm skos:prefLabel ?name }")
    for method in (wrapper.GET, wrapper.POST):
        client.setMethod(method)
        client.setReturnFormat(wrapper.JSON)
        found = client.queryAndConvert()["results"]["bindings"]
        assert [row["name"]["value"] for row in found] == ["闽东星源电机有限公司"]
    client.setQuery("SELECT * {")
    with pytest.raises(wrapper.SPARQLExceptions.QueryBadFormed):
        client.query()
    client.setQuery("CONSTRUCT WHERE { ?bank kg:grantsCredit ?firm }")
    client.setReturnFormat(wrapper.TURTLE)
    assert b"kg:grantsCredit" in client.query().convert()


def test_rdflib_is_answered(server: Server) -> None:
    pytest.importorskip("rdflib")
    from rdflib import Graph
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    rows = Graph(SPARQLStore(server.url)).query(
        "SELECT ?firm { ?bank <https://kg.example.org/ontology#grantsCredit> ?firm }"
    )
    assert [str(row[0]) for row in rows] == ["https://kg.example.org/id/organization/闽东星源电机有限公司"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_curl_is_answered(server: Server) -> None:
    query = "query=SELECT ?firm { ?bank kg:grantsCredit ?firm }"
    command = ["curl", "-sS", server.url, "--data-urlencode", query, "-H", "Accept: text/tab-separated-values"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "?firm\n<https://kg.example.org/id/organization/闽东星源电机有限公司>\n"


EDITOR = "document.querySelector('.CodeMirror')"


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_browser_drives_the_editor(server: Server) -> None:
    with browser() as page:
        page.open(server.url.removesuffix("sparql"))
        page.wait("document.querySelectorAll('#question option').length > 15")
        page.wait(f"{EDITOR} && {EDITOR}.CodeMirror.getValue() !== ''")
        page.value("document.querySelector('#question').value = 'who-finances'")
        page.value("document.querySelector('#question').dispatchEvent(new Event('change'))")
        page.value(
            "document.querySelector('#parameters input').value = '宁德市'; document.querySelector('#fill').click()"
        )
        page.wait("document.querySelector('.CodeMirror').CodeMirror.getValue().includes('350900')")
        page.value("document.querySelector('#run').click()")
        page.wait("document.querySelectorAll('#answer tbody tr').length === 3")
        page.value("document.querySelector('.CodeMirror').CodeMirror.setValue('SELECT * {')")
        page.value("document.querySelector('#run').click()")
        page.wait(
            "document.querySelector('#status.bad') && document.querySelector('#status').textContent.includes('line 1')"
        )
        page.value(EDITOR + ".CodeMirror.setValue('SELECT (\"<img src=x onerror=alert(1)>\" AS ?x) {}')")
        page.value("document.querySelector('#run').click()")
        assert "<img" in page.wait(
            "document.querySelector('#answer td') && document.querySelector('#answer td').textContent"
        )
        assert page.value("document.querySelectorAll('#answer img').length") == 0
        assert all(url.startswith((server.url.removesuffix("sparql"), "data:")) for url in page.asked), page.asked
        assert not [problem for problem in page.problems if "400 (Bad Request)" not in problem]
