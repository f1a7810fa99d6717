"""Join the annotations of data/train/annotations.jsonl with the texts that they were made on.

    python data/scripts/join_annotations.py --raw DOMAIN.jsonl.xz GENERAL.jsonl.xz --out JOINED.jsonl

The texts are newspaper articles that are not ours to give away, so that only places in them are kept: each line names
a corpus (the file's name up to the first dot), an article, the stretch of its text that was annotated and the SHA-256
of that stretch, then

- ``mentions``: [start, end, type, subtype, entity, doubtful], offsets in code points from the stretch's start;
- ``names``: [start, end] of the fullest name of each entity;
- ``facts``: [subject, predicate, object, qualifiers, evidence start, evidence end, doubtful]; an object is the number
  of an entity; one that is text, and the value of a qualifier, is [start, end], or words where it does not stand so.

The joined file has the form of the project's annotated articles. Lines whose text is not found, or is another one, are
counted and left out. Needs no network and no more than the package.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.resources import data_path

SUFFIXES = ("产业集群", "产业链", "产业", "行业", "领域", "集群")
"""Words that the name of an industry has with it or not, as one likes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--raw", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    lines = data_path("train", "annotations.jsonl").read_text(encoding="utf-8").splitlines()
    annotations = [json.loads(line) for line in lines]
    wanted = {(one["corpus"], one["article"]) for one in annotations}
    articles = {
        (corpus, article["id"]): article
        for path in given.raw
        for corpus in [path.name.split(".", maxsplit=1)[0]]
        for article in read(path)
        if (corpus, article["id"]) in wanted
    }
    joined = 0
    with given.out.open("w", encoding="utf-8") as file:
        for number, one in enumerate(annotations):
            article = articles.get((one["corpus"], one["article"]))
            text = article["text"][one["start"] : one["end"]] if article else ""
            if hashlib.sha256(text.encode()).hexdigest() == one["sha256"]:
                file.write(json.dumps(record(f"a{number}", one, text, article or {}), ensure_ascii=False) + "\n")
                joined += 1
    print(f"{joined} of {len(annotations)} annotated passages joined")


def read(path: Path) -> list[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def record(key: str, one: Mapping[str, Any], text: str, article: Mapping[str, Any]) -> dict[str, Any]:
    """Return one passage in the form of the annotated articles: the fullest name of an entity is its first one."""

    def said(value: Any) -> str:
        return text[value[0] : value[1]] if isinstance(value, list) else value

    mentions, names = [], {}
    for start, end, kind, subtype, entity, doubtful in one["mentions"]:
        mention = {"start": start, "end": end, "text": text[start:end], "type": kind, "subtype": subtype}
        mention |= {"entity": f"e{entity}"} | ({"optional": True} if doubtful else {})
        if kind == "Industry" and (other := boundaries(text, start, end)):
            mention["alt"] = other
        mentions.append(mention)
        names.setdefault(entity, []).append(mention)
    facts = []
    for subject, predicate, object_, qualifiers, start, end, doubtful in one["facts"]:
        fact = {
            "subject": f"e{subject}",
            "predicate": predicate,
            "object": f"e{object_}" if isinstance(object_, int) else said(object_),
            "qualifiers": {name: said(value) for name, value in qualifiers.items()},
            "evidence": [start, end],
        }
        facts.append(fact | ({"optional": True} if doubtful else {}))
    entities = []
    for number, own in sorted(names.items()):
        fullest = text[slice(*one["names"][number])]
        entity = {"id": f"e{number}", "type": own[0]["type"], "subtype": own[0]["subtype"], "name": fullest}
        entity["aliases"] = list(dict.fromkeys(mention["text"] for mention in own))
        entities.append(entity | ({"optional": True} if all(mention.get("optional") for mention in own) else {}))
    about = {"id": key, "title": article.get("title"), "date": article.get("date"), "text": text}
    return about | {"entities": entities, "mentions": mentions, "facts": facts}


def boundaries(text: str, start: int, end: int) -> Sequence[list[int]]:
    """Return the other boundaries that the name of an industry may have."""
    longer = [[start, end + len(word)] for word in SUFFIXES if text.startswith(word, end)]
    name = text[start:end]
    shorter = [[start, end - len(word)] for word in SUFFIXES if name.endswith(word) and len(name) > len(word) + 1]
    return [*longer, *shorter]


if __name__ == "__main__":
    main()
