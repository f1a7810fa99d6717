"""Networks are drawn with names that can be read: none over another, none over a dot, the same picture each time."""

import io
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import networkx
import pytest

from kg.errors import MissingPackageError
from kg.fonts import use_chinese_font
from kg.plotting import plot_network

pyplot = pytest.importorskip("matplotlib.pyplot", reason="needs the extra notebooks")
pytest.importorskip("scipy", reason="needs the extra notebooks")
pyplot.switch_backend("Agg")


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    import matplotlib

    with matplotlib.rc_context():
        use_chinese_font()
        yield
    pyplot.close("all")


def network(pairs: list[tuple[str, str]]) -> networkx.MultiDiGraph:
    made = networkx.MultiDiGraph()
    for number, (a, b) in enumerate(pairs):
        made.add_edge(a, b, key=f"e{number}", label="授信", amount="超6亿元")
    for node in made:
        made.nodes[node].update(label=node, color="#2f6fb0")
    return made


PAIRS = [(f"第{a}号电机有限公司", f"第{a * 3 + b}号电机有限公司") for a in range(9) for b in (1, 2, 3)] + [("甲", "乙")]


def texts(ax: Any) -> list[Any]:
    return [text for text in ax.texts if text.get_text()]


def test_names_do_not_cover_each_other() -> None:
    figure, ax = pyplot.subplots(figsize=(12, 8))
    plot_network(network(PAIRS), ax=ax)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in texts(ax)]
    assert len(boxes) > 20
    for one, other in combinations(boxes, 2):
        shared = max(0, min(one.x1, other.x1) - max(one.x0, other.x0)) * max(
            0, min(one.y1, other.y1) - max(one.y0, other.y0)
        )
        assert shared < 0.2 * min(one.width * one.height, other.width * other.height)


def test_the_same_network_gives_the_same_picture() -> None:
    pictures = []
    for pairs in (PAIRS, PAIRS[::-1]):
        figure, ax = pyplot.subplots(figsize=(6, 4))
        plot_network(network(pairs), ax=ax)
        figure.savefig(out := io.BytesIO(), metadata={"Software": None})
        pictures.append(out.getvalue())
    assert pictures[0] == pictures[1]


def test_a_long_name_is_cut_and_lines_say_what_their_edges_say() -> None:
    ax = plot_network(network([("福建省宁德市沐禾电驱科技股份有限公司", "乙")]), lines=True)
    assert {text.get_text() for text in texts(ax)} == {"福建省宁德市沐禾电驱科…", "乙", "授信 超6亿元"}


def test_only_the_labels_asked_for_are_written() -> None:
    ax = plot_network(network(PAIRS), labels=["甲"])
    assert [text.get_text() for text in texts(ax)] == ["甲"]


def test_the_legend_tells_the_colours() -> None:
    ax = plot_network(network(PAIRS), legend={"组织": "#2f6fb0", "地区": "#4f9d69"})
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["组织", "地区"]


@pytest.mark.parametrize("nodes", [0, 1, 2])
def test_next_to_nothing_is_drawn_too(nodes: int) -> None:
    small = networkx.MultiDiGraph()
    small.add_nodes_from(["甲", "乙"][:nodes])
    assert len(texts(plot_network(small))) == nodes


def test_given_positions_are_kept() -> None:
    ax = plot_network(network([("甲", "乙")]), positions={"甲": (0.0, 0.0), "乙": (3.0, 1.0)})
    assert ax.collections[1].get_offsets().tolist() == [[3.0, 1.0], [0.0, 0.0]]  # 乙 before 甲


def test_without_scipy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "scipy", None)
    with pytest.raises(MissingPackageError, match=r"scipy; run: pip install 'regional-industry-kg\[notebooks\]'"):
        plot_network(network(PAIRS))
