"""Whatever a stage returns, only what stands in the text and passes the schema goes on; the rest is one clear line."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from kg.check.stages import awkward_readings, check_stage
from kg.claims import claim_id
from kg.config import load_pipeline
from kg.errors import ConfigError, MissingPackageError, StageError
from kg.model import Article, Claim, Qualifier, Reading, Span
from kg.pipeline import Pipeline, Step, make_pipeline
from kg.registry import StageSpec, declare
from kg.schema import load_schema

SCHEMA = load_schema()
TEXT = "海西银行向位于福州市的启明电机有限公司授信5300万元。该公司董事长林知远表示感谢。"
((GOOD,), _) = make_pipeline(load_pipeline("fast"), SCHEMA)([Reading(Article("d/1", "d", 1, TEXT))])
MENTION, GROUP, CLAIM, FORM = GOOD.mentions[0], GOOD.groups[0], GOOD.claims[1], GOOD.references[0]


def _mention(**changes: Any) -> Callable[[Reading], Reading]:
    return lambda good: replace(good, mentions=(*good.mentions, replace(MENTION, **changes)))


def _group(**changes: Any) -> Callable[[Reading], Reading]:
    return lambda good: replace(good, groups=(replace(GROUP, **changes), *good.groups[1:]))


def _claim(**changes: Any) -> Callable[[Reading], Reading]:
    return lambda good: replace(good, claims=(*good.claims, _with_id(replace(CLAIM, **{"id": "", **changes}))))


def _with_id(claim: Claim) -> Claim:
    """Return the claim with the id of what it says, where it has none and can have one."""
    return claim if claim.id or not claim.evidence or claim.object is None else replace(claim, id=claim_id(claim))


def _evidence(**changes: Any) -> Callable[[Reading], Reading]:
    return _claim(evidence=(replace(CLAIM.evidence[0], **changes),))


WRONG: dict[str, tuple[Callable[[Reading], Any], str]] = {
    "nothing": (lambda good: None, r"must return readings, not \[None\]"),
    "its mentions alone": (lambda good: good.mentions, "must return readings, not "),
    "another article's reading": (
        lambda good: Reading(replace(good.article, id="d/2")),
        "must return one reading for each it is given, in the same order",
    ),
    "another text": (
        lambda good: replace(good, article=replace(good.article, text=TEXT + "是。")),
        "changed the article",
    ),
    "a list": (lambda good: replace(good, mentions=list(good.mentions)), "mentions of a reading must be a tuple"),
    "pairs": (lambda good: replace(good, mentions=((0, 4), *good.mentions)), r"hold a Mention each, not \(0, 4\)"),
    "beyond the text": (_mention(span=Span(90, 94)), "'海西银行' is said to stand at 90-94, where the text has ''"),
    "another place": (_mention(span=Span(1, 5)), "stand at 1-5, where the text has '西银行向'"),
    "an unknown type": (_mention(type="Bank"), "'海西银行' is of type 'Bank'; the schema has Organization, Person"),
    "an unknown subtype": (_mention(subtype="bank"), "Organization has no subtype 'bank'; it has company,"),
    "a score above 1": (_mention(score=1.5), "a score is a number from 0 to 1, not 1.5"),
    "a score that is none": (_mention(score=float("nan")), "a score is a number from 0 to 1, not nan"),
    "a score as text": (_mention(score="high"), "a score is a number from 0 to 1, not 'high'"),
    "no finder": (_mention(finder=""), "does not say its finder"),
    "mentions that are needed dropped": (lambda good: replace(good, mentions=()), "a mention that the reading does"),
    "a group of nothing": (_group(mentions=()), "has a mention that the reading does not have, or none"),
    "a group's own id": (_group(id="1"), "kg.ids.group_id makes it"),
    "a group's own name": (_group(name="海西"), "is named as none of its mentions is"),
    "a group twice": (lambda good: replace(good, groups=(GROUP, *good.groups)), "or in another group too"),
    "a group of no type": (_group(type="Bank"), "the schema has no Bank/financial_institution"),
    "a group of no region": (_group(adcode="000001"), "has the code '000001', no region's now"),
    "a reference elsewhere": (
        lambda good: replace(good, references=(replace(FORM, span=Span(0, 3)),)),
        "reference '该公司' is said to stand at 0-3",
    ),
    "a reference to nothing": (
        lambda good: replace(good, references=(replace(FORM, mention=replace(MENTION, score=0.123)),)),
        "stands for a mention that the reading does not have",
    ),
    "an end of its own": (_claim(subject=replace(MENTION, score=0.123)), "its ends must be mentions of the reading"),
    "no object": (_claim(object=None), "its ends must be mentions of the reading"),
    "an unknown predicate": (_claim(predicate="likes"), "the schema does not allow Organization likes Organization"),
    "a literal where none may be": (_claim(object="5300万元"), "does not allow Organization grantsCredit text"),
    "an empty literal": (_claim(predicate="hasTitle", object="", qualifiers=()), "its object '' does not stand in"),
    "a literal of its own": (
        _claim(predicate="hasTitle", object="金融先锋", qualifiers=()),
        "its object '金融先锋' does not stand in its quotes",
    ),
    "a sum of its own": (
        _claim(qualifiers=(Qualifier("amount", "6300万元"),)),
        "its amount '6300万元' does not stand in its quotes",
    ),
    "an indicator of its own": (
        _claim(predicate="statistic", object="5300万元", qualifiers=(Qualifier("indicator", "万元授信"),)),
        "its indicator '万元授信' does not stand in its quotes",
    ),
    "no evidence": (_claim(evidence=()), "there is no claim without evidence"),
    "a quote that does not stand there": (
        _evidence(quote="海西银行授信"),
        "quote '海西银行授信' is said to stand at 0-",
    ),
    "evidence of another article": (_evidence(article="d/2"), "its evidence is of another article, d/2"),
    "an unknown qualifier": (
        _claim(qualifiers=(Qualifier("colour", "红"),)),
        "grantsCredit takes no qualifier 'colour'; it takes amount",
    ),
    "a qualifier that cannot be kept": (
        _claim(qualifiers=(Qualifier("amount", "5300万元", {"value": 1}),)),  # type: ignore[arg-type]
        "its amount is not text with sorted pairs of plain values",
    ),
    "a number that is none": (
        _claim(qualifiers=(Qualifier("amount", "5300万元", (("value", float("nan")),)),)),
        "its amount is not text with sorted pairs of plain values",
    ),
    "a number beyond all": (
        _claim(qualifiers=(Qualifier("amount", "5300万元", (("value", 10**400),)),)),
        "its amount is not text with sorted pairs of plain values",
    ),
    "an unknown modality": (_claim(modality="maybe"), "modality 'maybe', polarity 'affirmed' are none that there are"),
    "an id of its own": (_claim(id="1"), "its id '1' is none that kg.claims.make_claim makes"),
    "no reader": (_claim(reader=""), "does not say its reader"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_may_not_be_is_refused_with_one_line(what: str) -> None:
    make, message = WRONG[what]
    pipeline = Pipeline((Step("bad", lambda batch: [make(one) for one in batch]),), SCHEMA)
    readings, failures = pipeline([GOOD])
    assert readings == []
    (failure,) = failures
    assert (failure.article, failure.stage) == ("d/1", "bad")
    assert "\n" not in failure.message
    with pytest.raises(StageError, match=message):
        raise StageError(failure.message)


def test_an_indicator_may_leave_words_out() -> None:
    figure = _claim(predicate="statistic", object="5300万元", qualifiers=(Qualifier("indicator", "启明电机授信"),))
    _, failures = Pipeline((Step("good", lambda batch: [figure(one) for one in batch]),), SCHEMA)([GOOD])
    assert failures == []


def test_what_is_right_goes_on_beside_it() -> None:
    other = replace(GOOD, article=replace(GOOD.article, id="d/3"), mentions=(), groups=(), references=(), claims=())
    wrong = _mention(type="Bank")
    stage = Step("bad", lambda batch: [wrong(one) if one.article.id == "d/1" else one for one in batch])
    readings, failures = Pipeline((stage,), SCHEMA)([GOOD, other])
    assert readings == [other]
    assert [failure.article for failure in failures] == ["d/1"]


def test_what_is_not_declared_may_not_be_changed() -> None:
    step = Step("bad", lambda batch: [replace(one, claims=()) for one in batch], adds=("mentions",))
    _, (failure,) = Pipeline((step,), SCHEMA)([GOOD])
    assert failure.message == "it changed the claims of a reading, which it does not declare as added"


@pytest.mark.parametrize("error", [ConfigError, MissingPackageError])
def test_what_no_article_can_mend_ends_the_run(error: type[Exception]) -> None:
    calls = []

    def refused(batch: Sequence[Reading], /) -> Sequence[Reading]:
        calls.append(len(batch))
        raise error("the key was refused")

    with pytest.raises(error, match="the key was refused"):
        Pipeline((Step("bad", refused),), SCHEMA)([GOOD, GOOD])
    assert calls == [2]


def test_the_pipeline_s_own_readings_pass() -> None:
    readings, failures = make_pipeline(load_pipeline("fast"), SCHEMA)([Reading(one.article) for one in (GOOD,)])
    assert (readings, failures) == ([GOOD], [])


# --- the contract, which asks for more than one reading can show -----------------------------------------------------


def _spec(stage: Any) -> StageSpec:
    @declare(adds=("mentions",))
    def make() -> Any:
        return stage() if isinstance(stage, type) else stage

    return StageSpec("tried", make, (), ("mentions",), "Try.")


def _mark(reading: Reading, score: float = 0.5) -> Reading:
    start = reading.article.text.find("福州市")
    found = () if start < 0 else (replace(MENTION, span=Span(start, start + 3), text="福州市", score=score),)
    return replace(reading, mentions=found)


class _Remembers:
    """Scores what it has seen before lower."""

    def __init__(self) -> None:
        self.seen = 0

    def __call__(self, batch: Sequence[Reading], /) -> list[Reading]:
        self.seen += 1
        return [_mark(reading, 1 / self.seen) for reading in batch]


class _LooksAround:
    def __call__(self, batch: Sequence[Reading], /) -> list[Reading]:
        return [_mark(reading, 1 / len(batch)) for reading in batch]


class _Counts:
    def __call__(self, batch: Sequence[Reading], /) -> list[Reading]:
        return [_mark(reading) for reading in batch]

    def tallies(self) -> dict[str, Any]:
        return {"seen": "many"}


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        (lambda batch: [_mark(one) for one in batch][:-1], "stage tried: a stage must return one reading for each"),
        (lambda batch: [_mark(one) for one in batch] or [GOOD], "must return one reading for each"),
        (lambda batch: 1 / 0, "stage tried: all articles: it raised ZeroDivisionError"),
        (lambda batch: list(batch), "it found nothing in any of these articles"),
        (_Remembers, "another answer when it is read again, alone"),
        (_LooksAround, "another answer when it is read again, alone"),
        (_Counts, r"its tallies\(\) must give numbers by words, not 'seen': 'many'"),
        (
            lambda batch: [_mark(one, 7) for one in batch],
            "article 'outside the basic plane': mention '福州市': a score",
        ),
    ],
)
def test_what_breaks_the_contract_is_told(stage: Any, message: str) -> None:
    with pytest.raises(StageError, match=message):
        check_stage(_spec(stage), {}, SCHEMA, awkward_readings())


def test_what_keeps_the_contract_passes() -> None:
    check_stage(_spec(lambda batch: [_mark(one) for one in batch]), {}, SCHEMA, awkward_readings())
