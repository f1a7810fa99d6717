import pytest
from golden import parse
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.cues import Cues
from kg.modality import Meanings
from kg.model import Article, Reading, Span
from kg.schema import load_schema
from kg.text import sentences

CUES = Cues(load_schema())

ROWS = [
    ("statistic", "到2027年，云岭市电机产业产值达到【500亿元】。", "planned"),
    ("statistic", "云岭市力争明年引进企业【30家】。", "planned"),
    ("statistic", "截至目前，云岭市已累计引进企业【30家】。", "done"),
    ("statistic", "去年云岭市电机产业产值【500亿元】，同比增长5%。", "done"),
    ("invests", "【[海西集团|Organization/company]将在[云岭市|Region/county]】投资5亿元建设电机厂。", "planned"),
    ("invests", "【[海西集团|Organization/company]已在[云岭市|Region/county]】投资5亿元。", "done"),
    ("developsIndustry", "【[云岭市|Region/county]正在加快发展[电机产业|Industry]】。", "ongoing"),
    ("developsIndustry", "【[云岭市|Region/county]大力发展[电机产业|Industry]】。", "done"),
    ("partOf", "【[福州市|Region/prefecture]将在[云岭镇|Region/township]】设厂。", "done"),
]


def read(marked: str) -> tuple[Reading, Span, int, int]:
    plain = marked.replace("【", "").replace("】", "")
    text, mentions = parse(plain)
    left, right = parse(marked.partition("【")[0])[0], parse(marked.partition("】")[0].replace("【", ""))[0]
    reading = Reading(Article("a", "d", 1, text, date="2025-06-10"), tuple(sentences(text)), tuple(mentions))
    return reading, reading.sentences[0], len(left), len(right)


@pytest.mark.parametrize(("predicate", "marked", "modality"), ROWS)
def test_modality(predicate: str, marked: str, modality: str) -> None:
    reading, sentence, start, end = read(marked)
    assert Meanings(reading, CUES).read(predicate, sentence, start, end) == (modality, "affirmed")


def test_what_is_supposed_is_no_claim_and_what_is_denied_is_denied() -> None:
    for marked, meant in (
        ("如果云岭市引进企业【30家】，税收将增加。", None),
        ("云岭市未能引进企业【30家】。", "denied"),
    ):
        reading, sentence, start, end = read(marked)
        said = Meanings(reading, CUES).read("statistic", sentence, start, end)
        assert (said and said[1]) == meant


def test_a_word_inside_a_name_says_nothing() -> None:
    named = "【[海西集团|Organization/company]印发《[将来计划|Program/plan]》】。"
    reading, sentence, start, end = read(named)
    features = Meanings(reading, CUES).features("issues", sentence, start, end)
    assert not [feature for feature in features if feature.endswith(("计划", "将来", " 将"))]


def test_a_stretch_outside_the_sentence_is_refused() -> None:
    reading, sentence, _, end = read(ROWS[0][1])
    with pytest.raises(ValueError, match="no stretch"):
        Meanings(reading, CUES).modality("statistic", sentence, end, sentence.end + 1)


@settings(deadline=None)  # the first reads the lexicons
@given(st.text(alphabet="将已正在到2027年，。；提出计划\n“”", min_size=1, max_size=60), st.data())
def test_every_stretch_of_every_text_has_a_modality(text: str, data: st.DataObject) -> None:
    spans = tuple(sentences(text))
    if not spans:
        return
    sentence = data.draw(st.sampled_from(spans))
    start = data.draw(st.integers(sentence.start, sentence.end - 1))
    end = data.draw(st.integers(start + 1, sentence.end))
    meanings = Meanings(Reading(Article("a", "d", 1, text), spans), CUES)
    assert meanings.modality("statistic", sentence, start, end) in ("done", "ongoing", "planned")
    assert meanings.features("statistic", sentence, start, end) == meanings.features("statistic", sentence, start, end)
