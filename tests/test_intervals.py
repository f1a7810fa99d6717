"""What written numbers say, and which exclude each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.intervals import Interval, to_interval
from kg.model import Qualifier
from kg.money import find_amounts
from kg.quantities import find_quantities


def interval(words: str) -> Interval:
    (amount,) = find_amounts(words) or find_quantities(words)
    found = to_interval(Qualifier("value", amount.text, amount.normal))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("left", "right", "exclude"),
    [
        ("500万元", "0.05亿元", False),  # one sum in two units
        ("超6亿元", "6.2亿元", False),  # the bound holds the other
        ("超6亿元", "6亿元", False),
        ("超6亿元", "5亿元", True),
        ("500亿元", "500.3亿元", False),  # rounded
        ("500亿元", "501亿元", True),
        ("500.2亿元", "500.3亿元", True),
        ("近500亿元", "480亿元", False),
        ("近500亿元", "520亿元", True),
        ("约100亿元", "105亿元", False),
        ("约100亿元", "150亿元", True),
        ("3亿元至5亿元", "4亿元", False),
        ("3亿元至5亿元", "6亿元", True),
        ("5300万元", "5300万美元", False),  # not to be compared
        ("35家", "36家", True),
        ("300余家", "320家", False),
        ("12%", "12.3%", False),
        ("12.1%", "12.3%", True),
        ("五百万元", "500万元", False),
    ],
)
def test_which_exclude_each_other(left: str, right: str, exclude: bool) -> None:
    assert interval(left).excludes(interval(right)) is exclude
    assert interval(right).excludes(interval(left)) is exclude


def test_a_value_that_is_not_known_says_nothing() -> None:
    assert to_interval(Qualifier("value", "近一半")) is None


@given(st.integers(1, 10**9), st.sampled_from(["元", "万元", "亿元", "家", "%"]))
def test_a_number_excludes_the_next_one_and_not_itself(number: int, unit: str) -> None:
    one, same, other = (interval(f"{n}{unit}") for n in (number, number, number + 1))
    assert not one.excludes(same)
    assert one.excludes(other)
