"""Stages are found by name, say what they need and add, and refuse settings that they do not take."""

from collections.abc import Sequence

import pytest

from kg.errors import ConfigError
from kg.model import Reading
from kg.protocols import Stage
from kg.registry import PARTS, StageSpec, declare, find_stage, stage_names
from kg.schema import Schema, load_schema


@declare(needs=("sentences",), adds=("mentions",))
def _make(*, schema: Schema, longest: int = 8) -> Stage:
    """Read nothing, for at most ``longest`` characters.

    More help.
    """
    assert schema.types

    def stage(batch: Sequence[Reading], /) -> Sequence[Reading]:
        return batch[:longest]

    return stage


def _spec() -> StageSpec:
    return StageSpec("nothing", _make, ("sentences",), ("mentions",), "Read nothing.")


def test_every_registered_stage_can_be_found_and_described() -> None:
    assert "split" in stage_names()
    assert list(stage_names()) == sorted(stage_names())
    for name in stage_names():
        spec = find_stage(name)
        assert spec.name == name
        assert spec.summary.endswith(".")
        assert set(spec.needs) | set(spec.adds) <= set(PARTS)
        assert spec.adds or spec.needs


def test_an_unknown_stage_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"no stage is named 'splitt'; registered: .*split"):
        find_stage("splitt")


def test_settings_are_the_arguments_without_the_schema() -> None:
    assert _spec().settings == {"longest": 8}


def test_the_schema_of_the_run_is_handed_over() -> None:
    assert _spec().make(load_schema(), {"longest": 2})([]) == []


def test_an_unknown_setting_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="stage nothing has no setting 'shortest'; its settings: longest"):
        _spec().make(load_schema(), {"shortest": 1})


def test_the_schema_is_no_setting() -> None:
    with pytest.raises(ConfigError, match="no setting 'schema'"):
        _spec().make(load_schema(), {"schema": "x"})


def test_a_part_that_a_reading_lacks_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="a reading has no part 'tokens'"):
        declare(adds=("tokens",))(_make)
