"""How often claims are right that one reader makes, and those of two, and how sure the latter should be.

    python data/scripts/measure_agreement.py --gold ANNOTATED.jsonl --folds F0.npz F1.npz F2.npz --work DIR

Each third of the texts is read by a recognizer and a scorer of pairs that did not see it: F0.npz to F2.npz and DIR are
those of data/scripts/build_relations.py. Prints precision by who agrees, and for the stage agree (kg/stages/agree.py)
what share of the second reader's log-odds predicts best whether a claim is right. Takes a minute for 700 articles.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from kg.check.differences import Judge
from kg.config import PipelineConfig, load_pipeline
from kg.export.annotations import to_annotation
from kg.model import Article, Claim, Reading
from kg.pipeline import make_pipeline
from kg.relations.archive import fingerprint, read_model, write_model
from kg.resources import data_path
from kg.schema import load_schema
from kg.tagger.archive import read_archive

FOLDS = 3
FRAMES, PAIRS = "relate_frames", "relate_pairs"
SHARES = [step / 20 for step in range(21)]
Record = Mapping[str, Any]
Judged = tuple[Claim, bool]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--folds", type=Path, nargs=FOLDS, required=True)
    parser.add_argument("--work", type=Path, required=True)
    given = parser.parse_args()
    records = [json.loads(line) for line in given.gold.read_text(encoding="utf-8").splitlines()]
    alone: dict[str, Counter[bool]] = {}
    both: list[tuple[float, float, bool]] = []
    for record, reading in read(records, given.folds, given.work):
        votes = {place(claim): claim for claim in reading.claims if stage(claim) == PAIRS}
        frames = {place(claim) for claim in reading.claims if stage(claim) == FRAMES}
        for claim, right in judged(record, reading):
            vote = votes.get(place(claim)) if stage(claim) == FRAMES else None
            if vote is not None:
                both.append((claim.score, vote.score, right))
            elif stage(claim) != PAIRS or place(claim) not in frames:
                alone.setdefault(stage(claim), Counter())[right] += 1
    for name, counts in sorted(alone.items()):
        print(f"{name:18} alone: {counts[True]:5} right of {counts.total():5}, {counts[True] / counts.total():.3f}")
    right = sum(one for *_, one in both)
    print(f"{FRAMES} and {PAIRS}: {right} right of {len(both)}, {right / len(both):.3f}")
    for share in SHARES:
        scores = [combined(one, other, share) for one, other, _ in both]
        loss = -sum(math.log(p if yes else 1 - p) for p, (*_, yes) in zip(scores, both, strict=True)) / len(both)
        print(f"share {share:.2f}: mean score {sum(scores) / len(scores):.3f}, log loss {loss:.4f}")


def read(records: list[Record], folds: list[Path], work: Path) -> Iterator[tuple[Record, Reading]]:
    schema, config = load_schema(), load_pipeline()
    shipped = read_model(data_path("relations", "pairs.npz"))
    for fold, recognizer in enumerate(folds):
        with TemporaryDirectory() as folder:
            model = Path(folder) / "pairs.npz"
            with np.load(work / f"pairs{fold}.npz") as file:
                weights = {name: file[name] for name in file.files}
            write_model(model, replace(shipped, weights=weights, base=fingerprint(read_archive(recognizer))))
            own = {
                "find_tagger": {"model": str(recognizer)},
                PAIRS: {"model": str(model), "recognizer": str(recognizer), "votes": True},
            }
            steps = [replace(step, settings={**step.settings, **own.get(step.use, {})}) for step in config.stages]
            pipeline = make_pipeline(PipelineConfig("held out", tuple(steps)), schema)
            for record in records[fold::FOLDS]:
                article = Article(
                    record["id"], record["id"], 1, record["text"], title=record.get("title"), date=record.get("date")
                )
                readings, failures = pipeline([Reading(article)])
                if failures:
                    raise SystemExit(f"article {failures[0].article}: {failures[0].message}")
                yield record, readings[0]


def judged(record: Record, reading: Reading) -> Iterator[Judged]:
    """Yield the claims of which gold says whether they are right."""
    judge = Judge({"entities": [], "facts": [], **record}, to_annotation(reading))
    for claim in reading.claims:
        facts = to_annotation(replace(reading, claims=(claim,)))["facts"]  # one by one: none stands for another
        right = judge.fact(facts[0]) if facts else None
        if right is not None:
            yield claim, right


def stage(claim: Claim) -> str:
    return claim.reader.partition(":")[0]


def place(claim: Claim) -> tuple[object, ...]:
    return claim.subject.span, claim.predicate, getattr(claim.object, "span", claim.object), claim.evidence[0].span


def combined(one: float, other: float, share: float) -> float:
    high, low = sorted((min(max(score, 0.02), 0.98) for score in (one, other)), reverse=True)
    odds = math.log(high / (1 - high)) + share * max(0.0, math.log(low / (1 - low)))
    return 1 / (1 + math.exp(-odds))


if __name__ == "__main__":
    main()
