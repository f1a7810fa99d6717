"""Why a fact is not there: which gate stopped it. Companies and people are invented."""

from dataclasses import replace
from pathlib import Path

import pytest

import kg
from kg.config import StageConfig, load_pipeline
from kg.errors import ConfigError, InputError, StageError
from kg.gates import WhyNot
from kg.model import Reading
from kg.pair_reading import PairReader
from kg.protocols import Stage
from kg.schema import load_schema
from kg.store import open_store

BANK, FIRM, OTHER = "海岚银行", "福建启明电机有限公司", "福建沐禾电驱科技有限公司"
ARTICLES = {
    "supposed": f"如果{BANK}向{FIRM}授信5300万元，情况会不同。",
    "other ends": f"{OTHER}来访。{BANK}向{FIRM}授信5300万元。{OTHER}与{FIRM}、{BANK}的代表出席。",
    "trigger": "厦门云帆科技有限公司与泉州明泰纺织有限公司的代表出席。",
    "apart": "当涂县发展很快。\n天气很好。\n风也不大。\n马鞍山市也一样。",
    "region": "福安市委书记李明川说，福安市发展很快。",
}
PIPELINE = """
name = "strict"
{stages}
"""


def build(folder: Path, pipeline: str | Path = "fast") -> Path:
    sources = []
    for number, (name, text) in enumerate(ARTICLES.items(), start=1):
        source = folder / f"{number} {name}.txt"
        source.write_text(f"{text}\n", encoding="utf-8")
        sources.append(source)
    kg.build(sources, folder / "out", pipeline=pipeline)
    return folder / "out" / "graph.sqlite"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("gates"))


def gates_of(found: WhyNot) -> dict[str, str]:
    told = [*found.gates, *(gate for candidate in found.candidates for gate in candidate.gates)]
    return {gate.name: gate.detail for gate in reversed(told)}


@pytest.mark.parametrize(
    ("fact", "gate", "detail"),
    [
        (("海岚银", "cooperatesWith", FIRM), "name", f"taken for {BANK} (Organization"),
        (("海蓝银行", "grantsCredit", FIRM), "name", f"no article has these words; near: {BANK} (Organization"),
        (("书记", "grantsCredit", FIRM), "name", "5 region.txt:1:5, but no stage reads it as a name there"),
        (("市委书记", "partOf", "福安市"), "name", "福安市委 (Organization"),
        ((BANK, "issues", FIRM), "types", "issues takes Organization, Region → Program; given: 海岚银行"),
        (("当涂县", "holdsPosition", "李明川"), "types", "the other way round"),
        ((FIRM, "cooperatesWith", FIRM), "one thing", "and nothing is said of a thing and itself"),
        (("当涂县", "partOf", "马鞍山市"), "reach", "articles that name both: 1; sentences from one to the other: 3"),
        (("当涂县", "partOf", "福安市"), "reach", "no article names both: the subject stands in 1, the object in 1"),
        ((BANK, "lendsTo", FIRM), "read instead", f"{BANK} grantsCredit {FIRM}"),
        ((BANK, "grantsCredit", OTHER), "trigger", "none of the words stands here"),
        (("厦门云帆科技有限公司", "supplies", "泉州明泰纺织有限公司"), "trigger", "frames know supplies"),
        ((FIRM, "grantsCredit", BANK), "frame", "授信5300万元” with other ends: "),
        (("李明川", "holdsPosition", "福安市"), "read instead", "李明川 holdsPosition 福安市委"),
        ((FIRM, "hasTitle", "没有这个称号"), "reach", "the subject stands in 2, the object in 0"),
    ],
)  # fmt: skip
def test_the_gate_that_stopped_it(store: Path, fact: tuple[str, str, str], gate: str, detail: str) -> None:
    found = kg.whynot(store, *fact)
    assert not found.facts
    assert detail in gates_of(found).get(gate, f"no gate {gate}: {found}")


