"""A HanLP component's names, found through the adapter with recognizers that are trained, saved and loaded here."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from golden import parse, reading, show
from small_models import hanlp_model, marked_sentences, need

from kg.check.stages import AWKWARD
from kg.errors import ConfigError, MissingPackageError
from kg.model import Mention
from kg.protocols import Stage
from kg.registry import find_stage
from kg.schema import load_schema

SCHEMA = load_schema()


def make(**settings: Any) -> Stage:
    return find_stage("find_hanlp").make(SCHEMA, settings)


def found(stage: Stage, text: str) -> tuple[Mention, ...]:
    (out,) = stage([reading(text)])
    assert all(text[m.span.start : m.span.end] == m.text for m in out.mentions)
    return out.mentions


def names(mentions: tuple[Mention, ...]) -> list[tuple[str, str]]:
    return [(mention.text, mention.type) for mention in mentions]


@pytest.fixture(scope="module")
def stage() -> Stage:
    return make(model=hanlp_model())


KINDS = ("recurrent", "recurrent-crf", "transformer", "multi-task")


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_found_with_types_and_offsets(kind: str) -> None:
    """Of every kind of component; HanLP 2.1.5 itself cannot load a recurrent one with a CRF as it was trained."""
    stage = make(model=hanlp_model(kind))
    right = 0
    rows = marked_sentences("Person", "Organization", "Region")
    for row in rows:
        text, gold = parse(row)
        right += names(found(stage, text)) == names(gold)
    assert right >= 0.9 * len(rows)


@pytest.mark.parametrize("kind", KINDS[2:])
def test_awkward_texts_are_read_by_transformers_too(kind: str) -> None:
    """Their tokenizers drop control characters and white space, and know few characters."""
    stage = make(model=hanlp_model(kind))
    for text in AWKWARD.values():
        found(stage, text[:1200])
    text = "　海岚银行董事长\n林知远 来到\u200b福建省。🏭𠮷"
    assert ("海岚银行", "Organization") in names(found(stage, text))


def test_the_words_of_a_multi_task_model_are_led_back_to_the_text() -> None:
    need("hanlp")
    import hanlp

    model = hanlp.load(hanlp_model("multi-task"), devices=-1, verbose=False)
    stage = make(model=hanlp_model("multi-task"))
    compared = 0
    for row in marked_sentences("NR", "NT", "NS"):
        text = "　 ".join(f"ＡＢＣ🏭Ｘ{parse(row)[0]}")
        forms = sorted("".join(form.split()) for form, *_ in model([text])["ner/msra"][0])
        assert sorted("".join(mention.text.split()) for mention in found(stage, text)) == forms
        compared += len(forms)
    assert compared > 20


def test_a_recognizer_that_was_trained_on_words_is_given_those_of_another_component() -> None:
    stage = make(model=hanlp_model("recurrent-words"), tokenizer=hanlp_model("multi-task"))
    right = 0
    rows = marked_sentences("Person", "Organization", "Region")
    for row in rows:
        text, gold = parse(row)
        right += names(found(stage, f"　{text}\n")) == names(gold)
    assert right >= 0.8 * len(rows)


def test_a_task_is_chosen_by_its_name_or_the_first_part_of_it() -> None:
    text = "海岚银行董事长林知远来到福建省调研。"
    by_name, by_part = (make(model=hanlp_model("multi-task"), task=task) for task in ("ner/msra", "ner"))
    assert found(by_name, text) == found(by_part, text) != ()
    with pytest.raises(ConfigError, match="has no task 'ner/pku'; it has ner/msra"):
        make(model=hanlp_model("multi-task"), task="ner/pku")


def test_the_mended_class_is_as_it_was_after_loading(stage: Stage) -> None:
    from hanlp.components.taggers.rnn import rnntaggingmodel
    from hanlp.layers.crf.crf import CRF

    assert rnntaggingmodel.CRF is CRF


def test_subtypes_and_scores_come_from_the_name_and_the_settings(stage: Stage) -> None:
    text = "位于福建省的海岚银行昨日开工，苏晚舟出席。"
    assert show(text, found(stage, text)) == (
        "位于[福建省|Region/province]的[海岚银行|Organization/financial_institution]昨日开工，[苏晚舟|Person]出席。"
    )
    assert {mention.score for mention in found(make(model=hanlp_model(), score=0.4), text)} == {0.4}
    assert {mention.finder for mention in found(stage, text)} == {"find_hanlp"}


@pytest.mark.parametrize("space", [" ", "　", "\t", "\u00a0", " \u200b ", "\ufeff", "\x00"])
def test_white_space_and_marks_without_width_move_no_offset(stage: Stage, space: str) -> None:
    plain = "海岚银行董事长林知远来到福建省调研。"
    spread = space.join(plain)
    assert [(m.text.replace(space, ""), m.type) for m in found(stage, spread)] == names(found(stage, plain))
    assert names(found(stage, f"{space}\n{space}{plain}\n\n{space}")) == names(found(stage, plain))
    assert found(stage, space * 3) == ()


def test_odd_and_traditional_characters_are_characters(stage: Stage) -> None:
    text = "𠮷🏭\x7f\u202e" * 20 + "。海岚银行董事长林知远来到福建省調研，發佈產業規劃。"
    assert names(found(stage, text))[-3:] == [("海岚银行", "Organization"), ("林知远", "Person"), ("福建省", "Region")]


def test_long_sentences_are_cut() -> None:
    clause = "海岚银行董事长林知远来到福建省调研，"
    text = clause * 40  # one sentence of 720 characters: more than the default takes at once
    for longest in (500, 40):
        assert (
            names(found(make(model=hanlp_model(), longest=longest), text))
            == names(found(make(model=hanlp_model(), longest=len(clause)), clause)) * 40
        )


def test_the_answer_does_not_depend_on_the_batch(stage: Stage) -> None:
    rows = [parse(row)[0] for row in marked_sentences("Person", "Organization", "Region")]
    together = [one.mentions for one in stage([reading(text) for text in rows])]
    order = list(range(len(rows)))
    random.Random(7).shuffle(order)
    apart = {number: stage([reading(rows[number])])[0].mentions for number in order}
    assert together == [apart[number] for number in range(len(rows))]


def test_labels_that_the_map_does_not_name_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('ignore = ["NS"]\n[labels]\nNR = "Person"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"own\.toml does not name the label NT of the HanLP model"):
        make(model=hanlp_model(), labels=str(own))


# --- what is not there ----------------------------------------------------------------------------------------------


def test_without_a_model_or_without_hanlp_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="stage find_hanlp needs the setting model"):
        make()
    monkeypatch.setitem(sys.modules, "hanlp", None)
    with pytest.raises(MissingPackageError, match=r"needs HanLP; run: pip install 'regional-industry-kg\[hanlp\]'"):
        make(model="MSRA_NER_ELECTRA_SMALL_ZH")


def test_a_name_that_is_none_is_said_with_those_near() -> None:
    need("hanlp")
    with pytest.raises(ConfigError, match=r"no HanLP model 'MSRA_NER': looked for the folder .*near: MSRA_NER_.*"):
        make(model="MSRA_NER")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no HanLP model: it holds no config.json"),
        ({"meta.json": {}}, "a component of TensorFlow"),
        ({"config.json": {"crf": True}}, "it names no classpath"),
        ({"config.json": {"classpath": "os.system"}}, "the class os.system is none of HanLP's; not loaded"),
        ({"config.json": {"classpath": "hanlp.X", "embed": {"classpath": "shutil.rmtree"}}}, "the class shutil.rmtree"),
        ({"config.json": {"classpath": "hanlp.no_such.Thing"}}, "cannot load .*: No module named 'hanlp.no_such'"),
        ({"config.json": {"classpath": "hanlp.X", "transformer": "/no/folder"}}, "encoder /no/folder is not there"),
        ({"config.json": {"classpath": "hanlp.X", "transformer": "invented/bert"}}, "the encoder invented/bert is not"),
    ],
)
def test_a_folder_that_is_no_component_is_refused(tmp_path: Path, files: dict[str, Any], message: str) -> None:
    need("hanlp")
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as error:
        make(model=str(tmp_path))
    assert "\n" not in str(error.value)


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own: HanLP reads its environment when it is imported."""
    return subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", code],
        env={**os.environ, "no_proxy": "127.0.0.1", **environment},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


