"""Industries under GB/T 4754-2017 and the strategic emerging industries: which names lie where, and which nowhere."""

import io
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner
from golden import parse
from mutants import clean_store
from rdflib.namespace import RDF, SKOS
from sample_graph import page

import kg
from kg.check.conformance import check_graph
from kg.cli import main
from kg.errors import KGError
from kg.export.rdf import write_rdf
from kg.graph import Graph, build_graph
from kg.industry_scheme import GBT4754, SCHEMES, SEI, classes, industry_codes, industry_path
from kg.resolve import resolve
from kg.resources import read_rows
from kg.schema import load_schema

LIES_IN = """
A 农业 现代农业 特色农业 智慧农业 农林牧渔业 农牧业
A01 种植业
A0121 大豆种植
A0142 食用菌产业
A0153 柑橘产业 脐橙全产业链
A0164 茶叶种植
A017 中药材 中药材种植产业
A02 林业 林业产业
A03 畜牧业 畜牧养殖
A0313 生猪养殖 生猪产业
A03+A04 养殖业
A04 渔业 海洋渔业 水产业
A0411 海水养殖
B 采矿业 矿业
B0932+C3232 稀土行业
B06 煤炭行业 煤炭工业 煤炭开采
C 制造业 现代制造业 制造业产业链
C13+C14 食品 食品加工业 食品产业链
C14 食品制造业
C132 饲料加工
C1331 食用油行业
C134 制糖 糖业
C144 乳制品 乳业
C151 酒业
C1512 白酒产业 酱酒行业
C1515 葡萄酒产业集群
C17 纺织业 纺织行业 现代纺织
C17+C18 纺织服装 纺织服装产业链
C17+C18+C195 纺织鞋服产业 纺织鞋服
C174 茧丝绸行业
C177 家纺
C18 服装业 服装产业链 童装行业
C18+C195 鞋服
C195 制鞋业
C1922 箱包产业
C21 家具产业 家具制造业 红木家具行业
C2041 竹制品
C22 造纸行业
C242 吉他产业
C2438 黄金珠宝产业
C245 玩具行业 玩具制造业
C25+C26 石化 石油化工产业 现代煤化工
C2521 焦炭行业
C26 化工 精细化工 化学原料和化学制品制造业
C2623 钾肥产业
C2682 化妆品产业链
C27 医药 医药制造业 中药行业
C273 中药饮片
C2762+4.1 疫苗产业
C28 化纤行业
C2911 轮胎
C3011 水泥工业 水泥产业链
C307 陶瓷产业
C3072 卫生陶瓷产业
C31 钢铁 钢铁工业 不锈钢新材料 不锈钢
C31+C32 冶金
C32 有色金属
C3216 电解铝行业
C342 数控机床产业链 工业母机
C345 轴承
C3491+2.1 工业机器人
C351 工程机械产业
C3525 模具产业链
C357 农机装备
C358 医疗器械
C36 汽车 汽车产业 汽车工业 汽车制造 汽车全产业链 汽车产业集群 传统汽车
C361 乘用车 整车
C367 汽车零部件 汽配产业
C373 造船业 船舶
C3737+2.5 海洋工程装备
C374 航空航天
C375 摩托车产业
C381 电机 电机制造 电机产业
C3821 变压器
C3825+6.3 光伏组件
C383 电线电缆行业
C384 电池
C384+5.2 动力电池
C3841 锂电 锂电产业 锂电新能源产业 锂电池 宁德市锂电产业 福建宁德锂电产业集群
C3843 铅酸蓄电池行业
C385 家电 家用电器 智能家电产业集群
C387 LED照明产业
C39 电子信息制造业
C3922 智能手机
C39+I65 电子信息产业 电子信息
C397+1.2 半导体 芯片 集成电路产业
C3974 液晶面板产业
C40 仪器仪表
C42+7.3 再生资源
D44 电力
D4411 火电 煤电行业
D4413 水电 抽水蓄能
D4415+6.2 风力发电
D4416+6.3 光伏发电 太阳能发电
D463 海水淡化
E 建筑业
F 批发零售 商贸流通
F52 零售业
G 物流 现代物流 交通运输业
G55 航运业
G56 民航
G602 快递行业 快递业
H 住宿餐饮 住宿和餐饮业
H61 酒店业
H613 民宿
H62 餐饮 餐饮业
I64 互联网
I65 软件和信息技术服务业 软件业
I652 芯片设计
J 金融业 绿色金融 普惠金融
J6631 融资租赁
J662 银行业
J68 保险业
K70 房地产 房地产业 房地产行业
L726 人力资源服务业
L728 会展业
M744 测绘地理信息
O801 家政服务业
P83 教育
Q84 医疗
R86 新闻出版
R903 休闲农业
1 新一代信息技术 新一代信息技术产业
1.1 5G产业链
1.4 云计算 大数据产业 云计算和大数据
1.4.1 工业互联网
1.5 人工智能 人工智能产业集群 AI 生成式人工智能
2 高端装备 高端装备制造业
2.1 智能装备行业
2.1.1 机器人产业
2.3 北斗产业 卫星互联网
2.4 轨道交通装备
3 新材料 新材料产业集群
3+6 新能源新材料 新能源和新材料产业
4.1 生物医药 生物医药产业
5 新能源汽车 新能源汽车产业链 新能源汽车产业 智能网联新能源汽车 电动汽车
5.1 新能源汽车整车 新能源乘用车
5.3 充电桩
6 新能源 新能源产业
6.1 核电
6.2 海上风电 风电产业链
6.2+6.3 风电、光伏产业 风电和光伏
6.3 光伏产业 太阳能
6.5 智能电网
7 节能环保产业
8 数字创意产业
"""
LIES_NOWHERE = """
数字经济 跨境电商 电子商务 清洁能源 文化产业 先进制造业 智能制造 可再生能源 数字贸易 水利 外贸 旅游业 文旅
服务业 LED产业 乡村旅游 文化旅游 现代服务业 直播电商 高技术制造业 服务贸易 交通 中医药 人形机器人
海洋经济 轨道交通 储能 装备制造业 区块链 自动驾驶 低空经济产业 种业 预制菜产业 养老产业 茶产业
智能网联汽车 氢能 宠物产业链 商业航天 体育产业 油茶产业 通信 文化 航空 银发经济 空调 元宇宙 智能家居 农产品加工
汽车电子 汽车后市场行业 汽车金融科技 新能源装备 医疗健康 医疗产业 康养 工业 重工业 轻工业 特色产业 主导产业
现代产业 传统行业 现代汽车 传统医药 电视产业 其他行业 其他服务业 某产业 产业 业 苹果产业链 石油工业
新能源与低空经济 电动车 电子 消费品 玩具创意产业 机械工业 食品机械零部件出口 油气 能源产业 战略性新兴产业 五金
时尚产业 大健康产业 游戏产业 影视旅游 农村电商 钢铁贸易金融平台 旅游产业 文旅产业 储能产业 LED 茶叶 电商产业
"""
MATCHED = [
    (name, set(codes.split("+"))) for codes, *names in map(str.split, LIES_IN.strip().splitlines()) for name in names
]


