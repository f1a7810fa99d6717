"""Count organizations' names and the words around them in news text, and write the mined lexicons.

    python data/scripts/mine_organizations.py TEXT.jsonl[.xz] ...

Each line of an input is a JSON object with "text". Writes, in data/lexicons/, in this order, because each step needs
the one before: organization_common_words.tsv, company_words.tsv, organizations.tsv. The same inputs in the same order
give the same bytes.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import ahocorasick
import rjieba

from kg import organizations, short_names
from kg.organization_edges import cut, find_edge
from kg.organizations import boundary_words, coined_endings, heads, is_plain_word, public_bodies, subtype_of
from kg.regions import candidates, region_prefix
from kg.resources import data_path, read_words
from kg.short_names import short_forms

MIN_STOP = 120  # occurrences of a verb, adverb ... that makes it no part of a name
MIN_COMMON = 1000  # occurrences of a proper noun that make it no mark of one organization
MIN_CURRENT = 200  # the same for words that no dictionary has (低碳, 算力)
MIN_TRADE = 4  # companies whose names end on a word of the trade
MIN_SHOWN = 3  # occurrences of a bare name where the words beside it show a company
MIN_BARE = 2  # occurrences without a legal form behind: a name that stands alone
MIN_SHARE = 0.05  # their share in its occurrences
PAIR_SHARE = 0.09  # the same for names of two characters that no dictionary has
WORD_SHARE = 0.4  # the same for words of the dictionary and for what may be a person
PLACE_SHARE = 0.12  # the same for a region and plain words (宁德时代), which must also be defined or listed somewhere
PLACE_BARE = 10  # occurrences without a legal form that such a name needs

NO_NAME = (
    "指数",
    "综指",
    "成指",
    "收益率",
    "期货",
    "区",
    "省",
    "市",
    "县",
    "乐团",
    "党",
    "赛",
    "会",
    "日报",
    "证",
    "季",
    "期",
    "兼",
    "股",
)
STOP_TAGS = ("v", "vd", "vg", "ad", "d", "p", "c", "r", "t", "q", "y", "u", "ul", "uz", "ud", "ug", "uv", "uj", "e",
             "o", "m", "mq", "f")  # fmt: skip
PROPER_TAGS = ("nr", "nrt", "nrfg", "nz")
FUNCTION = re.compile(r"[某不即的了是在以该被把们]|^(?:公司|集团|推进|加强|副?总裁)")
HAN = re.compile(r"[\u4e00-\u9fff]+")
FORM = re.compile(r"[(（]?(?:集团|公司|股份|有限|控股)")
LEGAL = re.compile(r"(?:股份)?有限(?:责任)?公司")
CODE = re.compile(r"[(（](?:证券代码|股票代码|股票)?[:：]?(?:\d{6}(?:\.S[HZ])?|\d{4,5}\.HK|[03568]\d{5}[,，])[)）]?")
DEFINED = re.compile(r"[(（](?:以下|下文)?(?:简称|下称)[为：:]?[“\"「]([\w·]{2,8})[”\"」]")
LISTED = re.compile(  # 思客琦、亚南电机等企业
    r"((?:[\w·]{2,8}、){1,12}[\w·]{2,8})等[\w·]{0,10}?(?:公司|企业|巨头|品牌|厂商|车企|药企|房企|银行|机构|供应商|运营商|开发商|电商|平台)"
)
SHOWS_AFTER = re.compile(
    r"集团|公司|股份(?!有限|制|数|总|比|权|转|的)|控股(?!股东|子|权|有限)|[(（](?:\d{6}|\d{4,5}\.HK)|(?:联合)?创始人|董事长|董秘|总裁|副总裁|"
    r"总经理|副总经理|CEO|首席[一-龥]{1,4}官|公告称|旗下|中国区|股价|财报|市值|高管|裁员|停牌|复牌"
)
SHOWS_BEFORE = re.compile(
    r"(?:上市公司|公司|企业|巨头|旗下|控股股东|子公司|厂商|车企|药企|房企|品牌商|运营商|电商平台|互联网企业)$"
)


def texts(files: Iterable[str]) -> Iterator[str]:
    for file in files:
        opener = lzma.open if file.endswith(".xz") else open
        with opener(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]


def write(name: str, header: str, rows: Iterable[tuple[object, ...]]) -> None:
    path = Path(data_path("lexicons", name))
    lines = [f"# {line}" for line in header.splitlines()] + ["\t".join(map(str, row)) for row in sorted(rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path.name}: {len(lines) - len(header.splitlines())} rows")


def common_words(files: list[str]) -> None:
    counts: Counter[tuple[str, str]] = Counter()
    for text in texts(files):
        counts.update(rjieba.tag(text))
    best: dict[str, tuple[int, str]] = {}
    for (word, tag), count in counts.items():
        if len(word) > 1 and HAN.fullmatch(word):
            best[word] = max(best.get(word, (0, "")), (count, tag))
    known = public_bodies()
    rows = []
    for word, (count, tag) in best.items():
        if tag in STOP_TAGS and count >= MIN_STOP:
            rows.append((word, "stop"))
        elif (
            word not in known
            and count >= (MIN_COMMON if rjieba.has_word(word) else MIN_CURRENT)
            and (tag in PROPER_TAGS or not rjieba.has_word(word))
        ):
            rows.append((word, "common"))
    header = (
        "Common words of news text: word, role. Mined from news text, counted, filtered (mine_organizations.py).\n"
        f"  stop    a verb, adverb, numeral ... of {MIN_STOP} occurrences or more: no part of a name\n"
        f"  common  called a proper noun by the tagger, but of {MIN_COMMON} occurrences or more, or a word that no\n"
        f"          dictionary has, of {MIN_CURRENT} or more: marks no organization"
    )
    write("organization_common_words.tsv", header, rows)


def legal_names(files: list[str]) -> Counter[str]:
    names: Counter[str] = Counter()
    known = heads()
    for text in texts(files):
        if "有限" not in text:
            continue
        tokens = None
        for form in LEGAL.finditer(text):
            tokens = tokens or cut(text)
            edge = find_edge(tokens, known[form[0]], form.start(), {}, {})
            if form.start() - edge.start >= 4:
                names[text[edge.start : form.end()]] += 1
    return names


def company_words(names: Counter[str]) -> None:
    ends: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        bare = LEGAL.sub("", name)
        bare = re.sub(r"[(（].*?[)）]", "", bare[region_prefix(bare) :]).removesuffix("集团").removesuffix("控股")
        words = rjieba.cut(bare)
        for start in range(len(words) - 1, 0, -1):
            if rjieba.tag(words[start])[0][1] not in ("n", "vn", "v", "b", "a", "l") or len(words[start]) < 2:
                break
            ends[words[start]].add("".join(words[:start]))
    rows = [
        (word, len(stems))
        for word, stems in ends.items()
        if len(stems) >= MIN_TRADE and rjieba.has_word(word) and HAN.fullmatch(word) and is_trade(word)
    ]
    header = (
        "Words of the trade on which companies' names end: word, names counted. Mined from news text, counted,\n"
        f"filtered (mine_organizations.py): dictionary words that end the names of {MIN_TRADE} companies or more."
    )
    write("company_words.tsv", header, rows)


def is_trade(word: str) -> bool:
    """Say whether a word may be dropped from a company's name: no region, no head of another kind of body."""
    head = heads().get(word)
    if candidates(word) or word.endswith("公司") or word in boundary_words().front:
        return False
    return head is None or head.subtype == "company"


