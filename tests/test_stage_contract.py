"""What every registered stage must keep to, whatever the article (kg.check.stages)."""

from dataclasses import replace
from functools import cache

import pytest
from small_models import settings_of

from kg.check.stages import awkward_readings, check_stage, steps_before
from kg.config import PipelineConfig, load_pipeline
from kg.model import Reading
from kg.registry import find_stage, stage_names
from kg.schema import Schema, load_schema

TEXTS = (
    "福建省宁德市蕉城区举行第八届海峡锂电产业博览会，海岚银行与云织鞋服有限公司签约，总投资5亿元。",
    "林知远董事长表示，云织鞋服有限公司2024年营业收入突破20亿元，获评国家级专精特新“小巨人”企业。",
    "《福建省锂电新能源产业发展规划》提出发展智能手机和新能源汽车，泉州市市长陈望舒到海岚银行调研。",
    "欧阳若溪出席开工仪式。“订单多了。”云岭智造首席执行官林知远说。蕉城区种植芦笋。",
    "蓝屿集团总经理周以宁说，该公司正在生产“蓝屿一号”无人机。",
)
"""Texts in which there is something for every stage; the names are those that the small models know."""


@cache
def _schema() -> Schema:
    """The schema, with a word for find_words to find."""
    schema = load_schema()
    return replace(schema, types={**schema.types, "Product": replace(schema.types["Product"], words=("芦笋",))})


@cache
def _pipeline() -> PipelineConfig:
    """The default pipeline, with something for agree to join."""
    default = load_pipeline()
    voting = {"relate_pairs": {"votes": True}}
    return replace(
        default,
        stages=tuple(replace(step, settings={**step.settings, **voting.get(step.use, {})}) for step in default.stages),
    )


@cache
def _read(steps: int) -> list[Reading]:
    """The awkward texts as so many steps of the pipeline read them."""
    if not steps:
        return awkward_readings(TEXTS)
    step = _pipeline().stages[steps - 1]
    return list(find_stage(step.use).make(_schema(), step.settings)(_read(steps - 1)))


@pytest.mark.parametrize("stage", stage_names())
def test_the_contract_is_kept(stage: str) -> None:
    spec = find_stage(stage)
    settings = settings_of(stage)
    check_stage(spec, settings, _schema(), _read(len(steps_before(spec, _pipeline()))))
