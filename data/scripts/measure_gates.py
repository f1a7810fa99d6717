"""What the gates of the stages over a language model let through of what is true.

    python data/scripts/measure_gates.py ANNOTATED.jsonl

Stands in for a model that answers as the annotators did: the names and facts of each article are given to the gates in
the form of an answer, and what they drop is counted by reason. It says nothing of any model, only what a perfect one
would lose. Takes some seconds for 700 articles.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from kg.annotated import read_annotated
from kg.language_models.counting import Tally
from kg.language_models.facts import FactGate
from kg.language_models.names import NameGate
from kg.model import Article, Claim, Mention, Reading, Span
from kg.pieces import runs
from kg.registry import find_stage
from kg.schema import load_schema

LONGEST = find_stage("relate_llm").settings["longest"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("annotated", type=Path)
    schema, tally = load_schema(), Tally()
    names = NameGate(schema, tally, finder="find_llm", score=1.0)
    facts = FactGate(schema, tally, reader="relate_llm:annotators", score=1.0)
    refer = find_stage("refer").make(schema, {})
    texts = 0
    for line in parser.parse_args().annotated.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text, texts = record["text"], texts + 1
        article = Article(id=str(record["id"]), document="", number=1, text=text, date=record.get("date"))
        gold = read_annotated(article, record).reading
        (reading,) = refer([replace(gold, groups=(), claims=())])
        passages = list(runs(text, reading.sentences, LONGEST))
        for passage in passages:
            list(names.mentions({"names": list(listed_names(gold, passage))}, text, passage, reading.sentences))
        facts.claims(reading, [(passage, {"facts": list(listed_facts(gold, passage))}) for passage in passages])
    for what, number in sorted({**tally.read(), "texts": texts}.items()):
        print(f"{what}: {number:,}")


def listed_names(gold: Reading, passage: Span) -> Iterator[dict[str, str]]:
    kinds = {(one.text, one.type, one.subtype) for one in gold.mentions if passage.contains(one.span)}
    for text, type_, subtype in sorted(kinds, key=str):
        yield {"name": text, "type": f"{type_}/{subtype}" if subtype else type_}


def listed_facts(gold: Reading, passage: Span) -> Iterator[dict[str, Any]]:
    for claim in gold.claims:
        if passage.contains(claim.evidence[0].span):
            yield as_listed(claim)


def as_listed(claim: Claim) -> dict[str, Any]:
    return {
        "subject": claim.subject.text,
        "predicate": claim.predicate,
        "object": claim.object.text if isinstance(claim.object, Mention) else claim.object,
        "evidence": claim.evidence[0].quote,
        "modality": claim.modality,
        "polarity": claim.polarity,
        "qualifiers": [{"name": one.name, "text": one.text} for one in claim.qualifiers],
    }


if __name__ == "__main__":
    main()
