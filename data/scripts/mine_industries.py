"""Mine names of industries from news text.

    python data/scripts/mine_industries.py TEXT.jsonl[.xz] ...

Each line of an input is a JSON object with "text". Writes data/lexicons/industry_mined.tsv; run fit_weights.py after
it, because the weights know the tiers. The same inputs in the same order give the same bytes.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import ahocorasick
import rjieba

from kg.industries import cut, edge_words, find_start, tail_end
from kg.organizations import head_of
from kg.regions import candidates
from kg.resources import data_path, read_rows

MIN_SHOWN = 6  # occurrences where the words around show a branch
MIN_SHARE = 0.05  # their share in all
MIN_KINDS = 2  # of three ways in which they show it: a tail, a list with a head, 企业 or 领域

TAIL = re.compile("全?产业链|产业集群|产业带|产业|行业")
FIRM = re.compile("企业|领域")
LIST = re.compile(r"((?:[\w+/]{2,12}、){1,14}[\w+/]{2,12}?)等[\w个大]{0,8}?(?:产业|行业|领域|赛道|板块|集群|制造业)")
NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{2,10}")


def lines(file: str) -> Iterator[dict[str, Any]]:
    opener = lzma.open if file.endswith(".xz") else open
    with opener(file, "rt", encoding="utf-8") as rows:  # type: ignore[operator]  # both take these
        yield from map(json.loads, rows)


def write(name: str, header: str, rows: Iterable[tuple[object, ...]]) -> None:
    path = Path(data_path("lexicons", name))
    text = [f"# {line}" for line in header.splitlines()] + ["\t".join(map(str, row)) for row in sorted(rows)]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(text) - len(header.splitlines())} rows")


def mine_names(files: list[str]) -> None:
    shown: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for file in files:
        for line in lines(file):
            text = line["text"]
            if "业" not in text and "领域" not in text:
                continue
            tokens = cut(text)
            for kind, pattern in enumerate((TAIL, FIRM)):
                for hit in pattern.finditer(text):
                    end = hit.start()
                    if tokens.is_edge(end) and (kind or tail_end(text, end) > end):
                        shown[text[find_start(tokens, end) : end]][kind] += 1
            for hit in LIST.finditer(text):
                end = hit.start() - 1
                for number, name in enumerate(hit[1].split("、")):
                    start, end = end + 1, end + 1 + len(name)
                    if number and find_start(tokens, end) <= start:
                        shown[name][2] += 1
    wanted = {name: counts for name, counts in shown.items() if is_possible(name, counts)}
    total = occurrences(files, wanted)
    rows = [(name, "mined", sum(counts)) for name, counts in wanted.items() if sum(counts) >= MIN_SHARE * total[name]]
    header = (
        "Names of branches mined from news text: name, tier, occurrences that show it. Counted, filtered\n"
        f"(mine_industries.py): {MIN_SHOWN} occurrences or more before 产业, 行业, 企业, 领域 or in a list\n"
        f"that these end, in {MIN_KINDS} of these ways or more, and in {MIN_SHARE:.0%} of all occurrences."
    )
    write("industry_mined.tsv", header, rows)


def is_possible(name: str, counts: list[int]) -> bool:
    """Say whether a string may name a branch: words of a branch, no place, no body, not in the lexicon made by hand."""
    known = {row[0] for row in read_rows("lexicons", "industries.tsv")}
    if not NAME.fullmatch(name) or name in known or sum(counts) < MIN_SHOWN or sum(map(bool, counts)) < MIN_KINDS:
        return False
    words = rjieba.cut(name)
    edges = edge_words()
    if name in edges.modifier or name in edges.inside or any(word in edges.stop or candidates(word) for word in words):
        return False
    return (
        head_of(name) is None
        and rjieba.tag(name)[-1][1] not in ("v", "a", "d", "l", "r", "m")
        and name[0] not in "和与及或"
    )


def occurrences(files: list[str], names: Iterable[str]) -> Counter[str]:
    automaton = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for name in sorted(names):
        automaton.add_word(name)
    automaton.make_automaton()
    total: Counter[str] = Counter()
    for file in files:
        for line in lines(file):
            text = line["text"]
            tokens = None
            for final, length in automaton.iter(text):
                tokens = tokens or cut(text)
                if tokens.is_edge(final + 1 - length) and tokens.is_edge(final + 1):
                    total[text[final + 1 - length : final + 1]] += 1
    return total


def main(files: list[str]) -> None:
    if not files:
        raise SystemExit("mine_industries.py: give one or more .jsonl or .jsonl.xz files of news text")
    mine_names(files)


if __name__ == "__main__":
    main(sys.argv[1:])
