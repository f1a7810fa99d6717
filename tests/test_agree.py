"""Claims of several readers joined: which say the same, which stays, what it takes over, and how sure it is."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from golden import parse

import kg
from kg.claims import make_claim
from kg.config import PipelineConfig, StageConfig, load_pipeline
from kg.model import Article, Claim, Group, Mention, Modality, Polarity, Qualifier, Reading
from kg.money import find_amounts
from kg.pipeline import make_pipeline
from kg.schema import load_schema
from kg.stages.agree import make
from kg.text import sentences

TEXT = (
    "去年，[海岚银行|Organization/financial_institution]向[沐禾电驱科技有限公司|Organization/company]授信5300万元，"
    "还与[青禾食品公司|Organization/company]合作。[林知远|Person/executive]任[沐禾电驱|Organization/company]董事长，"
    "[海岚银行|Organization/financial_institution]向其授信3亿元。"
)
NAMES = {
    "银行": ("海岚银行",),
    "电驱": ("沐禾电驱科技有限公司", "沐禾电驱"),
    "食品": ("青禾食品公司",),
    "林": ("林知远",),
}


def reading() -> Reading:
    """Return the text with its names, of which the full name and the short one of the company are one group."""
    text, mentions = parse(TEXT)
    groups = tuple(
        Group(key, of[0].type, of[0].subtype, of[0].text, of, None, "test")
        for key, names in NAMES.items()
        if (of := tuple(mention for mention in mentions if mention.text in names))
    )
    return Reading(Article("d/1", "d", 1, text), tuple(sentences(text)), mentions, groups)


def claim(said: str) -> Claim:
    """Return the claim of a line ``reader score subject predicate object [sentence] [name=words …] [planned …]``.

    Ends are the groups of NAMES; ``2`` is the second sentence, where 电驱 goes by its short name.
    """
    reader, score, subject, predicate, object_, *rest = said.split()
    whole = reading()
    number = 1 if "2" in rest else 0
    sentence = whole.sentences[number]
    qualifiers: list[Qualifier] = []
    modality: Modality = "done"
    polarity: Polarity = "affirmed"
    for word in rest:
        name, _, words = word.partition("=")
        if words:
            amounts = find_amounts(words) if name == "amount" else ()
            qualifiers.append(Qualifier(name, words, amounts[0].normal if amounts else ()))
        elif name in ("planned", "ongoing"):
            modality = name  # type: ignore[assignment]  # one of the two
        elif name == "denied":
            polarity = "denied"

    def end(key: str) -> Mention:
        group = next(group for group in whole.groups if group.id == key)
        inside = [mention for mention in group.mentions if sentence.contains(mention.span)]
        return (inside or list(group.mentions))[0]

    return make_claim(
        whole.article, end(subject), predicate, end(object_), evidence=[sentence], reader=reader, score=float(score),
        qualifiers=qualifiers, modality=modality, polarity=polarity,
    )  # fmt: skip


def shown(one: Claim) -> str:
    assert isinstance(one.object, Mention)
    details = [f"{qualifier.name}={qualifier.text}" for qualifier in one.qualifiers]
    details += [one.modality] if one.modality != "done" else []
    readers = "+".join((one.reader, *one.agreed))
    return " ".join([readers, one.subject.text, one.predicate, one.object.text, *details])


def agree(claims: Sequence[str], **settings: object) -> list[Claim]:
    whole = reading()
    read = Reading(whole.article, whole.sentences, whole.mentions, whole.groups, (), tuple(map(claim, claims)))
    return list(make(schema=load_schema(), **settings)([read])[0].claims)  # type: ignore[arg-type]  # settings vary


F, L, P = "relate_frames:credit", "relate_llm:model", "relate_pairs:lendsTo"
CREDIT = "海岚银行 grantsCredit 沐禾电驱科技有限公司"

ROWS = {
    "two readers": (
        [f"{F} 0.85 银行 grantsCredit 电驱 amount=5300万元", f"{L} 0.9 银行 grantsCredit 电驱 amount=5300万元"],
        [f"{L}+{F} {CREDIT} amount=5300万元"],
    ),
    "the one that is right more often stays": (
        [f"{F} 0.85 银行 grantsCredit 电驱", f"{L} 0.7 银行 grantsCredit 电驱"],
        [f"{F}+{L} {CREDIT}"],
    ),
    "it takes over the details that it lacks": (
        [f"{F} 0.85 银行 grantsCredit 电驱", f"{L} 0.7 银行 grantsCredit 电驱 amount=5300万元 date=去年"],
        [f"{F}+{L} {CREDIT} amount=5300万元 date=去年"],
    ),
    "if their words stand in what it quotes": (
        [f"{F} 0.85 银行 grantsCredit 电驱", f"{L} 0.7 银行 grantsCredit 电驱 date=2023年"],
        [f"{F}+{L} {CREDIT}"],
    ),
    "and keeps its own where a date is another": (
        [f"{F} 0.85 银行 grantsCredit 电驱 date=去年", f"{L} 0.7 银行 grantsCredit 电驱 date=今年"],
        [f"{F}+{L} {CREDIT} date=去年"],
    ),
    "sums that exclude each other are two facts": (
        [f"{F} 0.85 银行 grantsCredit 电驱 amount=5300万元", f"{L} 0.7 银行 grantsCredit 电驱 amount=1996万元"],
        [f"{F} {CREDIT} amount=5300万元", f"{L} {CREDIT} amount=1996万元"],
    ),
    "a sum in other words or with a bound that holds it is the same": (
        [f"{F} 0.85 银行 grantsCredit 电驱 amount=0.53亿元", f"{L} 0.7 银行 grantsCredit 电驱 amount=超5000万元"],
        [f"{F}+{L} {CREDIT} amount=0.53亿元"],
    ),
    "sums in two currencies are two facts": (
        [f"{F} 0.85 银行 grantsCredit 电驱 amount=5300万元", f"{L} 0.7 银行 grantsCredit 电驱 amount=5300万美元"],
        [f"{F} {CREDIT} amount=5300万元", f"{L} {CREDIT} amount=5300万美元"],
    ),
    "one without a sum joins the first of two": (
        [
            f"{F} 0.85 银行 grantsCredit 电驱 amount=5300万元",
            f"{F} 0.80 银行 grantsCredit 电驱 amount=1996万元",
            f"{L} 0.7 银行 grantsCredit 电驱",
        ],
        [f"{F}+{L} {CREDIT} amount=5300万元", f"{F} {CREDIT} amount=1996万元"],
    ),
    "one with a sum joins that of its sum": (
        [
            f"{F} 0.85 银行 grantsCredit 电驱",
            f"{F} 0.80 银行 grantsCredit 电驱 amount=1996万元",
            f"{L} 0.7 银行 grantsCredit 电驱 amount=1996万元",
        ],
        [f"{F} {CREDIT}", f"{F}+{L} {CREDIT} amount=1996万元"],
    ),
    "done and planned contradict each other": (
        [f"{F} 0.85 银行 grantsCredit 电驱", f"{L} 0.7 银行 grantsCredit 电驱 planned"],
        [f"{F} {CREDIT}", f"{L} {CREDIT} planned"],
    ),
    "done and under way do not": (
        [f"{F} 0.85 银行 grantsCredit 电驱 ongoing", f"{L} 0.7 银行 grantsCredit 电驱"],
        [f"{F}+{L} {CREDIT} ongoing"],
    ),
    "denied is another claim": (
        [f"{F} 0.85 银行 grantsCredit 电驱", f"{L} 0.7 银行 grantsCredit 电驱 denied"],
        [f"{F} {CREDIT}", f"{L} {CREDIT}"],
    ),
    "another predicate": (
        [f"{F} 0.85 银行 grantsCredit 电驱", f"{P} 0.7 银行 lendsTo 电驱"],
        [f"{F} {CREDIT}", f"{P} 海岚银行 lendsTo 沐禾电驱科技有限公司"],
    ),
    "another sentence": (
        [f"{F} 0.85 银行 grantsCredit 电驱", f"{L} 0.7 银行 grantsCredit 电驱 2"],
        [f"{F} {CREDIT}", f"{L} 海岚银行 grantsCredit 沐禾电驱"],
    ),
    "the other way round is another claim": (
        [f"{F} 0.85 银行 grantsCredit 电驱", f"{L} 0.7 电驱 grantsCredit 银行"],
        [f"{F} {CREDIT}", f"{L} 沐禾电驱科技有限公司 grantsCredit 海岚银行"],
    ),
    "unless it holds both ways": (
        [f"{F} 0.85 银行 cooperatesWith 食品", f"{L} 0.7 食品 cooperatesWith 银行"],
        [f"{F}+{L} 海岚银行 cooperatesWith 青禾食品公司"],
    ),
    "one reader twice is one reader": (
        [f"{F} 0.85 银行 grantsCredit 电驱", "relate_frames:loan 0.7 银行 grantsCredit 电驱"],
        [f"{F} {CREDIT}", f"relate_frames:loan {CREDIT}"],
    ),
    "three readers, one of them twice": (
        [
            f"{L} 0.7 银行 grantsCredit 电驱",
            f"{L} 0.6 银行 grantsCredit 电驱",
            "relate_hanlp:srl 0.6 银行 grantsCredit 电驱",
            f"{F} 0.85 银行 grantsCredit 电驱",
        ],
        [f"{F}+relate_hanlp:srl+{L} {CREDIT}"],
    ),
    "a title that says less": (
        [
            "relate_posts 0.95 林 holdsPosition 电驱 2 title=董事长",
            f"{L} 0.7 林 holdsPosition 电驱 2 title=沐禾电驱董事长",
        ],
        [f"relate_posts+{L} 林知远 holdsPosition 沐禾电驱 title=董事长"],
    ),
    "another title": (
        ["relate_posts 0.95 林 holdsPosition 电驱 2 title=董事长", f"{L} 0.7 林 holdsPosition 电驱 2 title=总经理"],
        [
            "relate_posts 林知远 holdsPosition 沐禾电驱 title=董事长",
            f"{L} 林知远 holdsPosition 沐禾电驱 title=总经理",
        ],
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_what_says_the_same_becomes_one(name: str) -> None:
    given, wanted = ROWS[name]
    found = agree(given)
    assert [shown(one) for one in found] == wanted
    turned = agree(given[::-1])
    assert sorted(map(shown, turned)) == sorted(wanted)
    assert sorted(one.id for one in turned) == sorted(one.id for one in found)


def test_a_claim_with_more_details_has_the_id_of_its_content() -> None:
    (one,) = agree([f"{F} 0.85 银行 grantsCredit 电驱", f"{L} 0.7 银行 grantsCredit 电驱 amount=5300万元"])
    assert one.id == claim(f"{F} 0.85 银行 grantsCredit 电驱 amount=5300万元").id
    (other,) = agree([f"{F} 0.85 银行 grantsCredit 电驱", f"{L} 0.7 银行 grantsCredit 电驱"])
    assert other.id == claim(f"{F} 0.85 银行 grantsCredit 电驱").id


def test_a_reader_can_be_said_to_be_the_better_one() -> None:
    given = [f"{F} 0.85 银行 grantsCredit 电驱", f"{L} 0.7 银行 grantsCredit 电驱"]
    assert [shown(one) for one in agree(given, precision={"relate_llm": 0.95})] == [f"{L}+{F} {CREDIT}"]


def test_the_more_agree_the_surer() -> None:
    lines = [f"relate_{name} {score} 银行 grantsCredit 电驱" for name, score in (("a", 0.9), ("b", 0.8), ("c", 0.7))]
    scores = [agree(lines[:count])[0].score for count in (1, 2, 3)]
    assert scores[0] == 0.9
    assert scores[0] < scores[1] < scores[2] < 1
    assert scores[1] == pytest.approx(0.9223, abs=0.0001)  # log-odds of 9 to 1, and a fifth of those of 4 to 1


def test_one_that_is_not_sure_takes_nothing_away() -> None:
    given = [f"{F} 0.85 银行 grantsCredit 电驱", f"{L} 0.3 银行 grantsCredit 电驱"]
    assert agree(given)[0].score == 0.85
    assert agree([f"{F} 1.0 银行 grantsCredit 电驱", f"{L} 0.9 银行 grantsCredit 电驱"])[0].score == 1.0


def test_what_too_few_say_is_dropped_and_counted() -> None:
    given = [
        f"{F} 0.85 银行 grantsCredit 电驱",
        f"{L} 0.7 银行 grantsCredit 电驱",
        f"{L} 0.9 银行 cooperatesWith 食品",
        "relate_posts 0.95 林 holdsPosition 电驱 2 title=董事长",
        f"{P} 0.6 银行 lendsTo 食品",
    ]
    whole = reading()
    read = Reading(whole.article, whole.sentences, whole.mentions, whole.groups, (), tuple(map(claim, given)))
    stage = make(schema=load_schema(), min_votes=2, trusted=["relate_posts", "lendsTo"])
    (found,) = stage([read])
    assert [shown(one) for one in found.claims] == [
        f"{F}+{L} {CREDIT}",
        "relate_posts 林知远 holdsPosition 沐禾电驱 title=董事长",
        f"{P} 海岚银行 lendsTo 青禾食品公司",
    ]
    assert stage.tallies() == {  # type: ignore[attr-defined]  # what a stage that counts carries
        "claims joined with another that says the same": 1,
        "claims of relate_llm dropped, too few agree": 1,
    }


def test_whynot_names_it(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("海岚银行通过“技术流”评价体系结合“智造贷”产品，解决了该公司的燃眉之急。\n", encoding="utf-8")
    kg.build([page], tmp_path / "read")
    kg.build([page], tmp_path / "voted", pipeline="voting")
    ends = ("海岚银行", "issues", "智造贷")
    assert kg.why(tmp_path / "read" / "graph.sqlite", *ends)
    (candidate,) = kg.whynot(tmp_path / "voted" / "graph.sqlite", *ends).candidates
    assert candidate.gates[0].name == "veto"
    assert candidate.gates[0].detail.startswith("relate_pairs:issues claims it (score 0.")
    assert candidate.gates[0].detail.endswith("agree takes it away")


SPOKEN = (
    "7月3日，由海岚集团主办的云帆产业论坛在福州市举行。海岚集团与青禾食品公司签署战略合作协议。"
    "海岚银行向青禾食品公司授信5300万元。"
)


def pipeline(**votes: object) -> list[Claim]:
    steps = [step for step in load_pipeline().stages if step.use != "relate_pairs"]
    steps.append(StageConfig("relate_pairs", dict(votes)))
    found, failures = make_pipeline(PipelineConfig("test", tuple(steps)), load_schema())(
        [Reading(Article("d/1", "d", 1, SPOKEN, date="2025-07-04"))]
    )
    assert not failures
    return list(found[0].claims)


def test_the_scorer_of_pairs_says_again_what_it_reads_too() -> None:
    alone, voting = pipeline(), pipeline(votes=True)
    assert [one for one in voting if one in alone] == alone
    votes = [one for one in voting if one not in alone]
    assert votes
    for vote in votes:
        assert vote.reader == f"relate_pairs:{vote.predicate}"
        assert vote.score >= 0.5
        assert any(
            (one.subject, one.predicate, one.object) == (vote.subject, vote.predicate, vote.object)
            and one.evidence == vote.evidence
            for one in alone
        )


def test_the_pipeline_that_asks_for_agreement() -> None:
    found = {
        f"{one.subject.text} {one.predicate}": one.agreed for one in kg.read_text(SPOKEN, pipeline="voting").claims
    }
    assert found["海岚集团 hosts"] == ("relate_pairs:hosts",)
    assert found["海岚集团 cooperatesWith"] == ("relate_pairs:cooperatesWith",)
    assert found["海岚银行 grantsCredit"] == ()  # one of those that frames alone read
