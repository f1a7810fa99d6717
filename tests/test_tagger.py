"""The recognizer's parts: what it sees, its labels, the chain's sums, its files."""

from __future__ import annotations

import contextlib
import itertools
import json
import lzma

import numpy as np
import pytest
import rjieba
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ConfigError, InputError
from kg.resources import data_path
from kg.tagger.archive import Archive, read_archive, write_archive
from kg.tagger.chain import Chain
from kg.tagger.corpus import Example, cut, read_corpus
from kg.tagger.labels import BEGIN, INSIDE, LabelledSpan, Scheme
from kg.tagger.measure import Tally, measure
from kg.tagger.network import Shape
from kg.tagger.recognizer import Recognizer, stretches
from kg.tagger.vocabulary import HIDDEN, UNKNOWN, Vocabulary, fold

TEXTS = ["海西银行向闽东电机授信5300万元。", "闽东电机位于蕉城区，董事长陈立新说。", "Ｋｇ２０２５ abc"] * 3
SHAPE = Shape(char=6, bigram=4, word=4, tag=2, hidden=8, dilations=(1, 2))
VOCABULARY = Vocabulary.count(TEXTS, at_least=1)


def weights(types: tuple[str, ...], seed: int = 0) -> dict[str, np.ndarray]:
    random = np.random.default_rng(seed)
    sizes, labels = VOCABULARY.sizes, len(Scheme(types))
    shapes: dict[str, tuple[int, ...]] = {
        "char": (sizes.chars, SHAPE.char),
        "bigram": (sizes.bigrams, SHAPE.bigram),
        "word": (sizes.words, SHAPE.word),
        "tag": (sizes.tags, SHAPE.tag),
        "input.weight": (SHAPE.char + 2 * SHAPE.bigram + SHAPE.word + SHAPE.tag, SHAPE.hidden),
        "input.bias": (SHAPE.hidden,),
        "output.weight": (SHAPE.hidden,),
        "output.bias": (SHAPE.hidden,),
        "head.weight": (SHAPE.hidden, labels),
        "head.bias": (labels,),
        "chain.after": (labels, labels),
        "chain.start": (labels,),
        "chain.end": (labels,),
    }
    for number in range(len(SHAPE.dilations)):
        shapes |= {f"norm{number}.weight": (SHAPE.hidden,), f"norm{number}.bias": (SHAPE.hidden,)}
        shapes |= {f"conv{number}.weight": (3 * SHAPE.hidden, SHAPE.hidden), f"conv{number}.bias": (SHAPE.hidden,)}
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def small(types: tuple[str, ...] = ("Organization", "Person")) -> Archive:
    return Archive(VOCABULARY, SHAPE, weights(types), types, {"made": "by chance"})


# --- what it sees ---------------------------------------------------------------------------------------------------


@given(st.text(max_size=60))
def test_every_character_has_each_kind_of_id(text: str) -> None:
    features = VOCABULARY.encode(text)
    assert [len(ids) for ids in features] == [len(text)] * 5
    sizes = VOCABULARY.sizes
    for ids, size in zip(features, (sizes.chars, sizes.bigrams, sizes.bigrams, sizes.words, sizes.tags), strict=True):
        assert (ids >= UNKNOWN).all()
        assert (ids != HIDDEN).all()
        assert (ids < size).all()


def test_a_lone_surrogate_is_a_character_like_others() -> None:
    ids = VOCABULARY.encode("海西\ud800银行").chars.tolist()
    assert [*ids[:2], *ids[3:]] == VOCABULARY.encode("海西银行").chars.tolist()
    assert ids[2] == UNKNOWN
    assert list(Recognizer(small()).read("海西\ud800银行\udfff").likely(1.1)) == []


@given(st.text(max_size=60))
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_wide_letters_are_narrow_and_digits_are_one() -> None:
    assert fold("Ｋｇ２０２５，5300") == "Kg0000，0000"


def test_neighbours_share_a_bigram() -> None:
    features = VOCABULARY.encode("海西银行")
    assert features.right[:-1].tolist() == features.left[1:].tolist()
    assert features.left[0] == features.right[-1] == UNKNOWN
    assert (features.right[:-1] > HIDDEN).all()


def test_a_vocabulary_takes_the_most_frequent() -> None:
    counted = Vocabulary.count(["甲乙甲", "甲丙"], chars=1, bigrams=0, words=0, at_least=1)
    assert (counted.chars, counted.bigrams, counted.words) == ("甲", (), ())
    assert counted.encode("甲丁").chars.tolist() == [3, UNKNOWN]


def test_a_vocabulary_of_windows_lines_is_read_back(tmp_path) -> None:
    counted = Vocabulary.count(["海西银行\r\n闽东电机\r\n"], at_least=1)
    assert not any("\n" in word for word in counted.words)


