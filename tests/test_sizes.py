"""Golden table of sizes: a sentence with its object marked, and the amount and the count that it gives to it."""

import pytest
from golden import parse

from kg.model import Span
from kg.schema import load_schema
from kg.sizes import with_size

SCHEMA = load_schema()
INDUSTRY, FUND = "[电机|Industry]", "[云岭科创母基金|Program/fund]"

ROWS = [
    # the output value of an industry, on either side of its name
    (f"2024年，云岭市{INDUSTRY}产业年产值达430亿元。", "developsIndustry", {"amount": "430亿元"}),
    (f"云岭市{INDUSTRY}产业规模约516亿元，同比增长9%。", "developsIndustry", {"amount": "约516亿元"}),
    (f"云岭市有年产值近千亿元的{INDUSTRY}产业。", "developsIndustry", {"amount": "近千亿元"}),
    (f"打造千亿级{INDUSTRY}产业集群。", "developsIndustry", {"amount": "千亿级"}),
    (f"打造{INDUSTRY}、纺织、文旅三个万亿级产业集群。", "developsIndustry", {"amount": "万亿级"}),
    # how many firms it has
    (f"云岭市{INDUSTRY}企业近300家。", "developsIndustry", {"count": "近300家"}),
    (f"云岭市聚集了近2000家{INDUSTRY}和纺织企业。", "developsIndustry", {"count": "近2000家"}),
    (f"云岭市{INDUSTRY}企业数量已达650家，产值超30亿元。", "developsIndustry", {"count": "650家"}),
    # figures of other things
    (f"云岭市投资3亿元发展{INDUSTRY}。", "developsIndustry", {}),
    (f"云岭市以6家{INDUSTRY}企业为基础组建集团。", "developsIndustry", {}),
    (f"云岭市发展{INDUSTRY}，全市出口额达30亿元。", "developsIndustry", {}),
    # the volume of a fund or works, for those who set it up
    (f"云岭市设立{FUND}，首期规模100亿元。", "establishes", {"amount": "100亿元"}),
    (f"云岭市设立总规模50亿元的{FUND}。", "establishes", {"amount": "50亿元"}),
    (f"云岭市设立{FUND}，全年产值500亿元。", "establishes", {}),
    (f"云岭市实施{FUND}，首期规模100亿元。", "implements", {}),
]


@pytest.mark.parametrize(("marked", "predicate", "sizes"), ROWS)
def test_a_size_is_read_where_it_touches_the_name(marked, predicate, sizes):
    text, (name,) = parse(marked)
    found = with_size([], text, Span(0, len(text)), name, name.span, SCHEMA.predicates[predicate])
    assert {one.name: one.text for one in found} == sizes


def test_a_rank_of_size_is_a_value_near_it():
    text, (name,) = parse(f"打造千亿级{INDUSTRY}产业集群。")
    (amount,) = with_size([], text, Span(0, len(text)), name, name.span, SCHEMA.predicates["developsIndustry"])
    assert dict(amount.normal) == {"bound": "about", "currency": "CNY", "value": 10**11}


def test_a_sum_that_a_fact_has_stays():
    text, (name,) = parse(f"云岭市设立{FUND}，首期规模100亿元。")
    predicate = SCHEMA.predicates["establishes"]
    given = with_size([], text, Span(0, len(text)), name, name.span, predicate)
    assert with_size(given, text, Span(0, len(text)), name, name.span, predicate) == given
