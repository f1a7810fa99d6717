import itertools
from dataclasses import replace

import pytest
from golden import parse, reading, show
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ConfigError
from kg.model import Mention, Span
from kg.stages.settle import make
from kg.votes import probability, read_weights

settle = make()


def settled(text, mentions):
    (out,) = settle([reading(text, tuple(mentions))])
    return out.mentions


def mention(text, part, type_, score):
    start = text.index(part)
    return Mention(Span(start, start + len(part)), part, type_, None, "test", score)


def test_a_whole_name_outweighs_the_regions_inside_it():
    text = "走进福建省宁德市云岭电机有限公司车间"
    inside = [mention(text, "福建省", "Region", 0.95), mention(text, "宁德市", "Region", 0.95)]
    whole = mention(text, "福建省宁德市云岭电机有限公司", "Organization", 0.95)
    assert settled(text, [*inside, whole]) == (whole,)


def test_a_sure_short_name_outweighs_a_doubtful_one_hardly_longer():
    text = "副县长林知远说"
    sure, doubtful = mention(text, "林知远", "Person", 0.95), mention(text, "林知远说", "Organization", 0.5)
    assert settled(text, [doubtful, sure]) == (sure,)


def test_neighbours_both_stay():
    text, mentions = parse("[泉州|Region][晋江市|Region]")
    assert show(text, settled(text, mentions)) == "[泉州|Region][晋江市|Region]"


def test_low_scores_are_left_out():
    text = "云岭集团"
    assert settled(text, [mention(text, "云岭集团", "Organization", 0.3)]) == ()


spans = st.tuples(st.integers(0, 19), st.integers(1, 8), st.floats(0.5, 1), st.sampled_from(["Person", "Region"]))


@given(st.lists(spans, max_size=12))
def test_what_stays_never_overlaps_and_nothing_free_is_dropped(rows):
    text = "甲" * 28
    mentions = [Mention(Span(s, s + n), text[s : s + n], t, None, "test", score) for s, n, score, t in rows]
    kept = settled(text, mentions)
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(kept))
    for one in mentions:
        assert any(one.span.overlaps(other.span) for other in kept)


@given(st.lists(spans, max_size=8), st.randoms())
def test_the_order_given_does_not_matter(rows, random):
    text = "甲" * 28
    mentions = [Mention(Span(s, s + n), text[s : s + n], t, None, "test", score) for s, n, score, t in rows]
    shuffled = list(mentions)
    random.shuffle(shuffled)
    assert settled(text, mentions) == settled(text, shuffled)


def vote(text, part, type_, score, finder):
    return replace(mention(text, part, type_, score), finder=finder)


voting = make(votes=True, min_score=0.4)


def elected(text, mentions):
    (out,) = voting([reading(text, tuple(mentions))])
    return [(m.text, m.type, m.finder) for m in out.mentions]


def test_finders_that_agree_are_one_mention_and_surer_than_each_alone():
    text = "云岭集团称"
    rule = vote(text, "云岭集团", "Organization", 0.8, "find_organizations")
    tagger = vote(text, "云岭集团", "Organization", 0.8, "find_tagger")
    assert elected(text, [rule, tagger]) == [("云岭集团", "Organization", "find_organizations")]
    both, alone = ({m.finder: m.score for m in votes} for votes in ([rule, tagger], [tagger]))
    assert probability("Organization", both) > probability("Organization", alone)


def test_the_tagger_can_vote_a_rule_down_and_add_what_no_rule_found():
    text = "云岭集团称海岚好"
    rule = vote(text, "云岭集团", "Organization", 0.6, "find_organizations")
    against = vote(text, "云岭集团", "Organization", 0.0, "find_tagger")
    added = vote(text, "海岚", "Organization", 0.99, "find_tagger")
    assert elected(text, [rule, against, added]) == [("海岚", "Organization", "find_tagger")]


def test_a_division_right_behind_the_one_it_lies_in_is_not_voted_down():
    text = "广东电白到福建电白"
    found = [vote(text, "广东", "Region", 0.95, "find_regions"), vote(text, "福建", "Region", 0.95, "find_regions")]
    for start in (2, 7):  # 电白 lies in 广东, and not in 福建
        span = Span(start, start + 2)
        found += [Mention(span, "电白", "Region", "county", name, score) for name, score in
                  (("find_regions", 0.95), ("find_tagger", 0.002))]  # fmt: skip
    (out,) = make(votes=True, min_score=0.4)([reading(text, tuple(found))])
    assert [(m.text, m.span.start) for m in out.mentions] == [("广东", 0), ("电白", 2), ("福建", 5)]