def test_no_vocabulary_lists_people() -> None:
    text = "董事长林知远说，海西银行授信。"
    assert ("林知", "nr") in rjieba.tag(text)  # guessed, as no dictionary has it
    counted = Vocabulary.count([text] * 5, at_least=1)
    assert "林知" not in counted.words
    assert "银行" in counted.words
    for name in ("encoder.npz", "recognizer.npz"):
        words = read_archive(data_path("tagger", name)).vocabulary.words
        guessed = [word for word in words if rjieba.tag(word)[0][1].startswith("nr") and not rjieba.has_word(word)]
        assert guessed == []


# --- its labels -----------------------------------------------------------------------------------------------------

scheme = Scheme(("A", "B"))
rows = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4), st.sampled_from(scheme.types)), max_size=6)


@given(rows)
def test_spans_survive_as_labels(parts: list[tuple[int, int, str]]) -> None:
    spans, at = [], 0
    for gap, size, kind in parts:
        spans.append(LabelledSpan(at + gap, at + gap + size, kind))
        at += gap + size
    labels = scheme.encode(at + 1, spans)
    assert scheme.decode(labels) == spans
    assert scheme.may_begin[labels[0]]
    assert scheme.may_end[labels[-1]]
    assert all(scheme.follows[one, two] for one, two in itertools.pairwise(labels))


# --- the chain's sums -----------------------------------------------------------------------------------------------


