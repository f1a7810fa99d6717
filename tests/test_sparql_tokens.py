"""Queries cut into tokens: nothing is lost, parameters are bound as terms, SERVICE is found wherever it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import InputError
from kg.export.quads import XSD, iri, literal
from kg.sparql.tokens import bind, declared, named_in_from, refuse_other_graphs, refuse_services, tokens

_PIECES = st.sampled_from(
    [
        "SERVICE",
        "?a",
        "$b",
        "<x>",
        "'",
        '"',
        '"""',
        "#",
        "\n",
        "{",
        "}",
        "a:b",
        "_:c",
        "@en",
        "1.5",
        "\\",
        "福建",
        "𠮷",
        "·",
        " ",
    ]
)


@given(st.lists(st.one_of(_PIECES, st.text(max_size=3))).map("".join))
def test_tokens_joined_are_the_query(query: str) -> None:
    assert "".join(token.text for token in tokens(query)) == query


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://x/> { ?a ?b ?c } }",
        "SELECT * { service silent ?x { ?a ?b ?c } }",
        "SELECT * { ?a ?b 1.SERVICE <http://x/> {} }",
        "SELECT * { ?a ?b 'x'SERVICE <http://x/> {} }",
        "SELECT * { FILTER(?a<?b)SERVICE ?x {} }",
        "SELECT * { # comment\nSERVICE <http://x/> {} }",
        "SELECT * { ?a ?b '''#'''. SeRvIcE <http://x/> {} }",
    ],
)
def test_services_are_refused(query: str) -> None:
    with pytest.raises(InputError, match="SERVICE is refused"):
        refuse_services(query)


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ?service { ?service a "SERVICE" }',
        "SELECT * { ?a <http://x/SERVICE> service:b } # SERVICE <x> {}",
        "SELECT * { ?a kg:service '''say \"SERVICE\" ''' }",
    ],
)
def test_the_word_alone_is_no_service(query: str) -> None:
    refuse_services(query)


def test_terms_take_the_place_of_parameters_and_of_nothing_else() -> None:
    query = 'SELECT ?a { ?a $b "$b" ; <http://x/$b> ?b . } # $b\nLIMIT $n'
    said = bind(query, {"b": [iri("http://x/p")], "n": [literal("7", datatype=f"{XSD}integer")], "a": [literal("no")]})
    assert said == 'SELECT ?a { ?a <http://x/p> "$b" ; <http://x/$b> ?b . } # $b\nLIMIT 7'


@given(st.text(max_size=40))
def test_no_text_breaks_out_of_its_place(text: str) -> None:
    said = bind("SELECT * { ?a ?b $x }", {"x": [literal(text)]})
    words = [token for token in tokens(said) if token.kind != "space"]
    assert [token.kind for token in words] == ["word", "other", "other", "variable", "variable", "text", "other"]


def test_only_prefixes_that_are_used_and_missing_are_declared() -> None:
    prefixes = {"a": "http://a/", "b": "http://b/", "c": "http://c/"}
    assert declared("PREFIX b: <x> ASK { a:x b:y 'c:z' }", prefixes) == (
        "PREFIX a: <http://a/>\nPREFIX b: <x> ASK { a:x b:y 'c:z' }"
    )


def test_graphs_after_from_are_resolved() -> None:
    query = "BASE <http://b/> PREFIX p: <q/> SELECT * FROM <g> FROM NAMED p:h FROM NAMED k:i { FILTER('FROM <no>') }"
    assert named_in_from(query, {"k": "http://k/"}, None) == ["http://b/g", "http://b/q/h", "http://k/i"]
    refuse_other_graphs(["http://b/g"], {"http://b/g"})
    with pytest.raises(InputError, match=r"no graph of this data set is named <http://b/q/h>"):
        refuse_other_graphs(["http://b/g", "http://b/q/h"], {"http://b/g"})