def test_a_finder_without_a_weight_counts_as_its_score_says():
    odds = {score: probability("Organization", {"find_other": score}) for score in (0.2, 0.5, 0.9)}
    assert odds[0.2] < odds[0.5] < odds[0.9]


@given(st.lists(spans, max_size=12))
def test_votes_never_leave_overlaps(rows):
    text = "字" * 30
    mentions = [Mention(Span(s, s + n), "字" * n, t, None, "find_tagger", p) for s, n, p, t in rows]
    (out,) = voting([reading(text, tuple(mentions))])
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(out.mentions))


def test_a_word_that_the_user_lists_is_never_voted_down():
    text = "云岭集团称"
    listed = vote(text, "云岭集团", "Organization", 0.9, "find_words")
    against = vote(text, "云岭集团", "Organization", 0.0, "find_tagger")
    assert elected(text, [listed, against]) == [("云岭集团", "Organization", "find_words")]


def test_a_short_name_of_a_full_one_is_no_person_whatever_the_votes():
    text = "福建沐思琦智能装备有限公司扩产。沐思琦是一家企业。"
    start = text.index("沐思琦是")
    full = Mention(Span(0, 13), text[:13], "Organization", "company", "find_organizations", 0.95)
    short = Mention(Span(start, start + 3), "沐思琦", "Organization", "company", "find_organizations", 0.85)
    person = replace(short, type="Person", subtype=None, finder="find_tagger", score=0.97)
    seen = [replace(full, finder="find_tagger", score=0.99), replace(short, finder="find_tagger", score=0.03)]
    (out,) = make(votes=True, min_score=0.4)([reading(text, (full, short, person, *seen))])
    assert [(one.text, one.type) for one in out.mentions] == [(full.text, "Organization"), ("沐思琦", "Organization")]
    (out,) = make(votes=True, min_score=0.4)([reading(text, (short, person, seen[1]))])
    assert [(one.text, one.type) for one in out.mentions] == [("沐思琦", "Person")]


def weights_of(folder, text):
    path = folder / "weights.tsv"
    path.write_text(text, encoding="utf-8")
    return path


def test_finders_of_ones_own_are_believed_as_far_as_a_table_says(tmp_path):
    table = "# fitted\nmy_finder odds\t0\nmy_finder Person\t1.5\nwithout my_finder Person\t-0.5\n"
    own = read_weights(weights_of(tmp_path, table))
    votes = {"find_tagger": 0.5, "find_people": 0.7}
    said, silent = probability("Person", {**votes, "my_finder": 0.7}, own), probability("Person", votes, own)
    assert said > probability("Person", votes) > silent
    assert probability("Organization", votes, own) == probability("Organization", votes)  # of these it says nothing
    assert probability("Person", {"my_finder": 0.1}, own) == probability("Person", {"my_finder": 0.9}, own)


def test_settle_takes_the_table(tmp_path):
    table = weights_of(tmp_path, "my_finder odds\t0\nmy_finder Organization\t-9\n")
    text = "海岚银行"
    found = [replace(mention(text, text, "Organization", 0.7), finder="my_finder")]
    (kept,) = make(votes=True)([reading(text, tuple(found))])
    (dropped,) = make(votes=True, weights=str(table))([reading(text, tuple(found))])
    assert (len(kept.mentions), len(dropped.mentions)) == (1, 0)


@pytest.mark.parametrize("line", ["find_spacy Person 0.5", "find_spacy Person\tmuch", "find_spacy Person\tnan"])
def test_a_table_that_is_none_is_said_with_its_line(tmp_path, line):
    with pytest.raises(ConfigError, match=r"weights\.tsv:2: not a weight; a line is a feature, a tab and a number"):
        make(votes=True, weights=str(weights_of(tmp_path, f"# table\n{line}\n")))
    with pytest.raises(ConfigError, match=r"none\.tsv: cannot be read"):
        make(votes=True, weights=str(tmp_path / "none.tsv"))