def legal(size: int) -> list[tuple[int, ...]]:
    return [
        labels
        for labels in itertools.product(range(len(scheme)), repeat=size)
        if scheme.may_begin[labels[0]]
        and scheme.may_end[labels[-1]]
        and all(scheme.follows[one, two] for one, two in itertools.pairwise(labels))
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_probabilities_are_those_of_all_legal_sequences_counted_out(size: int) -> None:
    random = np.random.default_rng(size)
    labels = len(scheme)
    after, start, end = random.normal(size=(labels, labels)), random.normal(size=labels), random.normal(size=labels)
    scores = random.normal(size=(2, 4, labels)) * 2
    chain = Chain(scheme, *(values.astype(np.float32) for values in (after, start, end)))
    found = chain.posteriors(scores.astype(np.float32), np.array([size, 4]))
    totals: dict[LabelledSpan, float] = {}
    whole = 0.0
    for sequence in legal(size):
        score = start[sequence[0]] + end[sequence[-1]] + sum(scores[0, at, label] for at, label in enumerate(sequence))
        score += sum(after[one, two] for one, two in itertools.pairwise(sequence))
        whole += np.exp(score)
        for span in scheme.decode(sequence):
            totals[span] = totals.get(span, 0.0) + np.exp(score)
    for span, total in totals.items():
        assert found.probability(0, *span) == pytest.approx(total / whole, abs=1e-5)
    likely = {LabelledSpan(*span[:3]): span.probability for span in found.likely(0, 0.05)}
    assert likely == pytest.approx({s: t / whole for s, t in totals.items() if t / whole >= 0.05}, abs=1e-5)


def test_sums_are_numbers_where_no_legal_label_is_likely() -> None:
    scores = np.zeros((1, 3, len(scheme)), dtype=np.float32)
    scores[0, 0, scheme.label("A", INSIDE)] = scores[0, 2, scheme.label("B", BEGIN)] = 300
    chain = Chain(scheme, *(np.zeros(shape, np.float32) for shape in ((len(scheme),) * 2, len(scheme), len(scheme))))
    found = chain.posteriors(scores, np.array([3]))
    for array in (found.before, found.behind, found.local):
        assert np.isfinite(array).all()
    assert all(0 < span.probability < 1 for span in found.likely(0, 0.01))


# --- whole texts ----------------------------------------------------------------------------------------------------


@given(st.text(alphabet="甲乙。，\n ”", max_size=400), st.integers(2, 40))
def test_stretches_are_all_but_line_breaks_and_never_too_long(text: str, longest: int) -> None:
    bounds = list(stretches(text, longest))
    assert "".join(text[start:end] for start, end in bounds) == text.replace("\n", "")
    assert all(0 < end - start <= longest and "\n" not in text[start:end] for start, end in bounds)


def test_a_long_line_is_cut_after_a_sentence_or_a_pause() -> None:
    text = "甲乙丙丁。甲乙，丙丁戊己庚辛"
    assert [text[a:b] for a, b in stretches(text, 8)] == ["甲乙丙丁。", "甲乙，", "丙丁戊己庚辛"]


@settings(max_examples=30)
@given(st.lists(st.sampled_from([*TEXTS, "", "\n", "。"]), min_size=1, max_size=4))
def test_a_line_is_read_alike_whatever_stands_in_the_other_lines(lines: list[str]) -> None:
    recognizer = Recognizer(small())
    whole = {(s.start, s.end, s.type): s.probability for s in recognizer.read("\n".join(lines)).likely(0.2)}
    at = 0
    for line in lines:
        for span in recognizer.read(line).likely(0.21):
            assert whole[at + span.start, at + span.end, span.type] == pytest.approx(span.probability, abs=1e-3)
        at += len(line) + 1


def test_a_long_text_is_read_like_a_short_one() -> None:
    recognizer = Recognizer(small())
    line = TEXTS[0]
    own = [(s.start, s.end, s.type) for s in recognizer.read(line).likely()]
    said = recognizer.read("\n".join([line] * 600))
    last = 599 * (len(line) + 1)
    spans = [(s.start - last, s.end - last, s.type) for s in said.likely() if s.start >= last]
    assert own == spans
    start, end, kind = own[0]
    assert said.probability(last + start, last + end, kind) == pytest.approx(said.probability(*own[0]), abs=1e-3)


def test_mentions_that_are_more_likely_than_not_never_overlap() -> None:
    recognizer = Recognizer(small())
    spans = list(recognizer.read("\n".join(TEXTS)).likely(0.5))
    assert all(one.end <= two.start for one, two in itertools.pairwise(spans))


def test_what_a_reading_says_of_places_it_did_not_see() -> None:
    said = Recognizer(small()).read("海西银行\n闽东电机")
    assert said.probability(2, 6, "Organization") == 0.0  # across lines
    assert said.probability(0, 4, "Region") == 0.0  # a type that it does not know
    assert 0 < said.probability(0, 4, "Organization") < 1
    assert list(Recognizer(small()).read("\n\n").likely(0.0)) == []


# --- files ----------------------------------------------------------------------------------------------------------


def test_a_written_model_is_read_back_and_has_the_same_bytes(tmp_path) -> None:
    write_archive(tmp_path / "one.npz", small())
    back = read_archive(tmp_path / "one.npz")
    assert (back.vocabulary, back.shape, back.types, back.card) == (VOCABULARY, SHAPE, small().types, small().card)
    for name, values in small().weights.items():
        assert np.abs(back.weights[name] - values).max() <= 0.02, name
    write_archive(tmp_path / "two.npz", back)
    third = read_archive(tmp_path / "two.npz")
    write_archive(tmp_path / "three.npz", third)
    assert (tmp_path / "two.npz").read_bytes() == (tmp_path / "three.npz").read_bytes()


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04"])
def test_a_file_that_is_no_model_gets_one_line(tmp_path, content: bytes) -> None:
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(InputError, match="not a model"):
        read_archive(tmp_path / "bad.npz")
    with pytest.raises(InputError, match="no such model"):
        read_archive(tmp_path / "none.npz")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"head.weight": None}, "no 'head.weight'"),
        ({"head.weight": np.zeros((3, 3), np.float16)}, "head.weight has the shape"),
        ({"input.bias": np.full(SHAPE.hidden, np.nan, np.float16)}, "input.bias holds what is no number"),
        ({"char.bytes": np.zeros((2, 6), np.int8), "char.factors": np.zeros(2, np.float16)}, "char has the shape"),
        ({"about": np.frombuffer(b"[" * 100_000, np.uint8)}, "not a model"),
        ({"about": np.frombuffer(b"[]", np.uint8)}, "not a model"),
    ],
)
def test_a_model_whose_parts_do_not_fit_gets_one_line(tmp_path, changed, said: str) -> None:
    write_archive(tmp_path / "a.npz", small())
    with np.load(tmp_path / "a.npz") as file:
        arrays = {name: values for name, values in ({**file} | changed).items() if values is not None}
    np.savez_compressed(tmp_path / "b.npz", **arrays)
    with pytest.raises(InputError, match=said) as caught:
        read_archive(tmp_path / "b.npz")
    assert len(str(caught.value).splitlines()) == 1


@given(st.data())
def test_a_damaged_file_is_read_or_refused(tmp_path_factory, data) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    write_archive(folder / "a.npz", small())
    content = bytearray((folder / "a.npz").read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=20)):
        content[place] ^= 0x55
    (folder / "a.npz").write_bytes(content)
    with contextlib.suppress(InputError):
        read_archive(folder / "a.npz")


def test_an_encoder_is_no_recognizer(tmp_path) -> None:
    archive = small()
    encoder = {name: values for name, values in archive.weights.items() if not name.startswith(("head", "chain"))}
    write_archive(tmp_path / "encoder.npz", Archive(archive.vocabulary, archive.shape, encoder))
    assert read_archive(tmp_path / "encoder.npz").types == ()
    with pytest.raises(InputError, match="an encoder, which finds nothing"):
        Recognizer.load(tmp_path / "encoder.npz")


