"""Weigh the signs of programs' names on annotated articles, and mine well-known names from news text.

    python data/scripts/mine_programs.py weigh ANNOTATED.jsonl      writes data/lexicons/program_signs.tsv
    python data/scripts/mine_programs.py names TEXT.jsonl[.xz] ...  writes data/lexicons/programs.tsv

ANNOTATED has a JSON object a line with "text" and "mentions" (start, end, type, optional, alt: other spans); each line
of TEXT has "text". No name of the annotated articles is kept: a sign is a kind of word, a head, or a verb in front. The
same inputs in the same order give the same bytes.
"""

from __future__ import annotations

import json
import lzma
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import rjieba

from kg.model import Article, Reading
from kg.organization_edges import Tokens, cut
from kg.organizations import known_organizations
from kg.program_edges import candidates, quoted_signs
from kg.programs import heads, probability
from kg.regions import candidates as region_candidates
from kg.registry import find_stage
from kg.resources import data_path, read_words
from kg.schema import load_schema
from kg.stages import find_programs

MIN_SIGN = 8  # occurrences of a sign that gets a weight
EPOCHS, RATE, DECAY = 20, 0.15, 0.004  # AdaGrad (Duchi, Hazan, Singer, 2011) with L2
MIN_QUOTED, MIN_SHOWN, MIN_SHARE = (
    10,
    6,
    0.5,
)  # articles in which a quotation stands, is shown as a program; their share
MIN_NAMED, NAMED_SHARE, SURE = 6, 0.7, 0.75  # articles in which a headed name is likely; share of its occurrences
SHOWN = re.compile(r"”(?:工程|行动|计划|战略|倡议|项目|试点|专项|平台|贷款|班列|基金)")
GOVERNED = re.compile(r"(?:实施|启动|推出|共建|开展|出台|推进|参与|融入)“$")
QUOTATION = re.compile(r"“([\w+·]{2,14})”")
GLUED = re.compile(r"[据继由在对的和与及]|中国|.*全国|两国|[省市县]")
NO_NAME = re.compile(r".*[+\d的了是]|[一二三四五六七八九十两双][\u4e00-\u9fff]{1,2}[一二三四五六七八九十两双]?.*")
Row = tuple[tuple[str, ...], bool]


def texts(files: Iterable[str]) -> Iterator[str]:
    for file in files:
        opener = lzma.open if file.endswith(".xz") else open
        with opener(file, "rt", encoding="utf-8") as lines:  # type: ignore[operator]  # both take these
            for line in lines:
                yield json.loads(line)["text"]


def names_of(text: str) -> dict[int, int]:
    """Regions' and organizations' starts by their ends, as the stages before find_programs find them."""
    readings = [Reading(Article(id="a", document="a", number=1, text=text))]
    for stage in ("split", "find_regions", "find_organizations"):
        readings = list(find_stage(stage).make(load_schema(), {})(readings))
    ends: dict[int, int] = {}
    for mention in readings[0].mentions:
        ends[mention.span.end] = min(mention.span.start, ends.get(mention.span.end, mention.span.start))
    return ends


def rows(article: dict[str, Any]) -> Iterator[Row]:
    """The signs of each stretch that may be a name, and whether it is one; optional ones are left out."""
    text = article["text"]
    right: set[tuple[int, int]] = set()
    optional: list[tuple[int, int]] = []
    for mention in article["mentions"]:
        spans = [(mention["start"], mention["end"]), *map(tuple, mention.get("alt", []))]
        if mention.get("optional"):
            optional += spans[:1]
        elif mention["type"] == "Program":
            right.update(spans)
    for (start, end), signs in stretches(cut(text), names_of(text)):
        if (start, end) in right or not any(a < end and start < b for a, b in optional):
            yield signs, (start, end) in right


def stretches(tokens: Tokens, names: dict[int, int]) -> Iterator[tuple[tuple[int, int], tuple[str, ...]]]:
    for head, start, end in find_programs.heads_in(tokens):
        for candidate in candidates(tokens, head, start, end, names):
            yield (candidate.start, candidate.end), candidate.signs
    for start, end, again in find_programs.quotations(tokens.text):
        yield (start, end), quoted_signs(tokens, start, end, again)


def fitted(training: list[Row]) -> dict[str, float]:
    """Weights of a logistic model, in the order of their signs."""
    counts = Counter(sign for signs, _ in training for sign in signs)
    weights = {sign: 0.0 for sign in sorted(counts) if counts[sign] >= MIN_SIGN} | {"always": 0.0}
    squares = dict.fromkeys(weights, 1e-6)
    kept = [(["always", *(sign for sign in signs if sign in weights)], right) for signs, right in training]
    shuffle = random.Random(1)
    for _ in range(EPOCHS):
        shuffle.shuffle(kept)
        for signs, right in kept:
            error = 1 / (1 + math.exp(-sum(weights[sign] for sign in signs))) - right
            for sign in signs:
                slope = error + DECAY * weights[sign]
                squares[sign] += slope * slope
                weights[sign] -= RATE * slope / math.sqrt(squares[sign])
    return weights


