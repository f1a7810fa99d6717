"""Why a fact is there: rule, marks, what references stand for, and the lines of the file as it came."""

from dataclasses import replace
from pathlib import Path

import pytest
from sample_graph import pages

import kg
from kg.errors import InputError
from kg.model import Box, Piece
from kg.provenance import Explanation, explain, raw_lines, rule_of
from kg.schema import load_schema
from kg.store import open_store


@pytest.fixture(scope="module")
def explained(built: Path) -> dict[str, Explanation]:
    schema = load_schema()
    graph = kg.load_graph(built / "graph.sqlite", schema=schema)
    with open_store(built / "graph.sqlite") as store:
        return {fact.id: explain(graph, store, fact, schema) for fact in graph.facts}


def test_every_fact_of_the_sample_page_is_explained(built: Path, explained: dict[str, Explanation]) -> None:
    graph, frames = kg.load_graph(built / "graph.sqlite"), {frame.name: frame for frame in load_schema().frames}
    assert set(explained) == {fact.id for fact in graph.facts}
    read_by_frames = 0
    for explanation in explained.values():
        assert len(explanation.grounds) == len(explanation.fact.claims)
        for ground in explanation.grounds:
            assert ground.claim.reader.split(":")[0] == ground.rule.stage
            assert ground.rule.summary
            if ground.rule.stage == "relate_frames":
                read_by_frames += 1
                assert ground.rule.pattern == frames[ground.rule.name].pattern
    assert read_by_frames


def test_marks_are_the_words_of_the_ends(explained: dict[str, Explanation]) -> None:
    for explanation in explained.values():
        for ground in explanation.grounds:
            marked = {
                mark.role: passage.text[mark.start : mark.end]
                for passage in reversed(ground.passages)
                for mark in passage.marks
            }
            assert marked["subject"] == ground.claim.subject.text
            for qualifier in ground.claim.qualifiers:
                assert marked.get(qualifier.name, qualifier.text) == qualifier.text


def test_the_lines_shown_stand_in_the_file_and_hold_the_sentence(
    sample_page: Path, explained: dict[str, Explanation]
) -> None:
    lines = sample_page.read_text(encoding="utf-8").split("\n")
    for explanation in explained.values():
        for ground in explanation.grounds:
            for passage in ground.passages:
                for line in passage.lines:
                    assert lines[line.line - 1][line.column - 1 :].startswith(line.text)
                shown = "".join("".join(line.text.split()) for line in passage.lines)
                assert "".join(passage.text.split()) in shown
                for role in {mark.role for mark in passage.marks}:
                    words = "".join(passage.text[m.start : m.end] for m in passage.marks if m.role == role)
                    raw = "".join(
                        line.text[m.start : m.end] for line in passage.lines for m in line.marks if m.role == role
                    )
                    assert "".join(raw.split()) == "".join(words.split())


def test_a_reference_is_told_with_what_it_stands_for(built: Path) -> None:
    (explanation,) = kg.why(built / "graph.sqlite", "海岚银行", "grantsCredit", "云织鞋服")
    (ground,) = explanation.grounds
    assert any(said.startswith("该公司 → 云织鞋服") for said in ground.resolved)
    assert {"=object", "subject", "amount"} <= {mark.role for mark in ground.passages[0].marks}


def test_ends_of_a_symmetric_fact_may_be_turned(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("福建启明电机有限公司与福建海西集团有限公司签署合作协议。\n", encoding="utf-8")
    kg.build([article], tmp_path / "out", pipeline="fast")
    ends = "福建启明电机有限公司", "福建海西集团有限公司"
    for subject, object_ in (ends, ends[::-1]):
        assert kg.why(tmp_path / "out" / "graph.sqlite", subject, "cooperatesWith", object_)


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        (("0123456789abcdef",), "no fact has the id"),
        (("海岚银行", "grantsCredit", "当涂县"), "kg whynot"),
        (("海岚银行", "likes", "当涂县"), "no predicate is named 'likes'"),
        (("海岚银行", "grantsCredit"), "subject, predicate and object"),
    ],
)
def test_what_is_not_there_is_one_line(built: Path, fact: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        kg.why(built / "graph.sqlite", *fact)


def test_a_reader_that_nobody_knows_is_still_named() -> None:
    claim = replace(pages()[0][1][0].claims[0], reader="their_stage:model-3")
    rule = rule_of(claim, load_schema())
    assert (rule.stage, rule.name, rule.summary, rule.pattern) == ("their_stage", "model-3", "", None)


def test_lines_of_a_pdf_are_its_printed_lines() -> None:
    document, (reading,) = pages()[0]
    box: Box = (1.0, 2.0, 3.0, 4.0)
    offsets = tuple(replace(piece, page=1, box=box) for piece in reading.article.offsets[:2])
    article = replace(reading.article, offsets=offsets)
    span = reading.sentences[0]
    first, second = raw_lines(document, article, span, [("subject", reading.mentions[0].span)])
    assert (first.page, first.box) == (1, box)
    assert first.text + second.text == article.text[: offsets[1].text_end]
    assert [first.text[mark.start : mark.end] for mark in first.marks] == [reading.mentions[0].text]


def test_a_long_line_is_shown_around_the_words() -> None:
    document, (reading,) = pages()[0]
    raw = "前" * 1000 + reading.article.text + "后" * 1000
    document = replace(document, text=raw)
    article = replace(reading.article, offsets=(Piece(0, len(reading.article.text), 1000),))
    (line,) = raw_lines(document, article, reading.sentences[0])
    assert line.column == 1000 - 40 + 1
    assert len(line.text) == len(reading.sentences[0]) + 80
