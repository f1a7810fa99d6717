"""Claims of several readers that say the same, joined into one that names them all; stands behind the last relate_*.

Two claims say the same where they join the same things by the same predicate in the same sentence, and neither their
sums, dates or titles nor whether a thing is done or planned contradict each other. The one of the reader that is right
most often stays, with its evidence, and takes over what details it lacks.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.claims import claim_id
from kg.intervals import to_interval
from kg.model import Claim, Mention, Qualifier, Reading, Span
from kg.protocols import Stage
from kg.registry import declare
from kg.schema import Schema
from kg.text import fold

_PRECISION = {
    "relate_posts": 0.94,
    "relate_frames": 0.82,
    "relate_titles": 0.72,
    "relate_statistics": 0.71,
    "relate_pairs": 0.59,
}
"""How often claims of a stage are right, by data/scripts/measure_agreement.py; of others the score is taken."""

_SECOND = 0.2
"""How much of a further reader's log-odds comes to those of the surest one, fitted by the same script: all of them
would be right for readers that err independently of each other, and readers of one sentence do not."""

_NEAREST = 0.02
"""Scores are kept so far from 0 and 1."""

_NUMBERS = ("amount", "count", "share", "value")


@declare(needs=("claims",), adds=("claims",))
def make(
    *,
    schema: Schema,
    min_votes: int = 1,
    trusted: Sequence[str] = ("relate_posts", "relate_statistics", "relate_titles"),
    precision: Mapping[str, float] = {},
) -> Stage:
    """Join claims of several readers that say the same; drop those of fewer than ``min_votes`` stages.

    ``trusted`` are stages whose claims need nobody else's, and predicates of which none does. ``precision`` says how
    often a stage's claims are right, by its name: of two that say the same, the claim of the better one stays; where
    nothing is said, its score counts.
    """
    return _Agree(schema, min_votes, frozenset(trusted), {**_PRECISION, **precision})


@dataclass(slots=True)
class _Said:
    """A claim and those of other readers that say the same; ``place`` is that of the claim in the article's list."""

    place: int
    claim: Claim
    qualifiers: list[Qualifier]
    others: list[Claim] = field(default_factory=list)

    @property
    def stages(self) -> set[str]:
        return {_stage(claim) for claim in (self.claim, *self.others)}


@dataclass(frozen=True)
class _Agree:
    schema: Schema
    min_votes: int
    trusted: frozenset[str]
    precision: Mapping[str, float]
    counted: Counter[str] = field(default_factory=Counter)

    def __call__(self, batch: Sequence[Reading], /) -> list[Reading]:
        return [self._read(reading) for reading in batch]

    def tallies(self) -> Mapping[str, float]:
        return self.counted

    def _read(self, reading: Reading) -> Reading:
        kept = []
        for said in sorted(self._joined(reading), key=lambda said: said.place):
            stages = said.stages
            if len(stages) < self.min_votes and self.trusted.isdisjoint({*stages, said.claim.predicate}):
                self.counted[f"claims of {', '.join(sorted(stages))} dropped, too few agree"] += 1
                continue
            self.counted["claims joined with another that says the same"] += len(said.others)
            kept.append(_put_together(said) if said.others else said.claim)
        return replace(reading, claims=tuple(kept))

    def _joined(self, reading: Reading) -> list[_Said]:
        group = {mention.span: group.id for group in reading.groups for mention in group.mentions}
        starts = [sentence.start for sentence in reading.sentences]
        found: list[_Said] = []
        by_key: dict[tuple[object, ...], list[_Said]] = {}
        for place, claim in sorted(enumerate(reading.claims), key=self._rank):
            keys = list(self._keys(claim, group, starts))
            same = [said for key in keys for said in by_key.get(key, ()) if self._says_the_same(said, claim)]
            if same:
                said = max(same, key=lambda said: _shared(said.qualifiers, claim.qualifiers))  # the first of the best
                said.others.append(claim)
                said.qualifiers += _lacking(said, claim)
                continue
            found.append(_Said(place, claim, list(claim.qualifiers)))
            for key in keys:
                by_key.setdefault(key, []).append(found[-1])
        return found

    def _rank(self, placed: tuple[int, Claim]) -> tuple[float, float, int]:
        place, claim = placed
        return -self.precision.get(_stage(claim), claim.score), -claim.score, place

    def _keys(self, claim: Claim, group: Mapping[Span, str], starts: Sequence[int]) -> Iterator[tuple[object, ...]]:
        """Yield what claims must share to say the same, for each sentence of the words that state it."""

        def end(of: Mention | str) -> str:
            return fold(of) if isinstance(of, str) else group.get(of.span, f"{of.span.start}-{of.span.end}")

        ends = [end(claim.subject), end(claim.object)]
        predicate = self.schema.predicates.get(claim.predicate)
        if predicate is not None and predicate.symmetric:
            ends.sort()
        words = claim.evidence[0].span
        first, last = (bisect_right(starts, at) for at in (words.start, words.end - 1))
        for sentence in range(first, last + 1):
            yield *ends, claim.predicate, claim.polarity, sentence

    def _says_the_same(self, said: _Said, claim: Claim) -> bool:
        if _stage(said.claim) == _stage(claim):
            return False  # one reader has its reasons to say a thing twice
        modalities = {said.claim.modality, claim.modality}
        if len(modalities) > 1 and "planned" in modalities:
            return False
        predicate = self.schema.predicates.get(claim.predicate)
        telling = {*_NUMBERS, *(predicate.identifying if predicate is not None else ())}
        return not any(
            one.name == other.name and one.name in telling and _contradict(one, other)
            for one in said.qualifiers
            for other in claim.qualifiers
        )