def bare_names(files: list[str], names: Counter[str]) -> tuple[Counter[str], set[str]]:
    """Candidates: defined short names, names before stock codes, and what is left of full names without their form.

    Also those that were defined or stood before a stock code at least once.
    """
    found: Counter[str] = Counter()
    proven: set[str] = set()
    for name, count in names.items():
        for form in short_forms(name):
            if len(form) <= 8:
                found[form] += count
    for text in texts(files):
        for defined in DEFINED.finditer(text):
            found[defined[1]] += 2
            proven.add(defined[1])
        for listed in LISTED.finditer(text):
            found.update(listed[1].split("、"))
        hits = [*CODE.finditer(text), *SHOWS_AFTER.finditer(text)]
        tokens = cut(text) if hits else None
        for hit in hits:
            assert tokens is not None
            edge = find_edge(tokens, heads()["公司"], hit.start(), {}, {})
            if edge.start < hit.start() <= edge.start + 8 and len(edge.pieces) <= 3:
                found[text[edge.start : hit.start()]] += 1
                if hit.re is CODE:
                    proven.add(text[edge.start : hit.start()])
    return found, proven


def shown(files: list[str], wanted: set[str]) -> dict[str, tuple[int, int, int]]:
    """For each candidate: how often it stands on its own words, how often shown as a company, how often bare."""
    automaton = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for word in sorted(wanted):
        automaton.add_word(word)
    automaton.make_automaton()
    total: Counter[str] = Counter()
    positive: Counter[str] = Counter()
    bare: Counter[str] = Counter()
    for text in texts(files):
        tokens = None
        listed = {place for found in LISTED.finditer(text) for place in range(*found.span(1))}
        for final, length in automaton.iter_long(text):
            tokens = tokens or cut(text)
            start, end = final + 1 - length, final + 1
            if not (tokens.is_edge(start) and tokens.is_edge(end)):
                continue
            word = text[start:end]
            total[word] += 1
            bare[word] += not FORM.match(text, end)
            if start in listed or SHOWS_AFTER.match(text, end) or SHOWS_BEFORE.search(text[max(0, start - 5) : start]):
                positive[word] += 1
    return {word: (total[word], positive[word], bare[word]) for word in total}


