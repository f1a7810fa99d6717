"""Two pipelines on the same texts: what is counted, shown and scored, what cannot be read; the same each time."""

import copy
import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import kg
from kg.check.differences import Judge, match_facts, match_names, same_details
from kg.check.paired import PairedScores
from kg.check.score import score
from kg.cli import main
from kg.errors import ConfigError, InputError
from kg.resources import schemas_path

Record = dict[str, Any]


def document(*facts: tuple[str, str, str, dict[str, str]], people: int = 0) -> Record:
    """Return an annotation of a text about 甲公司, 乙公司 and 甲市, and as many people as make ids of two figures."""
    mentions = [
        {"start": 0, "end": 3, "text": "甲公司", "type": "Organization", "subtype": "company", "entity": "e1"},
        {"start": 4, "end": 7, "text": "乙公司", "type": "Organization", "subtype": "company", "entity": "e2"},
        {"start": 8, "end": 10, "text": "甲市", "type": "Region", "subtype": "prefecture", "entity": "e3"},
    ]
    for number in range(4, 4 + people):
        start = 10 * number
        mentions.append({"start": start, "end": start + 2, "text": "某人", "type": "Person", "entity": f"e{number}"})
    entities = [{"id": m["entity"], "type": m["type"], "name": m["text"], "aliases": [m["text"]]} for m in mentions]
    told = [
        {"subject": one, "predicate": name, "object": other, "qualifiers": said, "evidence": [0, 12], "score": 0.9}
        for one, name, other, said in facts
    ]
    return {"id": "d", "mentions": mentions, "entities": entities, "facts": told}


LENDS = ("e1", "lendsTo", "e2", {"amount": "5000万元"})
OTHER_SUM = ("e1", "lendsTo", "e2", {"amount": "1996万元"})


# --- matching -------------------------------------------------------------------------------------------------------


def test_names_match_by_span_and_type() -> None:
    a, b = document(), document()
    b["mentions"][0] = {**b["mentions"][0], "type": "Program"}
    del b["mentions"][2]
    found = match_names(a, b)
    assert (found.both, found.only_a, found.only_b) == (((1, 1),), (0, 2), (0,))


def test_facts_match_by_their_ends_whatever_the_ids() -> None:
    a, b = document(LENDS, ("e2", "locatedIn", "e3", {})), document(("x1", "lendsTo", "x2", {}), LENDS)
    for mention in b["mentions"]:
        mention["entity"] = mention["entity"].replace("e", "x")
    for entity in b["entities"]:
        entity["id"] = entity["id"].replace("e", "x")
    b["facts"][1] = {**b["facts"][0], "predicate": "invests"}
    found = match_facts(a, b)
    assert (found.both, found.only_a, found.only_b) == (((0, 0),), (1,), (1,))


def test_an_id_inside_another_is_another_id() -> None:
    a, b = document(("e1", "lendsTo", "e2", {}), people=10), document(("e12", "lendsTo", "e2", {}), people=10)
    found = match_facts(a, b)
    assert (found.both, found.only_a, found.only_b) == ((), (0,), (0,))


def test_a_fact_said_again_is_no_difference() -> None:
    once, twice = document(LENDS), document(LENDS, LENDS)
    for a, b in ((once, twice), (twice, once)):
        found = match_facts(a, b)
        assert (len(found.both), found.only_a, found.only_b) == (1, (), ())


def test_of_two_facts_of_one_kind_the_more_alike_match() -> None:
    found = match_facts(document(LENDS, OTHER_SUM), document(OTHER_SUM, LENDS))
    assert sorted(found.both) == [(0, 1), (1, 0)]
    assert same_details({"qualifiers": {"amount": "5000 万元"}}, {"qualifiers": {"amount": {"text": "5000万元"}}})
    assert not same_details(document(LENDS)["facts"][0], document(OTHER_SUM)["facts"][0])


def test_values_match_by_their_figures() -> None:
    a = document(("e3", "statistic", "超5亿元", {"value": "超5亿元"}), ("e1", "hasTitle", "示范企业", {}))
    b = document(("e3", "statistic", "5亿元", {"value": "5亿元"}), ("e1", "hasTitle", "国家级示范企业", {}))
    assert match_facts(a, b).both == ((0, 0), (1, 1))


