"""Names that no paper prints: nothing breaks, nothing is lost, in any format; and the policy that addresses keep."""

import io
import re
import unicodedata
from urllib.parse import quote

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.namespace import SKOS
from sample_graph import NASTY

from kg.export.iris import Iris, local, make_iris
from kg.export.quads import FORMATS as OXIGRAPH
from kg.export.rdf import FORMATS, write_rdf
from kg.graph import Graph, Source
from kg.model import Claim, Entity, Evidence, Fact, Mention, Qualifier, Span
from kg.resolve.slugs import slug
from kg.schema import load_schema

SCHEMA = load_schema()
RDFLIB = {
    "turtle": "turtle",
    "trig": "trig",
    "ntriples": "nt",
    "nquads": "nquads",
    "rdfxml": "xml",
    "jsonld": "json-ld",
}
POLICY = re.compile(r"https://kg\.example\.org/id/[a-z]+/[^\s\"'<>\\^`{|}%/?#\[\]@!$&()*+,;=:~.]{1,160}")
ANY = st.one_of(
    st.text(min_size=1, max_size=40),
    st.sampled_from(NASTY),
    st.text("　 “”（）％%，。·\t\n\r\x0b\x0c\x1f\x85\u2028\u200b\ufeff\ufffe\uffff𠮷㐂\uf900①Ⅱ㈱Ａｂ１é"
            "中文_-'\"<>&\\^`{|}#?/:@=", min_size=1, max_size=20),
    st.sampled_from(["长" * 500, "长 " * 250, "\x00", "\x01\x02", "100%国产", "a/b", "..", "%E5", "𠮷" * 200]),
)  # fmt: skip


def linked(names: list[str]) -> Graph:
    """Return a graph in which each name supplies the next, told in a sentence of their names."""
    ids = [f"Organization:{slug(name)}_{number}" for number, name in enumerate(names)]
    entities = {id_: Entity(id_, "Organization", None, name) for id_, name in zip(ids, names, strict=True)}
    source = Source("d/1", "d", "\n".join(names), 1, names[0], names[-1], None, names[0])
    facts = tuple(
        Fact(
            f"f{number}", ids[number], "supplies", ids[(number + 1) % len(ids)], None,
            (Qualifier("amount", name), Qualifier("title", name)), "done", "affirmed", (told(name),), 1, 0.5,
        )
        for number, name in enumerate(names)
    )  # fmt: skip
    return Graph(entities, facts, {"d/1": source}, {}, {}, {})


def told(name: str) -> Claim:
    mention = Mention(Span(0, len(name)), name, "Organization", None, "test", 1.0)
    evidence = Evidence("d/1", mention.span, name)
    return Claim("c", mention, "supplies", mention, (), "done", "affirmed", (evidence,), name, 0.5)


def kept(name: str, format_: str) -> str:
    """Return what a format makes of a name; only what no reader takes has a sign in its place."""
    held = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else "\u2400" if c == "\x00" else c for c in name)
    if format_ != "rdfxml":
        return held
    return "".join(
        chr(0x2400 + ord(c)) if ord(c) < 32 and c not in "\t\n\r" else "\ufffd" if c in "\ufffe\uffff" else c
        for c in held
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib warns of its own Dataset
@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=20)
@given(names=st.lists(ANY, min_size=1, max_size=4, unique=True))
def test_every_name_comes_back_from_every_format(format_: str, names: list[str]) -> None:
    file = io.BytesIO()
    write_rdf(linked(names), file, schema=SCHEMA, format=format_)
    wanted = {kept(name, format_) for name in names}
    label = pyoxigraph.NamedNode(SKOS.prefLabel)
    quads = list(pyoxigraph.parse(file.getvalue(), format=OXIGRAPH[format_]))
    of_us = [quad for quad in quads if quad.predicate == label and "/id/" in str(quad.subject)]
    assert {quad.object.value for quad in of_us} == wanted
    assert len({quad.subject for quad in of_us}) == len(names)
    read = rdflib.Dataset(default_union=True)
    read.parse(data=file.getvalue(), format=RDFLIB[format_])
    found = {str(name) for one, name in read.subject_objects(SKOS.prefLabel) if "/id/" in str(one)}
    assert found == wanted
    quoted = rdflib.URIRef("http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#anchorOf")
    assert {str(name) for name in read.objects(None, quoted)} <= wanted


@given(ANY)
def test_addresses_keep_to_the_policy(name: str) -> None:
    made = make_iris().entity(f"Organization:{name}")
    assert POLICY.fullmatch(made)
    assert unicodedata.is_normalized("NFKC", made)
    assert local(local(name)) == local(name)
    assert pyoxigraph.NamedNode(made).value == made
    store = pyoxigraph.Store()
    store.add(pyoxigraph.Quad(pyoxigraph.NamedNode(made), pyoxigraph.NamedNode("https://x.example/p"),
                              pyoxigraph.Literal("1")))  # fmt: skip
    assert list(store.query(f"SELECT * {{ <{made}> ?p ?o }}"))
    if max(made) <= "\uffff":  # Oxigraph's SPARQL takes no name with a prefix beyond the first plane
        query = f"PREFIX o: <https://kg.example.org/id/organization/> SELECT * {{ o:{local(name)} ?p ?o }}"
        assert list(store.query(query)), "an address can be written with a prefix"


@given(ANY, ANY)
def test_different_names_have_different_addresses(one: str, other: str) -> None:
    iris = Iris("https://kg.example.org")
    assert (iris.entity(f"Program:{one}") == iris.entity(f"Program:{other}")) == (one == other)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("兴业银行", "兴业银行"),
        ("3M中国", "3M中国"),
        ("阿不都·买买提", "阿不都·买买提"),
        ("𠮷田商会", "𠮷田商会"),
        ("350981", "350981"),
        ("闽东（集团）有限公司", "闽东_集团_有限公司_"),
        ("100%国产", "100_国产_"),
        ("\uf900弟公司", "豈弟公司_"),
        ("①号工程", "1号工程_"),
        ("　", ""),
    ],
)
def test_readable(name: str, address: str) -> None:
    """A whole address where nothing had to be changed, else its beginning before eight digits."""
    made = local(name)
    assert re.fullmatch(re.escape(address) + ("" if address == name else "[0-9a-f_]*"), made)
    assert quote(made, safe="") != made or made.isascii(), "no address is percent-encoded"


def test_long_names_are_cut_and_told_apart() -> None:
    one, other = local("长" * 500), local("长" * 499 + "短")
    assert one != other
    assert len(one) < 160
    assert one.startswith("长" * 60)
