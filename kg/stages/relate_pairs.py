"""Facts between two names that a trained scorer of pairs finds, and what it says of those that frames read.

What frames read of a pair is kept unless the scorer rules it out; what it holds likely enough is claimed beside it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kg.claims import make_claim
from kg.containment import innermost, may_lie_inside
from kg.cues import Cues
from kg.dates import find_dates
from kg.errors import ConfigError
from kg.frames import mention_of
from kg.modality import Meanings
from kg.model import Claim, Group, Mention, Qualifier, Reading, Reference, Span
from kg.money import find_amounts
from kg.protocols import Stage
from kg.registry import declare
from kg.resources import data_path
from kg.schema import Predicate, Schema
from kg.sizes import with_size

if TYPE_CHECKING:
    from kg.relations.pairs import Floats, Node, Pairs
    from kg.relations.scorer import Scorer

_NAME = "relate_pairs"
_BY_FRAMES = ("relate_frames:", "relate_hanlp:", "relate_spacy:")
"""Who reads by the frames of the schema: over the text, or over the clauses of a parser."""
_SUMS = frozenset(("grantsCredit", "lendsTo", "invests", "funds", "holdsShareOf", "establishes"))
"""Predicates whose facts are made with a sum; of others a sum nearby says something else."""

_Sums = set[tuple[Span, str]]
"""Sums that a fact has, with their sentences."""

_STOP = re.compile("[；。！？\\n]")
_BY_CODES = 0.7
"""How likely it must be that a division lies in another where their codes tell so: that both are named does not."""
_VOTE = 0.5
"""How likely a fact that another stage claimed must be to be claimed too."""
_NEAR = 20
"""How many characters from both names the sum of a fact may stand."""


@declare(needs=("sentences", "mentions", "groups", "references"), adds=("claims",))
def make(*, schema: Schema, model: str = "", recognizer: str = "", votes: bool = False) -> Stage:
    """Read claims with a trained scorer of pairs: how likely a predicate joins two names, by the words around them.

    ``model`` is its file, ``recognizer`` that of the recognizer it was trained on; the shipped ones if not given.
    Predicates that the schema does not have are left out. With ``votes``, what other stages claimed before and it holds
    likely too becomes a claim of its own besides, which the stage agree joins with theirs. Raises ConfigError where a
    file is missing or the two do not belong together.
    """
    from kg.relations.scorer import Scorer  # NumPy is slow to import, and other pipelines do without
    from kg.tagger.archive import read_archive

    paths = [
        Path(given) if given else data_path(folder, name)
        for given, folder, name in ((model, "relations", "pairs.npz"), (recognizer, "tagger", "recognizer.npz"))
    ]
    for path in paths:
        if not path.is_file():
            raise ConfigError(f"{path}: no such model")
    scorer = Scorer.load(paths[0], read_archive(paths[1]), schema)
    cues = Cues(schema)
    dated = frozenset(frame.predicate for frame in schema.frames if frame.dated)
    return _RelatePairs(schema, cues, scorer, dated, votes)


@dataclass(frozen=True)
class _RelatePairs:
    schema: Schema
    cues: Cues
    scorer: Scorer
    dated: frozenset[str]
    """The predicates whose facts carry a date by their frames."""
    votes: bool

    def __call__(self, batch: Sequence[Reading], /) -> list[Reading]:
        articles = (_Article(reading, self.schema, self.cues, self.scorer, self.dated) for reading in batch)
        return [article.read(votes=self.votes) for article in articles]

    def explain(
        self, reading: Reading, subject: Mention | Reference, object_: Mention | Reference | str, predicate: str, /
    ) -> list[tuple[str, str]]:
        """Say how likely the scorer holds it that these two are joined so, see kg.protocols.Explains."""
        model = self.scorer.model
        scored = self.scorer.read(reading)
        if predicate not in model.predicates or isinstance(object_, str) or scored is None:
            return []
        judged = _Judged(*scored)
        number = model.predicates.index(predicate)
        ends = (subject.span, object_.span)
        said = [judged.at(row, number) for row in range(len(judged.pairs)) if judged.spans(row) == ends]
        if not said:
            return [("pair", "too far from each other to be judged")]
        ends_of = {mention.span: group for group in reading.groups for mention in group.mentions}
        groups = [ends_of[mention_of(one).span] for one in (subject, object_)]
        least = _least(model.thresholds[number], self.schema.predicates[predicate], groups)
        if least > 1:
            return [("threshold", f"probability {max(said):.2f}; of {predicate} only what frames read is claimed")]
        below = max(said) < least
        return [("threshold", f"probability {max(said):.2f} is below {least:.2f}")] if below else []


class _Article:
    """One article while its pairs are judged."""

    def __init__(self, reading: Reading, schema: Schema, cues: Cues, scorer: Scorer, dated: frozenset[str]) -> None:
        self.reading, self.schema, self.model = reading, schema, scorer.model
        self.meanings = Meanings(reading, cues)
        self.dated = dated
        self.group = {mention.span: number for number, one in enumerate(reading.groups) for mention in one.mentions}
        self.bounds = [sentence.start for sentence in reading.sentences]
        self.scorer = scorer
        self.scored = scorer.read(reading)

    def read(self, *, votes: bool) -> Reading:
        if self.scored is None:
            return self.reading
        judged = _Judged(*self.scored)
        kept = [claim for claim in self.reading.claims if not self._ruled_out(claim, judged)]
        group = {span: self.reading.groups[number] for span, number in self.group.items()}
        own = [*self._claims(judged, kept), *(self._votes(kept) if votes else ())]
        claims = innermost([*kept, *own], self.schema, group)
        return replace(self.reading, claims=tuple(claims))

    def _ruled_out(self, claim: Claim, judged: _Judged) -> bool:
        if not claim.reader.startswith(_BY_FRAMES):
            return False
        probability = self._probability(claim, judged)
        return probability is not None and probability < self.model.floors[self._column(claim)]

    def _column(self, claim: Claim) -> int:
        return self.model.predicates.index(claim.predicate)

    def _probability(self, claim: Claim, judged: _Judged) -> float | None:
        """Return how likely the claim's ends are joined so in its sentence, None where that was not judged."""
        if isinstance(claim.object, str) or claim.predicate not in self.model.predicates:
            return None
        ends = self.group[claim.subject.span], self.group[claim.object.span]
        return judged.probability(ends, self._number(claim.evidence[0].span), self._column(claim))

    def _votes(self, kept: Sequence[Claim]) -> Iterator[Claim]:
        """Yield claims of the scorer's own on what others claim: who is joined, in the same words, and no more.

        The pairs are judged anew without the claims, which are traits of theirs: a vote is to be a second opinion.
        """
        scored = self.scorer.read(replace(self.reading, claims=()))
        if scored is None:
            return
        judged, said = _Judged(*scored), set[str]()
        for claim in kept:
            probability = self._probability(claim, judged)
            if probability is None or probability < _VOTE or claim.polarity == "denied":
                continue
            vote = make_claim(
                self.reading.article,
                claim.subject,
                claim.predicate,
                claim.object,
                evidence=[evidence.span for evidence in claim.evidence],
                modality=claim.modality,
                reader=f"{_NAME}:{claim.predicate}",
                score=round(probability, 4),
            )
            if vote.id not in said:
                said.add(vote.id)
                yield vote

    def _claims(self, judged: _Judged, kept: Sequence[Claim]) -> Iterator[Claim]:
        said: set[tuple[int, int, str, int | None]] = set()
        for claim in kept:
            if not isinstance(claim.object, str):
                one, other = self.group[claim.subject.span], self.group[claim.object.span]
                place = self._number(claim.evidence[0].span)
                for ends in ((one, other), (other, one)):
                    said |= {(*ends, claim.predicate, place), (*ends, claim.predicate, None)}
        dealt = {
            (self.group[claim.subject.span], self.group[claim.object.span], self._number(claim.evidence[0].span))
            for claim in kept
            if not isinstance(claim.object, str) and self.schema.predicates[claim.predicate].identifying
        }
        used = {
            (claim.evidence[0].span, qualifier.text)
            for claim in kept
            for qualifier in claim.qualifiers
            if qualifier.name == "amount"
        }
        for found in judged.likely(self.model.thresholds):
            predicate = self.schema.predicates[self.model.predicates[found.predicate]]
            ends = judged.ends(found.pair)
            # A fact that its sum tells from others is one and the same wherever it is told again without.
            told = None if predicate.identifying else judged.sentence(found.pair)
            if (*ends, predicate.name, told) in said:
                continue
            made = self._claim(judged, found, predicate, used)
            if made is not None and predicate.identifying and (*ends, judged.sentence(found.pair)) in dealt:
                # 授信5300万元 is no loan besides; 授信5300万元，投放1996万元 is two facts.
                made = made if any(qualifier.name in predicate.identifying for qualifier in made.qualifiers) else None
            if made is not None:
                turned = ends[::-1] if predicate.symmetric else ends
                said |= {(*one, predicate.name, told) for one in (ends, turned)}
                yield made

    def _claim(self, judged: _Judged, found: _Likely, predicate: Predicate, used: _Sums) -> Claim | None:
        subject, object_ = judged.nodes(found.pair)
        groups = self.reading.groups[subject.group], self.reading.groups[object_.group]
        if predicate.inside and not may_lie_inside(*groups, beside=True):
            return None
        if found.probability < _least(0.0, predicate, groups):
            return None
        number = judged.sentence(found.pair)
        sentence = self.reading.sentences[number]
        inside = [node.item.span for node in (subject, object_) if node.sentence == number]
        start, end = min(span.start for span in inside), min(max(span.end for span in inside), sentence.end)
        meaning = self.meanings.read(predicate.name, sentence, start, end)
        if meaning is None:
            return None
        spans = [span for node in (subject, object_) for span in (node.item.span, node.mention.span)]
        evidence = [sentence, *(self.reading.sentences[self._number(span)] for span in spans)]
        return make_claim(
            self.reading.article,
            subject.mention,
            predicate.name,
            object_.mention,
            evidence=list(dict.fromkeys(evidence)),
            qualifiers=with_size(
                self._qualifiers(predicate, sentence, start, end, used),
                self.reading.article.text,
                sentence,
                object_.mention,
                object_.item.span,
                predicate,
            ),
            modality=meaning[0],
            polarity=meaning[1],
            reader=f"{_NAME}:{predicate.name}",
            score=round(found.probability, 4),
        )

    def _qualifiers(
        self, predicate: Predicate, sentence: Span, start: int, end: int, used: _Sums
    ) -> Iterator[Qualifier]:
        words = self.reading.article.text[sentence.start : sentence.end]
        start, end = start - sentence.start, end - sentence.start
        if "amount" in predicate.qualifiers and predicate.name in _SUMS:
            sums = [amount for amount in find_amounts(words) if (sentence, amount.text) not in used]
            nearest = min(sums, key=lambda amount: _distance(amount.span, start, end), default=None)
            if nearest is not None and _joined(words, nearest.span, start, end):
                used.add((sentence, nearest.text))
                yield Qualifier("amount", nearest.text, nearest.normal)
        if predicate.name in self.dated and "date" in predicate.qualifiers:
            dates = [date for date in find_dates(words, self.reading.article.date) if date.span.start < end]
            if dates:
                yield Qualifier("date", dates[-1].text, dates[-1].normal)

    def _number(self, span: Span) -> int:
        return max(0, bisect_right(self.bounds, span.start) - 1)