def _stage(claim: Claim) -> str:
    return claim.reader.partition(":")[0]


def _contradict(one: Qualifier, other: Qualifier) -> bool:
    """Say whether two qualifiers of one name cannot both be so; a title that lies in the other only says less."""
    values = to_interval(one), to_interval(other)
    if one.name in _NUMBERS and values[0] is not None and values[1] is not None:
        return values[0].unit != values[1].unit or values[0].excludes(values[1])
    if one.normal and one.normal == other.normal:
        return False
    texts = fold(one.text), fold(other.text)
    if one.name in _NUMBERS:
        return texts[0] != texts[1]  # 5家 lies in 15家
    return texts[0] not in texts[1] and texts[1] not in texts[0]


def _lacking(said: _Said, claim: Claim) -> list[Qualifier]:
    """Return the details that only this claim has and that stand in the words which the claim that stays quotes."""
    names = {qualifier.name for qualifier in said.qualifiers}
    quoted = "".join("".join(evidence.quote.split()) for evidence in said.claim.evidence)
    return [one for one in claim.qualifiers if one.name not in names and "".join(one.text.split()) in quoted]


def _shared(known: Sequence[Qualifier], others: Sequence[Qualifier]) -> int:
    return len({(one.name, fold(one.text)) for one in known} & {(one.name, fold(one.text)) for one in others})


def _put_together(said: _Said) -> Claim:
    """Return the claim with the details that only others have, their readers, and the score of all."""
    surest: dict[str, float] = {}
    for claim in (said.claim, *said.others):
        surest[_stage(claim)] = max(surest.get(_stage(claim), 0.0), claim.score)
    readers = {claim.reader for claim in said.others} | set(said.claim.agreed)
    kept = replace(
        said.claim,
        qualifiers=tuple(sorted(said.qualifiers, key=lambda qualifier: (qualifier.name, qualifier.text))),
        score=_combined(surest.values()),
        agreed=tuple(sorted(readers - {said.claim.reader})),
    )
    return replace(kept, id=claim_id(kept))


def _combined(scores: Collection[float]) -> float:
    """Return how sure a claim is that several readers make: log-odds, the surest whole, the others' in part.

    One that is itself not sure takes nothing away.
    """
    first, *others = sorted((min(max(score, _NEAREST), 1 - _NEAREST) for score in scores), reverse=True)
    odds = math.log(first / (1 - first))
    odds += _SECOND * sum(max(0.0, math.log(score / (1 - score))) for score in others)
    return max(round(1 / (1 + math.exp(-odds)), 4), *scores)
