"""Which regions may lie inside which."""

import pytest

from kg.containment import may_lie_inside
from kg.model import Group


def group(name: str, subtype: str, adcode: str | None = None) -> Group:
    return Group(name, "Region", subtype, name, (), adcode, "test")


FUJIAN = group("福建", "province", "350000")
NINGDE = group("宁德市", "prefecture", "350900")
JIAOCHENG = group("蕉城区", "county", "350902")
ZHENGZHOU = group("郑州", "prefecture", "410100")
DELTA = group("长三角", "informal")


@pytest.mark.parametrize(
    ("part", "whole", "beside", "expected"),
    [
        # by codes, however they stand
        (NINGDE, FUJIAN, False, True),
        (JIAOCHENG, FUJIAN, False, True),
        (FUJIAN, NINGDE, True, False),
        (NINGDE, ZHENGZHOU, True, False),
        # by levels, where they stand side by side
        (group("三都镇", "township"), JIAOCHENG, True, True),
        (group("三都镇", "township"), JIAOCHENG, False, False),
        (JIAOCHENG, group("三都镇", "township"), True, False),
        # further down a list: in what has no code
        (NINGDE, DELTA, False, True),
        (group("三都澳码头", "site"), group("白马工业区", "development_zone"), False, True),
        (JIAOCHENG, group("白马工业区", "development_zone"), False, False),
        # no prefecture in a zone, no division in a site, none of ours abroad
        (NINGDE, group("白马工业区", "development_zone"), True, False),
        (JIAOCHENG, group("白马新区", "development_zone"), True, True),
        (JIAOCHENG, group("三都港", "site"), True, False),
        (NINGDE, group("土耳其", "country"), True, False),
        (FUJIAN, group("中国", "country"), True, True),
        # a port is where its name says, a park may be named after another place
        (group("天津港", "site"), ZHENGZHOU, True, False),
        (group("郑州站", "site"), ZHENGZHOU, True, True),
        (group("桂林公园", "site"), ZHENGZHOU, True, True),
        # a side is no whole
        (JIAOCHENG, group("东南", "informal"), True, False),
        (JIAOCHENG, group("中部", "informal"), True, False),
        (group("沙特", "country"), group("中东", "informal"), True, True),
    ],
)
def test_may_lie_inside(part: Group, whole: Group, beside: bool, expected: bool) -> None:
    assert may_lie_inside(part, whole, beside) is expected
