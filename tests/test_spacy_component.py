"""``nlp.add_pipe("kg")`` gives a spaCy document our names, entities and facts, whatever its tokens."""

import pickle
from pathlib import Path
from typing import Any

import pytest
from small_models import need

from kg import api
from kg.errors import ConfigError, KGError

TEXT = (
    "记者从福建省宁德市蕉城区获悉，海西银行向位于该区的闽东电机有限公司（以下简称“闽东电机”）授信5300万元。\n"
    "该公司董事长陈立新说：“今年已投放1996万元。”"
)


@pytest.fixture(scope="module")
def spacy() -> Any:
    need("spacy")
    import spacy

    return spacy


@pytest.fixture(scope="module")
def nlp(spacy: Any) -> Any:
    nlp = spacy.blank("zh")
    nlp.add_pipe("kg")
    return nlp


def by_words(spacy: Any, words: list[str], **config: Any) -> Any:
    """Return a document of these words and the component made with that configuration."""
    nlp = spacy.blank("zh")
    component = nlp.add_pipe("kg", config=config)
    return component, spacy.tokens.Doc(nlp.vocab, words=words, spaces=[False] * len(words))


def test_a_document_gets_names_with_types_entities_and_codes(nlp: Any) -> None:
    doc = nlp(TEXT)
    rows = [(e.text, e.label_, e.kb_id_, e._.kg_subtype, e._.kg_name, e._.kg_adcode) for e in doc.ents]
    assert rows[2:7] == [
        ("蕉城区", "Region", "Region:350902", "county", "蕉城区", "350902"),
        ("海西银行", "Organization", "Organization:海西银行", "financial_institution", "海西银行", None),
        ("闽东电机有限公司", "Organization", "Organization:闽东电机有限公司", "company", "闽东电机有限公司", None),
        ("闽东电机", "Organization", "Organization:闽东电机有限公司", "company", "闽东电机有限公司", None),
        ("陈立新", "Person", "Person:陈立新", "executive", "陈立新", None),
    ]
    assert all(0 < entity._.kg_score <= 1 for entity in doc.ents)
    assert doc._.kg_unaligned == []


def test_a_document_gets_the_reading_that_the_library_gives(nlp: Any) -> None:
    doc, reading = nlp(TEXT), api.read_text(TEXT)
    assert doc._.kg.mentions == reading.mentions
    assert [(m.span.start, m.span.end, m.text) for m in reading.mentions] == [
        (e.start_char, e.end_char, e.text) for e in doc.ents
    ]
    assert [(c.subject, c.predicate, c.object, c.qualifiers) for c in doc._.kg.claims] == [
        (c.subject, c.predicate, c.object, c.qualifiers) for c in reading.claims
    ]
    assert "grantsCredit" in {claim.predicate for claim in doc._.kg.claims}
    assert nlp.make_doc(TEXT)._.kg is None


def test_a_date_that_is_set_before_counts(nlp: Any) -> None:
    dated = nlp.make_doc("今年，海西银行向闽东电机有限公司授信5300万元。")
    dated._.kg_date = "2025-06-10"
    (claim,) = [claim for claim in nlp(dated)._.kg.claims if claim.predicate == "grantsCredit"]
    (date,) = [qualifier for qualifier in claim.qualifiers if qualifier.name == "date"]
    assert dict(date.normal)["start"] == "2025-01-01"