def weigh(file: str) -> None:
    with Path(file).open(encoding="utf-8") as lines:
        training = [row for line in lines for row in rows(json.loads(line))]
    header = (
        "Signs of programs' names and their weights (log odds): sign, weight. Fitted by mine_programs.py on annotated\n"
        f"articles; signs seen {MIN_SIGN} times or more. kg/program_edges.py makes the signs."
    )
    write("program_signs.tsv", header, ((sign, f"{weight:.2f}") for sign, weight in fitted(training).items()))


def names(files: list[str]) -> None:
    """Quotations that are shown as programs, and headed names that are likely in most places where they stand."""
    standing: Counter[str] = Counter()
    shown: Counter[str] = Counter()
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    headed: Counter[str] = Counter()
    for text in texts(files):
        quoted: dict[str, bool] = {}
        for marks in QUOTATION.finditer(text):
            outer = SHOWN.match(text, marks.end() - 1)
            quoted[marks[1]] = quoted.get(marks[1], False) or bool(
                outer or GOVERNED.search(text[max(0, marks.start() - 2) : marks.start() + 1])
            )
            if outer and outer[0][1:] in heads():
                kinds[marks[1]][heads()[outer[0][1:]].subtype] += 1
        standing.update(quoted)
        shown.update(name for name, is_shown in quoted.items() if is_shown)
        headed.update(likely(text))
    found = {
        name: kinds[name].most_common(1)[0][0]
        for name, count in shown.items()
        if count >= MIN_SHOWN
        and standing[name] >= MIN_QUOTED
        and count >= MIN_SHARE * standing[name]
        and kinds[name]
        and is_possible(name)
    }
    share = spread(files, {name for name, count in headed.items() if count >= MIN_NAMED})
    for name, count in headed.items():
        if count >= MIN_NAMED and count >= NAMED_SHARE * share[name]:
            found.setdefault(
                name, max((h for h in heads().values() if name.endswith(h.word)), key=lambda h: len(h.word)).subtype
            )
    by_hand = frozenset(read_words("lexicons", "program_names.tsv"))
    header = (
        "Well-known programs: name, subtype, articles counted. Mined from news text, counted, filtered\n"
        f"(mine_programs.py): quotations shown as a program by the words beside them in {MIN_SHOWN} articles and\n"
        f"{MIN_SHARE:.0%} of those that have them, and names on a head that are likely ({SURE}) in\n"
        f"{MIN_NAMED} articles and {NAMED_SHARE:.0%} of those that have them."
    )
    table = ((name, kind, max(shown[name], headed[name])) for name, kind in found.items() if name not in by_hand)
    write("programs.tsv", header, table)


def likely(text: str) -> set[str]:
    """The headed names of an article that are surely there, without the help of the stages before."""
    tokens = cut(text)
    found = set()
    for head, start, end in find_programs.heads_in(tokens):
        ranked = [(probability(c.signs), c.start) for c in candidates(tokens, head, start, end, {})]
        score, begin = max(ranked, default=(0.0, 0))
        bare = text[begin:start]
        if (
            score >= SURE
            and re.fullmatch(r"[\u4e00-\u9fffA-Za-z]{2,10}", bare)
            and not (GLUED.match(bare) or region_candidates(bare))
        ):
            found.add(text[begin:end])
    return found


def spread(files: list[str], wanted: set[str]) -> Counter[str]:
    """In how many articles each name stands."""
    automaton = find_programs.automaton(sorted(wanted))
    counts: Counter[str] = Counter()
    for text in texts(files) if wanted else ():
        counts.update({text[final + 1 - length : final + 1] for final, length in automaton.iter(text)})
    return counts


def is_possible(name: str) -> bool:
    """Say whether a quotation may stand for a program anywhere: no number word, no plain word, no other name."""
    if (
        NO_NAME.fullmatch(name)
        or len(name) < 4
        or name in known_organizations()
        or region_candidates(name)
        or name in heads()
    ):
        return False
    return not rjieba.has_word(name)


def write(name: str, header: str, table: Iterable[tuple[object, ...]]) -> None:
    path = Path(data_path("lexicons", name))
    lines = [f"# {line}" for line in header.splitlines()] + sorted("\t".join(map(str, row)) for row in table)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(lines) - len(header.splitlines())} rows")


def main(arguments: list[str]) -> None:
    match arguments:
        case ["weigh", file]:
            weigh(file)
        case ["names", *files] if files:
            names(files)
        case _:
            raise SystemExit("mine_programs.py: give `weigh ANNOTATED.jsonl` or `names TEXT.jsonl[.xz] ...`")


if __name__ == "__main__":
    main(sys.argv[1:])
