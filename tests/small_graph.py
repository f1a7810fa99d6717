"""A graph of two entities and two facts, for texts and numbers that no reading would give."""

from kg.gathering import Presence, Source
from kg.graph import Graph
from kg.model import Claim, Entity, Evidence, Fact, Mention, Qualifier, Span


def small_graph(
    *,
    name: str = "甲",
    names: tuple[str, ...] = (),
    subtype: str = "company",
    quote: str = "引文",
    value: str = "称号",
    amount: int | float = 1,
) -> Graph:
    """Return a graph in which 甲, named so, lends a sum to 乙 and has a title."""
    first = Entity("Organization:甲", "Organization", subtype, name, names)
    second = Entity("Organization:乙", "Organization", None, "乙")
    sum_ = Qualifier("amount", "许多元", (("bound", "exact"), ("currency", "CNY"), ("value", amount)))
    return Graph(
        entities={entity.id: entity for entity in (first, second)},
        facts=(_fact("lendsTo", second.id, None, (sum_,), quote), _fact("hasTitle", None, value, (), quote)),
        sources={"a": Source("a", "d", "一.txt", 1, name, None, None, None)},
        places={},
        presence={entity.id: Presence(1, 1) for entity in (first, second)},
        left_out={},
    )


def _fact(
    predicate: str, object_: str | None, value: str | None, qualifiers: tuple[Qualifier, ...], quote: str
) -> Fact:
    mention = Mention(Span(0, 1), "甲", "Organization", "company", "test", 1.0)
    end = Mention(Span(1, 2), "乙", "Organization", None, "test", 1.0) if value is None else value
    evidence = Evidence("a", Span(0, 2), quote)
    claim = Claim(f"c-{predicate}", mention, predicate, end, qualifiers, "done", "affirmed", (evidence,), "test", 0.9)
    return Fact(
        predicate, "Organization:甲", predicate, object_, value, qualifiers, "done", "affirmed", (claim,), 1, 0.9
    )
