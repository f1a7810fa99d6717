"""The figures of repair: each fault costs what it should; and what repair reaches on noisy pages."""

import copy
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner
from column_page import gold_pages
from noisy_page import PRINTERS, furnish, noisy_page, read_articles
from test_repair import clean_articles

from kg import api
from kg.check.repair import RepairScore, read_gold_pages
from kg.cli import main
from kg.errors import InputError

PAGE = """两省共建茶叶市场
本报记者 林一凡
　　海西省与山南省签署协议，共建茶
叶市场。
　　市场设在海西省云溪县，占地一百
二十亩，明年开业。
"""
ARTICLE: dict[str, Any] = {
    "title": "两省共建茶叶市场",
    "byline": ["本报记者 林一凡"],
    "paragraphs": ["海西省与山南省签署协议，共建茶叶市场。", "市场设在海西省云溪县，占地一百二十亩，明年开业。"],
    "headings": [],
    "captions": [],
}
OTHER: dict[str, Any] = ARTICLE | {
    "title": "丰收",
    "byline": [],
    "paragraphs": ["棉田里一片丰收景象，农民喜笑颜开。", "今年的收购价格也比往年高。"],
}


def figures(system: list[dict[str, Any]], *gold: dict[str, Any]) -> dict[str, Any]:
    score = RepairScore()
    score.add(PAGE, gold or (ARTICLE,), system)
    return score.result()


def test_a_page_repaired_as_in_gold_has_full_marks() -> None:
    result = figures([OTHER, ARTICLE], ARTICLE, OTHER)  # in any order
    shares = ("found", "exact", "title", "byline", "headings", "captions")
    assert [result[share] for share in shares] == [1.0] * 6
    assert result["boundaries"] == {"p": 1.0, "r": 1.0, "f1": 1.0, "right": 2, "system": 2, "gold": 2}
    assert result["names"] == {"whole": 1.0, "of": 2}
    assert result["characters"]["lost"] == result["characters"]["added"] == result["characters"]["unplaced"] == 0


def test_white_space_makes_no_difference() -> None:
    spaced = ARTICLE | {"title": "两省 共建茶叶市场", "paragraphs": [" ".join(p) for p in ARTICLE["paragraphs"]]}
    assert figures([spaced]) == figures([ARTICLE])


@pytest.mark.parametrize(
    ("change", "figure", "value"),
    [
        ({"title": "两省共建"}, "title", 0.0),
        ({"title": None}, "title", 0.0),
        ({"byline": []}, "byline", 0.0),
        ({"headings": [[1, "市场"]]}, "headings", 0.0),
        ({"captions": ["图"]}, "captions", 0.0),
        ({"paragraphs": ["".join(ARTICLE["paragraphs"])]}, "exact", 1.0),
        ({"paragraphs": [ARTICLE["paragraphs"][0][:-1], ARTICLE["paragraphs"][1]]}, "exact", 0.0),
        ({"paragraphs": ["棉田里一片丰收景象。"]}, "found", 0.0),
    ],
)
def test_each_fault_costs(change: dict[str, Any], figure: str, value: float) -> None:
    assert figures([ARTICLE | change])[figure] == value


def test_paragraph_ends_missed_and_invented() -> None:
    first, second = ARTICLE["paragraphs"]
    missed = figures([ARTICLE | {"paragraphs": [first + second]}])["boundaries"]
    assert (missed["right"], missed["system"], missed["gold"]) == (0, 0, 1)
    invented = figures([ARTICLE | {"paragraphs": [first, second[:8], second[8:]]}])["boundaries"]
    assert (invented["right"], invented["system"], invented["gold"]) == (1, 2, 1)


def test_an_article_in_two_loses_the_end_between() -> None:
    halves = [ARTICLE | {"paragraphs": [paragraph]} for paragraph in ARTICLE["paragraphs"]]
    result = figures(halves)
    assert (result["found"], result["articles_made"], result["boundaries"]["r"]) == (0.0, 2, 0.0)


def test_characters_lost_added_and_unplaced() -> None:
    first, second = ARTICLE["paragraphs"]
    result = figures([ARTICLE | {"paragraphs": [first.replace("协", ""), second + "第三版"]}])
    assert (result["characters"]["lost"], result["characters"]["added"]) == (1, 3)
    apart = figures(
        [ARTICLE | {"byline": []}, OTHER | {"kind": "unplaced", "paragraphs": ["本报记者林一凡"], "title": ""}]
    )
    assert (apart["characters"]["lost"], apart["characters"]["unplaced"], apart["articles_made"]) == (0, 7, 1)


def test_names_are_those_given_or_what_stands_across_line_ends() -> None:
    cut = ARTICLE | {"paragraphs": ["海西省与山南省签署协议，共建茶", "叶市场。", ARTICLE["paragraphs"][1]]}
    assert figures([cut])["names"] == {"whole": 0.5, "of": 2}  # 共建茶叶市场 is cut, 占地一百二十亩 is not
    named = ARTICLE | {"names": ["海西省", "茶叶市场"]}
    assert figures([cut], named)["names"] == {"whole": 0.6667, "of": 3}  # 海西省 twice
    assert figures([ARTICLE], named)["names"]["whole"] == 1.0


def test_nothing_gold_has_no_shares() -> None:
    result = RepairScore().result()
    assert (result["found"], result["names"]["whole"], result["pages"]) == (None, None, 0)


