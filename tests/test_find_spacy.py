"""A spaCy pipeline's names, found through the adapter with pipelines that are trained, saved and loaded here."""

import random
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from golden import parse, reading, show
from hypothesis import given
from hypothesis import strategies as st
from small_models import marked_sentences, need, spacy_model

from kg.errors import ConfigError, MissingPackageError
from kg.model import Mention
from kg.protocols import Stage
from kg.registry import find_stage
from kg.schema import load_schema

SCHEMA = load_schema()


def make(**settings: Any) -> Stage:
    return find_stage("find_spacy").make(SCHEMA, settings)


def found(stage: Stage, text: str) -> tuple[Mention, ...]:
    (out,) = stage([reading(text)])
    assert all(text[m.span.start : m.span.end] == m.text for m in out.mentions)
    return out.mentions


def names(mentions: tuple[Mention, ...]) -> list[tuple[str, str]]:
    return [(mention.text, mention.type) for mention in mentions]


@pytest.fixture(scope="module")
def char() -> Stage:
    return make(model=spacy_model())


@pytest.mark.parametrize("segmenter", ["char", "jieba"])
def test_names_are_found_with_types_and_offsets(segmenter: str) -> None:
    stage = make(model=spacy_model(segmenter))
    right = 0
    rows = marked_sentences("Person", "Organization", "Region")
    for row in rows:
        text, gold = parse(row)
        right += names(found(stage, text)) == names(gold)
    assert right >= 0.8 * len(rows)  # it has seen them; what it makes of them must come through


def test_subtypes_and_scores_come_from_the_name_and_the_settings() -> None:
    text = "位于福建省的海岚银行昨日开工，苏晚舟出席。"
    assert show(text, found(make(model=spacy_model()), text)) == (
        "位于[福建省|Region/province]的[海岚银行|Organization/financial_institution]昨日开工，[苏晚舟|Person]出席。"
    )
    assert {mention.score for mention in found(make(model=spacy_model(), score=0.4), text)} == {0.4}
    assert {mention.finder for mention in found(make(model=spacy_model()), text)} == {"find_spacy"}


@pytest.mark.parametrize("segmenter", ["char", "jieba"])
def test_white_space_and_line_breaks_move_no_offset(segmenter: str) -> None:
    stage = make(model=spacy_model(segmenter))
    plain = "海岚银行董事长林知远来到福建省调研。"
    for before, between in ((" \n\n　", "\n"), ("\t", "\u2028 \r\n"), ("\ufeff\u00a0", "　　\n\n ")):
        text = before + between.join([plain] * 3)
        assert set(names(found(stage, text))) >= {("海岚银行", "Organization"), ("林知远", "Person")}
    assert names(found(stage, " \n\t　")) == []


def test_odd_and_traditional_characters_are_characters(char: Stage) -> None:
    text = "𠮷🏭\x00\x7f\u202e" * 20 + "。海岚银行董事长林知远来到福建省調研，發佈產業規劃。"
    assert names(found(char, text))[-3:] == [("海岚银行", "Organization"), ("林知远", "Person"), ("福建省", "Region")]


@pytest.fixture(scope="module")
def ruler(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    need("spacy")
    import spacy

    folder = tmp_path_factory.mktemp("ruler") / "nlp"
    nlp = spacy.blank("zh")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "ORG", "pattern": "海岚银行"}])
    nlp.to_disk(folder)
    return make(model=str(folder), longest=50)


_NAME_OR_NOT = st.one_of(st.just("海岚银行"), st.text("海岚银行，。\n 　\u2028🏭a", max_size=8))


@given(st.lists(_NAME_OR_NOT, max_size=20))
def test_a_name_is_found_wherever_it_stands(ruler: Stage, parts: list[str]) -> None:
    text = "，".join(parts)  # a sentence that is too long is cut at such a mark, and only without any through a name
    assert [m.span.start for m in found(ruler, text)] == [match.start() for match in re.finditer("海岚银行", text)]


def test_long_texts_are_read_in_pieces_of_whole_sentences() -> None:
    sentence = "海岚银行董事长林知远来到福建省调研。"
    text = f"{sentence}\n" * 60
    read = make(model=spacy_model(), longest=100)
    assert names(found(read, text)) == names(found(read, sentence)) * 60
    assert found(make(model=spacy_model(), longest=7), text)  # sentences are cut where they must be
    import spacy

    short = spacy.load(spacy_model())
    short.max_length = 100
    with pytest.raises(ValueError, match="E088"):
        short(text)


def with_tokenizer(name: str, words: Callable[[str], list[str]], patterns: list[dict[str, Any]], folder: Path) -> str:
    """Save a pipeline whose tokenizer, somebody's own, makes these words of a text; return its folder."""
    need("spacy")
    import spacy
    from spacy.util import DummyTokenizer

    class Tokenizer(DummyTokenizer):  # what somebody who writes one starts from
        def __init__(self, vocab: Any) -> None:
            self.vocab = vocab

        def __call__(self, text: str) -> Any:
            made = words(text)
            return spacy.tokens.Doc(self.vocab, words=made, spaces=[False] * len(made))

    spacy.registry.tokenizers(name, func=lambda: lambda nlp: Tokenizer(nlp.vocab))
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": name}}})
    nlp.add_pipe("entity_ruler").add_patterns(patterns)
    nlp.to_disk(folder)
    return str(folder)