MAKE = """
import sys, time
from kg.errors import KGError
from kg.registry import find_stage
from kg.schema import load_schema
import hanlp
schema, started = load_schema(), time.perf_counter()
try:
    stage = find_stage("find_hanlp").make(schema, {settings})
except KGError as error:
    print(type(error).__name__, error, sep=": ")
    print(time.perf_counter() - started)
else:
    from kg.model import Article, Reading, Span
    text = "海岚银行董事长林知远来到福建省调研。"
    (read,) = stage([Reading(Article("d/1", "d", 1, text), (Span(0, len(text)),))])
    print(*(mention.text for mention in read.mentions))
"""
NOWHERE = "http://127.0.0.1:9/"  # nobody listens there
ELECTRA = "ner/msra_ner_electra_small_20220215_205503"


def test_nothing_is_downloaded_unasked(tmp_path: Path) -> None:
    need("hanlp")
    code = MAKE.replace("{settings}", "{'model': 'MSRA_NER_ELECTRA_SMALL_ZH'}")
    done = run(code, HANLP_HOME=str(tmp_path), HANLP_URL=f"{NOWHERE}mirror/")
    line, seconds = done.stdout.splitlines()
    assert line == (
        f"ConfigError: {Path(ELECTRA).name} is not on this machine (looked for {tmp_path / ELECTRA}): "
        f"set download = true to fetch it from {NOWHERE}mirror/{ELECTRA}.zip, or put it there yourself "
        "(kg stages --pipeline hanlp prints a pipeline file to change)"
    )
    assert float(seconds) < 1
    assert list(tmp_path.iterdir()) == []


