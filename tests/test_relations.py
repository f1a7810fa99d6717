"""The scorer of pairs: candidates, traits, the network, the file, the stage."""

from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from golden import parse, reading
from hypothesis import given
from hypothesis import strategies as st
from test_tagger import small

from kg.errors import ConfigError, InputError
from kg.model import Article, Claim, Group, Reading
from kg.registry import find_stage
from kg.relations import scorer as scorer_module
from kg.relations.archive import Model, fingerprint, read_model, write_model
from kg.relations.inputs import Arranger
from kg.relations.network import SEGMENTS, highest, scores
from kg.relations.pairs import KINDS, Pairs, allowed_ends, find_pairs
from kg.relations.passages import read_passages
from kg.relations.scorer import Scorer
from kg.relations.traits import MARKS, Traits
from kg.resources import data_path
from kg.schema import Schema, load_schema
from kg.tagger.archive import read_archive, write_archive

PREDICATES = ("locatedIn", "partOf", "cooperatesWith", "developsIndustry", "invests")
JOINT, INNER, POOL = 6, 5, 4


@cache
def schema() -> Schema:
    return load_schema()


def read(marked: str, title: str | None = None) -> Reading:
    """Return the reading of a marked text up to the references; each name is a group of its own words."""
    text, mentions = parse(marked)
    article = Article(id="d/1", document="d", number=1, text=text, title=title, date="2025-06-10")
    (out,) = find_stage("refer").make(schema(), {})([replace(reading(text, mentions), article=article)])
    return out


def named(found: Pairs, predicate: str | None = None) -> set[tuple[str, str]]:
    column = slice(None) if predicate is None else [PREDICATES.index(predicate)]
    return {
        (found.nodes[one].mention.text, found.nodes[other].mention.text)
        for one, other, allowed in zip(found.subjects, found.objects, found.allowed[:, column], strict=True)
        if allowed.any()
    }


def candidates(of: Reading) -> Pairs:
    found = find_pairs(of, allowed_ends(schema(), PREDICATES))
    assert found is not None
    return found


def model(seed: int = 7, thresholds: float = 0.5, floors: float = 0.0, bias: float = 0.0) -> Model:
    """Return a scorer whose weights are drawn."""
    draw = np.random.default_rng(seed)
    base = small()
    width = base.shape.hidden

    def some(*size: int) -> np.ndarray:
        return draw.normal(0, 0.5, size).astype(np.float32)

    weights = {
        "mark": some(MARKS, width), "subject.weight": some(2 * width, JOINT), "object.weight": some(2 * width, JOINT),
        "subject.kind": some(len(KINDS), JOINT), "object.kind": some(len(KINDS), JOINT),
        "pool.weight": some(width, POOL), "pool.bias": some(POOL), "segment.weight": some(SEGMENTS * POOL, JOINT),
        "trait.weight": some(traits_of(read("[泉州|Region]引进[海岚银行|Organization]。")), JOINT),
        "joint.bias": some(JOINT), "norm.weight": some(JOINT), "norm.bias": some(JOINT),
        "inner.weight": some(JOINT, INNER), "inner.bias": some(INNER),
        "predicate.weight": some(INNER, len(PREDICATES)), "predicate.bias": some(len(PREDICATES)) + bias,
    }  # fmt: skip
    kept = {name: values for name, values in base.weights.items() if name.split(".")[0] not in ("head", "chain")}
    weights |= {name: values for name, values in kept.items() if name not in ("char", "bigram", "word", "tag")}
    count = len(PREDICATES)
    return Model(PREDICATES, base.shape, weights, (thresholds,) * count, (floors,) * count, fingerprint(base), {})


def traits_of(one: Reading) -> int:
    found = candidates(one)
    return Traits(one, found.nodes, PREDICATES).of(found)[0].shape[1]


def written(folder: Path, made: Model) -> dict[str, str]:
    """Write the model and the recognizer it belongs to; return the stage's settings."""
    write_archive(folder / "recognizer.npz", small())
    base = read_archive(folder / "recognizer.npz")  # embeddings are rounded when they are written
    write_model(folder / "pairs.npz", replace(made, base=fingerprint(base)))
    return {"model": str(folder / "pairs.npz"), "recognizer": str(folder / "recognizer.npz")}


# --- candidates -----------------------------------------------------------------------------------------------------


def test_the_names_of_a_sentence_are_paired_both_ways_where_the_schema_allows() -> None:
    found = candidates(read("[海岚银行|Organization/financial_institution]走进[泉州|Region/prefecture]。"))
    assert named(found, "locatedIn") == {("海岚银行", "泉州")}
    assert named(found, "invests") == {("海岚银行", "泉州"), ("泉州", "海岚银行")}
    assert named(found, "partOf") == set()


