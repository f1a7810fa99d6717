"""Fit how far finders of one's own are believed: the table of weights that the stage ``settle`` takes.

    python data/scripts/fit_votes.py PIPELINE.toml ANNOTATED.jsonl [PIPELINE.toml ANNOTATED.jsonl ...] -o WEIGHTS.tsv

PIPELINE names the finders; what they find in the texts of ANNOTATED, which none of them may have learned from, is held
against the annotation. With --held-out only the fifth of the texts is read that ``kg docbin --held-out`` keeps apart.
Each finder that data/lexicons/vote_weights.tsv does not know gets two weights: how far its score is believed, and what
it means where it finds nothing, for all the types that it finds (kg.votes). The shipped weights stay as they are.
Logistic regression by Newton's method; the same inputs give the same bytes.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kg.check.score import read_annotations
from kg.config import PipelineConfig, load_pipeline
from kg.docbin import is_held_out
from kg.model import Reading
from kg.pipeline import make_pipeline
from kg.runners.records import to_article
from kg.schema import load_schema
from kg.votes import WITHOUT, WORDS, features
from kg.weighing import weights

PENALTY = 10.0  # of the squared weights: without much evidence a new finder changes nothing

Votes = Mapping[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", nargs="+", metavar="PIPELINE ANNOTATED")
    parser.add_argument("--held-out", action="store_true")
    parser.add_argument("-o", "--out", type=Path, required=True)
    given = parser.parse_args()
    if len(given.pairs) % 2:
        parser.error("each pipeline needs a file of annotated texts behind it")
    judged = [
        row
        for pipeline, gold in zip(given.pairs[::2], given.pairs[1::2], strict=True)
        for row in judge(load_pipeline(pipeline), gold, held_out=given.held_out)
    ]
    found = fit(judged)
    with given.out.open("w", encoding="utf-8") as file:
        file.write("# How far finders of one's own are believed: log-odds, by data/scripts/fit_votes.py.\n")
        file.write("# feature\tweight\n")
        file.writelines(f"{name}\t{weight:.3f}\n" for name, weight in sorted(found.items()))
    print(f"{given.out}: {len(found)} weights from {len(judged)} candidates")


def judge(config: PipelineConfig, gold: str, *, held_out: bool) -> Iterator[tuple[str, Votes, bool]]:
    """Yield each candidate that gold requires or rules out: its type, who found it how surely, whether it is right."""
    names = [step.use for step in config.stages]
    read = make_pipeline(PipelineConfig(config.name, config.stages[: names.index("settle")]), load_schema())
    for number, (name, record) in enumerate(read_annotations(gold).items(), start=1):
        if held_out and not is_held_out(str(name)):
            continue
        (reading,), _ = read([Reading(to_article(number, record))])
        required, optional = set(), []
        for m in record["mentions"]:
            places = [(m["start"], m["end"]), *m.get("alt", ())]
            if m.get("optional"):
                optional += places
            else:
                required |= {(start, end, m["type"]) for start, end in places}
        for key, votes in sorted(votes_of(reading).items()):
            open_ = any(start < key[1] and key[0] < end for start, end in optional)
            if key in required or not open_:
                yield key[2], votes, key in required


def votes_of(reading: Reading) -> dict[tuple[int, int, str], dict[str, float]]:
    found: dict[tuple[int, int, str], dict[str, float]] = defaultdict(dict)
    for m in reading.mentions:
        own = found[m.span.start, m.span.end, m.type]
        own[m.finder] = max(m.score, own.get(m.finder, 0.0))
    return found


def fit(judged: Sequence[tuple[str, Votes, bool]]) -> dict[str, float]:
    """Return the weights of the finders that the shipped table does not know."""
    known = weights("vote")
    finds = sorted({(finder, kind) for kind, votes, _ in judged for finder in votes})
    finds = [(finder, kind) for finder, kind in finds if f"{finder} odds" not in known and finder != WORDS]
    new = list(dict.fromkeys(finder for finder, _ in finds))
    values = np.zeros((len(judged), 2 * len(new)))
    given = np.zeros(len(judged))
    right = np.array([is_right for *_, is_right in judged], float)
    for row, (kind, votes, _) in enumerate(judged):
        said = dict(features(kind, votes, known))
        given[row] = known["bias"] + sum(known.get(name, 0.0) * value for name, value in said.items())
        for column, finder in enumerate(new):
            values[row, 2 * column] = said.get(f"{finder} odds", 0.0)
            values[row, 2 * column + 1] = finder not in votes and (finder, kind) in finds
    found = newton(values, given, right)
    believed = {f"{finder} odds": float(found[2 * column]) for column, finder in enumerate(new)}
    return believed | {f"{WITHOUT}{finder} {kind}": float(found[2 * new.index(finder) + 1]) for finder, kind in finds}


def newton(
    values: np.ndarray[Any, Any], given: np.ndarray[Any, Any], right: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Return the weights of a logistic regression whose log-odds are ``given`` without them."""
    found = np.zeros(values.shape[1])
    for _ in range(50):
        sure = 1 / (1 + np.exp(-given - values @ found))
        slope = values.T @ (sure - right) + PENALTY * found
        curve = (values * (sure * (1 - sure))[:, None]).T @ values + PENALTY * np.eye(len(found))
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < 1e-6:
            break
    return found


if __name__ == "__main__":
    main()
