"""The command: what it prints, what it writes, its exit codes, and that no mistake of a person shows a traceback."""

import csv
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from shutil import copyfile

import pytest
from click.testing import CliRunner, Result

from kg.cli import main

KG = [sys.executable, "-m", "kg"]
ARTICLE = "海西银行向福建闽东启明电机有限公司授信5300万元，已投放贷款1996万元。\n\n该公司位于宁德市蕉城区。\n"


def run(*arguments: str | Path, stdin: bytes | str | None = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


# --- help -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_help_with_an_example(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert f"kg {name}" in result.output
    assert "Example" in result.output


def test_version_is_the_distribution_s() -> None:
    assert run("--version").output.split()[0] == "kg"


@pytest.mark.parametrize("arguments", [["build"], ["nothing"], ["build", "x", "-o", "y", "-j", "0"], ["show", "x"]])
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


# --- build ----------------------------------------------------------------------------------------------------------


def test_build_writes_the_store_and_its_exports_and_says_what_it_made(article: Path, tmp_path: Path) -> None:
    result = run("build", article, "-o", tmp_path / "out", "--date", "2025-06-10")
    assert result.exit_code == 0, result.output
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        "graph.sqlite", "graph.gexf", "graph.graphml", "graph.ttl", "entities.csv", "facts.csv", "evidence.csv",
    }  # fmt: skip
    words = result.stdout.split()
    assert words[words.index("grantsCredit") + 1] == "1"
    assert words[words.index("articles") + 1] == "1"


def test_build_reads_standard_input(tmp_path: Path) -> None:
    result = run("build", "-", "-o", tmp_path / "out", stdin=ARTICLE.encode())
    assert result.exit_code == 0, result.output
    assert "grantsCredit" in result.stdout


def test_a_second_build_replaces_the_first(article: Path, tmp_path: Path) -> None:
    run("build", article, "-o", tmp_path / "out")
    article.write_text("福安市委书记李明川说，福安市发展很快。\n", encoding="utf-8")
    run("build", article, "-o", tmp_path / "out")
    held = json.loads(run("stats", tmp_path / "out" / "graph.sqlite", "--json").stdout)
    assert held["rows"]["documents"] == 1
    assert "grantsCredit" not in held["facts"]