def _least(threshold: float, predicate: Predicate, groups: Sequence[Group]) -> float:
    """Return from which probability a fact between two groups is claimed, given the threshold of its predicate."""
    coded = predicate.inside and all(group.adcode is not None for group in groups)
    return max(threshold, _BY_CODES) if coded else threshold


def _distance(span: Span, start: int, end: int) -> int:
    return max(0, start - span.end, span.start - end)


def _joined(words: str, span: Span, start: int, end: int) -> bool:
    return not _STOP.search(words, min(span.end, end), max(span.start, start)) and _distance(span, start, end) <= _NEAR


@dataclass(frozen=True, slots=True)
class _Likely:
    """A fact that is held likely enough: the numbers of its pair and of its predicate."""

    probability: float
    pair: int
    predicate: int


class _Judged:
    """The pairs of one article with their probabilities."""

    def __init__(self, pairs: Pairs, probabilities: Floats) -> None:
        self.pairs, self.probabilities = pairs, probabilities

    @cached_property
    def rows(self) -> dict[tuple[int, int, int], list[int]]:
        """The pairs by the groups that they join and the sentence."""
        found: dict[tuple[int, int, int], list[int]] = {}
        groups = [node.group for node in self.pairs.nodes]
        columns = (self.pairs.subjects.tolist(), self.pairs.objects.tolist(), self.pairs.sentences.tolist())
        for row, (one, other, sentence) in enumerate(zip(*columns, strict=True)):
            found.setdefault((groups[one], groups[other], sentence), []).append(row)
        return found

    def ends(self, row: int) -> tuple[int, int]:
        """Return the numbers of the groups that a pair joins."""
        subject, object_ = self.nodes(row)
        return subject.group, object_.group

    def spans(self, row: int) -> tuple[Span, Span]:
        """Return where the two names of a pair stand."""
        subject, object_ = self.nodes(row)
        return subject.item.span, object_.item.span

    def at(self, row: int, predicate: int) -> float:
        return float(self.probabilities[row, predicate])

    def nodes(self, row: int) -> tuple[Node, Node]:
        return self.pairs.nodes[self.pairs.subjects[row]], self.pairs.nodes[self.pairs.objects[row]]

    def sentence(self, row: int) -> int:
        return int(self.pairs.sentences[row])

    def probability(self, ends: tuple[int, int], sentence: int, predicate: int) -> float | None:
        """Return how likely two groups are joined by a sentence, None where they are no candidates in it."""
        rows = self.rows.get((*ends, sentence))
        return None if rows is None else float(self.probabilities[rows, predicate].max())

    def likely(self, thresholds: Sequence[float]) -> Iterator[_Likely]:
        """Yield what reaches the thresholds, the likeliest first."""
        rows, columns = (self.probabilities >= thresholds).nonzero()
        found = [
            _Likely(float(self.probabilities[row, column]), row, column)
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
        ]
        yield from sorted(found, key=lambda one: (-one.probability, one.pair, one.predicate))