def codes_of(name: str) -> set[str]:
    return {code for _, code in industry_codes(name)}


def test_there_are_enough_names() -> None:
    assert len(MATCHED) >= 200
    assert len(LIES_NOWHERE.split()) >= 90


@pytest.mark.parametrize(("name", "codes"), MATCHED)
def test_a_name_lies_in_its_classes(name: str, codes: set[str]) -> None:
    assert codes_of(name) == codes


@pytest.mark.parametrize("name", LIES_NOWHERE.split())
def test_what_is_not_certain_stays_without_a_class(name: str) -> None:
    assert codes_of(name) == set()


def test_a_new_energy_vehicle_is_no_car() -> None:
    assert not any(code.startswith("C36") for code in codes_of("新能源汽车产业链"))


@pytest.mark.parametrize("name", ["", " ", "、", "和", "产业链产业链", "A", "C38", "1.2", "𠮷田", "x" * 5000])
def test_odd_names_lie_nowhere(name: str) -> None:
    assert industry_codes(name) == ()


def test_letters_and_widths_do_not_matter() -> None:
    assert codes_of("ＡＩ产业") == codes_of("ai产业") == {"1.5"}


# --- the table ------------------------------------------------------------------------------------------------------


def test_the_table_is_complete_as_far_as_it_says() -> None:
    sizes: dict[tuple[str, int], int] = {}
    for one in classes().values():
        length = len(one.code) if one.scheme == GBT4754 else one.code.count(".")
        sizes[one.scheme, length] = sizes.get((one.scheme, length), 0) + 1
    assert [sizes[GBT4754, length] for length in (1, 3, 4)] == [20, 97, 473]
    assert [sizes[SEI, points] for points in (0, 1)] == [9, 40]
    assert {code[1:] for code in classes() if len(code) == 3 and code[0].isalpha()} == {f"{n:02}" for n in range(1, 98)}