def test_a_download_that_cannot_be_is_said_within_a_second(tmp_path: Path) -> None:
    need("hanlp")
    code = MAKE.replace("{settings}", "{'model': 'MSRA_NER_ELECTRA_SMALL_ZH', 'download': True}")
    done = run(code, HANLP_HOME=str(tmp_path), HANLP_URL=NOWHERE)
    line, seconds = done.stdout.splitlines()
    assert line.startswith("ConfigError: ")
    assert f"{NOWHERE}{ELECTRA}.zip cannot be reached: " in line
    assert f"looked for {tmp_path / ELECTRA}" in line
    assert float(seconds) < 1


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[str]:
    """A mirror of HanLP's files on this machine, on which the small recognizer stands under a pretrained one's name."""
    packed = tmp_path / "mirror" / ELECTRA
    shutil.copytree(hanlp_model(), packed.parent / "packing" / packed.name)
    shutil.make_archive(str(packed), "zip", packed.parent / "packing", packed.name)
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "mirror"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_download_that_is_wanted_is_announced_and_done_once(tmp_path: Path, mirror: str) -> None:
    home = tmp_path / "home"
    code = MAKE.replace("{settings}", "{'model': 'MSRA_NER_ELECTRA_SMALL_ZH', 'download': True}")
    done = run(code, HANLP_HOME=str(home), HANLP_URL=mirror)
    assert done.stdout.strip() == "海岚银行 林知远 福建省", done.stderr
    assert f"downloading {Path(ELECTRA).name} from {mirror}{ELECTRA}.zip to {home / ELECTRA}, 0 MB" in done.stderr
    assert (home / ELECTRA / "config.json").is_file()
    offline = run(code.replace("True", "False"), HANLP_HOME=str(home), HANLP_URL=NOWHERE)
    assert offline.stdout.strip() == "海岚银行 林知远 福建省", offline.stderr
    assert "downloading" not in offline.stderr


def test_a_mirror_without_the_file_is_said(tmp_path: Path, mirror: str) -> None:
    code = MAKE.replace("{settings}", "{'model': 'MSRA_NER_BERT_BASE_ZH', 'download': True}")
    done = run(code, HANLP_HOME=str(tmp_path / "home"), HANLP_URL=mirror)
    assert f"and {mirror}ner/ner_bert_base_msra_20211227_114712.zip is not there" in done.stdout


@pytest.mark.parametrize(
    ("config", "file", "url"),
    [
        (
            {"encoder": {"transformer": "hfl/chinese-electra-180g-small-discriminator"}},
            "transformers/electra_zh_small_20210706_125427",
            f"{NOWHERE}transformers/electra_zh_small_20210706_125427.zip",
        ),
        (
            {"transform": [{"mapper": "https://file.hankcs.com/corpus/char_table.json.zip"}]},
            "thirdparty/file.hankcs.com/corpus/char_table.json",
            "https://file.hankcs.com/corpus/char_table.json.zip",
        ),
    ],
)
def test_what_a_model_needs_is_looked_for_too(tmp_path: Path, config: dict[str, Any], file: str, url: str) -> None:
    """HanLP fetches encoders and tables while it loads a component that is there."""
    need("hanlp")
    (tmp_path / ELECTRA).mkdir(parents=True)
    (tmp_path / ELECTRA / "config.json").write_text(json.dumps({"classpath": "hanlp.X", **config}), encoding="utf-8")
    code = MAKE.replace("{settings}", "{'model': 'MSRA_NER_ELECTRA_SMALL_ZH'}")
    done = run(code, HANLP_HOME=str(tmp_path), HANLP_URL=NOWHERE)
    assert f"(looked for {tmp_path / file}): set download = true to fetch it from {url}, or" in done.stdout