@pytest.mark.parametrize(
    "text", ["", "\n", " 　", "。", "𠮷林省🏭福州市🏭", "福\x00州市", "臺灣省臺北市的電機產業發展很快"]
)
def test_odd_texts_are_read(nlp: Any, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert [m.text for m in doc._.kg.mentions] == [text[e.start_char : e.end_char] for e in doc.ents]


UNALIGNED = ["海西", "银行向", "闽东电机", "有限公司授信", "5300", "万元", "。"]


@pytest.mark.parametrize(
    ("alignment", "ents", "done"),
    [
        ("expand", ["海西银行向", "闽东电机有限公司授信"], "widened to whole tokens"),
        ("contract", ["海西", "闽东电机"], "narrowed to whole tokens"),
        ("strict", [], "left out"),
    ],
)
def test_names_that_do_not_end_where_tokens_do(spacy: Any, alignment: str, ents: list[str], done: str) -> None:
    component, doc = by_words(spacy, UNALIGNED, alignment=alignment)
    with pytest.warns(UserWarning, match=f"component kg: 2 of 2 names do not end where tokens do and are {done}"):
        component(doc)
    assert [entity.text for entity in doc.ents] == ents
    assert doc._.kg_unaligned == [(0, 4), (5, 13)]
    assert [mention.text for mention in doc._.kg.mentions] == ["海西银行", "闽东电机有限公司"]  # nothing is lost
    again = spacy.tokens.Doc(doc.vocab, words=UNALIGNED, spaces=[False] * len(UNALIGNED))
    component(again)  # said once: another warning would fail here
    assert again._.kg_unaligned == [(0, 4), (5, 13)]


@pytest.mark.filterwarnings("ignore:component kg:UserWarning")
def test_names_that_share_a_token_are_all_in_the_span_group(spacy: Any) -> None:
    component, doc = by_words(spacy, ["福建省宁德市", "的", "海西银行", "向", "闽东电机有限公司", "授信"])
    component(doc)
    assert [entity.text for entity in doc.ents] == ["福建省宁德市", "海西银行", "闽东电机有限公司"]
    assert [(span.text, span.kb_id_) for span in doc.spans["kg"]][:2] == [
        ("福建省宁德市", "Region:350000"),
        ("福建省宁德市", "Region:350900"),
    ]


@pytest.mark.parametrize(("overwrite", "label"), [(False, "THING"), (True, "Organization")])
def test_entities_of_other_components_stay_unless_told_otherwise(spacy: Any, overwrite: bool, label: str) -> None:
    nlp = spacy.blank("zh")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "THING", "pattern": "西银"}])
    nlp.add_pipe("kg", config={"overwrite_ents": overwrite, "spans_key": "ours"})
    doc = nlp("福州市的海西银行向闽东电机有限公司授信5300万元。")
    assert [entity.label_ for entity in doc.ents] == ["Region", label, "Organization"]
    assert [span.text for span in doc.spans["ours"]] == ["福州市", "海西银行", "闽东电机有限公司"]


def test_all_of_it_survives_bytes_and_disk_and_pickle(spacy: Any, nlp: Any, tmp_path: Path) -> None:
    doc = nlp(TEXT)
    copy = spacy.tokens.Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert copy._.kg == doc._.kg
    assert [(e.kb_id_, e._.kg_adcode) for e in copy.ents] == [(e.kb_id_, e._.kg_adcode) for e in doc.ents]
    nlp.to_disk(tmp_path / "nlp")
    assert spacy.load(tmp_path / "nlp")(TEXT)._.kg == doc._.kg
    component = pickle.loads(pickle.dumps(nlp.get_pipe("kg")))
    assert component(nlp.make_doc(TEXT))._.kg == doc._.kg


def test_the_configuration_is_kept_with_the_pipeline(spacy: Any, tmp_path: Path) -> None:
    own = tmp_path / "short.toml"
    own.write_text('[[stage]]\nuse = "split"\n[[stage]]\nuse = "find_regions"\n', encoding="utf-8")
    nlp = spacy.blank("zh")
    nlp.add_pipe("kg", config={"pipeline": str(own), "alignment": "contract"})
    nlp.to_disk(tmp_path / "nlp")
    loaded = spacy.load(tmp_path / "nlp")
    settings = loaded.config["components"]["kg"]
    assert (settings["pipeline"], settings["alignment"]) == (str(own), "contract")
    assert {entity.label_ for entity in loaded(TEXT).ents} == {"Region"}


def test_several_processes_give_the_same(nlp: Any) -> None:
    texts = [TEXT, "福州市。", "", TEXT]
    alone = [doc._.kg for doc in nlp.pipe(texts)]
    assert [doc._.kg for doc in nlp.pipe(texts, n_process=2, batch_size=1)] == alone


def test_a_wrong_setting_is_refused_when_the_component_is_added(spacy: Any) -> None:
    with pytest.raises(ConfigError, match="alignment must be one of expand, contract, strict, not 'nearest'"):
        spacy.blank("zh").add_pipe("kg", config={"alignment": "nearest"})
    with pytest.raises(KGError, match="nowhere: no such pipeline"):
        spacy.blank("zh").add_pipe("kg", config={"pipeline": "nowhere"})
