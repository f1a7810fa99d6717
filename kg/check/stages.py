"""What every stage must keep to, whatever the article: tried on awkward ones, for our own stages and anybody's.

``check_stage`` raises StageError with the first thing that is wrong; ``kg.check_stage`` does it by a stage's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.check.readings import check_batch, check_reading
from kg.config import PipelineConfig, StageConfig
from kg.errors import ConfigError, StageError
from kg.model import Article, Reading
from kg.protocols import Counts, Stage
from kg.registry import StageSpec, find_stage
from kg.schema import Schema

_USUAL = (
    "本报福州6月10日电 记者从福建省宁德市蕉城区获悉，海西银行向位于该区的闽东电机有限公司（以下简称“闽东电机”）授信"
    "5300万元。该公司董事长陈立新说：“已投放1996万元。”"
)

AWKWARD: Mapping[str, str] = {
    "empty": "",
    "one character": "市",
    "one mark": "”",
    "quotes in quotes": "市长说：“他说：‘我们说：“海西银行说：‘支持”’’。”“”‘’“",
    "outside the basic plane": "𠮷林省𠮷野家有限公司董事长𠮷田一郎说，𠮷林银行授信𠮷兴公司3亿元。🏭福州市🏭",
    "20,000 characters": (_USUAL * (20_000 // len(_USUAL) + 1))[:20_000],
    "one long sentence": "福州市与泉州市、" * 600,
    "mixed scripts": "Fuzhou福州CITYのАлтай省한국産業有限公司 Ltd.（ＡＢＣ１２３）ไทย العربية授信$5亿元",
    "control characters": "福\x00州\x01市\x0b海西\x1b[31m银行\x7f授信\u202e5300万元\u200b。\ufeff",
    "only newlines": "\n" * 50,
    "only white space": " \u3000\t\r\n\u00a0\u2028\u2029 ",
    "private use": "\ue000福州市\uf8ff委书记\U000f0000说，\ue5e5海西\ue5e6银行。",
    "windows lines": "福州市\r\n海西银行\r\n授信5亿元。\r\n",
    "no end": "福建省宁德市",
    "brackets": "（（（福州市（《“海西银行”》）【】〔",
    "figures": "9" * 400 + "亿元，" + "1." * 200 + "亿元，零〇两亿元，2025年13月45日",
    "patterns": r"(福州市)+.*?[海西银行]{1,9}\d$^|\\ {subject}授信{object} %s",
    "repeats": "海西银行" * 300,
    "usual": _USUAL,
}
"""Texts that a stage must survive, by what is awkward in them."""


def awkward_readings(texts: Iterable[str] = ()) -> list[Reading]:
    """Return the awkward texts, and those given, as readings in which nothing was read yet."""
    named = {**AWKWARD, **{f"text {number}": text for number, text in enumerate(texts, start=1)}}
    return [
        Reading(Article(id=f"{name}/1", document=name, number=1, text=text, title="标题", date="2025-06-10"))
        for name, text in named.items()
    ]


def steps_before(spec: StageSpec, config: PipelineConfig) -> tuple[StageConfig, ...]:
    """Return the steps of a pipeline that come before the stage; where it is not in there, those that it needs."""
    names = [step.use for step in config.stages]
    if spec.name in names:
        return config.stages[: names.index(spec.name)]
    adders = [find_stage(name).adds for name in names]
    end = 0
    for part in spec.needs:
        numbers = [number for number, adds in enumerate(adders, start=1) if part in adds]
        if not numbers:
            raise ConfigError(f"pipeline {config.name}: no stage adds {part}, which stage {spec.name} needs")
        end = max(end, numbers[-1])
    return config.stages[:end]


def check_stage(spec: StageSpec, settings: Mapping[str, Any], schema: Schema, before: Sequence[Reading]) -> None:
    """Raise StageError where the stage breaks the contract on these readings.

    As many readings come out, each with its article; what was added stands in the text and passes the schema; the
    answer is the same again, alone, and in any order; something is found at all.
    """
    try:
        _check(spec, settings, schema, before)
    except StageError as error:
        raise StageError(f"stage {spec.name}: {error}") from error


def _check(spec: StageSpec, settings: Mapping[str, Any], schema: Schema, before: Sequence[Reading]) -> None:
    stage = spec.make(schema, settings)
    after = _run(stage, before, "all articles")
    for old, new in zip(before, after, strict=True):
        try:
            check_reading(old, new, schema, spec.adds)
        except StageError as error:
            raise StageError(f"article {_name(old)}: {error}") from error
    if spec.adds and after == list(before):
        raise StageError("it found nothing in any of these articles; give texts in which it does")
    if _run(stage, [], "no articles"):
        raise StageError("it returned a reading where it was given none")
    again = spec.make(schema, settings)
    for number in reversed(range(len(before))):
        alone = _run(again, [before[number]], f"article {_name(before[number])} alone")
        if alone != [after[number]]:
            raise StageError(f"article {_name(before[number])}: another answer when it is read again, alone")
    if _run(again, before, "all articles") != after:
        raise StageError("another answer when all articles are read again: it keeps something from one to the next")
    _check_counts(stage)


def _run(stage: Stage, before: Sequence[Reading], what: str) -> list[Reading]:
    try:
        return check_batch(before, stage(before))
    except StageError:
        raise
    except Exception as error:  # what a stage may raise is not known
        raise StageError(f"{what}: it raised {type(error).__name__}: {error}") from error


def _check_counts(stage: Stage) -> None:
    tallies: Counts | None = getattr(stage, "tallies", None)
    if tallies is None:
        return
    for what, number in tallies().items():
        if not isinstance(what, str) or not isinstance(number, int | float) or number < 0:
            raise StageError(f"its tallies() must give numbers by words, not {what!r}: {number!r}")


def _name(reading: Reading) -> str:
    return repr(reading.article.document)