def test_every_class_has_the_one_around_it() -> None:
    for code in classes():
        path = industry_path(code)
        assert len(path) == ({1: 1, 3: 2, 4: 3, 5: 4}[len(code)] if code[0].isalpha() else code.count(".") + 1)
        assert {one.scheme for one in path} == {path[0].scheme}


def test_rows_of_the_table_are_well_made() -> None:
    rows = list(read_rows("lexicons", "industry_scheme.tsv"))
    coded = [row for row in rows if row[0] != "-"]
    assert all(3 <= len(row) <= 4 and row[0] in {*SCHEMES, "-"} for row in rows)
    assert len({row[1] for row in coded}) == len(coded)
    for scheme, _, title, *others in coded:
        names = [name for cell in others for name in cell.split("|")]
        assert all(name.strip() == name and name for name in (title, *names)), title
        assert len(set(names)) == len(names), title
        assert title not in names, (scheme, title)


def test_every_name_of_the_table_has_its_class() -> None:
    """A name given to a class lies in it, or in one inside it that has the name too."""
    for row in read_rows("lexicons", "industry_scheme.tsv"):
        for name in (name for cell in row[3:] for name in cell.split("|")):
            inside = {one.code for code in codes_of(name) for one in industry_path(code)}
            assert row[1] in inside, (name, row[1])


def test_a_path_leads_to_the_broadest() -> None:
    assert [(one.code, one.title) for one in kg.industry_path("C3812")] == [
        ("C3812", "电动机制造"), ("C381", "电机制造"), ("C38", "电气机械和器材制造业"), ("C", "制造业"),
    ]  # fmt: skip
    assert [one.code for one in kg.industry_path("1.2.4")] == ["1.2.4", "1.2", "1"]


@pytest.mark.parametrize("code", ["", "C99", "38", "1.9", "C381200", "Z"])
def test_an_unknown_code_is_told(code: str) -> None:
    with pytest.raises(KGError, match="no class of GB/T 4754 or SEI 2018"):
        industry_path(code)


# --- in the graph ---------------------------------------------------------------------------------------------------

_TEXT = (
    "[宁德市|Region/prefecture]发展[电机产业|Industry]。[宁德市|Region/prefecture]发展[新能源汽车产业链|Industry]。"
    "[宁德市|Region/prefecture]发展[低空经济|Industry]。"
)
KG, ID = rdflib.Namespace("https://kg.example.org/ontology#"), "https://kg.example.org/id/"


