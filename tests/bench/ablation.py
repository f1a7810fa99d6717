"""What each finder and reader of facts adds: scores of the default pipeline, of it without one, of each finder alone.

    python tests/bench/ablation.py GOLD.jsonl

Prints a Markdown table of mention F1 (four core types, all types) and of facts between entities. Not part of the test
run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kg.check.score import read_annotations, score
from kg.config import PipelineConfig, StageConfig, load_pipeline
from kg.export.annotations import to_annotation
from kg.model import Article, Reading
from kg.pipeline import make_pipeline
from kg.schema import load_schema


def figures(config: PipelineConfig, path: Path) -> tuple[float, float, float, float]:
    pipeline = make_pipeline(config, load_schema())
    with path.open(encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines if line.strip()]
    batch = [
        Reading(
            Article(one["id"], one["id"], 1, one["text"], title=one.get("title"), date=one.get("date"), name=one["id"])
        )
        for one in records
    ]
    readings, _ = pipeline(batch)
    system = {reading.article.id: to_annotation(reading) for reading in readings}
    result = score(read_annotations(path), system)
    related = result["facts_related"]
    return result["mentions_core"]["f1"], result["mentions_all"]["f1"], related["p"], related["r"]


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("ablation.py: give a file of annotated texts")
    path = Path(sys.argv[1])
    config = load_pipeline()
    finders = [step.use for step in config.stages if step.use.startswith("find_") and step.use != "find_words"]
    print("| pipeline | core types F1 | all types F1 | facts P | facts R |")
    print("|---|---|---|---|---|")

    def row(name: str, kept: set[str], without: str = "") -> None:
        # The first finder is needed by the others' order check; find_words, which finds nothing here, stands in for it.
        first = (config.stages[0], StageConfig("find_words"))
        steps = first + tuple(
            # without the recognizer there are no votes: overlaps are then settled as in the pipeline `fast`
            StageConfig("settle") if step.use == "settle" and "find_tagger" not in kept else step
            for step in config.stages[1:]
            if step.use != without and (not step.use.startswith("find_") or step.use in kept)
        )
        print("| {} | {:.3f} | {:.3f} | {:.3f} | {:.3f} |".format(name, *figures(PipelineConfig(name, steps), path)))

    readers = [step.use for step in config.stages if step.use.startswith("relate_")]
    row("all", set(finders))
    for finder in finders:
        row(f"all but `{finder}`", set(finders) - {finder})
    for reader in readers:
        row(f"all but `{reader}`", set(finders), reader)
    for finder in finders:
        row(f"`{finder}` alone", {finder})


if __name__ == "__main__":
    main()