def organizations_found(files: list[str], names: Counter[str]) -> None:
    found, proven = bare_names(files, names)
    wanted = {name for name, count in found.items() if count > 1 and (is_possible(name) or is_placed(name))}
    rows: list[tuple[object, ...]] = []
    known, surnames = public_bodies(), frozenset(read_words("lexicons", "surnames.tsv"))
    for name, (count, positive, bare) in shown(files, wanted).items():
        tag = rjieba.tag(name)[0][1]
        least = MIN_SHARE
        if is_placed(name):
            if name not in proven or bare < PLACE_BARE:
                continue
            least = PLACE_SHARE
        elif (
            is_plain_word(name)
            or (len(name) == 2 and tag == "ns")
            or (len(name) < 4 and name[0] in surnames and tag == "nr")
        ):
            least = WORD_SHARE
        elif len(name) == 2 and not rjieba.has_word(name):
            least = PAIR_SHARE
        if (
            bare >= MIN_BARE
            and positive >= MIN_SHOWN
            and positive >= least * count
            and name not in known
            and not LEGAL.search(name + "公司")
        ):
            rows.append((name, subtype_of(name) or "company", count))
    header = (
        "Names of companies that stand alone: name, subtype, occurrences. Mined from news text, counted, filtered\n"
        f"(mine_organizations.py): shown as a company's by the words beside it {MIN_SHOWN} times or more and in\n"
        f"{MIN_SHARE:.0%} of its occurrences ({PAIR_SHARE:.0%} for two characters of no\n"
        f"dictionary, {WORD_SHARE:.0%} for words of the dictionary and likely persons, {PLACE_SHARE:.0%} for a region\n"
        "with plain words behind)."
    )
    write("organizations.tsv", header, rows)


def is_placed(name: str) -> bool:
    """Say whether a name is a region and plain words: 宁德时代 is a company's, 福建企业 no name."""
    bare = name[region_prefix(name) :]
    words = boundary_words()
    if not 3 <= len(name) <= 6 or not HAN.fullmatch(name) or bare == name or len(bare) < 2 or FUNCTION.search(name):
        return False
    pieces = rjieba.cut(bare)
    return all(is_plain_word(word) for word in pieces) and not any(
        word in words.stop or word in heads() for word in pieces
    )


def is_possible(name: str) -> bool:
    """Say whether a string may be a company's name at all: not a place, not words of the language, not a head."""
    words = boundary_words()
    if (
        not 2 <= len(name) <= 8
        or not re.fullmatch(r"[\u4e00-\u9fffA-Za-z·&]+", name)
        or (name.isascii() and len(name) < 3)
    ):
        return False
    if name in words.stop or name in words.inside or name in words.front or candidates(name) or name.endswith(NO_NAME):
        return False
    if (
        name in heads()
        or name in coined_endings()
        or name in _places()
        or region_prefix(name) == len(name)
        or FUNCTION.search(name)
    ):
        return False
    bare = name[region_prefix(name) :]
    pieces = rjieba.cut(name)
    if len(pieces) > 1 and any(piece in words.stop for piece in pieces):
        return False
    if bare != name and all(is_plain_word(word) for word in rjieba.cut(bare)):
        return False
    parts = [part for part in rjieba.cut_for_search(name) if part != name]
    if "".join(parts) == name and all(is_plain_word(part) for part in parts):
        return False
    return len(pieces) == 1 or not all(is_plain_word(word) for word in pieces)


@cache
def _places() -> frozenset[str]:
    files = ("region_countries.tsv", "region_informal.tsv", "region_places.tsv", "region_zones.tsv")
    return frozenset(word for file in files for word in read_words("lexicons", file))


def forget() -> None:
    """Read the lexicons anew: the steps write what the next ones read."""
    boundary_words.cache_clear()
    organizations.known_organizations.cache_clear()
    short_names.company_words.cache_clear()
    short_names.short_forms.cache_clear()


def main(files: list[str]) -> None:
    if not files:
        raise SystemExit("mine_organizations.py: give one or more .jsonl or .jsonl.xz files of news text")
    for name in ("company_words.tsv", "organizations.tsv", "organization_common_words.tsv"):
        write(name, "not yet mined", ())
    common_words(files)
    forget()
    names = legal_names(files)
    company_words(names)
    forget()
    organizations_found(files, names)


if __name__ == "__main__":
    main(sys.argv[1:])