def test_gold_judges_what_one_alone_found_and_leaves_open_what_it_leaves_open() -> None:
    gold = document(LENDS, ("e2", "locatedIn", "e3", {}))
    gold["mentions"][0]["optional"] = True
    gold["facts"][1]["optional"] = True
    found = document(LENDS, ("e2", "locatedIn", "e3", {}), ("e2", "lendsTo", "e1", {}))
    judge = Judge(gold, found)
    assert [judge.mention(mention) for mention in found["mentions"]] == [None, True, True]
    assert judge.mention({"start": 20, "end": 22, "type": "Person"}) is False
    assert judge.mention({"start": 0, "end": 2, "type": "Person"}) is None  # it overlaps what may be left out
    assert [judge.fact(fact) for fact in found["facts"]] == [True, None, False]
    gold["entities"][0]["optional"] = True
    assert Judge(gold, found).fact(found["facts"][2]) is None


# --- scores side by side --------------------------------------------------------------------------------------------


def scored(*texts: tuple[Record, Record, Record], samples: int = 200) -> dict[str, Any]:
    paired = PairedScores()
    for gold, a, b in texts:
        paired.add(gold, a, b)
    return {row.name: row for row in paired.rows(samples)}


def test_the_scores_are_those_of_the_scorer() -> None:
    gold, a, b = document(LENDS, OTHER_SUM), document(LENDS), document(("e2", "lendsTo", "e1", {}))
    b["mentions"].pop()
    rows = scored((gold, a, b), (gold, b, a), (gold, a, a))
    golds = {str(number): gold for number in range(3)}
    sides = {"a": {"0": a, "1": b, "2": a}, "b": {"0": b, "1": a, "2": a}}
    for side, system in sides.items():
        whole = score(golds, system)
        assert getattr(rows["mentions: Region"], side) == whole["mentions"]["Region"]
        assert getattr(rows["mentions, all types"], side) == whole["mentions_all"]
        assert getattr(rows["facts: lendsTo"], side) == whole["facts"]["lendsTo"]
        assert getattr(rows["facts between entities"], side) == whole["facts_related"]


def test_no_difference_has_no_interval() -> None:
    gold, a = document(LENDS, OTHER_SUM), document(LENDS)
    row = scored((gold, a, a), (gold, gold, gold))["facts: lendsTo"]
    assert (row.difference, row.low, row.high) == (0, 0, 0)


def test_the_interval_tells_a_sure_difference_from_a_chance_one() -> None:
    gold, better, worse = document(LENDS), document(LENDS), document()
    sure = scored(*[(gold, worse, better)] * 20)["facts: lendsTo"]
    assert sure.low > 0
    one = [(gold, worse, better)] + [(gold, better, better)] * 9 + [(gold, better, worse)]
    chance = scored(*one)["facts: lendsTo"]
    assert chance.low < 0 < chance.high


@pytest.mark.parametrize("name", ["default", "fast"])
def test_the_figures_are_those_of_evaluate(name: str, gold: Path) -> None:
    rows = {row.name: row for row in kg.compare(name, "fast", gold, samples=100).scores}
    whole = kg.evaluate(gold, pipeline=name)
    assert rows["mentions, all types"].a == whole["mentions_all"]
    for predicate, figures in whole["facts"].items():
        assert rows[f"facts: {predicate}"].a == figures


# --- pipelines ------------------------------------------------------------------------------------------------------

