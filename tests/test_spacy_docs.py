"""Facts and groups on a spaCy document, and DocBin files that plain spaCy reads back."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from small_models import need

import kg
from kg.cli import main
from kg.errors import ConfigError, InputError, MissingPackageError, StoreError

TEXT = "海西银行向位于宁德市蕉城区的闽东电机有限公司授信5300万元。该公司董事长陈立新说：“计划投资2亿元。”"
SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "articles.jsonl"


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


def said(doc: Any) -> list[tuple[Any, ...]]:
    """Return the facts of a document as plain values."""
    return [
        (str(fact), fact.subject.kb_id_, fact.predicate, dict(fact.qualifiers), fact.modality, fact.polarity,
         [(span.start_char, span.end_char) for span in fact.evidence], fact.score, fact.reader, fact.claim)
        for fact in doc._.kg_facts
    ]  # fmt: skip


# --- facts and groups -----------------------------------------------------------------------------------------------


def test_facts_are_spans_with_labels_in_chinese(nlp: Any) -> None:
    doc = nlp(TEXT)
    (credit,) = [fact for fact in doc._.kg_facts if fact.predicate == "grantsCredit"]
    assert str(credit) == "海西银行 授信 闽东电机有限公司（5300万元）"
    assert (credit.subject.text, credit.subject.label_, credit.subject.kb_id_) == (
        "海西银行", "Organization", "Organization:海西银行",
    )  # fmt: skip
    assert (credit.subject.start, credit.subject.end) == (0, 4)
    assert credit.object.text == "闽东电机有限公司"
    assert credit.qualifiers == {"amount": "5300万元"}
    assert (credit.label, credit.modality, credit.polarity) == ("授信", "done", "affirmed")
    assert [span.text for span in credit.evidence] == ["海西银行向位于宁德市蕉城区的闽东电机有限公司授信5300万元。"]
    assert credit.claim in doc._.kg.claims


def test_a_fact_through_a_reference_shows_both_sentences(nlp: Any) -> None:
    (post,) = [fact for fact in nlp(TEXT)._.kg_facts if fact.predicate == "holdsPosition"]
    assert (post.subject.text, post.object.text) == ("陈立新", "闽东电机有限公司")
    assert [span.text[:4] for span in post.evidence] == ["该公司董", "海西银行"]


def test_a_literal_object_is_text(nlp: Any) -> None:
    (fact,) = [f for f in nlp("2024年，海西银行实现营业收入18亿元。")._.kg_facts if f.predicate == "statistic"]
    assert fact.object == "18亿元"
    assert fact.qualifiers["indicator"] == "实现营业收入"


def test_groups_are_entities_with_their_mentions(nlp: Any) -> None:
    doc = nlp("闽东电机有限公司（以下简称“闽东电机”）位于宁德市蕉城区。闽东电机昨日开工。")
    groups = {group.name: group for group in doc._.kg_groups}
    firm = groups["闽东电机有限公司"]
    assert [(span.start_char, span.text) for span in firm.mentions] == [
        (0, "闽东电机有限公司"), (14, "闽东电机"), (29, "闽东电机"),
    ]  # fmt: skip
    assert (firm.kb_id, firm.type, firm.subtype, firm.label) == (
        "Organization:闽东电机有限公司", "Organization", "company", "组织",
    )  # fmt: skip
    assert groups["蕉城区"].adcode == "350902"
    assert {span.kb_id_ for span in firm.mentions} == {firm.kb_id}
    assert {entity._.kg_label for entity in doc.ents} == {"组织", "地区"}


def test_a_document_that_was_not_read_has_none(nlp: Any) -> None:
    doc = nlp.make_doc(TEXT)
    assert (doc._.kg_facts, doc._.kg_groups) == ((), ())


def test_facts_survive_bytes_docbin_and_processes(spacy: Any, nlp: Any) -> None:
    doc = nlp(TEXT)
    assert len(said(doc)) >= 4
    copy = spacy.tokens.Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert said(copy) == said(doc)
    held = spacy.tokens.DocBin(docs=[doc], store_user_data=True)
    (again,) = spacy.tokens.DocBin().from_bytes(held.to_bytes()).get_docs(spacy.blank("zh").vocab)
    assert said(again) == said(doc)
    assert [str(group) for group in again._.kg_groups] == [str(group) for group in doc._.kg_groups]
    assert [said(one) for one in nlp.pipe([TEXT] * 3, n_process=2, batch_size=1)] == [said(doc)] * 3


@pytest.mark.filterwarnings("ignore:component kg:UserWarning")
@pytest.mark.parametrize("alignment", ["expand", "contract", "strict"])
def test_ends_that_tokens_cut_are_widened_and_the_claim_is_exact(spacy: Any, alignment: str) -> None:
    words = ["海西", "银行向", "闽东电机", "有限公司授信", "5300", "万元", "。"]
    nlp = spacy.blank("zh")
    component = nlp.add_pipe("kg", config={"alignment": alignment})
    doc = component(spacy.tokens.Doc(nlp.vocab, words=words, spaces=[False] * len(words)))
    (fact,) = [fact for fact in doc._.kg_facts if fact.predicate == "grantsCredit"]
    assert (fact.subject.text, fact.object.text) == ("海西银行向", "闽东电机有限公司授信")
    assert fact.claim.subject.text == "海西银行"


# --- DocBin files ---------------------------------------------------------------------------------------------------


def docs(spacy: Any, path: Path) -> list[Any]:
    return list(spacy.tokens.DocBin().from_disk(path).get_docs(spacy.blank("zh").vocab))


def annotated(folder: Path, *records: dict[str, Any]) -> Path:
    path = folder / "annotated.jsonl"
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")
    return path


def mention(text: str, name: str, type_: str, entity: str, **more: Any) -> dict[str, Any]:
    start = text.index(name)
    return {
        "start": start,
        "end": start + len(name),
        "text": name,
        "type": type_,
        "subtype": None,
        "entity": entity,
    } | more


GOLD = "海西银行向闽东电机授信5300万元，计划支持电机产业。"
RECORD = {
    "id": "g1", "text": GOLD, "title": "授信", "date": "2025-06-10",
    "mentions": [
        mention(GOLD, "海西银行", "Organization", "e1"),
        mention(GOLD, "闽东电机", "Organization", "e2"),
        mention(GOLD, "电机产业", "Industry", "e3", optional=True),
    ],
    "entities": [{"id": "e1", "type": "Organization", "subtype": "financial_institution", "name": "海西银行"},
                 {"id": "e2", "type": "Organization", "subtype": "company", "name": "闽东电机"},
                 {"id": "e3", "type": "Industry", "subtype": None, "name": "电机产业", "optional": True}],
    "facts": [{"subject": "e1", "predicate": "grantsCredit", "object": "e2", "qualifiers": {"amount": "5300万元"},
               "evidence": [0, len(GOLD)]},
              {"subject": "e1", "predicate": "supports", "object": "e3", "qualifiers": {"modality": "planned"},
               "evidence": [0, len(GOLD)], "optional": True}],
}  # fmt: skip


def test_a_store_comes_out_with_entities_articles_and_facts(spacy: Any, tmp_path: Path) -> None:
    kg.build([SAMPLE], tmp_path / "out", formats=())
    store = tmp_path / "out" / "graph.sqlite"
    done = kg.write_docbin(store, tmp_path / "articles.spacy")
    found = docs(spacy, tmp_path / "articles.spacy")
    readings = list(kg.readings(store))
    assert done.texts == len(found) == len(readings) == 12
    for doc, reading in zip(found, readings, strict=True):
        assert doc.text == reading.article.text
        assert doc._.kg == reading
        assert [e.text for e in doc.ents] == [m.text for m in sorted(reading.mentions, key=lambda m: m.span)]
        assert [span.text for span in doc.spans["kg"]] == [e.text for e in doc.ents]
        about = doc.user_data["kg_article"]
        assert (about["id"], about["title"], about["date"]) == (
            reading.article.name, reading.article.title, reading.article.date,
        )  # fmt: skip
        assert doc._.kg_date == reading.article.date
        assert len(doc._.kg_facts) == len(reading.claims)
    entities = set(kg.load_graph(store).entities)
    assert {e.kb_id_ for doc in found for e in doc.ents} <= entities


def test_spacy_alone_reads_the_file(spacy: Any, tmp_path: Path) -> None:
    kg.write_docbin(annotated(tmp_path, RECORD), tmp_path / "one.spacy")
    code = (
        "import sys; sys.modules['kg'] = None\n"
        "from spacy.tokens import DocBin\n"
        "from spacy.vocab import Vocab\n"
        f"(doc,) = DocBin().from_disk({str(tmp_path / 'one.spacy')!r}).get_docs(Vocab())\n"
        "print([e.text for e in doc.ents], [e.label_ for e in doc.ents], [e.kb_id_ for e in doc.ents])\n"
        "print([s.text for s in doc.spans['kg']], doc.user_data['kg_article'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    names = ["海西银行", "闽东电机"]
    about = {"id": "g1", "title": "授信", "date": "2025-06-10", "publication": None, "page": None}
    assert done.stdout.splitlines() == [
        f"{names} {['Organization'] * 2} {[f'Organization:{name}' for name in names]}",
        f"{names} {about}",
    ]


def test_what_gold_leaves_open_is_unknown_to_training(spacy: Any, tmp_path: Path) -> None:
    done = kg.write_docbin(annotated(tmp_path, RECORD), tmp_path / "one.spacy")
    assert (done.texts, done.names, done.open_names, done.unaligned) == (1, 2, 1, 0)
    assert (done.facts, done.open_facts) == (1, 1)
    (doc,) = docs(spacy, tmp_path / "one.spacy")
    open_ = [token.text for token in doc if not token.ent_iob_]
    assert open_ == list("电机产业")
    (fact,) = doc._.kg_facts
    assert str(fact) == "海西银行 授信 闽东电机（5300万元）"
    assert fact.reader == "annotation"
    kg.write_docbin(annotated(tmp_path, RECORD), tmp_path / "core.spacy", types=["Organization"])
    (doc,) = docs(spacy, tmp_path / "core.spacy")
    assert [token.text for token in doc if not token.ent_iob_] == open_  # its type may be doubtful too


def test_names_that_words_cut_are_left_open(spacy: Any, tmp_path: Path) -> None:
    pytest.importorskip("jieba", reason="needs jieba: pip install jieba, or .ci/run --extras")
    text = "中国人民银行支持电机产业。"
    record = {"id": "c", "text": text, "mentions": [mention(text, "国人", "Organization", "e1")]}
    done = kg.write_docbin(annotated(tmp_path, record), tmp_path / "cut.spacy", segmenter="jieba")
    assert (done.names, done.unaligned) == (0, 1)
    (doc,) = docs(spacy, tmp_path / "cut.spacy")
    unknown = "".join(token.text for token in doc if not token.ent_iob_)
    assert "国人" in unknown
    assert len(unknown) < len(text)


def test_annotations_without_texts_take_them_from_another_file(spacy: Any, tmp_path: Path) -> None:
    kg.annotate(SAMPLE, tmp_path / "found.jsonl")
    with pytest.raises(InputError, match=r"no text to write; .*sample-01: no text; give the file of the texts"):
        kg.write_docbin(tmp_path / "found.jsonl", tmp_path / "no.spacy")
    assert not (tmp_path / "no.spacy").exists()
    done = kg.write_docbin(
        tmp_path / "found.jsonl", tmp_path / "train.spacy", texts=SAMPLE, held_out=tmp_path / "dev.spacy"
    )
    train, dev = docs(spacy, tmp_path / "train.spacy"), docs(spacy, tmp_path / "dev.spacy")
    assert (len(train), len(dev)) == (done.texts, done.held_out)
    assert done.texts + done.held_out == 12
    assert dev
    told = {doc.text for doc in (*train, *dev)}
    assert told == {json.loads(line)["text"] for line in SAMPLE.read_text(encoding="utf-8").splitlines()}
    assert any(doc._.kg_facts for doc in train)


def test_the_same_input_gives_the_same_bytes(spacy: Any, tmp_path: Path) -> None:
    kg.annotate(SAMPLE, tmp_path / "found.jsonl")
    written = []
    for seed in "17":
        out = tmp_path / f"{seed}.spacy"
        command = [
            sys.executable,
            "-m",
            "kg",
            "docbin",
            str(tmp_path / "found.jsonl"),
            "--texts",
            str(SAMPLE),
            "-o",
            str(out),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=60, env={"PYTHONHASHSEED": seed})
        written.append(out.read_bytes())
    assert written[0] == written[1]


def test_many_documents_go_to_a_folder_of_files(spacy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from spacy.training import Corpus

    monkeypatch.setattr("kg.spacy_docs._PART", 2)
    path = annotated(tmp_path, *({**RECORD, "id": f"g{number}"} for number in range(5)))
    kg.write_docbin(path, tmp_path / "many")
    assert sorted(file.name for file in (tmp_path / "many").iterdir()) == ["00001.spacy", "00002.spacy", "00003.spacy"]
    assert len(list(Corpus(tmp_path / "many")(spacy.blank("zh")))) == 5  # so does training read it
    with pytest.raises(ConfigError, match="many: has documents already; give a new folder"):
        kg.write_docbin(path, tmp_path / "many")


HOSTILE = "𠮷林省\x00<script>alert(1)</script>\u202e海西银行\n\n{label}🏭"


def test_odd_texts_go_through(spacy: Any, tmp_path: Path) -> None:
    record = {
        "id": 7,
        "text": HOSTILE,
        "title": "<b>",
        "mentions": [mention(HOSTILE, "海西银行", "Organization", "e1")],
    }
    empty = {"id": "empty", "text": "", "mentions": []}
    kg.write_docbin(annotated(tmp_path, record, empty), tmp_path / "odd.spacy")
    first, second = docs(spacy, tmp_path / "odd.spacy")
    assert (first.text, [e.text for e in first.ents], second.text) == (HOSTILE, ["海西银行"], "")


@pytest.mark.parametrize(
    ("mention", "problem"),
    [
        ({"start": 0, "end": 9, "type": "Region"}, "0 to 9 is no place in a text of 2 characters"),
        ({"start": 0, "end": 2, "text": "泉州", "type": "Region"}, "'泉州' does not stand at 0"),
        ({"end": 2, "type": "Region"}, "no 'start'"),
        ({"start": "0", "end": 2, "type": "Region"}, ""),
        (3, ""),
    ],
)
def test_a_line_that_does_not_fit_its_text_is_said_and_left_out(
    spacy: Any, tmp_path: Path, mention: object, problem: str
) -> None:
    path = annotated(tmp_path, {"id": "a", "text": "福州", "mentions": [mention]}, RECORD)
    done = CliRunner().invoke(main, ["docbin", str(path), "-o", str(tmp_path / "out.spacy")])
    assert done.exit_code == 1
    assert f"skipped: {path}: a: not an annotation of its text" in done.output
    assert problem in done.output
    assert "1 texts: 2 names, 1 facts; open in the annotation: 1 names, 1 facts" in done.output
    assert len(docs(spacy, tmp_path / "out.spacy")) == 1


def test_what_cannot_be_written_is_counted(spacy: Any, tmp_path: Path) -> None:
    path = annotated(tmp_path, {**RECORD, "title": "old"}, RECORD)
    with path.open("a", encoding="utf-8") as file:
        file.write('\n{"id": "half", "text": "福州\\ud83c", "mentions": []}\n')
    done = kg.write_docbin(path, tmp_path / "out.spacy")
    assert done.texts == 1
    assert done.problems == (
        f"{path}: 1 lines have an id that a later line has too, and were left out",
        f"{path}: 'half': holds half of a surrogate pair; write the character whole",
    )


def test_wrong_arguments_are_one_line(spacy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = annotated(tmp_path, RECORD)
    with pytest.raises(ConfigError, match="no type is named 'Crop'; there are Organization"):
        kg.write_docbin(path, tmp_path / "x.spacy", types=["Crop"])
    with pytest.raises(ConfigError, match="no segmenter is named 'pkuseg'; there are char, jieba"):
        kg.write_docbin(path, tmp_path / "x.spacy", segmenter="pkuseg")
    with pytest.raises(ConfigError, match="is to hold the held-out texts too"):
        kg.write_docbin(path, tmp_path / "x.spacy", held_out=tmp_path / "x.spacy")
    with pytest.raises(ConfigError, match="cannot be written"):
        kg.write_docbin(path, tmp_path / "no" / "x.spacy")
    with pytest.raises(StoreError):
        kg.write_docbin(tmp_path / "none.sqlite", tmp_path / "x.spacy")
    monkeypatch.setitem(sys.modules, "jieba", None)
    with pytest.raises(MissingPackageError, match=r"needs a package; run: pip install jieba$"):
        kg.write_docbin(path, tmp_path / "x.spacy", segmenter="jieba")


def test_without_spacy_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    monkeypatch.delitem(sys.modules, "kg.spacy_docs", raising=False)
    done = CliRunner().invoke(main, ["docbin", str(annotated(tmp_path, RECORD)), "-o", str(tmp_path / "x.spacy")])
    assert done.exit_code == 1
    assert done.output == "Error: kg docbin needs spaCy; run: pip install 'regional-industry-kg[spacy]'\n"