def test_a_model_that_cannot_be_written_gets_one_line(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_archive(tmp_path / "file" / "a.npz", small())


# --- corpora --------------------------------------------------------------------------------------------------------


def test_corpora_of_each_form(tmp_path) -> None:
    marked = tmp_path / "a.txt"
    marked.write_text(
        "# 标题\n[海西银行|Organization/financial_institution]向[闽东电机|Organization]授信。\n\n没有名字。\n"
    )
    text = "海西银行向闽东电机授信。"
    banks = (LabelledSpan(0, 4, "Organization"), LabelledSpan(5, 9, "Organization"))
    assert read_corpus(marked) == [Example(text, banks), Example("没有名字。", ())]
    lines = tmp_path / "a.jsonl.xz"
    with lzma.open(lines, "wt") as file:
        print(json.dumps({"text": text, "entities": [[5, 9, "ORG"], [0, 4, "ORG"], [6, 8, "GAME"]]}), file=file)
    assert read_corpus(lines, {"ORG": "Organization", "GAME": None}) == [Example(text, banks)]
    mentions = [
        {"start": 0, "end": 4, "type": "Organization", "alt": [[0, 2]]},
        {"start": 5, "end": 9, "type": "Organization", "optional": True},
    ]
    own = tmp_path / "own.jsonl"
    own.write_text(json.dumps({"text": text, "mentions": mentions}))
    assert read_corpus(own) == [Example(text, banks[:1], ((5, 9),), (LabelledSpan(0, 2, "Organization"),))]


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("a.jsonl", "{", "line 1: not an annotated text"),
        ("a.jsonl", '{"text": "甲", "entities": [[0, 2, "A"]]}', "a mention at 0, 2 of a text of 1"),
        ("a.jsonl", '{"text": "甲", "entities": [[0.0, 1.0, "A"]]}', "a mention at 0.0, 1.0"),
        ("a.jsonl", '{"text": "甲", "entities": [[0, 1, null]]}', "the label None is no name"),
        ("a.jsonl", '{"text": "甲", "mentions": [{"start": 0, "end": 1, "type": "A", "alt": [[0, 9]]}]}', "at 0, 9"),
        ("a.jsonl", '{"text": "甲", "mentions": [{"start": 0, "end": 9, "type": "A", "optional": true}]}', "at 0, 9"),
        ("a.jsonl", '{"text": "甲", "mentions": ["甲"]}', "line 1: not an annotated text"),
        ("a.jsonl", '{"text": "", "entities": []}', "no text"),
        ("a.jsonl", '{"entities": []}', "line 1"),
        ("a.jsonl", "", "no annotated text in it"),
        ("a.txt", "[甲|A 乙", "a mark that is not"),
        ("a.jsonl.xz", "{}", "cannot be read"),
    ],
)
def test_a_bad_corpus_gets_one_line(tmp_path, name: str, line: str, said: str) -> None:
    (tmp_path / name).write_text(line)
    with pytest.raises(InputError, match=said):
        read_corpus(tmp_path / name)


def test_a_mark_before_the_first_line_is_no_part_of_it(tmp_path) -> None:
    (tmp_path / "a.txt").write_text("# 标题\n[甲|A]\n", encoding="utf-8-sig")
    assert read_corpus(tmp_path / "a.txt") == [Example("甲", (LabelledSpan(0, 1, "A"),))]


def test_a_label_that_the_map_does_not_name_is_refused(tmp_path) -> None:
    (tmp_path / "a.txt").write_text("[甲|A][乙|B]")
    with pytest.raises(InputError, match="line 1: the label map does not name B"):
        read_corpus(tmp_path / "a.txt", {"A": "Person"})


def test_parts_keep_their_mentions() -> None:
    example = Example(
        "甲乙丙丁", (LabelledSpan(0, 1, "A"), LabelledSpan(1, 3, "B")), ((2, 4),), (LabelledSpan(3, 4, "A"),)
    )
    assert list(cut(example, [(0, 2), (2, 4)])) == [
        Example("甲乙", (LabelledSpan(0, 1, "A"),), ((1, 2),)),  # what is left of a mention that was cut
        Example("丙丁", (), ((0, 2), (0, 1)), (LabelledSpan(1, 2, "A"),)),
    ]


# --- measuring ------------------------------------------------------------------------------------------------------


def test_measuring_counts_what_agrees_and_leaves_out_what_is_open() -> None:
    recognizer = Recognizer(small())
    text = TEXTS[0]
    found = [LabelledSpan(*span[:3]) for span in recognizer.read(text).likely()]
    assert found
    assert measure(recognizer, [Example(text, tuple(found))]).all.f1 == 1.0
    assert measure(recognizer, [Example(text, ())]).all == Tally(0, len(found), 0)
    assert measure(recognizer, [Example(text, (), ((0, len(text)),))]).all == Tally(0, 0, 0)
    others = measure(recognizer, [Example(text, (), (), tuple(found))]).all
    assert others == Tally(len(found), len(found), 0)