TEXTS = {
    "one": "7月3日，由海岚集团主办的云帆产业论坛在福州市举行。海岚集团与青禾食品公司签署战略合作协议。",
    "two": "海岚银行向沐禾电驱科技有限公司授信5300万元，已投放1996万元。该公司位于福建省宁德市蕉城区。",
    "three": "泉州市市长陈牧远到云岭电机有限公司调研。云岭电机有限公司总投资5亿元，大力发展新能源产业。",
}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "texts.jsonl"
    lines = [json.dumps({"id": name, "text": text, "date": "2025-07-04"}) for name, text in TEXTS.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def gold(tmp_path: Path, texts: Path) -> Path:
    """The texts, annotated as the default pipeline reads them, but for one fact that is left out."""
    path = tmp_path / "gold.jsonl"
    kg.annotate(texts, tmp_path / "read.jsonl")
    given = [json.loads(line) for line in texts.read_text(encoding="utf-8").splitlines()]
    read = [json.loads(line) for line in (tmp_path / "read.jsonl").read_text(encoding="utf-8").splitlines()]
    read[0]["facts"] = read[0]["facts"][1:]
    lines = [json.dumps({**one, **other}, ensure_ascii=False) for one, other in zip(given, read, strict=True)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(main, ["compare", *map(str, arguments)], input=stdin)


def test_each_side_finds_what_the_other_does_not(texts: Path) -> None:
    found = kg.compare("default", "fast", texts)
    assert found.texts == 3
    assert found.scored == 0
    assert not found.scores
    assert not found.problems
    assert found.facts["grantsCredit"].both == 1
    sides = {(one.side, one.kind) for one in found.differences}
    assert ("A", "fact") in sides
    for one in found.differences:
        assert one.text in TEXTS
        assert one.sentence in TEXTS[one.text]
        assert one.right is None
        assert one.reader
    turned = kg.compare("fast", "default", texts)
    for kind in ("mentions", "facts"):
        here, there = getattr(found, kind), getattr(turned, kind)
        assert {name: (c.both, c.only_a, c.only_b) for name, c in here.items()} == {
            name: (c.both, c.only_b, c.only_a) for name, c in there.items()
        }


def test_a_pipeline_differs_in_nothing_from_itself(gold: Path) -> None:
    found = kg.compare("fast", "fast", gold)
    assert not found.differences
    assert all(row.difference == row.low == row.high == 0 for row in found.scores)


def test_gold_says_which_differences_are_right(gold: Path) -> None:
    found = kg.compare("default", "fast", gold)
    assert found.scored == 3
    judged = [one for one in found.differences if one.kind == "fact" and one.side == "A"]
    assert {one.right for one in judged} <= {True, False}
    assert sum(one.right is True for one in judged) == sum(row.right_a[0] for row in found.facts.values())
    assert len(judged) == sum(row.right_a[1] for row in found.facts.values())


def test_the_command_shows_it(gold: Path) -> None:
    result = run("default", "fast", gold, "-n", "1")
    assert result.exit_code == 0, result.output
    for words in (
        "A: default\nB: fast\n",
        "facts: grantsCredit",
        "A alone right",
        "95 % interval of B's F1 less A's",
        "mentions, four core types",
        "facts that A alone finds",
        "the first 1)",
        "3 of 3 texts compared in",
    ):
        assert words in result.output, words
    assert "“" in result.output
    assert "“" not in run("default", "fast", gold, "-n", "0").output


def test_the_whole_is_written_as_json_the_same_each_time(gold: Path, tmp_path: Path) -> None:
    files = [tmp_path / "1.json", tmp_path / "2.json"]
    for file, jobs in zip(files, ("1", "2"), strict=True):
        assert run("default", "fast", gold, "--json", file, "-j", jobs).exit_code == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    whole = json.loads(files[0].read_text(encoding="utf-8"))
    assert whole["texts"] == 3
    assert {"a", "b", "mentions", "facts", "differences", "scores", "problems", "tallies"} <= whole.keys()
    alone = CliRunner().invoke(main, ["compare", "default", "fast", str(gold), "--json", "-"])
    assert json.loads(alone.stdout) == whole


def test_a_page_and_standard_input_are_read_too(sample_page: Path, texts: Path) -> None:
    found = kg.compare("fast", "default", sample_page)
    assert found.texts >= 2
    assert all(one.text.startswith("page.txt/") for one in found.differences)
    result = run("fast", "default", "-", stdin=texts.read_bytes())
    assert result.exit_code == 0
    assert "3 of 3 texts compared" in result.output


def test_what_agreement_joins_is_told(texts: Path, tmp_path: Path) -> None:
    result = run("default", "voting", texts, "-n", "50")
    assert result.exit_code == 0
    assert "B: agree: claims joined with another that says the same:" in result.output
    nothing = tmp_path / "nothing.toml"
    nothing.write_text('[[stage]]\nuse = "split"\n', encoding="utf-8")
    result = run(nothing, "voting", texts, "-n", "50")
    assert "  read by relate_frames:hosted-by-of (relate_pairs:hosts agrees), score " in result.output


STAGES = """
from dataclasses import replace

from kg.claims import claim_id
from kg.registry import declare


@declare(needs=("sentences",))
def choose():
    def read(batch, /):
        if any("陈牧远" in reading.article.text for reading in batch):
            raise ValueError("not this one")
        return batch

    return read


@declare(needs=("claims",), adds=("claims",))
def forget():
    def bare(claim):
        claim = replace(claim, qualifiers=())
        return replace(claim, id=claim_id(claim))

    def without(reading):
        return replace(reading, claims=tuple(map(bare, reading.claims)))

    return lambda batch, /: [without(reading) for reading in batch]
"""


@pytest.fixture
def with_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Path]]:
    """Return what makes the pipeline fast with one stage more, installed as a package is: ``choose``, which cannot read
    the text about 陈牧远, or ``forget``, which leaves out all details."""
    info = tmp_path / "site" / "choosy-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: choosy\nVersion: 1.0\n", encoding="utf-8")
    points = "[kg.stages]\nchoose = choosy:choose\nforget = choosy:forget\n"
    (info / "entry_points.txt").write_text(points, encoding="utf-8")
    (tmp_path / "site" / "choosy.py").write_text(STAGES, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path / "site")

    def make(stage: str) -> Path:
        fast = schemas_path("pipelines", "fast.toml").read_text(encoding="utf-8")
        path = tmp_path / f"{stage}.toml"
        path.write_text(f'{fast}\n[[stage]]\nuse = "{stage}"\n', encoding="utf-8")
        return path

    yield make
    sys.modules.pop("choosy", None)