# --- files


def write(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "record",
    [
        [],
        {"page": PAGE},
        {"articles": [ARTICLE]},
        {"page": 3, "articles": []},
        {"page": PAGE, "articles": [{"title": "无"}]},
        {"page": PAGE, "articles": [{"paragraphs": "一段"}]},
    ],
)
def test_what_is_no_gold_page_is_said_with_its_line(record: object, tmp_path: Path) -> None:
    path = write(tmp_path / "gold.jsonl", {"page": PAGE, "articles": [ARTICLE]}, record)
    with pytest.raises(InputError, match=r"gold\.jsonl:2: "):
        list(read_gold_pages(path))


def test_pages_are_texts_or_files(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    gold = write(
        tmp_path / "gold.jsonl", {"page": PAGE, "articles": [ARTICLE]}, {"page": "page.txt", "articles": [ARTICLE]}
    )
    result = api.evaluate_repair(gold)
    assert (result["pages"], result["articles"], result["exact"], result["title"]) == (2, 2, 1.0, 1.0)
    with pytest.raises(InputError, match="no such file"):
        api.evaluate_repair(write(tmp_path / "gold.jsonl", {"page": "none.txt", "articles": [ARTICLE]}))


def test_the_command_prints_a_table_or_json(tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.jsonl", {"page": PAGE, "articles": [ARTICLE]})
    table = CliRunner().invoke(main, ["eval", "--repair", str(gold)])
    assert table.exit_code == 0
    assert "1 pages, 1 articles" in table.stdout
    for label in ("articles found", "headline right", "paragraph ends", "names whole", "lost"):
        assert label in table.stdout
    printed = CliRunner().invoke(main, ["eval", "--repair", str(gold), "--json"])
    assert json.loads(printed.stdout) == api.evaluate_repair(gold)
    assert CliRunner().invoke(main, ["eval", "--repair", str(gold), str(gold)]).exit_code == 2


# --- what repair reaches


def score_pages(pages: list[tuple[str, list[dict[str, Any]]]], folder: Path) -> dict[str, Any]:
    records = [{"page": page, "articles": articles} for page, articles in pages]
    return api.evaluate_repair(write(folder / "gold.jsonl", *records))


@pytest.mark.parametrize("style", sorted(PRINTERS))
def test_noisy_pages_of_made_up_articles(style: str, tmp_path: Path) -> None:
    """Their sentences come from a few frames, so that wording tells little of where an article ends."""
    pages = []
    for seed in range(40):
        articles = clean_articles(Random(seed), Random(seed).randint(2, 4))
        pages.append((noisy_page(articles, seed, style), [asdict(article) for article in articles]))
    result = score_pages(pages, tmp_path)
    assert result["found"] >= 0.85
    assert result["title"] >= 0.75
    assert result["boundaries"]["f1"] >= 0.93
    assert result["names"]["whole"] >= 0.995
    assert result["characters"]["lost"] == 0


@pytest.mark.parametrize("style", sorted(PRINTERS))
def test_noisy_pages_of_news_articles(style: str, shared: Path, tmp_path: Path) -> None:
    articles = read_articles(shared / "gold" / "train.jsonl")
    random = Random(20)
    pages = []
    for _ in range(60):
        chosen = [furnish(each, random) for each in random.sample(articles, random.randint(2, 5))]
        pages.append((noisy_page(chosen, random.randrange(1 << 30), style), [asdict(each) for each in chosen]))
    result = score_pages(pages, tmp_path)
    assert result["found"] >= 0.95
    assert result["title"] >= 0.92
    assert result["boundaries"]["f1"] >= 0.96
    assert result["names"]["whole"] >= 0.995
    assert result["characters"]["lost"] <= 2


def test_pages_of_another_maker(shared: Path, tmp_path: Path) -> None:
    """No weight of repair was fitted to these."""
    articles = read_articles(shared / "gold" / "train.jsonl")
    pages = [(page, [asdict(each) for each in chosen]) for page, chosen in gold_pages(articles, 60, 20)]
    result = score_pages(pages, tmp_path)
    assert result["found"] >= 0.95
    assert result["title"] >= 0.92
    assert result["boundaries"]["f1"] >= 0.95
    assert result["names"]["whole"] >= 0.995
    assert result["characters"]["lost"] == 0


@pytest.mark.parametrize("script", ["noisy_page.py", "column_page.py"])
def test_a_page_is_the_same_for_the_same_seed(script: str, tmp_path: Path) -> None:
    source = write(tmp_path / "articles.jsonl", *(asdict(article) for article in clean_articles(Random(1), 5)))
    command = [sys.executable, str(Path(__file__).parent / script), "--pages", "3", "--seed", "7", str(source)]
    written = [subprocess.run(command, capture_output=True, check=True, timeout=60).stdout for _ in range(2)]
    assert written[0] == written[1]
    gold = tmp_path / "gold.jsonl"
    gold.write_bytes(written[0])
    assert api.evaluate_repair(gold)["pages"] == 3


def test_scoring_changes_nothing() -> None:
    gold, system = [copy.deepcopy(ARTICLE)], [copy.deepcopy(OTHER)]
    figures(system, *gold)
    assert (gold, system) == ([ARTICLE], [OTHER])
