"""What came, went and changed between two stores."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from shutil import copyfile

import pytest
from click.testing import CliRunner

import kg
from kg.cli import main
from kg.comparison import store_path
from kg.errors import StoreError
from kg.model import Link
from kg.store import open_store

BEFORE = "泉州市市长陈牧远到云岭电机有限公司调研。海岚银行向云岭电机有限公司授信5300万元。沐禾电驱有限公司位于福安市。"
AFTER = "泉州市市长苏晚舟到云岭电机有限公司调研。海岚银行向云岭电机有限公司授信6000万元。江屿能源有限公司位于福安市。"


def build(folder: Path, **texts: str) -> Path:
    pages = folder / "pages"
    pages.mkdir(parents=True)
    for name, text in texts.items():
        (pages / f"{name}.txt").write_text(f"{text}\n", encoding="utf-8")
    kg.build([pages], folder / "out", pipeline="fast")
    return folder / "out"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("before"), one=BEFORE, two="澄光新材有限公司位于当涂县。")


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("after"), one=AFTER, three="澄光新材有限公司位于当涂县。")


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    copyfile(built / "graph.sqlite", tmp_path / "graph.sqlite")
    return tmp_path / "graph.sqlite"


def differing(found: kg.Comparison, *parts: str) -> dict[str, int]:
    """Return how many there are of the parts of which there are any."""
    return {name: count for name, count in found.counts().items() if count and (not parts or name in parts)}


COME_AND_GONE = ("entities_came", "entities_went", "facts_came", "facts_went")


def relink(store: Path, entity_of: dict[str, str], *, every_other: bool = False) -> None:
    """Give the groups of entities other ones, or every other group of them."""
    with open_store(store, write=True) as opened:
        links: list[Link] = []
        seen: dict[str, int] = {}
        for link in opened.links():
            seen[link.entity] = seen.get(link.entity, -1) + 1
            moves = link.entity in entity_of and not (every_other and seen[link.entity] % 2 == 0)
            links.append(replace(link, entity=entity_of[link.entity]) if moves else link)
        opened.replace_links(links)


def test_a_store_does_not_differ_from_itself(built: Path, copy: Path) -> None:
    found = kg.diff(built, copy)
    assert not found.differs
    assert set(found.counts().values()) == {0}
    said = CliRunner().invoke(main, ["diff", str(built), str(copy), "--exit-code"])
    assert (said.exit_code, said.output) == (0, "nothing differs\n")


def test_a_folder_without_a_store_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"holds no graph\.sqlite"):
        store_path(tmp_path)
    said = CliRunner().invoke(main, ["diff", str(tmp_path), str(tmp_path)])
    assert said.exit_code == 1
    assert said.output.startswith("Error: ")


def test_documents_are_told_by_path_and_content(before: Path, after: Path) -> None:
    found = kg.diff(before, after)
    assert (found.documents_came, found.documents_went, found.documents_changed) == (
        ("three.txt",), ("two.txt",), ("one.txt",),
    )  # fmt: skip


def test_a_sum_that_changed_is_a_change_of_the_amount(before: Path, after: Path) -> None:
    found = kg.diff(before, after)
    (credit,) = [each for each in found.facts_changed if each.before.predicate == "grantsCredit"]
    assert [(change.part, change.before, change.after) for change in credit.changes] == [
        ("amount", "5300万元", "6000万元")
    ]
    assert credit.before.quote == "海岚银行向云岭电机有限公司授信5300万元。"
    assert credit.after.where == "one.txt:1"
    assert "grantsCredit" not in {fact.predicate for fact in found.facts_came + found.facts_went}


def test_who_came_into_a_post_and_who_left_it(before: Path, after: Path) -> None:
    (post,) = kg.diff(before, after).posts
    assert (post.body, post.title, post.came, post.went) == ("泉州市", "市长", ("苏晚舟",), ("陈牧远",))


def test_entities_and_facts_come_and_go(before: Path, after: Path) -> None:
    found = kg.diff(before, after)
    assert {"江屿能源有限公司", "苏晚舟"} == {entity.name for entity in found.entities_came}
    assert {"沐禾电驱有限公司", "陈牧远"} == {entity.name for entity in found.entities_went}
    assert {fact.subject for fact in found.facts_came if fact.predicate == "locatedIn"} == {
        "Organization:江屿能源有限公司"
    }
    assert {fact.subject for fact in found.facts_went if fact.predicate == "locatedIn"} == {
        "Organization:沐禾电驱有限公司"
    }


def test_the_way_back_is_the_mirror(before: Path, after: Path) -> None:
    there, back = kg.diff(before, after), kg.diff(after, before)
    assert there.entities_came == back.entities_went
    assert there.facts_went == back.facts_came
    assert [(each.before, each.after) for each in there.facts_changed] == [
        (each.after, each.before) for each in back.facts_changed
    ]


def test_an_entity_under_another_id_is_renamed(built: Path, copy: Path) -> None:
    relink(copy, {"Organization:海岚银行": "Organization:hailan"})
    found = kg.diff(built, copy)
    (identity,) = found.identities
    assert (identity.kind, identity.before[0].id, identity.after[0].id) == (
        "renamed", "Organization:海岚银行", "Organization:hailan",
    )  # fmt: skip
    assert set(differing(found)) == {"identities", "facts_carried"}


def test_entities_that_are_one_now_are_merged_and_not_gone(built: Path, copy: Path) -> None:
    relink(copy, {"Organization:海岚银行宁德分行": "Organization:海岚银行"})
    found = kg.diff(built, copy)
    (identity,) = found.identities
    assert identity.kind == "merged"
    assert [entity.id for entity in identity.before] == ["Organization:海岚银行", "Organization:海岚银行宁德分行"]
    assert not differing(found, *COME_AND_GONE)
    back = kg.diff(copy, built)
    assert [identity.kind for identity in back.identities] == ["split"]
    assert not differing(back, *COME_AND_GONE)


def test_names_that_changed(tmp_path: Path, before: Path) -> None:
    longer = build(
        tmp_path, one=BEFORE, two="澄光新材有限公司位于当涂县。", four="云岭电机有限公司（以下简称“云岭电机”）投产。"
    )
    (change,) = kg.diff(before, longer).entities_changed
    assert (change.before.name, [(each.part, each.after) for each in change.changes]) == (
        "云岭电机有限公司", [("names", "云岭电机")],
    )  # fmt: skip


def test_another_spelling_of_the_same_page_renames_what_stands_alone(tmp_path: Path) -> None:
    """市财政局 names no city: each group of it is an entity of its own, whose id changes with the file."""
    text = "市财政局局长陈牧远介绍了情况。"
    one, other = build(tmp_path / "one", page=text), build(tmp_path / "other", page=f"{text}天气很好。")
    found = kg.diff(one, other)
    assert not differing(found, *COME_AND_GONE)
    assert {identity.kind for identity in found.identities} <= {"renamed"}


def test_the_screen_is_grouped_and_cut(before: Path, after: Path) -> None:
    said = CliRunner().invoke(main, ["diff", str(before), str(after), "-n", "1"])
    assert said.exit_code == 0
    assert "entities that came (2)" in said.output
    assert "and 1 more (--all)" in said.output
    assert "amount: 5300万元 → 6000万元" in said.output
    assert "泉州市 市长  - 陈牧远  + 苏晚舟" in said.output
    whole = CliRunner().invoke(main, ["diff", str(before), str(after), "--all"])
    assert "more (--all)" not in whole.output
    assert CliRunner().invoke(main, ["diff", str(before), str(after), "--exit-code"]).exit_code == 1


def test_json_has_all_of_it_and_the_same_bytes(before: Path, after: Path) -> None:
    printed = []
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-m", "kg", "diff", str(before), str(after), "--json"],
            capture_output=True, check=True, timeout=60, env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        printed.append(done.stdout)
    assert printed[0] == printed[1]
    said = json.loads(printed[0])
    assert said["counts"]["entities_came"] == len(said["entities_came"]) == 2
    assert said["facts_changed"][0]["changes"][0]["part"] == "amount"