def test_what_cannot_be_read_is_named_and_the_rest_is_built(article: Path, tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(n), "text": f"福州市第{n}次会议。"}, ensure_ascii=False) for n in range(1, 10)]
    lines[6] = '{"id": "7", "text": '
    bad = {
        "empty.txt": b"",
        "binary.txt": bytes(range(256)) * 20,
        "broken.jsonl": "\n".join(lines).encode(),
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    result = run("build", article, tmp_path / "missing.txt", *(tmp_path / name for name in bad), "-o", tmp_path / "out")
    assert result.exit_code == 1
    problems = [line for line in result.stderr.splitlines() if line.startswith("skipped: ")]
    assert len(problems) == 4
    for name in ("missing.txt", "empty.txt", "binary.txt", "broken.jsonl:7"):
        assert sum(name in problem for problem in problems) == 1, name
    held = json.loads(run("stats", tmp_path / "out" / "graph.sqlite", "--json").stdout)
    assert held["facts"]["grantsCredit"] == 1
    assert held["rows"]["articles"] == 1 + 8
    assert len(held["skipped"]) == 4


def test_other_files_in_a_folder_are_no_error(article: Path, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    article.rename(folder / "article.txt")
    (folder / "notes.xlsx").write_bytes(b"PK\x03\x04")
    result = run("build", folder, "-o", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "notes.xlsx" in result.stderr


def test_nothing_readable_builds_nothing(tmp_path: Path) -> None:
    result = run("build", tmp_path / "missing.txt", "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert "missing.txt" in result.stderr
    assert "Traceback" not in result.stderr
    assert not list((tmp_path / "out").glob("*"))


def test_a_failed_build_keeps_the_earlier_one(article: Path, tmp_path: Path) -> None:
    run("build", article, "-o", tmp_path / "out")
    before = (tmp_path / "out" / "graph.sqlite").read_bytes()
    assert run("build", tmp_path / "missing.txt", "-o", tmp_path / "out").exit_code == 1
    assert (tmp_path / "out" / "graph.sqlite").read_bytes() == before


def test_a_folder_that_cannot_be_written_is_one_line(article: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    result = run("build", article, "-o", tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [("--pipeline", "nothere", "no such pipeline"), ("--schema", "nothere", "no such schema folder")],
)
def test_a_wrong_setting_is_one_line(article: Path, tmp_path: Path, option: str, value: str, message: str) -> None:
    result = run("build", article, "-o", tmp_path / "out", option, value)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr


def test_an_interrupt_leaves_nothing_half_made(tmp_path: Path) -> None:
    source = tmp_path / "many.jsonl"
    lines = (json.dumps({"id": f"a{n}", "text": ARTICLE * 40}, ensure_ascii=False) for n in range(2000))
    source.write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "out"
    process = subprocess.Popen([*KG, "build", source, "-o", out, "-j", "2"], stdout=-1, stderr=-1, text=True)
    deadline = time.monotonic() + 30
    while not (out / ".building" / "graph.sqlite").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said == f"stopped; {out} is as it was. What was read is kept: run the same command to go on\n"
    assert [file.name for file in out.iterdir()] == [".building"]


# --- what is in a store ---------------------------------------------------------------------------------------------


def test_show_says_where_each_quote_stands(article: Path, tmp_path: Path) -> None:
    run("build", article, "-o", tmp_path / "out")
    result = run("show", tmp_path / "out" / "graph.sqlite", "福建闽东启明电机有限公司")
    assert result.exit_code == 0, result.output
    assert "海西银行 grantsCredit 福建闽东启明电机有限公司  amount 5300万元" in result.stdout
    assert "“海西银行向福建闽东启明电机有限公司授信5300万元，已投放贷款1996万元。”" in result.stdout
    assert "article.txt:1:1" in result.stdout


def test_show_lists_several_and_names_none(article: Path, tmp_path: Path) -> None:
    run("build", article, "-o", tmp_path / "out")
    store = tmp_path / "out" / "graph.sqlite"
    several = run("show", store, "福")
    assert several.exit_code == 0
    none = run("show", store, "没有这个名字")
    assert none.exit_code == 1
    assert "没有这个名字" in none.stderr


def test_export_writes_the_named_formats(article: Path, tmp_path: Path) -> None:
    run("build", article, "-o", tmp_path / "out")
    store = tmp_path / "out" / "graph.sqlite"
    assert run("export", store, "-o", tmp_path / "again.gexf").exit_code == 0
    assert (tmp_path / "again.gexf").read_bytes() == (tmp_path / "out" / "graph.gexf").read_bytes()
    assert run("export", store, "-o", tmp_path / "files", "--format", "trig", "--format", "csv").exit_code == 0
    assert {"graph.trig", "entities.csv"} <= {file.name for file in (tmp_path / "files").iterdir()}
    with (tmp_path / "files" / "entities.csv").open(encoding="utf-8-sig", newline="") as rows:
        assert "海西银行" in {value for row in csv.reader(rows) for value in row}
    wrong = run("export", store, "-o", tmp_path / "graph.docx")
    assert wrong.exit_code == 1
    assert "gexf" in wrong.stderr


@pytest.mark.parametrize(
    "command",
    [
        "show STORE a", "stats STORE", "export STORE -o OUT", "conflicts STORE", "why STORE a", "audit STORE",
        "whynot STORE a supplies b",
    ],
)  # fmt: skip
def test_a_store_that_is_not_there_is_one_line(command: str, tmp_path: Path) -> None:
    result = run(*(tmp_path / word if word in ("STORE", "OUT") else word for word in command.split()))
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1


# --- why, whynot, conflicts, audit ----------------------------------------------------------------------------------


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Path:
    copyfile(built / "graph.sqlite", tmp_path / "graph.sqlite")
    return tmp_path / "graph.sqlite"


def test_why_marks_the_words_on_the_page(store: Path) -> None:
    result = run("why", store, "海岚银行", "grantsCredit", "沐禾电驱")
    assert result.exit_code == 0, result.output
    assert "read by relate_frames:credit-for, score" in result.stdout
    assert "frame, score" in result.stdout
    assert "“林听澜说，[海岚银行|subject]依据" in result.stdout
    assert "[3200万元|amount]" in result.stdout
    assert "│" in result.stdout
    assert "page.txt:121:1" in result.stdout
    fact = result.stdout.splitlines()[0].split()[-1]
    assert run("why", store, fact).stdout == result.stdout
    assert fact in run("show", store, "海岚银行").stdout
    (told,) = json.loads(run("why", store, fact, "--json").stdout)
    assert told["fact"]["id"] == fact


def test_why_takes_an_id_or_three_names(store: Path) -> None:
    assert run("why", store, "海岚银行", "grantsCredit").exit_code == 2
    result = run("why", store, "海岚银行", "lendsTo", "当涂县")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "kg whynot" in result.stderr


def test_whynot_says_what_stopped_it(store: Path) -> None:
    result = run("whynot", store, "海岚银行", "supplies", "沐禾电驱")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "海岚银行 supplies 沐禾电驱: not there"
    assert "“林听澜说，[海岚银行|subject]依据" in result.stdout
    assert "read instead: 海岚银行 grantsCredit 沐禾电驱" in result.stdout
    there = run("whynot", store, "海岚银行", "grantsCredit", "沐禾电驱")
    assert f"kg why {store} " in there.stdout
    told = json.loads(run("whynot", store, "海岚银行", "supplies", "当涂县", "--json").stdout)
    assert [gate["name"] for gate in told["gates"]] == ["types"]


def test_conflicts_stand_side_by_side(tmp_path: Path) -> None:
    for name, sum_ in (("a", "5300万元"), ("b", "6300万元")):
        (tmp_path / f"{name}.txt").write_text(ARTICLE.replace("5300万元", sum_), encoding="utf-8")
    sources = [tmp_path / "a.txt", tmp_path / "b.txt"]
    run("build", *sources, "-o", tmp_path / "out", "--date", "2025-06-10", "--pipeline", "fast")
    result = run("conflicts", tmp_path / "out" / "graph.sqlite")
    assert result.exit_code == 0, result.output
    assert "海西银行 grantsCredit 福建闽东启明电机有限公司: amount 5300万元 or 6300万元" in result.stdout
    assert "b.txt:1:1" in result.stdout
    told = json.loads(run("conflicts", tmp_path / "out" / "graph.sqlite", "--json").stdout)
    conflict = next(one for one in told if one["kind"] == "amount")
    assert [side["quotes"][0]["source"]["path"] for side in conflict["sides"]] == ["a.txt", "b.txt"]


def test_audit_asks_keeps_and_goes_on(store: Path) -> None:
    first = run("audit", store, "-n", "4", stdin="xy\nnq")
    assert first.exit_code == 0, first.output
    assert "1 of 4" in first.stdout
    assert "2 answers kept; 2 of the sample not judged yet" in first.stderr
    second = run("audit", store, "-n", "4", stdin="yy")
    assert "3 of 4" in second.stdout
    assert "1 of 4" not in second.stdout
    assert "0 of the sample not judged yet" in second.stderr
    shown = run("stats", store).stdout.splitlines()
    (overall,) = [line.split() for line in shown if line.startswith("all judged")]
    assert overall[2:5] == ["0.750", "0.301", "0.954"]


def test_audit_by_files(store: Path, tmp_path: Path) -> None:
    table = tmp_path / "sample.tsv"
    assert run("audit", store, "-n", "3", "--export", table).exit_code == 0
    filled = table.read_text(encoding="utf-8").replace("\t\t", "\ty\t")
    table.write_text(filled + "nofact\tn\n", encoding="utf-8")
    result = run("audit", store, "-n", "3", "--answers", table)
    assert result.exit_code == 1
    assert "3 answers kept; 0 of the sample not judged yet" in result.stderr
    assert "no fact has the id 'nofact'" in result.stderr
    assert json.loads(run("audit", store, "--json").stdout)["overall"]["judged"] == 3


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_audit_at_a_terminal_takes_single_keys_and_survives_ctrl_c(store: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [*KG, "audit", store, "-n", "5"]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    said, pressed, last = b"", 0, 0.0
    deadline = time.monotonic() + 120
    try:
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.5)[0]:
                try:
                    part = os.read(ours, 65536)
                except OSError:  # the other end is closed
                    break
                if not part:
                    break
                said += part
            elif (asked := said.count(b"q quit: ")) > pressed or (asked and time.monotonic() - last > 5):
                # once more after a while: what is typed before the terminal listens for single keys is lost
                os.write(ours, [b"y", b"n", b"\x03"][min(asked, 3) - 1])
                pressed, last = asked, time.monotonic()
        assert process.wait(timeout=30) == 0, said.decode("utf-8", "replace")
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    assert b"\x1b[" in said
    assert b"Traceback" not in said
    assert json.loads(run("audit", store, "--json").stdout)["overall"]["judged"] == 2


def test_audit_in_a_process_of_its_own(store: Path) -> None:
    process = subprocess.run([*KG, "audit", store, "-n", "2"], input="yn", capture_output=True, text=True, timeout=120)
    assert process.returncode == 0, process.stderr
    assert "all judged" in process.stdout
    assert "2 answers kept" in process.stderr


# --- annotate, eval, repair -----------------------------------------------------------------------------------------


def test_annotate_keeps_order_and_ids_and_reports_bad_lines(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(
        '{"id": 2, "text": "海西银行向福建启明电机有限公司授信5300万元。"}\n\n{"id": "x"}\nno json\n'
        '{"id": "a", "title": "福州市", "date": "昨天", "text": ""}\n{"id": "a", "text": "\\ud800"}\n',
        encoding="utf-8",
    )
    result = run("annotate", source, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 1
    assert [line.split(": ")[1] for line in result.stderr.splitlines() if line.startswith("skipped")] == [
        f"{source}:{number}" for number in (3, 4, 6)
    ]
    first, second = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(second) == {"id": "a", "mentions": [], "entities": [], "facts": []}
    read = json.loads(first)
    assert read["id"] == 2
    assert [(m["start"], m["end"], m["text"], m["entity"]) for m in read["mentions"]] == [
        (0, 4, "海西银行", "e1"), (5, 15, "福建启明电机有限公司", "e2"),
    ]  # fmt: skip
    (fact,) = read["facts"]
    assert (fact["subject"], fact["predicate"], fact["object"], fact["evidence"]) == (
        "e1",
        "grantsCredit",
        "e2",
        [0, 24],
    )
    assert fact["qualifiers"]["amount"]["text"] == "5300万元"
    assert "modality" not in fact["qualifiers"]


def test_annotate_streams(tmp_path: Path) -> None:
    result = run("annotate", "-", "-o", "-", stdin='{"id": "a", "text": "福州市"}\n')
    assert result.exit_code == 0
    assert json.loads(result.stdout)["id"] == "a"


def test_annotate_does_not_overwrite_its_input(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "a", "text": "福州市"}\n', encoding="utf-8")
    assert run("annotate", source, "-o", source).exit_code == 1
    assert source.read_text(encoding="utf-8") == '{"id": "a", "text": "福州市"}\n'


def test_eval_scores_the_pipeline_or_a_file(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "a", "text": "海西银行向福建启明电机有限公司授信5300万元。"}\n', encoding="utf-8")
    run("annotate", gold, "-o", tmp_path / "system.jsonl")
    annotated = json.loads((tmp_path / "system.jsonl").read_text(encoding="utf-8"))
    gold.write_text(json.dumps({"text": "海西银行向福建启明电机有限公司授信5300万元。"} | annotated), encoding="utf-8")
    read, given = (
        json.loads(run("eval", *files, "--json").stdout) for files in ([gold], [gold, tmp_path / "system.jsonl"])
    )
    assert read == given
    assert read["mentions_all"]["f1"] == read["facts_related"]["f1"] == 1.0
    table = run("eval", gold).stdout
    assert "facts: grantsCredit" in table


def test_eval_refuses_what_is_no_gold(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a", "text": "福州市"}\n', encoding="utf-8")
    result = run("eval", path)
    assert result.exit_code == 1
    assert "gold.jsonl:1" in result.stderr


def test_repair_writes_articles(sample_page: Path, tmp_path: Path) -> None:
    result = run("repair", sample_page, "-o", tmp_path / "articles.jsonl")
    assert result.exit_code == 0, result.output
    records = [json.loads(line) for line in (tmp_path / "articles.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all(
        {"title", "byline", "paragraphs", "headings", "captions", "offsets"} <= set(record) for record in records
    )
    assert run("repair", tmp_path / "missing.txt", "-o", "-").exit_code == 1


# --- what there is --------------------------------------------------------------------------------------------------


def test_stages_and_schema_are_described() -> None:
    assert "relate_frames" in run("stages").stdout
    assert "grantsCredit" in run("schema").stdout
    described = json.loads(run("schema", "--json").stdout)
    assert {"types", "predicates", "frames"} == set(described)


def test_output_that_nobody_reads_is_no_error() -> None:
    process = subprocess.Popen([*KG, "schema", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    _, said = process.communicate(timeout=30)
    assert said == b""


def test_piped_output_is_plain_and_unwrapped(tmp_path: Path) -> None:
    environment = {**os.environ, "COLUMNS": "40", "TERM": "xterm-256color"}
    said = subprocess.run([*KG, "stages"], capture_output=True, text=True, check=True, env=environment, timeout=30)
    assert "\x1b" not in said.stdout
    header, *rows = said.stdout.partition("\n\n")[0].splitlines()
    assert header.split()[:3] == ["stage", "needs", "adds"]
    assert all(row.endswith(".") for row in rows)


def test_a_text_cannot_command_the_terminal(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("福安市委书记\x1b[31m李明川说，福安市\x1b]0;x\x07发展很快。\n", encoding="utf-8")
    run("build", article, "-o", tmp_path / "out")
    for entity in ("福安市", "350981"):
        assert "\x1b" not in run("show", tmp_path / "out" / "graph.sqlite", entity).output


def test_help_is_quick() -> None:
    """Nothing heavy is imported for it."""
    code = (
        "import sys, kg.cli; print([name for name in ('rich', 'rdflib', 'networkx', 'kg.api') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert said.stdout.strip() == "[]"


def test_what_was_merged_can_be_read(tmp_path: Path) -> None:
    for number, text in enumerate((f"{ARTICLE}", "海西银行和闽东银行来到宁德市。")):
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    run("build", tmp_path / "0.txt", tmp_path / "1.txt", "-o", tmp_path / "out", "--pipeline", "fast")
    result = run("show", tmp_path / "out" / "graph.sqlite", "海西银行", "--names")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split()[:3] == ["name", "as", "written"]
    rows = [line for line in result.stdout.splitlines() if "equal type and name" in line]
    assert [path for line in rows for path in ("0.txt", "1.txt") if path in line] == ["0.txt", "1.txt"]
    several = run("show", tmp_path / "out" / "graph.sqlite", "银行", "--names")
    assert several.exit_code == 1
    assert "2 entities match '银行'; give the full name or the id of one" in several.stderr


def test_the_schema_is_copied_to_be_changed(tmp_path: Path) -> None:
    assert run("schema", "copy", tmp_path / "mine").exit_code == 0
    assert run("schema", "show", tmp_path / "mine", "--json").stdout == run("schema", "show", "--json").stdout
    again = run("schema", "copy", tmp_path / "mine")
    assert again.exit_code == 1
    assert again.stderr.strip() == f"Error: {tmp_path / 'mine'}: is there already; give a folder that is not"
