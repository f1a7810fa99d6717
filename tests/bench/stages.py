"""How fast each stage reads, and the whole pipeline, beside a plain part-of-speech tagger on the same text.

    python tests/bench/stages.py [TEXTS.jsonl[.xz]] [--articles N] [--pipeline NAME] [--spacy]

Prints characters a second of CPU time on one core and the ratio to rjieba's tagger in the same process. ``--spacy``
adds a spaCy recognizer (blank zh, characters, default NER) trained on data/train for two passes, for its speed, not
its quality. Without a file it reads the sample articles over and over; figures of real prose need a real corpus. Not
part of the test run.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is there: one core is measured

import argparse
import json
import lzma
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import rjieba

from kg.check.readings import check_reading
from kg.config import load_pipeline
from kg.model import Article, Reading
from kg.registry import find_stage
from kg.resources import data_path
from kg.schema import load_schema
from kg.tagger.corpus import read_corpus
from kg.tagger.recognizer import Recognizer


def texts(path: Path | None, count: int) -> list[str]:
    if path is None:
        lines = data_path("sample", "articles.jsonl").read_text(encoding="utf-8").splitlines()
        return ([json.loads(line)["text"] for line in lines] * count)[:count]
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines_of:
        return [json.loads(line)["text"] for line in islice(lines_of, count)]


def spacy_reader() -> Callable[[str], object]:
    import spacy
    from spacy.training import Example

    nlp = spacy.blank("zh")
    nlp.add_pipe("ner")
    examples = []
    for path in sorted(data_path("train").glob("*.txt")):
        for one in read_corpus(path):
            entities = [tuple(span) for span in one.spans]
            examples.append(Example.from_dict(nlp.make_doc(one.text), {"entities": entities}))
    nlp.initialize(lambda: examples)
    for _ in range(2):
        for batch in spacy.util.minibatch(examples, 32):
            nlp.update(batch)
    return nlp


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--pipeline", default="default")
    parser.add_argument("--spacy", action="store_true")
    given = parser.parse_args()
    chosen = texts(given.file, given.articles)
    size = sum(map(len, chosen))
    schema = load_schema()
    start = time.process_time()
    for text in chosen:
        rjieba.tag(text)
    base = time.process_time() - start
    print(f"{len(chosen)} articles, {size:,} characters")
    print(f"{'':24}{'characters a second':>20}{'ratio':>9}")

    def show(name: str, seconds: float) -> None:
        print(f"{name:24}{size / max(seconds, 1e-9):>20,.0f}{base / max(seconds, 1e-9):>9.2f}")

    show("rjieba.tag (baseline)", base)
    readings = [Reading(Article(f"b/{number}", "b", number, text)) for number, text in enumerate(chosen, start=1)]
    total = loading = checking = 0.0
    for step in load_pipeline(given.pipeline).stages:
        start = time.process_time()
        spec = find_stage(step.use)
        stage = spec.make(schema, step.located)
        stage(readings[:1])  # tables are read on first use; that is start-up, not speed
        made = time.process_time()
        after = list(stage(readings))
        seconds = time.process_time() - made
        for pair in zip(readings, after, strict=True):
            check_reading(*pair, schema, spec.adds)
        checking += time.process_time() - made - seconds
        readings = after
        loading += made - start
        total += seconds
        show(step.use, seconds)
    show("checks of what is added", checking)
    show("whole pipeline", total + checking)
    recognizer = Recognizer.load(data_path("tagger", "recognizer.npz"))
    recognizer.read(chosen[0])
    start = time.process_time()
    for text in chosen:
        list(recognizer.read(text).likely())
    show("recognizer alone", time.process_time() - start)
    if given.spacy:
        reader = spacy_reader()
        start = time.process_time()
        for text in chosen:
            reader(text)
        show("spaCy NER", time.process_time() - start)
    print(f"stages and their tables made in {loading:.2f} s")


if __name__ == "__main__":
    main()