def test_a_name_is_no_pair_with_itself() -> None:
    found = candidates(read("[泉州|Region/prefecture]的[泉州|Region/prefecture]，[福建省|Region/province]的城市。"))
    assert ("泉州", "泉州") not in named(found)


def test_what_was_spoken_of_before_is_a_candidate_where_it_is_not_named_again() -> None:
    text = "[云织公司|Organization/company]开业了。日前与[蓝屿集团|Organization/company]签约。"
    assert ("云织公司", "蓝屿集团") in named(candidates(read(text)), "cooperatesWith")


def test_of_each_type_only_the_last_two_are_remembered() -> None:
    firms = "".join(f"[{name}公司|Organization/company]开业了。" for name in ("甲屿", "乙屿", "丙屿"))
    found = named(candidates(read(firms + "[泉州|Region/prefecture]很高兴。")), "locatedIn")
    assert {one for one, other in found if other == "泉州"} == {"乙屿公司", "丙屿公司"}


def test_a_form_that_stands_for_a_name_is_an_end() -> None:
    text = "[云织公司|Organization/company]开业了。该公司与[蓝屿集团|Organization/company]签约。"
    found = candidates(read(text))
    here = {
        (found.nodes[one].item.text, found.nodes[other].item.text)
        for one, other in zip(found.subjects, found.objects, strict=True)
    }
    assert ("该公司", "蓝屿集团") in here


def test_an_article_without_two_names_has_no_pairs() -> None:
    takes = allowed_ends(schema(), PREDICATES)
    assert find_pairs(read("天气很好。"), takes) is None
    assert find_pairs(read("[泉州|Region]的天气很好。"), takes) is None


def test_a_long_list_costs_no_more_than_its_length() -> None:
    many = "、".join(f"[第{number}公司|Organization/company]" for number in range(200))
    assert len(candidates(read(f"[泉州|Region]有{many}。"))) < 200 * 80


# --- traits and rows ------------------------------------------------------------------------------------------------


@given(
    st.lists(
        st.sampled_from(("[泉州|Region]", "[海岚银行|Organization]", "开发", "，", "。", "\n", "纺织")), max_size=30
    )
)
def test_segments_lie_in_order_inside_their_sentence(parts: list[str]) -> None:
    one = read("".join(["[晋江|Region]", *parts, "[蓝屿集团|Organization]"]))
    found = find_pairs(one, allowed_ends(schema(), PREDICATES))
    if found is None:
        return
    traits, segments = Traits(one, found.nodes, PREDICATES).of(found)
    assert traits.shape[0] == segments.shape[0] == len(found)
    assert set(np.unique(traits)) <= {0.0, 1.0}
    for row, number in zip(segments, found.sentences, strict=True):
        sentence = one.sentences[number]
        assert sentence.start <= row[0]
        assert list(row) == sorted(row)
        assert row[-1] <= sentence.end


def test_a_frame_s_reading_is_a_trait() -> None:
    one = read("[泉州|Region/prefecture]着力发展[纺织业|Industry]。")
    without = Traits(one, candidates(one).nodes, PREDICATES).of(candidates(one))[0]
    (read_by_frames,) = find_stage("relate_frames").make(schema(), {})([one])
    assert [claim.predicate for claim in read_by_frames.claims] == ["developsIndustry"]
    found = candidates(read_by_frames)
    traits = Traits(read_by_frames, found.nodes, PREDICATES).of(found)[0]
    assert traits.sum() == without.sum() + 2  # read in this sentence, read at all


def test_rows_hold_the_words_of_the_sentences_with_gaps_between() -> None:
    one = read("天气很好。[泉州|Region]来了[海岚银行|Organization]。没有别的。[晋江|Region]有[蓝屿集团|Organization]。")
    found, base = candidates(one), small()
    rows = Arranger(one, found.nodes, PREDICATES, base.vocabulary, base.shape.gap).arrange(found)
    used = [one.sentences[1], one.sentences[3]]
    assert len(rows.marks) == sum(len(span) + base.shape.gap for span in used)
    text = one.article.text
    codes = base.vocabulary.encode("泉州").chars.tolist()
    where = next(at for at, node in enumerate(found.nodes) if node.mention.text == "泉州")
    assert rows.features.chars[rows.starts[where] : rows.ends[where]].tolist() == codes, text


