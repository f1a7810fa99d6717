"""Build what the recognizer needs, from plain texts and annotated ones: encoder, recognizer, weights of the votes.

    python data/scripts/build_recognizer.py --raw DOMAIN.jsonl.xz GENERAL.jsonl.xz \\
        --gold ANNOTATED.jsonl JOINED.jsonl --work DIR

JOINED.jsonl is what data/scripts/join_annotations.py makes of data/train/annotations.jsonl; ANNOTATED below is both.

1. An encoder is pre-trained on the texts of all RAW files: data/tagger/encoder.npz.
2. The rules annotate the texts of the first RAW file (those of ANNOTATED left out); a recognizer learns from that.
3. With a convolution more, which changes nothing at first, it goes on with ANNOTATED and data/train, on two thirds of
   ANNOTATED each time; what the three say of the third they did not see, beside what the rules say, gives the weights
   of the votes: data/lexicons/vote_weights.tsv.
4. It goes on with all of ANNOTATED and data/train: data/tagger/recognizer.npz.

Steps whose result lies in DIR are not done again. Needs the extra ``train``; about three hours on two cores.
The same inputs give the same files on the same machine.
"""

from __future__ import annotations

import argparse
import json
import lzma
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from kg.config import PipelineConfig, load_pipeline
from kg.model import Article, Mention, Reading
from kg.pipeline import make_pipeline
from kg.resources import data_path
from kg.schema import load_schema
from kg.tagger import pretraining
from kg.tagger.archive import Archive, read_archive, write_archive
from kg.tagger.corpus import Example, read_corpus
from kg.tagger.labels import LabelledSpan
from kg.tagger.recognizer import Recognizer
from kg.tagger.training import Epoch, Recipe, train
from kg.votes import TAGGER, features

FOLDS = 3
DOUBTFUL = 0.65  # mentions of the rules with a lower score are left open
LIKELY = 0.08  # what the recognizer finds is weighed from this probability on, as find_tagger adds it
PENALTY = 1.0  # of the squared weights, against features that are seldom seen
SENTENCES = ("sentences_companies.txt", "sentences_programs.txt")
SILVER = Recipe(epochs=1, batch=64, dropout=0.1, patience=1)
GOLD = Recipe(epochs=10, patience=10)

Key = tuple[int, int, str]