def test_facts_with_other_details_are_shown_side_by_side(with_stage: Callable[[str], Path], texts: Path) -> None:
    found = kg.compare("fast", with_stage("forget"), texts)
    told = [one for one in found.differences if one.side == "both"]
    assert found.problems == []
    assert [one.kind for one in told] == ["fact"] * len(told)
    assert len(told) == sum(row.other_details for row in found.facts.values()) > 0
    credit = next(one for one in told if one.name == "grantsCredit")
    assert credit.said == f"{credit.other}  amount 5300万元"
    result = run("fast", with_stage("forget"), texts)
    assert "facts that both find, with other details" in result.output
    assert f"    B: {credit.other}\n" in result.output


def test_a_text_on_which_a_stage_fails_is_set_aside_for_both(with_stage: Callable[[str], Path], gold: Path) -> None:
    failing = with_stage("choose")
    found = kg.compare("fast", failing, gold)
    assert (found.texts, found.scored) == (2, 2)
    assert found.problems == [f"{gold}: three: B: stage choose failed: ValueError: not this one"]
    assert not [one for one in found.differences if one.text == "three"]
    result = run("fast", failing, gold)
    assert result.exit_code == 1
    assert "set aside: " in result.output
    assert "2 of 3 texts compared" in result.output


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", ":2: not JSON"),
        ('{"id": 1}', ":2: not a record"),
        ('{"id": "x", "text": "甲市", "mentions": [{"start": 0}]}', ":2: not an annotated text"),
        ('{"id": "x", "text": "甲市", "mentions": {}}', ":2: not an annotated text"),
        ('{"id": "x", "text": "甲市", "mentions": [], "facts": [{"subject": "e1"}]}', ":2: not an annotated text"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_compared(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(f'{{"id": 1, "text": "福州市"}}\n{line}\n', encoding="utf-8")
    result = run("fast", "fast", path)
    assert result.exit_code == 1
    assert message in result.output
    assert "1 of 2 texts compared" in result.output


def test_what_cannot_be_read_is_one_line(texts: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read"):
        kg.compare("fast", "fast", tmp_path / "nothing.jsonl")
    with pytest.raises(ConfigError, match="no such pipeline"):
        kg.compare("fast", "nothing", texts)
    for arguments in (("fast", "nothing", texts), ("fast", "fast", tmp_path / "nothing.jsonl"),
                      ("fast", "fast", texts, "--json", tmp_path / "no" / "where.json")):  # fmt: skip
        result = run(*arguments)
        assert result.exit_code == 1
        assert "Traceback" not in result.output
        assert "Error: " in result.output
    assert run("fast", "fast").exit_code == 2


def test_it_gives_the_figures_of_the_reference_scorer(shared: Path, tmp_path: Path) -> None:
    sys.path.insert(0, str(shared / "score"))
    try:
        reference = import_module("score")
    finally:
        sys.path.pop(0)
    lines = (shared / "gold" / "train.jsonl").read_text(encoding="utf-8").splitlines()[:12]
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n".join(lines), encoding="utf-8")
    kg.annotate(gold, tmp_path / "read.jsonl", pipeline="fast")
    wanted = reference.score(reference.read(gold), reference.read(tmp_path / "read.jsonl"))
    rows = {row.name: row for row in kg.compare("fast", "default", gold, samples=100).scores}
    assert rows["mentions, all types"].a == wanted["mentions_all"]
    assert rows["facts between entities"].a == wanted["facts_related"]
    for predicate, figures in wanted["facts"].items():
        assert rows[f"facts: {predicate}"].a == figures


def test_annotations_are_left_as_they_were() -> None:
    a, b = document(LENDS), document(LENDS)
    before = copy.deepcopy((a, b))
    match_facts(a, b)
    assert (a, b) == before