def test_a_tokenizer_that_changes_the_text_keeps_offsets(tmp_path: Path) -> None:
    def words(text: str) -> list[str]:
        """Lower letters, no white space, and a mark for what is not known."""
        return ["[UNK]" if c in "\x00🏭" else c for c in text.lower() if not c.isspace()]

    patterns = [
        {"label": "ORG", "pattern": [{"ORTH": c} for c in "abc集团"]},
        {"label": "PER", "pattern": [{"ORTH": c} for c in "林知远"]},
        {"label": "LOC", "pattern": [{"ORTH": "[UNK]"}, {"ORTH": "省"}]},
    ]
    stage = make(model=with_tokenizer("tests.changing.v1", words, patterns, tmp_path / "changing"))
    text = "\x00  ABC 集团　的林 知远到🏭 省。\n  ABC集团。"
    assert names(found(stage, text)) == [
        ("ABC 集团", "Organization"),
        ("林 知远", "Person"),
        ("🏭 省", "Region"),
        ("ABC集团", "Organization"),
    ]


def test_a_name_whose_place_cannot_be_told_is_said(tmp_path: Path) -> None:
    patterns = [{"label": "ORG", "pattern": [{"ORTH": "Bank"}]}]
    model = with_tokenizer("tests.other.v1", lambda _: ["ABC", "Bank", "in", "X"], patterns, tmp_path / "other")
    with pytest.warns(UserWarning, match="find_spacy: left out 'Bank': the pipeline's tokenizer changed its ends"):
        assert found(make(model=model), "海岚银行在福州") == ()


def test_spans_may_be_taken_from_a_span_group(tmp_path: Path) -> None:
    need("spacy")
    import spacy

    nlp = spacy.blank("zh")
    ruler = nlp.add_pipe("span_ruler", config={"spans_key": "ours"})
    ruler.add_patterns([{"label": "ORG", "pattern": "宁德银行"}, {"label": "GPE", "pattern": "宁德"}])
    nlp.to_disk(tmp_path / "ruler")
    text = "宁德银行开业"
    overlapping = found(make(model=str(tmp_path / "ruler"), spans_key="ours"), text)
    assert sorted(names(overlapping)) == [("宁德", "Region"), ("宁德银行", "Organization")]
    assert found(make(model=str(tmp_path / "ruler")), text) == ()


def test_labels_that_the_map_does_not_name_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    need("spacy")
    import spacy

    nlp = spacy.blank("zh")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "DRUG", "pattern": "青蒿素"}])
    nlp.to_disk(tmp_path / "drugs")
    with pytest.raises(ConfigError, match="default does not name the label DRUG of the spaCy pipeline"):
        make(model=str(tmp_path / "drugs"))
    own = tmp_path / "drugs.toml"
    own.write_text('[labels]\nDRUG = "Product"\n', encoding="utf-8")
    assert names(found(make(model=str(tmp_path / "drugs"), labels=str(own)), "生产青蒿素")) == [("青蒿素", "Product")]


def test_the_answer_does_not_depend_on_the_batch(char: Stage) -> None:
    rows = [parse(row)[0] for row in marked_sentences("Person", "Organization", "Region")]
    together = [one.mentions for one in char([reading(text) for text in rows])]
    order = list(range(len(rows)))
    random.Random(7).shuffle(order)
    apart = {number: char([reading(rows[number])])[0].mentions for number in order}
    assert together == [apart[number] for number in range(len(rows))]


def test_a_pipeline_that_is_not_there_is_said_with_where_it_was_looked_for(tmp_path: Path) -> None:
    need("spacy")
    with pytest.raises(ConfigError, match=r"no spaCy pipeline 'zh_nowhere_sm': .*zh_nowhere_sm/config\.cfg.*download"):
        make(model="zh_nowhere_sm")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match=r"looked for an installed package .* and for .*empty/config\.cfg"):
        make(model=str(tmp_path / "empty"))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.cfg").write_text("[nlp\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"stage find_spacy: cannot load .*broken") as error:
        make(model=str(tmp_path / "broken"))
    assert "\n" not in str(error.value)


def test_without_a_model_or_without_spacy_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="stage find_spacy needs the setting model"):
        make()
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(MissingPackageError, match=r"needs spaCy; run: pip install 'regional-industry-kg\[spacy\]'$"):
        make(model="zh_core_web_sm")


def test_what_is_not_asked_for_is_not_imported() -> None:
    code = (
        "import sys; from kg import api; api.list_stages(); api.read_text('福州市的海岚银行授信5亿元。');"
        "print(sorted({'spacy', 'torch', 'hanlp', 'transformers', 'thinc'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
