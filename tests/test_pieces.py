"""Texts are cut between sentences, else behind a clause mark, and nothing is lost."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from kg.pieces import cut, runs
from kg.text import sentences


def words(text: str, longest: int) -> list[str]:
    return [text[piece.start : piece.end] for piece in runs(text, sentences(text), longest)]


def test_whole_sentences_stay_together() -> None:
    text = "甲乙。丙丁。\n戊己庚。"
    assert words(text, 100) == [text]
    assert words(text, 8) == ["甲乙。丙丁。", "戊己庚。"]
    assert words(text, 5) == ["甲乙。", "丙丁。", "戊己庚。"]


def test_a_long_sentence_is_cut_behind_a_mark() -> None:
    assert words("甲乙，丙丁、戊己庚辛。", 6) == ["甲乙，丙丁、", "戊己庚辛。"]
    assert words("甲乙丙丁戊", 2) == ["甲乙", "丙丁", "戊"]


@given(st.text("甲乙，。 \n", max_size=60), st.integers(1, 20))
def test_every_character_but_white_space_is_in_one_piece(text: str, longest: int) -> None:
    for pieces in (list(cut(text, sentences(text), longest)), list(runs(text, sentences(text), longest))):
        assert all(len(piece) <= longest for piece in pieces)
        assert all(one.end <= other.start for one, other in itertools.pairwise(pieces))
        inside = {place for piece in pieces for place in range(piece.start, piece.end)}
        assert all(text[place].isspace() for place in set(range(len(text))) - inside)
