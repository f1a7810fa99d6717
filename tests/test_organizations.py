import pytest
import rjieba

from kg.organizations import boundary_words, head_of, heads, known_organizations, public_bodies, subtype_of
from kg.regions import candidates
from kg.resources import read_rows
from kg.schema import load_schema
from kg.short_names import company_words, is_recognized_short_form, is_short_form, same_organization, short_forms

LEXICONS = (
    "organization_heads.tsv",
    "organization_bodies.tsv",
    "organization_boundaries.tsv",
    "organization_common_words.tsv",
    "organization_endings.tsv",
    "organizations.tsv",
    "company_words.tsv",
)


@pytest.mark.parametrize("file", LEXICONS)
def test_lexicons_are_sorted_and_name_nothing_twice(file: str) -> None:
    words = [row[0] for row in read_rows("lexicons", file)]
    assert words == sorted(set(words))
    assert words


def test_abbreviations_are_sorted_and_shorter_than_what_they_abbreviate() -> None:
    rows = list(read_rows("lexicons", "department_abbreviations.tsv"))
    assert len(rows) == len(set(rows))
    assert [full for full, _ in rows] == sorted(full for full, _ in rows)
    assert not [row for row in rows if len(row[1]) > len(row[0])]


def test_heads_and_names_have_subtypes_of_the_schema() -> None:
    known = set(load_schema().types["Organization"].subtypes)
    assert {head.subtype for head in heads().values()} <= known
    assert set(known_organizations().values()) <= known
    assert {head.needs for head in heads().values()} == {
        "legal", "named", "weak", "institution", "department", "branch"
    }  # fmt: skip


def test_no_name_of_the_lexicon_is_a_region_a_head_or_a_common_word() -> None:
    words = boundary_words()
    mined = [row[0] for row in read_rows("lexicons", "organizations.tsv")]
    assert not [name for name in mined if candidates(name)]
    assert not [name for name in mined if name in heads() or name in words.stop]
    assert not [name for name in mined if name in public_bodies()]


def test_words_of_the_trade_are_words() -> None:
    assert not [word for word in company_words() if not rjieba.has_word(word) or candidates(word)]


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("福建亚南电机有限公司", "有限公司"),
        ("福建省发展和改革委员会", "发展和改革委员会"),
        ("兴业银行泉州分行", "分行"),
        ("人才", None),
    ],
)
def test_head_of(name: str, head: str | None) -> None:
    found = head_of(name)
    assert (found.word if found else None) == head


@pytest.mark.parametrize(
    ("name", "subtype"),
    [
        ("福建亚南电机有限公司", "company"),
        ("兴业银行股份有限公司", "financial_institution"),
        ("福州农商行", "financial_institution"),
        ("建设银行湖北分行", "financial_institution"),
        ("国网福建省电力有限公司", "company"),
        ("北京市经济和信息化局", "government"),
        ("国务院", "government"),
        ("福建省委", "party"),
        ("中共福州市委办公厅", "party"),
        ("厦门大学", "university"),
        ("福建省农业科学院", "research_institute"),
        ("福建省人民医院", "hospital"),
        ("福建省电机行业协会", "association"),
        ("福建日报", "media"),
        ("蕉城区七都茶叶专业合作社", "cooperative"),
        ("七都村村委会", "village_committee"),
        ("阿里巴巴（中国）有限公司", "company"),
        ("思客琦", None),
    ],
)
def test_subtype_of(name: str, subtype: str | None) -> None:
    assert subtype_of(name) == subtype


@pytest.mark.parametrize(
    ("full", "shorts"),
    [
        ("宁德市蕉城区思客琦智能装备有限公司", ["思客琦智能装备", "思客琦"]),
        ("福建亚南电机有限公司", ["福建亚南电机", "亚南电机"]),
        ("卡尔美体育用品有限公司", ["卡尔美体育用品", "卡尔美"]),
        ("中国工商银行", ["工商银行", "工行"]),
        ("中国农业发展银行", ["农业发展银行", "农发行"]),
        ("兴业银行股份有限公司", ["兴业银行"]),
        ("福州农村商业银行股份有限公司", ["福州农村商业银行", "福州农商银行", "福州农商行"]),
        ("北京市经济和信息化局", ["北京市经信局", "北京经信局", "市经信局"]),
        ("福建省工业和信息化厅", ["福建省工信厅", "省工信厅"]),
        ("国家发展和改革委员会", ["国家发展改革委", "国家发改委"]),
        ("腾顺达(集团)有限公司", ["腾顺达"]),
    ],
)
def test_short_forms(full: str, shorts: list[str]) -> None:
    found = short_forms(full)
    assert [form for form in found if form in shorts] == shorts
    assert list(found) == sorted(found, key=lambda form: (-len(form), form))
    assert all(is_short_form(short, full) for short in shorts)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("中国银行", "中国银行业协会"),
        ("工商银行", "中国工商银行福建省分行"),
        ("建设银行", "中国建设银行股份有限公司福州分行"),
        ("福州市财政局", "厦门市财政局"),
        ("银行", "中国银行"),
        ("福建", "福建亚南电机有限公司"),
        ("宁德", "宁德时代新能源科技股份有限公司"),
        ("火箭", "火箭科技有限公司"),
        ("有限公司", "福建亚南电机有限公司"),
        ("建材集团", "中国建材集团有限公司"),
        ("财政局", "福州市财政局"),
        ("人民医院", "福建省人民医院"),
    ],
)
def test_these_are_no_short_forms(short: str, full: str) -> None:
    assert not is_short_form(short, full)
    assert not same_organization(short, full)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("卡尔美", "卡尔美体育用品有限公司"),
        ("北京市发改委", "北京市发展改革委"),
        ("市财政局", "福州市财政局"),
        ("兴业银行", "兴业银行"),
        ("工行", "中国工商银行"),
    ],
)
def test_same_organization(a: str, b: str) -> None:
    assert same_organization(a, b)
    assert same_organization(b, a)


@pytest.mark.parametrize(
    ("short", "full", "fits"),
    [
        ("万里", "万里集团", True),
        ("云岭机械有限公司", "海西集团云岭机械有限公司", True),
        ("共青团福州市委", "共青团福州市委员会", True),
        ("集团", "海西集团", False),
        ("公司", "云岭机械有限公司", False),
        ("福州", "福州大学", False),
        ("海西集团", "海西集团云岭机械有限公司", False),
        ("云岭光纤", "云岭光纤光缆有限公司", True),
        ("云岭", "云岭北美公司", False),
        ("云岭", "云岭(中国)商用有限公司", False),
    ],
)
def test_short_forms_of_what_has_been_recognized(short: str, full: str, fits: bool) -> None:
    assert is_recognized_short_form(short, full) == fits
