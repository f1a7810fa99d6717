"""The contract that every stage keeps to, and what these two find and read in sentences."""

import shutil
from pathlib import Path

import pytest
from kg_stage_patents.numbers import find_numbers

import kg
from kg.model import Mention
from kg.resources import schemas_path

ROOT = Path(__file__).parents[1]
PIPELINE = ROOT / "patents.toml"
TEXT = (
    "云岭电机有限公司位于宁德市蕉城区。该公司取得发明专利（专利号：ZL202110345678.3）和实用新型专利ZL202320123456.1。"
)


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped schema with the type and the predicate of this package."""
    folder = tmp_path_factory.mktemp("schema") / "patents"
    shutil.copytree(schemas_path("default"), folder)
    for addition in (ROOT / "schema").iterdir():
        with (folder / addition.name).open("a", encoding="utf-8") as file:
            file.write(addition.read_text(encoding="utf-8"))
    return folder


@pytest.mark.parametrize("stage", ["find_patents", "relate_patents"])
def test_the_contract_is_kept(stage: str, schema: Path) -> None:
    kg.check_stage(stage, pipeline=PIPELINE, schema=schema, texts=[TEXT])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("专利号：ZL202110345678.3", [("invention", True)]),
        ("（ZL 2023 2 0123456.1）", [("utility_model", True)]),
        ("ＺＬ２０２４３００１２３４５．３", [("design", True)]),
        ("ZL202110345678.4", [("invention", False)]),  # another check digit
        ("ZL202110345678.34", []),  # longer than a patent number
        ("ZL20211034567.3", []),
        ("订单号202110345678.3", []),
    ],
)
def test_numbers(text: str, found: list[tuple[str, bool]]) -> None:
    assert [(number.kind, number.is_valid) for number in find_numbers(text)] == found


@pytest.mark.parametrize(
    ("text", "holders"),
    [
        ("云岭电机有限公司取得发明专利（专利号：ZL202110345678.3）。", ["云岭电机有限公司"]),
        (TEXT, ["云岭电机有限公司", "云岭电机有限公司"]),
        ("云岭电机有限公司未取得专利ZL202110345678.3。", []),
        ("发明专利ZL202110345678.3获奖。", []),
        ("云岭电机有限公司取得发明专利（专利号：ZL202110345678.4）。", []),
    ],
)
def test_holders(text: str, holders: list[str], schema: Path) -> None:
    reading = kg.read_text(text, schema=schema, pipeline=PIPELINE)
    claims = [claim for claim in reading.claims if claim.predicate == "holdsPatent"]
    assert [claim.subject.text for claim in claims] == holders
    for claim in claims:
        assert isinstance(claim.object, Mention)
        assert claim.object.text in claim.evidence[0].quote
        assert any(claim.subject.text in evidence.quote for evidence in claim.evidence)


def test_a_schema_without_patents_is_refused() -> None:
    with pytest.raises(kg.KGError, match="find_patents needs the type Patent in the schema"):
        kg.read_text(TEXT, pipeline=PIPELINE)
