"""Every fact's quote leads back to the words in the file, whatever noise the page has."""

from pathlib import Path
from random import Random

import pytest
from noisy_page import Clean, noisy_page

import kg
from kg.resources import data_path

NAMES = ("云织鞋服", "沐禾电驱", "砺锋装备", "竹海家具", "桂海物流")
PLACES = ("宁德市蕉城区", "泉州晋江市", "湖州市安吉县", "苏州市昆山市", "赣州市瑞金市")


def bare(text: str) -> str:
    return "".join(text.split())


def clean(number: int, random: Random) -> Clean:
    name, place = NAMES[number], PLACES[number]
    firm, bank = f"{name}有限公司", "海岚银行"
    sums = [random.randint(2, 90) for _ in range(5)]
    paragraphs = [
        f"近日，{bank}为位于{place}的{firm}提供超{sums[0]}亿元授信额度，累计投放贷款{sums[1]}00万元。",
        f"{firm}董事长林听澜说，该公司与{bank}签署了战略合作协议，到2027年产值突破{sums[2]}亿元。",
        f"“{name}去年实现营业收入{sums[3]}亿元，同比增长{sums[4]}%。”{place}副市长周砚清介绍。",
    ]
    return Clean(f"{name}驶入快车道", paragraphs, ["本报记者 许望舒"])


def check(text: str, folder: Path) -> int:
    """Build the page's graph; every quote must stand where its place says. Return how many there are."""
    page = folder / "page.txt"
    page.write_bytes(text.encode("utf-8"))
    kg.build([page], folder / "out")
    graph = kg.load_graph(folder / "out" / "graph.sqlite")
    quotes = [one for fact in graph.facts for claim in fact.claims for one in claim.evidence]
    for quote in quotes:
        place = graph.place(quote)
        assert place is not None
        assert bare("".join(place.pieces)) == bare(quote.quote)
        assert all(piece in text for piece in place.pieces)
        assert text.splitlines()[place.line - 1][place.column - 1 :].startswith(place.pieces[0][:1])
    return len(quotes)


def test_the_sample_page(tmp_path: Path) -> None:
    assert check(data_path("sample", "page.txt").read_text(encoding="utf-8"), tmp_path) > 40


@pytest.mark.parametrize("style", ["typeset", "wrapped"])
@pytest.mark.parametrize("seed", range(4))
def test_noisy_pages(seed: int, style: str, tmp_path: Path) -> None:
    random = Random(seed)
    articles = [clean(number, random) for number in random.sample(range(len(NAMES)), random.randint(2, 4))]
    assert check(noisy_page(articles, seed, style), tmp_path) >= 2 * len(articles)