@given(st.data())
def test_the_highest_of_a_stretch(data: st.DataObject) -> None:
    values = np.array(data.draw(st.lists(st.integers(-9, 9), min_size=1, max_size=40)), dtype=np.float32)[:, None]
    cuts = [sorted(data.draw(st.lists(st.integers(0, len(values)), min_size=6, max_size=6))) for _ in range(3)]
    out = highest(values, np.array(cuts))
    for row, cut in zip(out, cuts, strict=True):
        wanted = [values[a:b].max() if b > a else 0 for a, b in zip(cut[::2], cut[1::2], strict=True)]
        assert row.tolist() == wanted


# --- the network and its file ---------------------------------------------------------------------------------------


def test_a_sentence_is_judged_alike_whatever_stands_around_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_model(tmp_path / "pairs.npz", model())
    judge = Scorer.load(tmp_path / "pairs.npz", small(), schema())
    text = (
        "[泉州|Region]来了[海岚银行|Organization]。[晋江|Region]有[蓝屿集团|Organization]和[云织公司|Organization]。"
        * 3
    )
    whole = judge.read(read(text))
    monkeypatch.setattr(scorer_module, "_TOGETHER", 1)
    parts = judge.read(read(text))
    assert whole is not None
    assert parts is not None
    assert np.allclose(whole[1], parts[1], atol=1e-5)
    assert (whole[1][~whole[0].allowed] == 0).all()


def test_a_model_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    made = model()
    write_model(tmp_path / "a.npz", made)
    again = read_model(tmp_path / "a.npz")
    assert again.predicates == made.predicates
    assert again.thresholds == made.thresholds
    assert all(np.allclose(again.weights[name], values, atol=1e-2) for name, values in made.weights.items())
    write_model(tmp_path / "b.npz", again)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"nothing at all"])
def test_what_is_no_model_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.npz: not a scorer of pairs") as error:
        read_model(tmp_path / "a.npz")
    assert "\n" not in str(error.value)


def test_weights_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    made = model()
    write_model(tmp_path / "a.npz", replace(made, weights={**made.weights, "joint.bias": np.zeros(3, np.float32)}))
    with pytest.raises(InputError, match="has the shape"):
        read_model(tmp_path / "a.npz")


def test_a_scorer_of_another_recognizer_is_refused(tmp_path: Path) -> None:
    write_model(tmp_path / "pairs.npz", model())
    other = small()
    changed = replace(other, weights={**other.weights, "char": other.weights["char"] + 1})
    with pytest.raises(ConfigError, match="another recognizer"):
        Scorer.load(tmp_path / "pairs.npz", changed, schema())


def test_training_computes_what_prediction_computes() -> None:
    if find_spec("torch") is None:
        pytest.skip("needs the extra train: pip install -e '.[train]', or .ci/run --extras")
    import torch

    from kg.relations.torch_network import PairNetwork, Widths, batch_inputs

    base = small()
    one = read(
        "[泉州|Region]来了[海岚银行|Organization]。[晋江|Region]有[蓝屿集团|Organization]和[云织公司|Organization]。"
    )
    found = candidates(one)
    inputs = Arranger(one, found.nodes, PREDICATES, base.vocabulary, base.shape.gap).arrange(found)
    network = PairNetwork(
        base.vocabulary.sizes, base.shape, inputs.traits.shape[1], len(PREDICATES), widths=Widths(JOINT, INNER, POOL)
    ).eval()
    weights = {**base.weights, **model().weights}
    network.load_arrays(weights)
    batch = batch_inputs([inputs, inputs])
    with torch.no_grad():
        said = network(batch)[: batch.pairs].numpy()
    wanted = scores(weights, base.shape, inputs)
    assert np.allclose(said, np.concatenate([wanted, wanted]), atol=1e-4)
    own = network.arrays()
    assert all(np.array_equal(own[name], values) for name, values in model().weights.items())


