"""Build the scorer of pairs from annotated texts: data/relations/pairs.npz.

    python data/scripts/build_relations.py --gold ANNOTATED.jsonl JOINED.jsonl --folds F0.npz F1.npz F2.npz --work DIR

JOINED.jsonl is what data/scripts/join_annotations.py makes of data/train/annotations.jsonl. F0.npz to F2.npz are
recognizers that learned from all but every third text (those of number 0, 1 and 2 modulo 3), as
data/scripts/build_recognizer.py leaves them in its own DIR.

1. Each article is read twice: with the annotated mentions, and with those that the pipeline finds by the recognizer
   that did not see it. The scorer learns from both, so that it knows what mentions at work are like, and from the
   passages of data/train/relations_*.txt.
2. Three scorers learn from two thirds of the articles and passages each. What they say of the third that they did not
   see gives the probability from which each predicate is claimed: of those whose F1 is within NEARLY of the best, the
   lowest.
3. The shipped scorer learns from all.

Steps whose result lies in DIR are not done again. Needs the extra ``train``; about ten minutes on two cores. The
same inputs give the same file on the same machine.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from kg.check.score import entities_meant
from kg.config import PipelineConfig, load_pipeline
from kg.export.annotations import to_annotation
from kg.model import Article, Group, Mention, Reading, Span
from kg.pipeline import make_pipeline
from kg.registry import find_stage
from kg.relations.archive import Model, fingerprint, write_model
from kg.relations.inputs import Arranger
from kg.relations.network import scores
from kg.relations.pairs import Floats, Pairs, allowed_ends, find_pairs
from kg.relations.passages import read_passages
from kg.relations.training import Example, Recipe, fit, network, targets
from kg.resources import data_path
from kg.schema import TEXT, Schema, load_schema
from kg.tagger.archive import Archive, read_archive
from kg.tagger.network import Shape
from kg.text import sentences

FOLDS = 3
RECIPE = Recipe(epochs=7, threads=1)  # not its 10: there is twice the text of before (the two were not compared)
DAY = "2025-06-10"  # of the passages
OTHERS = ("holdsPosition",)  # read by the words of the post, see kg/stages/relate_posts.py
AT_WORK = 0.65  # a predicate's facts must be right so often among those held out, lest the scorer adds none of them
PRIOR = (2.0, 2.0)  # facts taken to be right and wrong beside those counted, against chance where they are few
STEPS = [step / 100 for step in range(30, 91, 5)]
NEVER = 1.01
RULED_OUT = 0.05  # a frame's reading is dropped below this, where the predicate was learned from facts enough
ENOUGH = 60
NEARLY = 0.01
WIDTH, DILATIONS = 96, (1, 2, 4, 8)  # narrower than the recognizer's encoder: as good within a point, and twice as fast
PASSAGES = ("loans", "ownership", "places", "policy", "products", "regions")

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Item:
    """One reading of an annotated article: its example, its pairs, and the annotated entity of each group."""

    number: int
    record: Record
    example: Example
    pairs: Pairs
    entities: Sequence[str | None]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--folds", type=Path, nargs=FOLDS, required=True)
    parser.add_argument("--work", type=Path, required=True)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    shipped = data_path("tagger", "recognizer.npz")
    jobs = [
        (given.gold, given.folds, fold, given.folds[fold], given.work / f"pairs{fold}.npz") for fold in range(FOLDS)
    ]
    jobs.append((given.gold, given.folds, -1, shipped, given.work / "pairs.npz"))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for job in [pool.submit(learn, *job) for job in jobs if not job[-1].exists()]:
            job.result()
    predicates = learned(load_schema())
    base = read_archive(shipped)
    thresholds, counts = weighed(given, predicates)
    floors = [
        RULED_OUT if counts[name] >= ENOUGH and value < NEVER else 0.0
        for name, value in zip(predicates, thresholds, strict=True)
    ]
    texts = [f"{len(annotated_texts([path]))} annotated newspaper texts" for path in given.gold]
    own = f"{sum(1 for _ in written(base))} passages of data/train"
    card = {"texts": [*texts, own], "terms": "Apache-2.0, as the package"}
    with np.load(given.work / "pairs.npz") as file:
        weights = {name: file[name] for name in file.files}
    model = Model(predicates, shape_of(base), weights, tuple(thresholds), tuple(floors), fingerprint(base), card)
    write_model(data_path("relations") / "pairs.npz", model)


def shape_of(base: Archive) -> Shape:
    return replace(base.shape, hidden=WIDTH, dilations=DILATIONS)


def learned(schema: Schema) -> tuple[str, ...]:
    return tuple(name for name, one in schema.predicates.items() if TEXT not in one.range and name not in OTHERS)


def learn(gold: Sequence[Path], folds: Sequence[Path], left_out: int, base: Path, out: Path) -> None:
    """Train a scorer on all articles but those of one fold (-1: on all), and write its weights."""
    archive = read_archive(base)
    every = [*items(gold, folds, archive), *written(archive)]
    examples = [item.example for item in every if item.number % FOLDS != left_out]
    start = network(archive, shape_of(archive), examples[0].inputs.traits.shape[1], len(learned(load_schema())), RECIPE)

    def tell(done: int, total: int) -> None:
        if done % 500 == 0 or done == total:
            print(f"{out.stem} {done} of {total}", flush=True)

    model = fit(start, examples, RECIPE, tell)
    np.savez(out, **model.arrays())  # type: ignore[arg-type]  # arrays by name


def written(base: Archive) -> Iterator[Item]:
    """Yield the passages that were written for this project, numbered like articles."""
    schema = load_schema()
    predicates = learned(schema)
    refer, frames = (find_stage(name).make(schema, {}) for name in ("refer", "relate_frames"))
    takes = allowed_ends(schema, predicates)
    files = (data_path("train", f"relations_{name}.txt") for name in PASSAGES)
    for number, passage in enumerate(passage for file in files for passage in read_passages(file, schema)):
        members: dict[str, list[Mention]] = defaultdict(list)
        for mention in passage.mentions:
            members[passage.entities[mention.text]].append(mention)
        text = Article("passage", "passage", 1, passage.text, date=DAY)
        (reading,) = refer([Reading(text, tuple(sentences(passage.text)), passage.mentions)])
        codes = {mention.span: group.adcode for group in reading.groups for mention in group.mentions}
        groups = tuple(
            Group(key, of[0].type, of[0].subtype, key, tuple(of), codes.get(of[0].span), "annotated")
            for key, of in members.items()
        )
        (reading,) = frames([replace(reading, groups=groups)])
        pairs = find_pairs(reading, takes)
        if pairs is None:
            continue
        for skipped in passage.not_marked:
            pairs.allowed[:, predicates.index(skipped)] = False
        inputs = Arranger(reading, pairs.nodes, predicates, base.vocabulary, shape_of(base).gap).arrange(pairs)
        facts = [
            {"subject": one, "predicate": name, "object": other, "evidence": [0, len(passage.text)], "optional": doubt}
            for one, name, other, doubt in passage.facts
            if name not in passage.not_marked
        ]
        record = {"entities": [{"id": group.id} for group in groups], "facts": facts}
        ids = [group.id for group in groups]
        wanted = targets(reading, pairs, predicates, schema, record, ids, RECIPE)
        yield Item(number, record, Example(inputs, *wanted), pairs, ids)


def items(gold: Sequence[Path], folds: Sequence[Path], base: Archive, *, at_work: bool = False) -> Iterator[Item]:
    """Yield the readings of the annotated articles; ``at_work`` leaves out those with the annotated mentions."""
    schema = load_schema()
    predicates = learned(schema)
    takes = allowed_ends(schema, predicates)
    records = annotated_texts(gold)
    frames = find_stage("relate_frames").make(schema, {})
    read: list[tuple[int, Reading, Sequence[str | None]]] = []
    if not at_work:
        for number, reading in enumerate(frames([annotated(record) for record in records])):
            read.append((number, reading, [group.id for group in reading.groups]))
    for number, reading in sorted(found(records, folds, schema), key=lambda pair: pair[0]):
        said = to_annotation(reading)
        names = {(m["start"], m["end"]): m["entity"] for m in said["mentions"]}
        meant = entities_meant(records[number], said)
        first = [group.mentions[0].span for group in reading.groups]
        read.append((number, reading, [meant.get(names[span.start, span.end]) for span in first]))
    for number, reading, entities in read:
        pairs = find_pairs(reading, takes)
        if pairs is None:
            continue
        inputs = Arranger(reading, pairs.nodes, predicates, base.vocabulary, shape_of(base).gap).arrange(pairs)
        wanted = targets(reading, pairs, predicates, schema, records[number], entities, RECIPE)
        yield Item(number, records[number], Example(inputs, *wanted), pairs, entities)


def annotated_texts(gold: Sequence[Path]) -> list[Record]:
    return [json.loads(line) for path in gold for line in path.read_text(encoding="utf-8").splitlines()]


def annotated(record: Record) -> Reading:
    """Return an article with the mentions and entities that people gave it."""
    members: dict[str, list[Mention]] = defaultdict(list)
    mentions: list[Mention] = []
    for m in sorted(record["mentions"], key=lambda m: (m["start"], m["end"])):
        if mentions and m["start"] < mentions[-1].span.end:
            continue
        mentions.append(Mention(Span(m["start"], m["end"]), m["text"], m["type"], m["subtype"], "annotated", 1.0))
        members[m["entity"]].append(mentions[-1])
    known = {entity["id"]: entity for entity in record["entities"]}
    groups = tuple(
        Group(key, one["type"], one.get("subtype"), one["name"], tuple(members[key]), one.get("adcode"), "annotated")
        for key, one in known.items()
        if members[key]
    )
    reading = Reading(article(record), tuple(sentences(record["text"])), tuple(mentions), groups)
    (referred,) = find_stage("refer").make(load_schema(), {})([reading])
    return replace(referred, groups=groups)


def article(record: Record) -> Article:
    return Article(record["id"], record["id"], 1, record["text"], title=record.get("title"), date=record.get("date"))


def found(records: Sequence[Record], folds: Sequence[Path], schema: Schema) -> Iterator[tuple[int, Reading]]:
    """Yield the articles as the pipeline reads them up to the frames, by the recognizer that did not see them."""
    config = load_pipeline()
    before = [step.use for step in config.stages].index("relate_frames") + 1
    for fold, path in enumerate(folds):
        stages = [
            replace(step, settings={**step.settings, "model": str(path)}) if step.use == "find_tagger" else step
            for step in config.stages[:before]
        ]
        pipeline = make_pipeline(PipelineConfig(config.name, tuple(stages)), schema)
        readings, failures = pipeline([Reading(article(record)) for record in records[fold::FOLDS]])
        if failures:
            raise SystemExit(f"article {failures[0].article}: {failures[0].message}")
        yield from zip(range(fold, len(records), FOLDS), readings, strict=True)


@dataclass
class Judged:
    """What scorers say of texts that they did not see: the probabilities of claims that are right and of those that are
    wrong, and how many facts the texts state, each by predicate."""

    right: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __add__(self, other: Judged) -> Judged:
        both = Judged()
        for one in (self, other):
            for own, its in ((both.right, one.right), (both.wrong, one.wrong)):
                for name, values in its.items():
                    own[name] += values
            for name, count in one.counts.items():
                both.counts[name] += count
        return both


def weighed(given: argparse.Namespace, predicates: Sequence[str]) -> tuple[list[float], Mapping[str, int]]:
    """Return the threshold of each predicate, and how many facts of it were judged.

    Newspaper texts alone decide where they state facts enough: the passages written for the project were made tricky.
    """
    schema = load_schema()
    real, own = Judged(), Judged()
    for fold, path in enumerate(given.folds):
        base = read_archive(path)
        with np.load(given.work / f"pairs{fold}.npz") as file:
            weights = {**base.weights, **{name: file[name] for name in file.files}}
        for judged, texts in ((real, items(given.gold, given.folds, base, at_work=True)), (own, written(base))):
            for item in texts:
                if item.number % FOLDS == fold:
                    said = scores(weights, shape_of(base), item.example.inputs)
                    probabilities = np.where(item.pairs.allowed, 1 / (1 + np.exp(-said)), 0)
                    judge(item, schema, probabilities, predicates, judged)
    both = real + own
    thresholds, counts = [], {}
    for name in predicates:
        judged = real if real.counts[name] >= ENOUGH else both
        value = threshold(judged.right[name], judged.wrong[name], judged.counts[name])
        kept = sum(one >= value for one in judged.right[name]), sum(one >= value for one in judged.wrong[name])
        print(f"{name:18} from {value:.2f}: {kept[0]} right, {kept[1]} wrong of {judged.counts[name]}", flush=True)
        thresholds.append(value)
        counts[name] = both.counts[name]
    return thresholds, counts


def judge(
    item: Item,
    schema: Schema,
    probabilities: Floats,
    predicates: Sequence[str],
    judged: Judged,
) -> None:
    """Add the probabilities of what an article states and of what it does not; what is doubtful counts as neither."""
    doubtful = {entity["id"] for entity in item.record["entities"] if entity.get("optional")}
    stated: dict[tuple[str, str, str], bool] = {}
    for fact in item.record["facts"]:
        if fact["predicate"] in predicates:
            key = fact["predicate"], fact["subject"], fact["object"]
            stated[key] = stated.get(key, True) and bool(fact.get("optional"))
    for (name, *_), optional in stated.items():
        judged.counts[name] += not optional
    symmetric = {name for name, one in schema.predicates.items() if one.symmetric}
    best: dict[tuple[str, str, str], float] = {}
    for row, column in zip(*np.nonzero(probabilities > STEPS[0] / 2), strict=True):
        groups = [item.pairs.nodes[ends[row]].group for ends in (item.pairs.subjects, item.pairs.objects)]
        ends = [item.entities[group] or f"?{group}" for group in groups]
        key, turned = (predicates[column], *ends), (predicates[column], *ends[::-1])
        key = turned if key not in stated and turned in stated and key[0] in symmetric else key
        best[key] = max(best.get(key, 0.0), float(probabilities[row, column]))
    for key, probability in best.items():
        if key in stated:
            if not stated[key]:
                judged.right[key[0]].append(probability)
        elif not doubtful & set(key[1:]):
            judged.wrong[key[0]].append(probability)


def threshold(right: Sequence[float], wrong: Sequence[float], count: int) -> float:
    """Return the threshold that gives the best F1 with enough of the claims right, ``NEVER`` where none does."""
    found: list[tuple[float, float]] = []
    for step in STEPS:
        yes, no = sum(one >= step for one in right), sum(one >= step for one in wrong)
        sure = (yes + PRIOR[0]) / (yes + no + sum(PRIOR))
        if yes and sure >= AT_WORK:
            found.append((step, 2 * yes / (yes + no + count)))
    best = max((f1 for _, f1 in found), default=0.0)
    return min((step for step, f1 in found if f1 >= best - NEARLY), default=NEVER)


if __name__ == "__main__":
    main()
