import pytest
from golden import parse, reading, show

from kg.stages.find_employers import make

find = make()
PERSON = "[林知远|Person/executive]"

ROWS = [
    (f"云岭智造首席执行官{PERSON}说", f"[云岭智造|Organization/company]首席执行官{PERSON}说"),
    (f"近日，云岭智造董事长{PERSON}介绍", f"近日，[云岭智造|Organization/company]董事长{PERSON}介绍"),
    # the name is found again in the article
    (
        f"云岭智造总经理{PERSON}说。云岭智造扩产。",
        f"[云岭智造|Organization/company]总经理{PERSON}说。[云岭智造|Organization/company]扩产。",
    ),
    # a department is part of the title, and words of the language are no name
    (f"公关部副经理{PERSON}说", f"公关部副经理{PERSON}说"),
    (f"该公司董事长{PERSON}说", f"该公司董事长{PERSON}说"),
    (f"企业负责人{PERSON}说", f"企业负责人{PERSON}说"),
    (f"市委书记{PERSON}说", f"市委书记{PERSON}说"),
    (f"会上，董事长{PERSON}说", f"会上，董事长{PERSON}说"),
    # who serves a known body serves no other
    (
        f"[海峡银行|Organization/financial_institution]行长{PERSON}说",
        f"[海峡银行|Organization/financial_institution]行长{PERSON}说",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), ROWS, ids=[row[1] for row in ROWS])
def test_finds_the_firm_before_the_title(given: str, expected: str) -> None:
    text, mentions = parse(given)
    (out,) = find([reading(text, mentions)])
    assert show(text, out.mentions) == expected
    for mention in out.mentions:
        assert text[mention.span.start : mention.span.end] == mention.text
