"""Training: the network there and here, losses counted out, a small recognizer from the sentences of data/train."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from click.testing import CliRunner
from test_tagger import SHAPE, VOCABULARY, small

import kg
from kg.cli import main
from kg.errors import ConfigError, InputError, MissingPackageError
from kg.resources import data_path
from kg.tagger.corpus import Example, read_corpus
from kg.tagger.labels import LabelledSpan, Scheme
from kg.tagger.network import hidden
from kg.tagger.recognizer import Recognizer

SENTENCES = [str(path) for path in sorted(data_path("train").glob("*.txt"))]


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="training needs PyTorch (extra train)")


@pytest.fixture(scope="module")
def labeller(torch):
    from kg.tagger.torch_network import Encoder, Labeller

    torch.manual_seed(0)
    model = Labeller(Encoder(VOCABULARY.sizes, SHAPE, dropout=0.3), Scheme(("A", "B")))
    for weights in model.parameters():
        torch.nn.init.normal_(weights, 0, 0.5)
    return model.eval()


def test_both_networks_say_the_same(torch, labeller) -> None:
    from kg.tagger.torch_network import batch_ids

    texts = ["海西银行向闽东电机授信。", "闽东电机"]
    features = [VOCABULARY.encode(text) for text in texts]
    ids = batch_ids(features)
    with torch.no_grad():
        there = labeller.encoder(ids).numpy()
    for row, text in enumerate(texts):
        here = hidden(labeller.encoder.arrays(), SHAPE, VOCABULARY.encode(text))
        assert np.allclose(there[row, : len(text)], here, atol=0.03)


def test_weights_survive_the_way_there_and_back(torch, labeller) -> None:
    from kg.tagger.torch_network import Encoder, Labeller

    other = Labeller(Encoder(VOCABULARY.sizes, SHAPE, dropout=0.3), Scheme(("A", "B")))
    other.encoder.load_arrays(labeller.arrays())
    other.load_labels(labeller.arrays())
    for name, values in labeller.arrays().items():
        assert np.array_equal(other.arrays()[name], values), name


def test_the_loss_is_that_of_all_sequences_counted_out(torch, labeller) -> None:
    from kg.tagger.torch_network import batch_ids
    from kg.tagger.training import allowed_labels

    scheme = Scheme(("A", "B"))
    text = "海西银"
    example = Example(text, (LabelledSpan(0, 1, "A"),), ((2, 3),), (LabelledSpan(0, 2, "A"),))
    allowed = allowed_labels(example, scheme)
    ids = batch_ids([VOCABULARY.encode(text), VOCABULARY.encode("甲")])
    both = np.zeros((2, 3, len(scheme)), dtype=bool)
    both[0], both[1, :, 0] = allowed, True
    with torch.no_grad():
        loss = labeller.loss(ids, torch.from_numpy(both))[0].item()
        scores = labeller(ids)[0].numpy().astype(float)
    arrays = labeller.arrays()
    every = fitting = 0.0
    for labels in itertools.product(range(len(scheme)), repeat=3):
        if not (
            scheme.may_begin[labels[0]]
            and scheme.may_end[labels[-1]]
            and all(scheme.follows[one, two] for one, two in itertools.pairwise(labels))
        ):
            continue
        score = arrays["chain.start"][labels[0]] + arrays["chain.end"][labels[-1]]
        score += sum(scores[at, label] for at, label in enumerate(labels))
        score += sum(arrays["chain.after"][one, two] for one, two in itertools.pairwise(labels))
        every += np.exp(score)
        if all(allowed[at, label] for at, label in enumerate(labels)):
            fitting += np.exp(score)
    assert loss == pytest.approx(np.log(every) - np.log(fitting), abs=1e-3)


def test_what_an_annotation_leaves_open() -> None:
    pytest.importorskip("torch", reason="training needs PyTorch (extra train)")
    from kg.tagger.training import allowed_labels

    scheme = Scheme(("A",))
    example = Example("甲乙丙丁戊", (LabelledSpan(0, 3, "A"),), ((4, 5),), (LabelledSpan(0, 2, "A"),))
    outside, begin, inside, end = 0, 1, 2, 3
    open_labels = [set(np.flatnonzero(row)) for row in allowed_labels(example, scheme)]
    assert open_labels == [{begin}, {inside, end}, {end, outside}, {outside}, set(range(5))]


def test_a_small_recognizer_learns_from_the_shipped_sentences(torch, tmp_path) -> None:
    out = tmp_path / "small.npz"
    summary = kg.train_recognizer(SENTENCES, out, start="none", epochs=6, rate=4e-3, labels="default", threads=1)
    assert summary.texts + summary.held_out == sum(len(read_corpus(data_path("train", path))) for path in SENTENCES)
    assert summary.f1 > 0.4
    result = kg.evaluate_recognizer(out, SENTENCES[0])
    assert result["types"]["Organization"]["f1"] > 0.6
    assert not out.with_suffix(".checkpoint").exists()


def test_a_stopped_training_goes_on_as_if_it_had_not_stopped(torch, tmp_path) -> None:
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("\n".join(f"[海西{n}行|A]向[闽东{n}厂|B]授信{n}万元。" for n in range(60)))
    settings = {"start": "none", "epochs": 3, "threads": 1}
    kg.train_recognizer([corpus], tmp_path / "whole.npz", **settings)

    class StoppedError(Exception):
        pass

    def stop(epoch) -> None:
        if epoch.number == 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        kg.train_recognizer([corpus], tmp_path / "parts.npz", tell=stop, **settings)
    assert (tmp_path / "parts.checkpoint").exists()
    with pytest.raises(ConfigError, match="of another training"):
        kg.train_recognizer([corpus], tmp_path / "parts.npz", **{**settings, "epochs": 4})
    told = []
    kg.train_recognizer([corpus], tmp_path / "parts.npz", tell=told.append, **settings)
    assert [epoch.number for epoch in told] == [3]
    assert (tmp_path / "parts.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()
    assert not (tmp_path / "parts.checkpoint").exists()


def test_where_the_model_cannot_go_is_said_before_the_training(torch, tmp_path) -> None:
    told = []
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.npz").mkdir()
    for out in (tmp_path / "file" / "a.npz", tmp_path / "folder.npz", tmp_path / "a.bin"):
        with pytest.raises(ConfigError, match=r"cannot be written|a file that ends in \.npz"):
            kg.train_recognizer(SENTENCES, out, start="none", epochs=1, threads=1, tell=told.append)
    assert told == []
    corpus = tmp_path / "one.txt"
    corpus.write_text("[海西银行|A]授信。")
    with pytest.raises(InputError, match="too few texts"):
        kg.train_recognizer([corpus], tmp_path / "a.npz", start="none")
    kg.train_recognizer([corpus], tmp_path / "new" / "folder" / "a.npz", held_out=corpus, start="none", epochs=1)
    assert [path.name for path in (tmp_path / "new" / "folder").iterdir()] == ["a.npz"]


def test_pretraining_gives_an_encoder_to_start_from(torch, tmp_path) -> None:
    from kg.tagger import pretraining
    from kg.tagger.archive import write_archive

    losses = []
    recipe = pretraining.Recipe(steps=60, windows=8, length=32, threads=1, warm_up=5)
    texts = ["海西银行向闽东电机授信5300万元。董事长陈立新说，公司位于蕉城区。"] * 40
    encoder = pretraining.pretrain(texts, shape=SHAPE, recipe=recipe, tell=lambda step: losses.append(step.char_loss))
    assert losses[-1] < 4.0
    write_archive(tmp_path / "encoder.npz", encoder)
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("[海西银行|A]授信。\n" * 200 + "[闽东电机|A]授信。\n" * 200)
    summary = kg.train_recognizer(
        [corpus], tmp_path / "a.npz", held_out=corpus, start=tmp_path / "encoder.npz", epochs=10, rate=0.02, threads=1
    )
    assert summary.f1 == 1.0
    with pytest.raises(InputError, match="more than 32 characters"):
        pretraining.pretrain(["短"], shape=SHAPE, recipe=recipe)


def test_the_commands(torch, tmp_path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    lines = [{"text": f"海西{n}行授信。", "entities": [[0, len(f"海西{n}行"), "ORG"]]} for n in range(150)]
    corpus.write_text("\n".join(map(json.dumps, lines)))
    out = tmp_path / "a.npz"
    run = CliRunner().invoke(main, ["train", str(corpus), "-o", str(out), "--labels", "default", "--start", "none"])
    assert run.exit_code == 0, run.output
    assert "epoch 1: loss" in run.stderr
    assert "held-out texts precision" in run.stdout
    run = CliRunner().invoke(main, ["eval", "--ner", str(out), str(corpus), "--labels", "default", "--json"])
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["types"]["Organization"]["f1"] > 0.8


# --- without PyTorch ------------------------------------------------------------------------------------------------


def test_without_pytorch_one_line_says_what_to_install(monkeypatch, tmp_path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(MissingPackageError, match="install its CPU build"):
        kg.train_recognizer(SENTENCES, tmp_path / "a.npz")
    run = CliRunner().invoke(main, ["train", *SENTENCES, "-o", str(tmp_path / "a.npz")])
    assert run.exit_code == 1
    assert run.stderr.startswith("Error: training needs PyTorch")
    assert len(run.stderr.splitlines()) == 1


def test_a_recognizer_alone_is_scored(tmp_path) -> None:
    from kg.tagger.archive import write_archive

    write_archive(tmp_path / "a.npz", small())
    corpus = tmp_path / "a.txt"
    text = "海西银行向闽东电机授信5300万元。"
    found = next(Recognizer(small()).read(text).likely())
    corpus.write_text(f"{text[: found.start]}[{text[found.start : found.end]}|{found.type}]{text[found.end :]}")
    run = CliRunner().invoke(main, ["eval", "--ner", str(tmp_path / "a.npz"), str(corpus)])
    assert run.exit_code == 0, run.output
    assert "all types" in run.stdout
    for wrong in (["--repair"], [str(corpus)], ["--pipeline", "fast"]):
        run = CliRunner().invoke(main, ["eval", "--ner", "recognizer", str(corpus), *wrong])
        assert run.exit_code == 2
    run = CliRunner().invoke(main, ["eval", "--ner", str(tmp_path / "none.npz"), str(corpus)])
    assert (run.exit_code, len(run.stderr.splitlines())) == (1, 1)
