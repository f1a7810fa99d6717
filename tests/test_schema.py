"""The shipped schema holds together, and a broken one is refused with file, table and what is allowed."""

import shutil
from pathlib import Path

import pytest

from kg.errors import SchemaError
from kg.resources import schemas_path
from kg.schema import TEXT, load_schema


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(schemas_path("default"), tmp_path / "schema"))


def test_the_shipped_schema_says_what_the_guide_says() -> None:
    schema = load_schema()
    assert [*schema.types] == ["Organization", "Person", "Region", "Program", "Industry", "Product", "Event"]
    assert schema.allows("grantsCredit", "Organization", "Organization")
    assert not schema.allows("grantsCredit", "Region", "Organization")
    assert not schema.allows("grantsDebit", "Organization", "Organization")
    assert schema.predicates["cooperatesWith"].symmetric


def test_labels_and_colours_are_there_for_all() -> None:
    schema = load_schema()
    assert all(kind.zh and kind.en for kind in (*schema.types.values(), *schema.predicates.values()))
    assert len({kind.color for kind in schema.types.values()}) == len(schema.types)


def test_a_type_is_added_by_editing_a_copy(folder: Path) -> None:
    with (folder / "types.toml").open("a", encoding="utf-8") as file:
        file.write('\n[Crop]\nzh = "作物"\nen = "crop"\n[Crop.subtypes]\ngrain = "粮食"\n')
    with (folder / "predicates.toml").open("a", encoding="utf-8") as file:
        file.write('\n[grows]\nzh = "种植"\nen = "grows"\ndomain = ["Region"]\nrange = ["Crop", "text"]\n')
    schema = load_schema(folder)
    assert schema.types["Crop"].subtypes == {"grain": "粮食"}
    assert schema.allows("grows", "Region", "Crop")
    assert schema.allows("grows", "Region", TEXT)


@pytest.mark.parametrize(
    ("file", "addition", "message"),
    [
        ("types.toml", "[Crop]\nzh = '作物'\n", r"types.toml: \[Crop\] lacks 'en'"),
        (
            "types.toml",
            "[Crop]\nzh = '作物'\nen = 'crop'\ncolour = '#000000'\n",
            r"\[Crop\] has an unknown key 'colour'",
        ),
        ("types.toml", "[Crop]\nzh = '作物'\nen = 'crop'\ncolor = 'green'\n", r"\[Crop\] color must look like #2f6fb0"),
        ("types.toml", "[Crop]\nzh = '作物'\nen = 7\n", r"\[Crop\] en must be a str, not 7"),
        ("types.toml", "crop = 1\n[", "types.toml: not valid TOML"),
        (
            "predicates.toml",
            "[grows]\nzh = '种植'\nen = 'grows'\ndomain = ['Village']\nrange = ['Product']\n",
            r"\[grows\] domain names 'Village'; known here: Organization, Person",
        ),
        (
            "predicates.toml",
            "[grows]\nzh = '种植'\nen = 'grows'\ndomain = ['Region']\nrange = ['Product']\nidentifying = ['amount']\n",
            r"\[grows\] identifying names 'amount'",
        ),
        (
            "frames/places.toml",
            "[[frame]]\nname = 'f'\npredicate = 'grows'\npattern = '{subject}种植{object}'\n",
            "frame 'f' reads 'grows', which predicates.toml lacks",
        ),
        (
            "frames/places.toml",
            "[[frame]]\nname = 'f'\npredicate = 'partOf'\npattern = '{subject}{object}'\nsubject = ['Person']\n",
            "frame 'f' subject 'Person': partOf takes Region",
        ),
        (
            "frames/places.toml",
            "[[frame]]\nname = 'f'\npredicate = 'partOf'\npattern = '{subject}{object}'\nsubject = ['Region/town']\n",
            "frame 'f' subject: Region has no subtype 'town'",
        ),
    ],
)
def test_a_broken_schema_is_refused_with_its_place(folder: Path, file: str, addition: str, message: str) -> None:
    with (folder / file).open("a", encoding="utf-8") as out:
        out.write("\n" + addition)
    with pytest.raises(SchemaError, match=message):
        load_schema(folder)


def test_two_frames_of_one_name_are_refused(folder: Path) -> None:
    frame = "\n[[frame]]\nname = 'twice'\npredicate = 'partOf'\npattern = '{subject}{object}'\n"
    with (folder / "frames/places.toml").open("a", encoding="utf-8") as out:
        out.write(frame + frame)
    with pytest.raises(SchemaError, match="two frames are named 'twice'"):
        load_schema(folder)


@pytest.mark.parametrize("file", ["types.toml", "predicates.toml", "cues.toml"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(SchemaError, match=f"{file}: missing"):
        load_schema(folder)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="nowhere: no such schema folder"):
        load_schema(tmp_path / "nowhere")


def test_missing_frames_are_named(folder: Path) -> None:
    shutil.rmtree(folder / "frames")
    with pytest.raises(SchemaError, match="frames: missing"):
        load_schema(folder)
