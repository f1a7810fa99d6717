"""Pipelines: read from files, checked before they run, and one bad article never stops the others."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kg.config import PipelineConfig, StageConfig, load_pipeline
from kg.errors import ConfigError
from kg.model import Article, Mention, Reading, Span
from kg.pipeline import Pipeline, Step, make_pipeline
from kg.registry import StageSpec, declare
from kg.runners.local import read_articles
from kg.schema import load_schema

SPLIT = PipelineConfig("split", (StageConfig("split"),))


def _reading(number: int, text: str) -> Reading:
    return Reading(Article(id=f"d/{number}", document="d", number=number, text=text))


def _mark_companies(batch: Sequence[Reading], /) -> list[Reading]:
    """Find 公司, wherever it stands; fail on a text that holds 坏."""
    out = []
    for reading in batch:
        text = reading.article.text
        if "坏" in text:
            raise ValueError("a bad text")
        start = text.find("公司")
        found = (Mention(Span(start, start + 2), "公司", "Organization", None, "test", 1.0),) if start >= 0 else ()
        out.append(replace(reading, mentions=found))
    return out


def _lose_the_last(batch: Sequence[Reading], /) -> Sequence[Reading]:
    return batch[:-1] if len(batch) > 1 else batch


def test_the_default_pipeline_is_in_order() -> None:
    config = load_pipeline()
    assert config.name == "default"
    assert [step.name for step in make_pipeline(config, load_schema()).stages] == [step.use for step in config.stages]


def test_a_stage_whose_needs_nothing_adds_is_refused() -> None:
    config = PipelineConfig("mine", (StageConfig("settle"), StageConfig("split")))
    with pytest.raises(ConfigError, match=r"pipeline mine: stage settle needs .*, which no stage before it adds"):
        make_pipeline(config, load_schema())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name = 'empty'\n", r"needs at least one \[\[stage\]\] table"),
        ("[[stage]]\nlongest = 3\n", 'stage 1 needs use = "name of a stage"'),
        ("stage = 3\n", "needs at least one"),
        ("[[stage]\n", "not a pipeline file"),
    ],
)
def test_a_file_that_is_no_pipeline_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_pipeline(path)


def test_an_unknown_pipeline_is_refused_with_the_shipped_ones() -> None:
    with pytest.raises(ConfigError, match=r"nothere: no such pipeline; give a file, or one of: .*default"):
        load_pipeline("nothere")


def test_settings_reach_the_stage(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[[stage]]\nuse = 'split'\nlongest = 3\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="stage split has no setting 'longest'; its settings: none"):
        make_pipeline(load_pipeline(path), load_schema())


def test_an_article_that_fails_is_set_aside_and_the_others_go_on() -> None:
    batch = [_reading(1, "一家公司。"), _reading(2, "坏了。"), _reading(3, "两家公司。")]
    readings, failures = Pipeline((Step("mark", _mark_companies),), load_schema())(batch)
    assert [(reading.article.id, len(reading.mentions)) for reading in readings] == [("d/1", 1), ("d/3", 1)]
    assert [(failure.article, failure.stage) for failure in failures] == [("d/2", "mark")]
    assert failures[0].message == "ValueError: a bad text"


def test_a_stage_that_loses_articles_is_not_believed() -> None:
    """Run singly it loses none, so that nothing is lost."""
    batch = [_reading(1, "甲。"), _reading(2, "乙。")]
    readings, failures = Pipeline((Step("lose", _lose_the_last),), load_schema())(batch)
    assert [reading.article.id for reading in readings] == ["d/1", "d/2"]
    assert failures == []


@pytest.mark.parametrize(("jobs", "batch_size"), [(1, 1), (1, 3), (1, 50), (2, 1), (2, 4)])
def test_the_answer_is_the_same_for_any_processes_and_batches(jobs: int, batch_size: int) -> None:
    articles = [_reading(number, f"第{number}句。又一句！" * number).article for number in range(1, 12)]
    expected = make_pipeline(SPLIT, load_schema())([Reading(article) for article in articles])
    batches = list(read_articles(articles, SPLIT, load_schema(), jobs=jobs, batch_size=batch_size))
    assert [reading for batch in batches for reading in batch.readings] == expected[0]
    assert [article for batch in batches for article in batch.articles] == articles
    assert not any(batch.failures for batch in batches)


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_the_pipeline_reaches_the_caller(jobs: int) -> None:
    config = PipelineConfig("mine", (StageConfig("split", {"longest": 3}),))
    with pytest.raises(ConfigError, match="no setting 'longest'"):
        list(read_articles([_reading(1, "甲。").article], config, load_schema(), jobs=jobs))


def test_articles_are_taken_only_as_they_are_needed() -> None:
    taken = []

    def articles() -> list[Article]:
        for number in range(1, 1000):
            taken.append(number)
            yield _reading(number, "甲。").article

    batches = read_articles(articles(), SPLIT, load_schema(), batch_size=5)
    next(batches)
    assert len(taken) == 5


@pytest.mark.parametrize("wrong", [{"jobs": 0}, {"batch_size": 0}])
def test_no_processes_or_no_batch_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="must be 1 or more"):
        read_articles([], SPLIT, load_schema(), **wrong)


class _Counting:
    """Counts the characters it was shown."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, batch: Sequence[Reading], /) -> Sequence[Reading]:
        self.seen += sum(len(reading.article.text) for reading in batch)
        return batch

    def tallies(self) -> dict[str, float]:
        return {"characters": self.seen}


def test_what_stages_count_is_summed() -> None:
    steps = (Step("one", _Counting()), Step("two", _lose_the_last), Step("three", _Counting()))
    pipeline = Pipeline(steps, load_schema())
    pipeline([_reading(1, "宁德市"), _reading(2, "福州")])
    pipeline([_reading(3, "泉州")])
    assert pipeline.tallies() == {"one: characters": 7, "three: characters": 7}


@declare(adds=("claims",), alone=True)
def _make_counting() -> _Counting:
    return _Counting()


def test_what_is_counted_comes_with_its_batch_and_from_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = StageSpec("counting", _make_counting, (), ("claims",), "Count.", alone=True)
    monkeypatch.setattr("kg.pipeline.find_stage", lambda name: spec)
    monkeypatch.setattr("kg.runners.local.find_stage", lambda name: spec)
    articles = [_reading(number, "福" * number).article for number in range(1, 5)]
    config = PipelineConfig("counting", (StageConfig("counting"),))
    batches = list(read_articles(articles, config, load_schema(), jobs=2, batch_size=2))  # spawned, it would be unknown
    assert [batch.tallies for batch in batches] == [{"counting: characters": 3}, {"counting: characters": 7}]