def test_what_is_only_supposed(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text(f"{ARTICLES['supposed']}\n", encoding="utf-8")
    kg.build([source], tmp_path / "out", pipeline="fast")
    found = kg.whynot(tmp_path / "out" / "graph.sqlite", BANK, "grantsCredit", FIRM)
    assert "only supposed: 如果" in gates_of(found)["supposition"]
    (candidate,) = found.candidates
    assert candidate.text == ARTICLES["supposed"]
    assert [candidate.text[mark.start : mark.end] for mark in candidate.marks] == [BANK, FIRM]
    assert candidate.place is not None
    assert (candidate.place.line, candidate.place.column) == (1, 1)


def test_a_score_that_is_too_low(tmp_path: Path) -> None:
    """The store says how it was built, so that it is asked in the same way."""
    lines = []
    for step in load_pipeline("fast").stages:
        settings = {**step.settings, **({"min_score": 0.97} if step.use == "relate_frames" else {})}
        said = "".join(f"{key} = {str(value).lower()}\n" for key, value in settings.items())
        lines.append(f'[[stage]]\nuse = "{step.use}"\n{said}')
    pipeline = tmp_path / "strict.toml"
    pipeline.write_text(PIPELINE.format(stages="\n".join(lines)), encoding="utf-8")
    found = kg.whynot(build(tmp_path, pipeline), BANK, "grantsCredit", FIRM)
    detail = gates_of(found)["score"]
    assert detail.startswith("relate_frames:")
    assert "below the min_score 0.97" in detail


def test_a_fact_that_is_there_is_pointed_to(store: Path) -> None:
    found = kg.whynot(store, BANK, "grantsCredit", FIRM)
    assert [fact.predicate for fact in found.facts] == ["grantsCredit"]
    assert not found.gates
    assert not found.candidates


def test_no_such_predicate_is_one_line(store: Path) -> None:
    with pytest.raises(InputError, match="no predicate is named 'likes'; there are"):
        kg.whynot(store, BANK, "likes", FIRM)


def test_a_store_that_does_not_say_how_it_was_built(tmp_path: Path) -> None:
    open_store(tmp_path / "graph.sqlite", write=True).close()
    with pytest.raises(ConfigError, match="build it anew"):
        kg.whynot(tmp_path / "graph.sqlite", BANK, "grantsCredit", FIRM)


def _veto(batch: list[Reading], /) -> list[Reading]:
    return [replace(reading, claims=()) for reading in batch]


def _explain(*ends: object) -> list[tuple[str, str]]:
    return [("threshold", "probability 0.31 is below 0.50")]


class _Vetoing(PairReader):
    """A reader whose last stage takes all claims away and says why."""

    @property
    def _claiming(self) -> list[tuple[StageConfig, Stage]]:  # type: ignore[override]
        _veto.explain = _explain  # type: ignore[attr-defined]
        return [*super()._claiming, (StageConfig("relate_titles"), _veto)]


def test_a_stage_that_takes_away_is_named_and_may_say_why(store: Path) -> None:
    with open_store(store) as opened:
        (reading,) = [one for one in opened.readings() if "来访" in one.article.text]
    sentence = reading.sentences[1]
    inside = [mention for mention in reading.mentions if sentence.contains(mention.span)]
    gates = list(
        _Vetoing(load_schema(), load_pipeline("fast")).gates(reading, sentence, inside[0], inside[1], "grantsCredit")
    )
    assert [(gate.name, gate.detail.partition(":")[0]) for gate in gates][:2] == [
        ("veto", "relate_frames"),
        ("threshold", "relate_titles"),
    ]
    assert gates[0].detail.endswith("relate_titles takes it away")
    assert gates[1].detail.endswith("probability 0.31 is below 0.50")


class _Failing(PairReader):
    """A reader whose last stage fails on every article, as a stage of one's own may."""

    @property
    def _claiming(self) -> list[tuple[StageConfig, Stage]]:  # type: ignore[override]
        return [*super()._claiming, (StageConfig("relate_titles"), lambda batch: [][0])]


def test_a_stage_that_fails_is_one_line(store: Path) -> None:
    with open_store(store) as opened:
        (reading,) = [one for one in opened.readings() if "来访" in one.article.text]
    sentence = reading.sentences[1]
    inside = [mention for mention in reading.mentions if sentence.contains(mention.span)]
    failing = _Failing(load_schema(), load_pipeline("fast"))
    with pytest.raises(StageError, match=r"^stage relate_titles fails on article .*: IndexError: list index out of"):
        list(failing.gates(reading, sentence, inside[0], inside[1], "grantsCredit"))
