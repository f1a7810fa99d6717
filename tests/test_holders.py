"""Who holds the figures of invented sentences, and what is seen of them."""

import math

import pytest
from golden import parse, reading
from hypothesis import given
from hypothesis import strategies as st

from kg.figures import Candidate, Figure, candidates, figures_of
from kg.holders import Holders, probabilities
from kg.quantities import find_quantities
from kg.resources import read_rows
from kg.schema import load_schema
from kg.stages import refer
from kg.topics import Topics

TYPES = load_schema().predicates["statistic"].domain
CITY, COUNTY = "[云岭市|Region/prefecture]", "[青川县|Region/county]"
FIRM, WORKS = "[云岭电机有限公司|Organization/company]", "[云岭水库工程|Program/project]"


def topics_of(marked: str, title: str = "") -> Topics:
    text, mentions = parse(marked)
    (read,) = refer.make()([reading(text, mentions, title=title)])
    return Topics(read, TYPES)


def figures(topics: Topics, number: int = 0) -> list[Figure]:
    span = topics.reading.sentences[number]
    return figures_of(topics, number, find_quantities(topics.reading.article.text[span.start : span.end]))


def held(marked: str) -> list[tuple[str, str]]:
    """Return every figure with its holder where that is likelier than nobody."""
    topics = topics_of(marked)
    holders, found = Holders(topics), []
    for number in range(len(topics.reading.sentences)):
        around = candidates(topics, number)
        for figure in figures(topics, number):
            holder, chance = holders.weigh(number, figure, around)
            found.append((figure.quantity.text, holder.group.name if holder is not None and chance > 0.4 else ""))
    return found


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (f"{CITY}外贸增长5%。", [("5%", "云岭市")]),
        (f"{CITY}{COUNTY}产值达90亿元。", [("90亿元", "青川县")]),
        (f"{COUNTY}的{WORKS}总投资9亿元。", [("9亿元", "云岭水库工程")]),
        (
            f"{FIRM}昨天开业。公司年产值达2亿元，同比增长7%。",
            [("2亿元", "云岭电机有限公司"), ("7%", "云岭电机有限公司")],
        ),
        ("今年产值达2亿元。", [("2亿元", "")]),
        (f"{CITY}召开会议，历时3天。", [("3天", "")]),
    ],
)
def test_holders(marked: str, expected: list[tuple[str, str]]) -> None:
    assert held(marked) == expected


def test_how_figures_stand() -> None:
    topics = topics_of(f"{CITY}总投资5亿元的{WORKS}从3个增加到8个，引进企业6家，覆盖2个县。")
    assert [(f.quantity.text, f.place, f.noun, f.changes) for f in figures(topics)] == [
        ("5亿元", "attribute", "", False),
        ("3个", "before", "增加到", True),
        ("8个", "end", "", False),
        ("6家", "end", "", False),
        ("2个", "before", "县", False),
    ]


def test_names_before_a_sentence_are_candidates_the_nearest_first() -> None:
    topics = topics_of(f"{CITY}的{FIRM}昨天开业。{WORKS}随后开工。总投资9亿元。")
    found = candidates(topics, 2)
    assert [candidate.group.name for candidate in found] == ["云岭水库工程", "云岭电机有限公司", "云岭市"]
    assert all(not candidate.here and candidate.back for candidate in found)


def test_features_hold_no_name() -> None:
    marked = f"{CITY}的{FIRM}称，{COUNTY}{WORKS}总投资9亿元，{CITY}30家企业参加{FIRM}6个项目。"
    topics = topics_of(marked, title="云岭市的工程")
    holders, around = Holders(topics), candidates(topics, 0)
    rows = [row for figure in figures(topics) for row in holders.features(0, figure, around)]
    assert len(rows) == 3 * (1 + len(around))
    assert not [feature for row in rows for feature in row if "云岭" in feature or "青川" in feature]
    assert "in the title Region" in {feature for row in rows for feature in row}


def test_the_holder_before_is_a_feature_for_three_sentences() -> None:
    topics = topics_of(f"{CITY}产值9亿元。" + "税收2亿元。" * 5)
    holders = Holders(topics)
    (first,) = candidates(topics, 0)
    holders.remember(0, figures(topics)[0], first)

    def said(number: int) -> bool:
        rows = holders.features(number, figures(topics, number)[0], [Candidate(first.group, first.item, ())])
        return any(feature.startswith("as before") for feature in rows[1])

    assert [said(number) for number in range(6)] == [True, True, True, True, False, False]


@given(st.lists(st.floats(-60, 60), min_size=1, max_size=30))
def test_probabilities_sum_up_to_one_and_keep_the_order(odds: list[float]) -> None:
    chances = probabilities(odds)
    assert math.isclose(sum(chances), 1.0)
    assert math.isclose(odds[chances.index(max(chances))], max(odds), abs_tol=1e-12)


def test_every_weight_is_a_number_of_one_feature() -> None:
    rows = list(read_rows("lexicons", "holder_weights.tsv"))
    assert all(len(row) == 2 and math.isfinite(float(row[1])) for row in rows)
    assert len({row[0] for row in rows}) == len(rows) > 1_000
