"""Hard pairs: names of two articles that must become one entity, and names that must stay apart (resolve_pairs.tsv)."""

import re
from pathlib import Path

import pytest
from golden import parse

from kg.claims import make_claim
from kg.grouping import group_mentions
from kg.ids import article_id, digest, document_id
from kg.model import Article, Qualifier, Reading
from kg.resolve import resolve
from kg.text import sentences

KINDS = {
    "c": "Organization/company", "b": "Organization/financial_institution", "g": "Organization/government",
    "p": "Organization/party", "u": "Organization/university", "h": "Organization/hospital",
    "a": "Organization/association", "m": "Organization/media", "r": "Organization/research_institute",
    "o": "Organization/other", "P": "Person/other", "P.o": "Person/official", "P.e": "Person/executive",
    "P.x": "Person/expert", "P.r": "Person/reporter", "R.n": "Region/country", "R.p": "Region/province",
    "R.c": "Region/prefecture", "R.d": "Region/county", "R.t": "Region/township", "R.v": "Region/village",
    "R.z": "Region/development_zone", "R.i": "Region/informal", "R.s": "Region/site", "W.p": "Program/plan",
    "W.j": "Program/project", "W.f": "Program/fund", "W.m": "Program/platform", "E": "Event", "T": "Product",
    "I": "Industry", "i": "Industry",
}  # fmt: skip
_DATED = re.compile(r"(\d{4}-\d\d-\d\d)\|(.*)")
_POST = re.compile(r"\{([^=]+)=([^:]+):([^}]+)\}")
_KIND = re.compile(r"\|([\w.]+)\]")


def rows() -> list[tuple[str, ...]]:
    lines = (Path(__file__).parent / "resolve_pairs.tsv").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


def read(number: int, marked: str) -> Reading:
    """Return what the pipeline would have read in an article whose names and posts are marked."""
    dated = _DATED.fullmatch(marked)
    date, marked = (dated[1], dated[2]) if dated else (None, marked)
    posts = _POST.findall(marked)
    text, mentions = parse(_KIND.sub(lambda kind: f"|{KINDS[kind[1]]}]", _POST.sub("", marked)))
    document = document_id(f"{number}.txt", digest(text))
    article = Article(article_id(document, 1), document, 1, text, date=date)
    named = {mention.text: mention for mention in reversed(mentions)}
    spans = tuple(sentences(text))
    claims = tuple(
        make_claim(
            article, named[person], "holdsPosition", named[body], evidence=spans[:1], reader="test", score=1.0,
            qualifiers=[Qualifier("title", title)],
        )
        for person, body, title in posts
    )  # fmt: skip
    return Reading(article, spans, mentions, group_mentions(article, mentions), (), claims)


def entity_of(readings: list[Reading], number: int, name: str) -> str:
    """Return the entity that the name in the article of that number stands for."""
    links = {link.group: link.entity for link in resolve(readings)}
    return next(
        links[group.id] for group in readings[number].groups if any(mention.text == name for mention in group.mentions)
    )


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row[0]} {row[1]} {row[2]}")
def test_pair(row: tuple[str, ...]) -> None:
    verdict, first, second, *articles = row
    readings = [read(number, marked) for number, marked in enumerate(articles)]
    one = entity_of(readings, 0, first) == entity_of(readings, 1, second)
    assert one == (verdict == "one")


def test_there_are_enough_of_both() -> None:
    verdicts = [row[0] for row in rows()]
    assert len(verdicts) >= 150
    assert min(verdicts.count("one"), verdicts.count("apart")) >= 60
    assert len(set(rows())) == len(rows())
