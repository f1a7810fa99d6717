"""The file of decisions: every decision comes back as it was written, and what is wrong is told with its line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.decisions import Anchor, Decision, DecisionFile, read_decisions, to_line, write_decisions
from kg.decisions.files import format_decisions, parse_decisions
from kg.decisions.records import FIELDS, Kind
from kg.errors import InputError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
ANCHOR = st.builds(Anchor, TEXT, TEXT, TEXT, st.integers(1, 3))
OF_FIELD: dict[str, st.SearchStrategy[Any]] = {
    "occurrence": st.integers(1, 3),
    "qualifiers": st.dictionaries(TEXT, TEXT, max_size=2).map(lambda said: tuple(sorted(said.items()))),
    "modality": st.sampled_from(("done", "ongoing", "planned")),
    "polarity": st.sampled_from(("affirmed", "denied")),
    "into": ANCHOR,
}


def of_kind(kind: Kind) -> st.SearchStrategy[Decision]:
    needed, taken = FIELDS[kind]
    return st.fixed_dictionaries(
        {name: OF_FIELD.get(name, TEXT) for name in ("document", "quote", *needed)},
        optional={name: OF_FIELD.get(name, TEXT) for name in ("occurrence", "note", *taken)},
    ).map(lambda said: Decision(kind, **said))


DECISION = st.sampled_from(sorted(FIELDS)).flatmap(of_kind)
COMMENT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=8).map(lambda text: f"# {text}".strip())


@st.composite
def files(draw: st.DrawFn) -> DecisionFile:
    decisions = tuple(draw(st.lists(DECISION, max_size=4, unique=True)))
    comments = tuple(tuple(draw(st.lists(COMMENT, max_size=2))) for _ in decisions)
    header, footer = (tuple(draw(st.lists(COMMENT, max_size=2))) for _ in range(2))
    return DecisionFile(decisions, comments, header, footer)


@given(files())
def test_what_is_written_is_read_again(file: DecisionFile) -> None:
    text = format_decisions(file)
    assert parse_decisions(text, "file") == file
    assert len(text.splitlines()) >= len(file.decisions)


@given(files(), st.lists(DECISION, max_size=3))
def test_adding_sorts_and_forgets_no_comment(file: DecisionFile, new: list[Decision]) -> None:
    more = file.adding(new)
    assert set(new[-1:]) <= set(more.decisions)
    assert more.adding(new[-1:]) == more
    assert [one.document for one in more.decisions] == sorted(one.document for one in more.decisions)
    assert {*zip(more.decisions, more.comments, strict=True)} >= {
        pair for pair in zip(file.decisions, file.comments, strict=True) if pair[0] in more.decisions
    }


@given(DECISION)
def test_a_decision_is_one_line(decision: Decision) -> None:
    line = to_line(decision)
    assert "\n" not in line
    assert json.loads(line)["decision"] == decision.kind


REJECT = '{"decision": "reject", "document": "a.txt", "quote": "甲", "subject": "甲", "predicate": "p", "object": "乙"}'


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("reject this", "not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[1]", "no decision"),
        ('{"document": "a.txt"}', "no decision is named None; there are accept, add, reject, type, merge, split, pin"),
        ('{"decision": ["reject"]}', "no decision is named"),
        ('{"decision": "pin", "document": "a.txt", "quote": "甲", "name": "甲"}', "pin needs id"),
        (REJECT.replace("}", ', "amount": "1元"}'), "reject has no 'amount'"),
        (REJECT.replace('"甲"', '" "', 1), "quote is a text that is not empty"),
        (REJECT.replace('"甲"', "3", 1), "quote is a text"),
        (REJECT.replace("}", ', "occurrence": 0}'), "occurrence is a number from 1"),
        (REJECT.replace("}", ', "occurrence": true}'), "occurrence is a number from 1"),
        (REJECT.replace("}", ', "modality": "maybe"}'), "modality is one of done, ongoing, planned"),
        (REJECT.replace("}", ', "qualifiers": {"amount": 3}}'), "qualifiers are words by name"),
        ('{"decision": "merge", "document": "a", "quote": "甲", "name": "甲", "into": "乙"}', "into is an object"),
        ('{"decision": "merge", "document": "a", "quote": "甲", "name": "甲", "into": {}}', "into is an object"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_told_with_its_number(line: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_text(f"# 标题\n\n{REJECT}\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        read_decisions(path)
    assert str(raised.value).startswith(f"{path}:4: ")
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_files_that_cannot_be_read_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.jsonl: cannot be read"):
        read_decisions(tmp_path / "none.jsonl")
    assert read_decisions(tmp_path / "none.jsonl", missing=True).decisions == ()
    (tmp_path / "gb.jsonl").write_bytes("# 决定".encode("gb18030"))
    with pytest.raises(InputError, match="not UTF-8"):
        read_decisions(tmp_path / "gb.jsonl")


def test_what_a_merge_in_git_leaves_counts_once(tmp_path: Path) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_bytes(f"\ufeff{REJECT}\r\n# 再看\r\n{REJECT}\r\n".encode())
    file = read_decisions(path)
    assert len(file.decisions) == 1
    assert file.comments == (("# 再看",),)
    write_decisions(path, file)
    assert read_decisions(path) == file


def test_the_contrary_takes_the_place() -> None:
    reject = Decision("reject", "a.txt", "甲向乙授信5元", subject="甲", predicate="grantsCredit", object="乙",
                      qualifiers=(("amount", "5元"),))  # fmt: skip
    accept = Decision("accept", "a.txt", "甲向乙 授信5元", subject="甲", predicate="grantsCredit", object="乙",
                      qualifiers=(("amount", "5元"), ("date", "去年")))  # fmt: skip
    other = Decision("accept", "a.txt", "甲向乙授信5元", subject="甲", predicate="grantsCredit", object="乙",
                     qualifiers=(("amount", "6元"),))  # fmt: skip
    assert DecisionFile().adding([reject, accept]).decisions == (accept,)
    assert DecisionFile().adding([accept, reject]).decisions == (reject,)
    assert len(DecisionFile().adding([reject, other]).decisions) == 2