@dataclass(frozen=True)
class Annotated:
    """An annotated text: what the rules find in it (span → finder → score), and the annotation's mentions."""

    text: str
    found: Mapping[Key, Mapping[str, float]]
    mentions: Sequence[Mapping[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--raw", type=Path, nargs="+", required=True)
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--work", type=Path, required=True)
    given = parser.parse_args()
    work: Path = given.work
    work.mkdir(parents=True, exist_ok=True)
    encoder = work / "encoder.npz"
    if not encoder.exists():
        texts = [text for path in given.raw for text in raw_texts(path)]
        np.random.default_rng(1).shuffle(texts)  # type: ignore[arg-type]
        write_archive(encoder, pretraining.pretrain(texts, tell=lambda step: print(step, flush=True)))
    silver = work / "silver.npz"
    if not silver.exists():
        learn_from_rules(given.raw[0], given.gold, encoder, silver)
    own = [example for name in SENTENCES for example in read_corpus(data_path("train", name))]
    gold = [example for path in given.gold for example in read_corpus(path)]
    start = work / "start.npz"
    if not start.exists():
        write_archive(start, grown(read_archive(silver)))
    folds = [work / f"fold{number}.npz" for number in range(FOLDS)]
    jobs = [
        ([*own, *(e for i, e in enumerate(gold) if i % FOLDS != number)], gold[number::FOLDS], start, fold)
        for number, fold in enumerate(folds)
        if not fold.exists()
    ]
    final = work / "recognizer.npz"
    if not final.exists():
        jobs.append(([*own, *gold], gold[::20], start, final))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for job in [pool.submit(learn, *job) for job in jobs]:
            job.result()
    write_weights(annotated(given.gold), folds)
    card = {
        "texts": [
            *(f"{len(read_corpus(path))} annotated newspaper texts" for path in given.gold),
            f"{len(own)} sentences of data/train",
        ],
        "first": "what the rules of this package find in plain newspaper text",
        "terms": "Apache-2.0, as the package",
    }
    data_path("tagger").mkdir(exist_ok=True)
    write_archive(data_path("tagger", "recognizer.npz"), read_archive(final).described(card))
    shutil.copy(encoder, data_path("tagger", "encoder.npz"))


def grown(archive: Archive) -> Archive:
    """Return a recognizer with one convolution more, of zeros, that looks farther than those it has."""
    number, width = len(archive.shape.dilations), archive.shape.hidden
    more = {
        f"norm{number}.weight": np.ones(width, np.float32),
        f"norm{number}.bias": np.zeros(width, np.float32),
        f"conv{number}.weight": np.zeros((3 * width, width), np.float32),
        f"conv{number}.bias": np.zeros(width, np.float32),
    }
    shape = replace(archive.shape, dilations=(*archive.shape.dilations, 2 * max(archive.shape.dilations)))
    return replace(archive, shape=shape, weights={**archive.weights, **more})


def raw_texts(path: Path) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def learn(examples: list[Example], held_out: list[Example], start: Path, out: Path, recipe: Recipe = GOLD) -> None:
    def tell(epoch: Epoch) -> None:
        tally = epoch.held_out
        print(
            f"{out.stem} {epoch.number} {epoch.loss:.3f} {tally.precision:.4f} {tally.recall:.4f} {tally.f1:.4f}",
            flush=True,
        )

    single, checkpoint = replace(recipe, threads=1), out.with_suffix(".checkpoint")
    archive = train(examples, held_out, start=read_archive(start), recipe=single, checkpoint=checkpoint, tell=tell)
    write_archive(out, archive)
    checkpoint.unlink(missing_ok=True)


def learn_from_rules(raw: Path, gold: Sequence[Path], start: Path, out: Path) -> None:
    """Train on what the rules find in plain texts; what they are not sure of is left open."""
    known = {record["text"][:60] for record in records(gold)}
    texts = [text for text in raw_texts(raw) if text[:60] not in known]
    examples = []
    for reading in read_with_rules(texts, "settle"):
        sure = [m for m in reading.mentions if m.score >= DOUBTFUL]
        examples.append(
            Example(
                reading.article.text,
                tuple(LabelledSpan(m.span.start, m.span.end, m.type) for m in sure),
                tuple((m.span.start, m.span.end) for m in reading.mentions if m.score < DOUBTFUL),
            )
        )
    learn(examples, read_corpus(gold[0])[:100], start, out, SILVER)


def read_with_rules(texts: Iterable[str], last: str) -> Iterator[Reading]:
    """Yield the texts as the rules of the pipeline read them, up to the stage ``last``."""
    config = load_pipeline("fast")
    stages = [step.use for step in config.stages]
    pipeline = make_pipeline(PipelineConfig("fast", config.stages[: stages.index(last) + 1]), load_schema())
    for number, text in enumerate(texts):
        readings, failures = pipeline([Reading(Article(f"{number}/1", str(number), 1, text))])
        if failures:
            raise SystemExit(f"text {number}: {failures[0].message}")
        yield readings[0]


def records(gold: Sequence[Path]) -> list[Mapping[str, Any]]:
    return [json.loads(line) for path in gold for line in path.read_text(encoding="utf-8").splitlines()]


def annotated(gold: Sequence[Path]) -> list[Annotated]:
    known = records(gold)
    texts = (record["text"] for record in known)
    before = load_pipeline("fast").stages
    last = before[[step.use for step in before].index("settle") - 1].use
    return [
        Annotated(record["text"], votes(reading.mentions), record["mentions"])
        for record, reading in zip(known, read_with_rules(texts, last), strict=True)
    ]


def votes(mentions: Iterable[Mention]) -> dict[Key, dict[str, float]]:
    found: dict[Key, dict[str, float]] = defaultdict(dict)
    for m in mentions:
        own = found[m.span.start, m.span.end, m.type]
        own[m.finder] = max(m.score, own.get(m.finder, 0.0))
    return found


def write_weights(texts: Sequence[Annotated], folds: Sequence[Path]) -> None:
    """Fit the votes' weights: logistic regression on the mentions that the annotation requires or rules out."""
    rows: list[dict[str, float]] = []
    right: list[float] = []
    recognizers = [Recognizer.load(fold) for fold in folds]
    for number, one in enumerate(texts):
        for features_of, is_right in judged(one, recognizers[number % FOLDS]):
            rows.append(features_of)
            right.append(float(is_right))
    names = sorted({name for row in rows for name in row})
    place = {name: at for at, name in enumerate(names)}
    values = np.zeros((len(rows), len(names)))
    for at, row in enumerate(rows):
        for name, value in row.items():
            values[at, place[name]] = value
    weights = fitted(values, np.array(right))
    with data_path("lexicons", "vote_weights.tsv").open("w", encoding="utf-8") as file:
        file.write("# How far each finder is believed: log-odds, by data/scripts/build_recognizer.py.\n")
        file.write("# feature\tweight\nbias\t0.0\n")
        file.writelines(f"{name}\t{weight:.3f}\n" for name, weight in zip(names, weights, strict=True))


def judged(one: Annotated, recognizer: Recognizer) -> Iterator[tuple[dict[str, float], bool]]:
    """Yield the features of each mention that somebody votes for, and whether it is right."""
    said = recognizer.read(one.text)
    found: dict[Key, dict[str, float]] = {key: dict(own) for key, own in one.found.items()}
    for span in said.likely(LIKELY):
        found.setdefault(span[:3], {})
    required, optional = set(), []
    for m in one.mentions:
        if m.get("optional"):
            optional.append((m["start"], m["end"]))
        else:
            required |= {(s, e, m["type"]) for s, e in [(m["start"], m["end"]), *m.get("alt", ())]}
    for key, own in sorted(found.items()):
        if key not in required and any(start < key[1] and key[0] < end for start, end in optional):
            continue
        yield dict(features(key[2], {**own, TAGGER: round(said.probability(*key), 3)})), key in required


def fitted(values: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the weights of a logistic regression, by Newton's method."""
    weights = np.zeros(values.shape[1])
    for _ in range(50):
        sure = 1 / (1 + np.exp(-values @ weights))
        slope = values.T @ (sure - right) + PENALTY * weights
        curve = (values * (sure * (1 - sure))[:, None]).T @ values + PENALTY * np.eye(len(weights))
        step = np.linalg.solve(curve, slope)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return weights


if __name__ == "__main__":
    main()
