"""``kg decide`` and ``kg review``: what people answer stands in the file of decisions, at once."""

from pathlib import Path
from shutil import copyfile

import pytest
from click.testing import CliRunner, Result

import kg
from kg.cli import main
from kg.decisions import Correction, read_decisions, review_facts
from kg.errors import InputError
from kg.review import Answer, Question

CREDIT = "云织鞋服董事长苏晚舟表示，海岚银行为该公司提供超4亿元授信，累计投放近1.8亿元。"


@pytest.fixture
def store(built: Path, tmp_path: Path) -> str:
    copyfile(built / "graph.sqlite", tmp_path / "graph.sqlite")
    return str(tmp_path / "graph.sqlite")


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "decisions.jsonl")


def run(*words: str, keys: str | None = None) -> Result:
    return CliRunner().invoke(main, words, input=keys)


def test_each_kind_has_its_command(store: str, file: str) -> None:
    for words in (
        ("reject", file, store, "海岚银行", "grantsCredit", "云织鞋服有限公司", "--note", "还没有签"),
        ("accept", file, store, "海岚银行", "lendsTo", "云织鞋服有限公司"),
        ("add", file, store, "海岚银行", "invests", "云织鞋服", "--quote", CREDIT, "--with", "amount=超4亿元",
         "--modality", "planned", "--denied"),
        ("type", file, store, "研值贷", "Product", "--quote", "该行推出“研值贷”产品"),
        ("merge", file, store, "海岚银行宁德分行", "海岚银行"),
        ("split", file, store, "海岚银行", "--document", "page.txt", "--quote", CREDIT, "--id", "Organization:海岚_2"),
        ("pin", file, store, "晋江市工业和信息化局", "Organization:jinjiang-gxj"),
    ):  # fmt: skip
        done = run("decide", *words)
        assert done.exit_code == 0, done.output
        assert "1 added" in done.output
    kinds = sorted(one.kind for one in read_decisions(file).decisions)
    assert kinds == ["accept", "add", "merge", "pin", "reject", "split", "type"]
    (note,) = [one.note for one in read_decisions(file).decisions if one.note]
    assert note == "还没有签"
    checked = run("decide", "check", file, store)
    assert (checked.exit_code, checked.output) == (0, "7 of 7 decisions apply\n")


def test_what_the_file_has_is_not_added_twice(store: str, file: str) -> None:
    for said in ("1 added", "has it already"):
        assert said in run("decide", "pin", file, store, "海岚银行", "Organization:hailan").output


def test_check_lists_what_does_not_apply(store: str, file: str) -> None:
    assert run("decide", "reject", file, store, "海岚银行", "grantsCredit", "云织鞋服有限公司").exit_code == 0
    path = Path(file)
    path.write_text(path.read_text(encoding="utf-8").replace("超4亿元授信", "8亿元授信"), encoding="utf-8")
    done = run("decide", "check", file, store)
    assert done.exit_code == 1
    assert "0 of 1 decisions apply" in done.output
    assert (
        "does not apply: page.txt: reject 海岚银行 grantsCredit 云织鞋服: these words do not stand there" in done.output
    )


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("reject", "FILE", "STORE", "海岚银行", "lendsTo", "当涂县"), "no fact says 海岚银行 lendsTo 当涂县"),
        (("type", "FILE", "STORE", "海岚银行", "Bank"), "the schema has no type Bank"),
        (("add", "FILE", "STORE", "海岚银行", "lendsTo", "当涂县", "--quote", "没有的话"), "no document holds"),
        (("add", "FILE", "STORE", "海岚银行", "lendsTo", "当涂县", "--quote", CREDIT), "当涂县"),
        (("add", "FILE", "STORE", "a", "b", "c", "--quote", CREDIT, "--with", "amount"), "--with takes NAME=WORDS"),
        (("split", "FILE", "STORE", "海岚银行", "--document", "none.txt"), "none.txt"),
        (("accept", "FILE", "none.sqlite", "x"), "no such store"),
    ],
)  # fmt: skip
def test_mistakes_are_one_line_and_change_nothing(
    words: tuple[str, ...], complaint: str, store: str, file: str
) -> None:
    done = run("decide", *({"FILE": file, "STORE": store}.get(word, word) for word in words))
    assert done.exit_code in (1, 2)
    assert complaint in done.output
    assert not Path(file).exists()


def test_a_broken_file_is_told_with_its_line(store: str, file: str) -> None:
    Path(file).write_text('# 决定\n{"decision": "reject"}\n', encoding="utf-8")
    for words in (("decide", "check", file, store), ("review", store, "--decisions", file, "--predicate", "lendsTo")):
        done = run(*words, keys="q")
        assert done.exit_code == 1
        assert f"Error: {file}:2: reject needs document and quote and subject and predicate and object" in done.output


def test_review_writes_every_answer_at_once_and_goes_on(store: str, file: str) -> None:
    first = run("review", store, "--decisions", file, "--predicate", "lendsTo", keys="ynq")
    assert first.exit_code == 0
    assert "1 of 4" in first.output
    assert "2 decisions added; 2 facts not decided on yet" in first.output
    assert sorted(one.kind for one in read_decisions(file).decisions) == ["accept", "reject"]
    second = run("review", store, "--decisions", file, "--predicate", "lendsTo", keys="sn")
    assert "3 of 4" in second.output
    assert "1 of 4" not in second.output
    assert "1 decisions added; 1 facts not decided on yet" in second.output
    scores = [fact.score for fact in kg.load_graph(store).facts if fact.predicate == "lendsTo"]
    asked = [line for line in first.output.splitlines() if "lendsTo" in line and "score" not in line]
    assert len(scores) == 4
    assert asked[0].split()[0] == "海岚银行宁德分行"


def test_review_corrects_types_and_merges(store: str, file: str) -> None:
    keys = "t1Nothing\nt1Organization/company\nm1没有这个\nm1海岚银行\nq"
    done = run("review", store, "--decisions", file, "--predicate", "lendsTo", keys=keys)
    assert done.exit_code == 0, done.output
    assert "the schema has no type Nothing" in done.output
    assert "no entity is named 没有这个" in done.output
    assert [(one.kind, one.name) for one in read_decisions(file).decisions] == [
        ("merge", "海岚银行宁德分行"), ("type", "海岚银行宁德分行"),
    ]  # fmt: skip
    assert done.output.count("1 of 4") == 5


def test_back_takes_the_other_answer(store: str, file: str) -> None:
    given = iter(["yes", "back", "no", "quit"])
    seen: list[Question] = []

    def ask(question: Question) -> Answer | Correction:
        seen.append(question)
        return next(given)  # type: ignore[return-value]

    result = review_facts(store, file, ask, predicate="lendsTo")
    assert [one.number for one in seen] == [1, 2, 1, 2]
    assert seen[2].earlier is True
    assert [one.kind for one in read_decisions(file).decisions] == ["reject"]
    assert (result.given, result.left) == (2, 3)


def test_an_interrupt_loses_nothing(store: str, file: str) -> None:
    def ask(question: Question) -> Answer | Correction:
        if question.number == 2:
            raise KeyboardInterrupt
        return "no"

    assert review_facts(store, file, ask, predicate="lendsTo").given == 1
    assert len(read_decisions(file).decisions) == 1
    with pytest.raises(InputError, match="no fact with the predicate hosts"):
        review_facts(store, file, ask, predicate="hosts")
