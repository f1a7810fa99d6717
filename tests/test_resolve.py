"""Links: every group has one, with its reason, whatever the order; ids can be read. Hard pairs: test_resolve_pairs."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_graph import NASTY, page, pages, parse
from test_resolve_pairs import read as made

from kg.ids import digest
from kg.model import Document, Link, Reading
from kg.named import names_in
from kg.resolve import keys_of, resolve, resolve_keys
from kg.resolve.slugs import LONGEST, is_slug, slug
from kg.store import open_store


def read(*marked: str) -> list[Reading]:
    return [reading for n, text in enumerate(marked) for reading in page(f"{n}.txt", *parse(text))[1]]


def entities(*marked: str) -> list[str]:
    """Return the entities that the names, each in an article of its own, stand for."""
    return [
        link.entity
        for reading in read(*marked)
        for link in resolve(read(*marked))
        if reading.groups[0].id == link.group
    ]


@pytest.mark.parametrize(
    "names",
    [
        ("[甲公司|Organization/company]", "[甲公司|Organization/other]"),
        ("[ＡＢＣ公司|Organization/company]", "[abc公司|Organization/company]"),
        ("[闽东（集团）公司|Organization/company]", "[闽东(集团)公司|Organization/company]"),
        ("[林知远|Person/executive]", "[林知远|Person/executive]"),
        ("[长三角|Region/informal]", "[长三角|Region/informal]"),
        ("[济南高新区|Region/development_zone]", "[济南高新区|Region/development_zone]"),
        ("[镇海区政府|Organization/government]", "[镇海区政府|Organization/government]"),
        ("[旗舟集团|Organization/company]", "[旗舟集团|Organization/company]"),
    ],
)
def test_one_entity(names: tuple[str, str]) -> None:
    assert len(set(entities(*names))) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("[鼓楼区|Region/county]", "[鼓楼区|Region/county]"),
        ("[城关镇|Region/township]", "[城关镇|Region/township]"),
        ("[人民广场|Region/site]", "[人民广场|Region/site]"),
        ("[高新区|Region/development_zone]", "[高新区|Region/development_zone]"),
        ("[市发改委|Organization/government]", "[市发改委|Organization/government]"),
        ("[县委宣传部|Organization/party]", "[县委宣传部|Organization/party]"),
        ("[县第一医院|Organization/hospital]", "[县第一医院|Organization/hospital]"),
        ("[特区政府|Organization/government]", "[特区政府|Organization/government]"),
        ("[村委会|Organization/village_committee]", "[村委会|Organization/village_committee]"),
        ("[张某某|Person/citizen]", "[张某某|Person/citizen]"),
        ("[林知远|Person/official]", "[林知远|Person/executive]"),
        ("[天工|Product]", "[天工|Program/platform]"),
        ("[甲公司|Organization/company]", "[甲公司福州分公司|Organization/company]"),
    ],
)
def test_two_entities(names: tuple[str, str]) -> None:
    assert len(set(entities(*names))) == 2


def test_a_code_joins_what_names_do_not() -> None:
    readings = read("[蕉城|Region/county]", "[蕉城区|Region/county]", "[蕉城区|Region/county]")
    for number, adcode in enumerate(("350902", "350902", None)):
        readings[number] = replace(readings[number], groups=(replace(readings[number].groups[0], adcode=adcode),))
    found = {link.group: link.entity for link in resolve(readings)}
    first, second, third = (found[reading.groups[0].id] for reading in readings)
    assert first == second == "Region:350902"
    assert third != first


def test_ids_can_be_read() -> None:
    assert entities("[兴业银行|Organization/financial_institution]") == ["Organization:兴业银行"]
    assert entities("[鼓楼区|Region/county]")[0].startswith("Region:鼓楼区_")


def test_names_with_one_slug_stay_apart() -> None:
    found = entities("[天工·一号|Product]", "[天工/一号|Product]", "[天工—一号|Product]")
    assert len(set(found)) == 3
    assert found[0] == "Product:天工·一号"
    assert all(id_.startswith("Product:天工_一号_") for id_ in found[1:])


def test_every_group_has_one_link_in_order() -> None:
    readings = [reading for _, found in pages() for reading in found]
    links = resolve(readings)
    assert [link.group for link in links] == sorted(group.id for reading in readings for group in reading.groups)
    assert {link.by for link in links} == {"rule"}


def test_order_does_not_matter() -> None:
    readings = read("[甲|Product]", "[甲|Product]", "[鼓楼区|Region/county]", "[Ａ|Product]", "[a|Product]")
    answers: list[list[Link]] = [resolve(order) for order in permutations(readings)]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("兴业银行", "兴业银行"), ("3M中国", "3M中国"), ("二〇二五", "二〇二五"), ("𠮷野家", "𠮷野家"),
        ("阿不都·买买提", "阿不都·买买提"), ("100%国产", "100_国产"), ("“双百”工程", "双百_工程"),
        ("甲\u3000乙", "甲_乙"), ("闽东（集团）公司", "闽东_集团_公司"), ("ＡＢＣ１", "ABC1"),
        ("-x-", "x"), ("a__b", "a_b"),
    ],
)  # fmt: skip
def test_slug(name: str, local: str) -> None:
    assert slug(name) == local


@given(st.one_of(st.text(), st.sampled_from(NASTY), st.text(alphabet="甲·-_", max_size=200)))
def test_slugs_are_safe_and_stay_as_they_are(name: str) -> None:
    local = slug(name)
    assert is_slug(local)
    assert slug(local) == local
    assert len(local) <= LONGEST


MIXED = (
    "[宁德市|R.c]的[市财政局|g]与[福建亚澜电机有限公司|c](以下简称“[亚澜|c]”)签约。",
    "[宁德市财政局|g]的[王伟|P.o]到[亚澜|c]。{王伟=宁德市财政局:局长}",
    "[福建亚澜电机有限公司|c](以下简称“[亚澜|c]”)投产，[王伟|P]在场。",
    "[南平市|R.c]的[市财政局|g]的[王伟|P.o]说。{王伟=市财政局:局长}",
    "[福建省|R.p]的[“双百”工程|W.j]与[第二届电机博览会|E]。",
    "[浙江省|R.p]的[“双百”工程|W.j]与[第2届电机博览会|E]。",
    "[蔺蘅宸|P.r]报道[新能源汽车产业链|I]与[天工|T]。",
    "[蔺蘅宸|P.r]报道[新能源汽车|I]与[天工|T]。",
    "[亚澜电机有限公司|c]投产。",
    "[福建亚澜电机有限责任公司|c]扩产。",
    "[济南高新区|R.z]与[产业园|R.z]与[青岛高新技术产业开发区|R.z]。",
)


@given(st.permutations(range(len(MIXED))), st.data())
def test_links_are_a_function_of_the_set_of_readings(order: list[int], data: st.DataObject) -> None:
    kept = data.draw(st.sets(st.sampled_from(order), min_size=2))
    readings = [made(number, MIXED[number]) for number in order if number in kept]
    assert resolve(readings) == resolve(sorted(readings, key=lambda reading: reading.article.id))


def test_reasons_can_be_read() -> None:
    readings = [made(number, marked) for number, marked in enumerate(MIXED)]
    names = {group.id: group.name for reading in readings for group in reading.groups}
    reasons = {(names[link.group], link.reason) for link in resolve(readings)}
    assert {
        ("宁德市", "equal code"),
        ("市财政局", "equal division and kind of body"),
        ("亚澜", "short name of 福建亚澜电机有限公司 in 2 articles"),
        ("亚澜电机有限公司", "name without place of 福建亚澜电机有限公司"),
        ("第2届电机博览会", "equal type and name"),
        ("“双百”工程", "equal name, same province"),
        ("蔺蘅宸", "equal name that few bear, same kind of work"),
        ("产业园", "the name alone does not tell which"),
        ("济南高新区", "equal division and kind of zone"),
    } <= reasons


def test_the_store_tells_what_readings_do(tmp_path: Path) -> None:
    with open_store(tmp_path / "graph.sqlite", write=True) as store:
        for number, marked in enumerate(MIXED):
            reading = made(number, marked)
            article = reading.article
            store.write(Document(article.document, f"{number}.txt", digest(article.text), article.text), [reading])
        named = list(store.named())
        readings = list(store.readings())
        texts = list(store.texts())
    assert named == sorted(names_in(readings))
    assert resolve_keys((names.article, keys_of(names)) for names in named) == resolve(readings)
    assert texts == sorted((r.article.id, r.article.document, r.article.text) for r in readings)


def test_a_province_more_may_part_what_was_one() -> None:
    """A name that two provinces use stays apart by province; one that many use is known everywhere."""
    articles = [f"[{province}|R.p]的[“双百”工程|W.j]。" for province in ("福建省", "福建省", "浙江省", "江西省")]

    def number(count: int) -> int:
        readings = [made(each, marked) for each, marked in enumerate(articles[:count])]
        programs = {group.id for reading in readings for group in reading.groups if group.type == "Program"}
        return len({link.entity for link in resolve(readings) if link.group in programs})

    assert [number(count) for count in (2, 3, 4)] == [1, 2, 1]
