"""Claims by a HanLP model's semantic roles and dependencies, with a multi-task model that is trained here."""

import random
import sys
from collections import Counter
from typing import Any

import pytest
from small_models import hanlp_model, need, parsed_sentences
from test_relate_spacy import CLAIMS, agreed, claimed, named, shipped

from kg.config import load_pipeline
from kg.errors import ConfigError, MissingPackageError
from kg.model import Span
from kg.pipeline import make_pipeline
from kg.protocols import Stage
from kg.registry import find_stage
from kg.schema import load_schema
from kg.stages.relate_hanlp import predications

SCHEMA = load_schema()


def make(**settings: Any) -> Stage:
    return find_stage("relate_hanlp").make(SCHEMA, settings)


@pytest.fixture(scope="module")
def stage() -> Stage:
    return make(model=hanlp_model("multi-task"))


@pytest.mark.parametrize("tasks", [["srl", "dep"], ["srl"], ["dep"]], ids="-".join)
@pytest.mark.parametrize(("text", "wanted"), CLAIMS)
def test_what_the_model_joins_is_claimed(text: str, wanted: set[tuple[str, str, str]], tasks: list[str]) -> None:
    assert claimed(make(model=hanlp_model("multi-task"), tasks=tasks), text) == wanted


def test_sums_readers_and_scores(stage: Stage) -> None:
    text = "海岚银行向云织鞋服有限公司授信5300万元。"
    (claim,) = stage([named(text)])[0].claims
    assert [(one.name, one.text) for one in claim.qualifiers] == [("amount", "5300万元")]
    assert claim.reader.startswith("relate_hanlp:credit-")


@pytest.mark.parametrize("space", ["　", " ", "\u200b"])
def test_words_are_led_back_to_the_text(stage: Stage, space: str) -> None:
    text = f"𠮷🏭。\n{space}海岚银行{space}向云织鞋服有限公司授信5300万元。"
    assert claimed(stage, text) == {("海岚银行", "grantsCredit", "云织鞋服有限公司")}


def test_the_answer_does_not_depend_on_the_batch_and_is_counted(stage: Stage) -> None:
    rows = [named("".join(one.words)) for one in parsed_sentences()]
    own = make(model=hanlp_model("multi-task"))
    together = [one.claims for one in own(rows)]
    assert own.tallies()["predications"] > 0  # type: ignore[attr-defined]
    order = list(range(len(rows)))
    random.Random(7).shuffle(order)
    apart = {number: stage([rows[number]])[0].claims for number in order}
    assert together == [apart[number] for number in range(len(rows))]


def test_a_model_that_two_stages_name_is_loaded_once() -> None:
    from kg.hanlp_components import load_component

    folder = hanlp_model("multi-task")
    one, other = (load_component(folder, download=False, device=-1, stage="test") for _ in range(2))
    assert one is other


TEXT = "海岚银行向云织鞋服有限公司授信5300万元。"
WORDS = ["海岚银行", "向", "云织鞋服有限公司", "授信", "5300万元", "。"]
ROLES = [[["海岚银行", "ARG0", 0, 1], ["授信", "PRED", 3, 4], ["5300万元", "ARG1", 4, 5]]]
HEADS = [[4, "nsubj"], [4, "prep"], [2, "pobj"], [0, "root"], [4, "range"], [4, "punct"]]


@pytest.mark.parametrize(
    ("roles", "heads", "wanted", "counted"),
    [
        (ROLES, HEADS, ["授信", "授信"], {"sentences parsed": 1}),
        ([], HEADS, ["授信"], {"sentences parsed": 1}),
        ([[["海岚银行", "ARG0", 0, 1]]], HEADS, ["授信"], {"predicates without a place": 1}),
        ([[["授信", "PRED", 3, 99]]], HEADS, ["授信"], {"predicates without a place": 1}),
        (ROLES, [[2, "nsubj"], [1, "prep"], *HEADS[2:]], ["授信"], {"sentences left out: a circle": 1}),
        (ROLES, [*HEADS[:3], [5, "root"], *HEADS[4:]], ["授信"], {"sentences left out: no root": 1}),
        (ROLES, [[9, "nsubj"], *HEADS[1:]], ["授信"], {"sentences left out: a head that is no word": 1}),
        (ROLES, [[4, "SBV"], *HEADS[1:]], ["授信", "授信"], {"words with an unknown label": 1}),
    ],
)  # fmt: skip
def test_documents_of_the_documented_form(roles: Any, heads: Any, wanted: list[str], counted: dict[str, int]) -> None:
    """Rows as HanLP documents them, also such as no model should give: counted, never an exception."""
    counts: Counter[str] = Counter()
    document = {"tok/fine": [WORDS], "srl": [roles], "dep": [heads]}
    found = predications(document, {"srl": "srl", "dep": "dep"}, 0, Span(3, 3 + len(TEXT)), "前文。" + TEXT, counts)
    text = "前文。" + TEXT
    assert [text[one.verb.start : one.verb.end] for one in found] == wanted
    assert {what: counts[what] for what in counted} == counted


def test_what_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="stage relate_hanlp needs the setting model"):
        make()
    with pytest.raises(ConfigError, match=r"is no multi-task model; choose one of hanlp\.pretrained\.mtl"):
        make(model=hanlp_model())
    with pytest.raises(ConfigError, match=r"tasks are srl and dep, one or both, not \['sdp'\]"):
        make(model=hanlp_model("multi-task"), tasks=["sdp"])
    monkeypatch.setitem(sys.modules, "hanlp", None)
    with pytest.raises(MissingPackageError, match=r"relate_hanlp needs HanLP; run: pip install .*\[hanlp\]"):
        make(model="CLOSE_TOK_POS_NER_SRL_DEP_SDP_CON_ELECTRA_SMALL_ZH")


def test_the_shipped_pipeline_joins_what_frames_and_parses_say() -> None:
    model = hanlp_model("multi-task")
    read = agreed(shipped("hanlp", {stage: {"model": model} for stage in ("find_hanlp", "relate_hanlp")}))
    assert {"relate_frames", "relate_hanlp"} <= read["grantsCredit"]
    assert "relate_hanlp" in read["holdsShareOf"]


def test_the_shipped_pipeline_names_what_it_lacks(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    need("hanlp")
    monkeypatch.setenv("HANLP_HOME", str(tmp_path))
    with pytest.raises(
        ConfigError, match=r"close_tok_pos_ner_srl_dep.* is not on this machine .*: set download = true"
    ):
        make_pipeline(load_pipeline("hanlp"), SCHEMA)