@pytest.fixture(scope="module")
def graph() -> Graph:
    rows = tuple(
        ("宁德市", "developsIndustry", name, (), "done", "affirmed")
        for name in ("电机产业", "新能源汽车产业链", "低空经济")
    )
    contents = [page("甲.txt", *parse(_TEXT), rows)]
    return build_graph(contents, resolve(reading for _, readings in contents for reading in readings), load_schema())


def test_industries_have_codes_and_regions_keep_theirs(graph: Graph) -> None:
    codes = {entity.name: entity.codes for entity in graph.entities.values()}
    assert codes == {
        "宁德市": (("adcode", "350900"),),
        "电机产业": ((GBT4754, "C381"),),
        "新能源汽车产业链": ((SEI, "5"),),
        "低空经济": (),
    }
    assert set(graph.by_code) == {"350900"}
    assert {row["name"]: row["classes"] for row in kg.entity_rows(graph)} == {
        "宁德市": None, "电机产业": "C381", "新能源汽车产业链": "5", "低空经济": None,
    }  # fmt: skip


@pytest.mark.parametrize(("format_", "reader"), [("turtle", "turtle"), ("ntriples", "nt"), ("rdfxml", "xml")])
def test_rdf_holds_the_classes_and_those_around_them(graph: Graph, format_: str, reader: str) -> None:
    file = io.BytesIO()
    write_rdf(graph, file, schema=load_schema(), format=format_)
    read = rdflib.Graph().parse(data=file.getvalue(), format=reader)
    motors, cars = (rdflib.URIRef(f"{ID}industry/{name}") for name in ("电机产业", "新能源汽车产业链"))
    assert list(read.objects(motors, KG.classifiedAs)) == [rdflib.URIRef(f"{ID}gbt4754/C381")]
    assert list(read.objects(cars, KG.classifiedAs)) == [rdflib.URIRef(f"{ID}sei2018/5")]
    around = [
        str(read.value(one, SKOS.notation))
        for one in read.transitive_objects(next(read.objects(motors, KG.classifiedAs)), SKOS.broader)
    ]
    assert around == ["C381", "C38", "C"]
    assert {str(read.value(one, SKOS.notation)) for one in read.subjects(RDF.type, KG.IndustryClass)} == {
        "C381",
        "C38",
        "C",
        "5",
    }
    schemes = {read.value(one, SKOS.inScheme) for one in read.subjects(RDF.type, KG.IndustryClass)}
    assert schemes == {KG.gbt4754, KG.sei2018} <= set(read.subjects(RDF.type, SKOS.ConceptScheme))


def test_points_of_codes_are_hyphens_in_addresses() -> None:
    contents = [page("甲.txt", *parse("[宁德市|Region/prefecture]发展[生物医药产业|Industry]。"))]
    graph = build_graph(contents, resolve(reading for _, readings in contents for reading in readings), load_schema())
    file = io.BytesIO()
    write_rdf(graph, file, schema=load_schema(), format="ntriples")
    assert f"<{ID}sei2018/4-1> <{SKOS.broader}> <{ID}sei2018/4> .".encode() in file.getvalue()


def test_the_shapes_find_nothing_wrong(tmp_path: Path) -> None:
    result = check_graph(clean_store(tmp_path / "graph.sqlite"))
    assert not [finding for finding in result.findings if finding.severity != "info"]


def test_the_card_says_the_class(tmp_path: Path) -> None:
    store = clean_store(tmp_path / "graph.sqlite")
    said = CliRunner().invoke(main, ["show", str(store), "电机产业"])
    assert "GB/T 4754: C381 电机制造 ← 电气机械和器材制造业 ← 制造业" in said.output


def test_the_question_rolls_up(tmp_path: Path) -> None:
    store = clean_store(tmp_path / "graph.sqlite")
    for level, code in (("1", "C"), ("2", "C38"), ("3", "C381")):
        rows = [
            [str(cell.value) for cell in row if cell]
            for row in kg.query(store, "industry-classes", {"level": level}).rows
        ]
        assert [(row[0], row[2], row[4]) for row in rows] == [(code, "1", "1")], rows