def test_training_learns_and_is_the_same_each_time() -> None:
    if find_spec("torch") is None:
        pytest.skip("needs the extra train: pip install -e '.[train]', or .ci/run --extras")
    from kg.relations.training import Example, Recipe, fit, network, targets

    base = small()
    one = read(TEXT)
    found = candidates(one)
    entities = [group.id for group in one.groups]
    names = {group.name: group.id for group in one.groups}
    fact = {"subject": names["云织公司"], "predicate": "locatedIn", "object": names["晋江"]}
    fact["evidence"] = [0, len(one.article.text)]
    record = {"entities": [{"id": entity} for entity in entities], "facts": [fact]}
    recipe = Recipe(epochs=30, batch=1, hidden=0.0, average=0.5, warm_up=1)
    wanted, weights = targets(one, found, PREDICATES, schema(), record, entities, recipe)
    assert wanted.sum() == 1
    inputs = Arranger(one, found.nodes, PREDICATES, base.vocabulary, base.shape.gap).arrange(found)
    steps: list[tuple[int, int]] = []

    def trained() -> dict[str, np.ndarray]:
        start = network(base, base.shape, inputs.traits.shape[1], len(PREDICATES), recipe)
        return fit(start, [Example(inputs, wanted, weights)], recipe, lambda *step: steps.append(step)).arrays()

    first, again = trained(), trained()
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert steps[:30] == [(step, 30) for step in range(1, 31)]
    odds = np.where(found.allowed, scores({**base.weights, **first}, base.shape, inputs), -np.inf)
    assert np.unravel_index(odds.argmax(), odds.shape) == np.unravel_index(wanted.argmax(), wanted.shape)


# --- the stage ------------------------------------------------------------------------------------------------------


TEXT = "[泉州|Region/prefecture]着力发展[纺织业|Industry]，[云织公司|Organization/company]落户[晋江|Region/county]。"


def related(settings: dict[str, str], marked: str = TEXT, claims: tuple[Claim, ...] = ()) -> tuple[Claim, ...]:
    one = read(marked)
    return find_stage("relate_pairs").make(schema(), settings)([replace(one, claims=claims)])[0].claims


def test_claims_quote_their_sentence_and_keep_to_the_schema(tmp_path: Path) -> None:
    claims = related(written(tmp_path, model(thresholds=0.2, bias=2.0)))
    assert claims
    text = parse(TEXT)[0]
    for claim in claims:
        assert claim.reader == f"relate_pairs:{claim.predicate}"
        assert not isinstance(claim.object, str)
        assert schema().allows(claim.predicate, claim.subject.type, claim.object.type)
        assert all(text[e.span.start : e.span.end] == e.quote for e in claim.evidence)
        assert claim.score >= 0.2


def test_nothing_is_claimed_below_the_thresholds(tmp_path: Path) -> None:
    assert related(written(tmp_path, model(thresholds=1.01, bias=9.0))) == ()


def test_regions_that_lie_apart_are_no_parts(tmp_path: Path) -> None:
    claims = related(
        written(tmp_path, model(thresholds=0.0, bias=9.0)),
        "[泉州|Region/prefecture]的[晋江|Region/county]，[宁德|Region/prefecture]。",
    )
    parts = {
        (c.subject.text, c.object.text) for c in claims if c.predicate == "partOf" and not isinstance(c.object, str)
    }
    assert parts == {("晋江", "泉州")}


@pytest.mark.parametrize(("bias", "told"), [(0.0, []), (9.0, [("晋江", "泉州")])])
def test_codes_alone_make_no_division_a_part(tmp_path: Path, bias: float, told: list[tuple[str, str]]) -> None:
    claims = related(
        written(tmp_path, model(thresholds=0.2, bias=bias)),
        "[泉州|Region/prefecture]与[晋江|Region/county]出台政策。",
    )
    parts = [(c.subject.text, c.object.text) for c in claims if not isinstance(c.object, str)]
    assert [ends for ends, c in zip(parts, claims, strict=True) if c.predicate == "partOf"] == told


def test_what_frames_read_is_dropped_only_where_the_scorer_rules_it_out(tmp_path: Path) -> None:
    one = read(TEXT)
    (by_frames,) = find_stage("relate_frames").make(schema(), {})([one])
    assert by_frames.claims
    never = written(tmp_path, model(thresholds=1.01, floors=0.0, bias=-30.0))
    assert related(never, claims=by_frames.claims) == by_frames.claims
    rules_out = written(tmp_path, model(thresholds=1.01, floors=0.5, bias=-30.0))
    assert related(rules_out, claims=by_frames.claims) == ()


def test_a_claim_is_not_made_twice(tmp_path: Path) -> None:
    one = read(TEXT)
    (by_frames,) = find_stage("relate_frames").make(schema(), {})([one])
    claims = related(written(tmp_path, model(thresholds=0.0)), claims=by_frames.claims)
    said = [(c.subject.text, c.predicate, c.object.text) for c in claims if not isinstance(c.object, str)]
    assert len(said) == len(set(said))


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such model"):
        find_stage("relate_pairs").make(schema(), {"model": str(tmp_path / "none.npz")})


