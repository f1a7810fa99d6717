"""Fits the weights of kg/repair/seams.py, by logistic regression, to pages whose articles are known.

    python tests/fit_seams.py GOLD.jsonl...

reads gold of ``kg eval --repair`` (see noisy_page.py) and prints a row of weights for the places where nothing stands
out between two paragraphs, and one for the others.
"""

import sys
from collections.abc import Iterator, Sequence
from math import exp

from kg.check.repair import GoldPage, read_gold_pages
from kg.repair.articles import _sequence
from kg.repair.blocks import sort_lines
from kg.repair.furniture import read_note
from kg.repair.lines import read_lines
from kg.repair.seams import Signs, is_shown, read_seams
from kg.repair.wording import pairs

_START = 14  # characters by which the first paragraph of an article is known
_RIDGE = 1.0

Example = tuple[Signs, bool]


def examples(page: GoldPage) -> Iterator[tuple[bool, Example]]:
    """Yield for each place between two paragraphs whether lines stand out there, its signs, and the truth."""
    blocks = sort_lines(read_lines(page.page))
    paragraphs, between = _sequence(blocks)
    notes = [block.place for block in blocks if block.kind == "furniture" and read_note(block.lines[0])]
    starts = {"".join(article["paragraphs"][0].split())[:_START] for article in page.articles}
    seams = read_seams(paragraphs, between, [pairs(block.text) for block in paragraphs], notes)
    for place, signs in enumerate(seams, start=1):
        start = "".join(paragraphs[place].text.split())[:_START]
        yield is_shown(between[place]), (signs, any(start == known[: len(start)] for known in starts))


def fit(chosen: Sequence[Example]) -> list[float]:
    """Return the weights by Newton's method, all but the first drawn towards 0."""
    size = len(Signs._fields)
    weights = [0.0] * size
    for _ in range(25):
        slope = [-_RIDGE * weight * (index > 0) for index, weight in enumerate(weights)]
        curve = [[_RIDGE * (row == column > 0) for column in range(size)] for row in range(size)]
        curve[0][0] = 1e-6
        for signs, truth in chosen:
            odds = sum(weight * sign for weight, sign in zip(weights, signs, strict=True))
            likely = 1 / (1 + exp(-max(min(odds, 30.0), -30.0)))
            shown = [(index, float(sign)) for index, sign in enumerate(signs) if sign]
            for row, one in shown:
                slope[row] += one * (truth - likely)
                for column, other in shown:
                    curve[row][column] += one * other * likely * (1 - likely)
        weights = [weight + step for weight, step in zip(weights, solve(curve, slope), strict=True)]
    return weights


def solve(matrix: list[list[float]], values: list[float]) -> list[float]:
    """Solve a system of linear equations by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, values, strict=True)]
    for pivot in range(len(rows)):
        best = max(range(pivot, len(rows)), key=lambda row: abs(rows[row][pivot]))
        rows[pivot], rows[best] = rows[best], rows[pivot]
        for row in range(len(rows)):
            if row != pivot:
                factor = rows[row][pivot] / rows[pivot][pivot]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[pivot], strict=True)]
    return [row[-1] / row[index] for index, row in enumerate(rows)]


def main() -> None:
    found: dict[bool, list[Example]] = {False: [], True: []}
    for path in sys.argv[1:]:
        for page in read_gold_pages(path):
            for shown, example in examples(page):
                found[shown].append(example)
    for shown, chosen in found.items():
        name = "_SHOWN" if shown else "_SILENT"
        numbers = ", ".join(f"{weight:.1f}" for weight in fit(chosen))
        sys.stdout.write(f"{name} = Signs({numbers})  # {len(chosen)} places\n")


if __name__ == "__main__":
    main()
