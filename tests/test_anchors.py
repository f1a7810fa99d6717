"""Tokens of any segmenter are led back to the characters that they came from."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.anchors import anchor


@pytest.mark.parametrize(
    ("text", "tokens", "words"),
    [
        ("福建省宁德市", ["福建省", "宁德市"], ["福建省", "宁德市"]),
        ("福建 省\n宁德　市", ["福建", "省", "宁德", "市"], ["福建", "省", "宁德", "市"]),
        ("５Ｇ基站（Ａ）", ["5g", "基站", "(", "a", ")"], ["５Ｇ", "基站", "（", "Ａ", "）"]),  # half-width, lower case
        ("寧德時代 發布", ["宁德时代", "发布"], ["寧德時代", "發布"]),  # simplified
        ("李𠮷堂说", ["李", "[UNK]", "堂", "说"], ["李", "𠮷", "堂", "说"]),  # a mark for what is not known
        ("ＡＢＣ㈱上市", ["abc(株)", "上市"], ["ＡＢＣ㈱", "上市"]),  # one character made three
        ("中…国，，", ["中", "...", "国", ",", ","], ["中", "…", "国", "，", "，"]),  # NFKC
        ("中国", ["[CLS]", "中国", "[SEP]"], [None, "中国", None]),  # a token that stands for nothing
        ("\u200b中国\ufeff", ["中国"], ["中国"]),  # a character that has no token
        ("甲乙丙", ["甲x", "y丙"], [None, None]),  # where the unknown part ends is not known
        ("中国", [], []),
    ],
)
def test_tokens_stand_where_they_came_from(text: str, tokens: list[str], words: list[str | None]) -> None:
    found = [None if None in (start, end) else text[start:end] for start, end in anchor(text, tokens)]
    assert found == words


def test_one_end_may_be_known() -> None:
    assert anchor("甲乙丙", ["甲x", "y丙"]) == [(0, None), (None, 3)]


_TEXT = st.text("福建宁德市　 \n\t\u00a0ＡＢａｂ１２發时𠮷。，", max_size=40)


@given(_TEXT, st.data())
def test_any_cut_of_the_text_is_found_again(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)))) | {0, len(text)})
    spans = list(itertools.pairwise(cuts))
    tokens = [text[start:end].strip() for start, end in spans]
    for (start, end), token, (found_start, found_end) in zip(spans, tokens, anchor(text, tokens), strict=True):
        if token:
            begin = start + text[start:end].index(token)
            assert (found_start, found_end) == (begin, begin + len(token)), (text, tokens)


@given(_TEXT)
def test_half_width_forms_are_found_again(text: str) -> None:
    characters = [place for place, character in enumerate(text) if not character.isspace()]
    tokens = [unicodedata.normalize("NFKC", text[place]).lower() for place in characters]
    assert anchor(text, tokens) == [(place, place + 1) for place in characters]


@given(st.text(max_size=30), st.lists(st.text(max_size=4), max_size=12))
def test_whatever_the_tokens_an_end_lies_in_the_text(text: str, tokens: list[str]) -> None:
    anchors = anchor(text, tokens)
    assert len(anchors) == len(tokens)
    assert all(place is None or 0 <= place <= len(text) for ends in anchors for place in ends)