@pytest.mark.parametrize(
    ("marked", "fact"),
    [
        (
            "作为[福建省|Region/province][泉州市|Region/prefecture]的支柱，[纺织鞋服|Industry]在当地根深叶茂。",
            ("泉州市", "partOf", "福建省"),
        ),
        (
            "[泉州市|Region/prefecture]出台了《[茶产业振兴方案|Program/plan]》。",
            ("泉州市", "issues", "茶产业振兴方案"),
        ),
    ],
)
def test_the_shipped_scorer_reads_without_any_frame(marked: str, fact: tuple[str, str, str]) -> None:
    (out,) = find_stage("relate_pairs").make(schema(), {})([read(marked)])
    assert fact in [(c.subject.text, c.predicate, c.object.text) for c in out.claims if not isinstance(c.object, str)]


def test_one_sum_told_in_two_sentences_goes_to_both_facts(tmp_path: Path) -> None:
    text = (
        "[云织公司|Organization/company]向[蓝屿集团|Organization/company]投资5亿元。"
        "[海岚公司|Organization/company]向[青禾集团|Organization/company]投资5亿元。"
    )
    claims = related(written(tmp_path, model(thresholds=0.0)), text)
    with_sum = {c.evidence[0].span for c in claims for one in c.qualifiers if one.name == "amount"}
    assert len(with_sum) == 2


def test_groups_of_one_thing_are_one_end() -> None:
    """Mentions that name one thing are no pair, whatever they are called."""
    text, mentions = parse("[云织鞋服有限公司|Organization/company]（简称“[云织|Organization/company]”）。")
    one = reading(text, mentions)
    group = Group("g", "Organization", "company", "云织鞋服有限公司", mentions, None, "test")
    assert find_pairs(replace(one, groups=(group,)), allowed_ends(schema(), PREDICATES)) is None


def test_it_says_how_likely_it_holds_a_pair(tmp_path: Path) -> None:
    one = read(TEXT)
    stage = find_stage("relate_pairs").make(schema(), written(tmp_path, model(thresholds=0.9, bias=-3.0)))
    place, industry = one.mentions[0], one.mentions[1]
    ((gate, said),) = stage.explain(one, place, industry, "developsIndustry")
    assert gate == "threshold"
    assert "is below 0.90" in said
    assert stage.explain(one, place, "产值", "statistic") == []
    frames_alone = find_stage("relate_pairs").make(schema(), written(tmp_path, model(thresholds=1.01)))
    ((_, said),) = frames_alone.explain(one, place, industry, "developsIndustry")
    assert "only what frames read" in said


# --- passages -------------------------------------------------------------------------------------------------------

PASSAGE = """# a comment
# not marked: partOf

[海岚银行|Organization/financial_institution]为[云织鞋服公司|Organization/company]（简称[云织|Organization/company]）放贷。
= 云织鞋服公司 云织
> 海岚银行 lendsTo 云织
~ 海岚银行 cooperatesWith 云织鞋服公司
"""


def test_a_passage_is_read_with_its_names_and_facts(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PASSAGE, encoding="utf-8")
    (passage,) = read_passages(tmp_path / "a.txt", schema())
    assert passage.text == "海岚银行为云织鞋服公司（简称云织）放贷。"
    assert [passage.text[m.span.start : m.span.end] for m in passage.mentions] == ["海岚银行", "云织鞋服公司", "云织"]
    assert passage.facts == (
        ("海岚银行", "lendsTo", "云织鞋服公司", False),
        ("海岚银行", "cooperatesWith", "云织鞋服公司", True),
    )
    assert passage.not_marked == ("partOf",)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("> 海岚银行 lendsTo 别的公司", "别的公司 is no name"),
        ("> 云织 lendsTo", "give = NAME NAME"),
        ("> 海岚银行 partOf 云织", "no partOf from Organization to Organization"),
        ("! 海岚银行 云织", "give = NAME NAME"),
        ("> 海岚银行 loves 云织", "no loves from"),
    ],
)
def test_a_wrong_line_of_a_passage_is_named(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "a.txt").write_text(PASSAGE.rstrip() + f"\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"a\.txt:8: .*{said}"):
        list(read_passages(tmp_path / "a.txt", schema()))


def test_the_passages_that_ship_can_be_read() -> None:
    passages = [p for path in sorted(data_path("train").glob("relations_*.txt")) for p in read_passages(path, schema())]
    assert len(passages) > 1000
    assert {name for passage in passages for _, name, *_ in passage.facts} >= set(schema().predicates) - {
        "holdsPosition", "hasTitle", "statistic",
    }  # fmt: skip
