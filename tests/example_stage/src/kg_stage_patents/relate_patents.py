"""Whose a patent is: the organization named last before it, where the words between speak of a patent that is held."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.claims import make_claim
from kg.errors import ConfigError
from kg.model import Claim, Mention, Reading, Reference, Span
from kg.protocols import Stage
from kg.registry import declare
from kg.schema import Schema

_NAME, _PREDICATE = "relate_patents", "holdsPatent"
_HELD = re.compile("获得|获|取得|拥有|持有|授权|的.{0,20}专利|专利权人")
_NOT_HELD = re.compile("未|没有|驳回|无效|侵犯|仿冒|转让|是否|如果")


@declare(needs=("sentences", "mentions", "groups", "references"), adds=("claims",))
def make(*, schema: Schema, reach: int = 60, score: float = 0.8) -> Stage:
    """Read whose a patent is: the organization before it, at most ``reach`` characters away in the same sentence.

    Where that is 该公司, its antecedent holds the patent. Patents without a holder are counted. ``score`` is given to
    each claim.
    """
    if not schema.allows(_PREDICATE, "Organization", "Patent"):
        raise ConfigError(f"stage {_NAME} needs the predicate {_PREDICATE} in the schema; give one with --schema")
    return _RelatePatents(reach, score)


@dataclass(frozen=True)
class _RelatePatents:
    reach: int
    score: float
    counted: Counter[str] = field(default_factory=Counter)

    def __call__(self, batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(one, claims=(*one.claims, *self._read(one))) for one in batch]

    def tallies(self) -> Mapping[str, float]:
        return self.counted

    def _read(self, reading: Reading) -> Iterator[Claim]:
        starts = [sentence.start for sentence in reading.sentences]

        def sentence_of(span: Span) -> Span:
            return reading.sentences[max(0, bisect_right(starts, span.start) - 1)]

        for patent in reading.mentions:
            if patent.type != "Patent":
                continue
            sentence = sentence_of(patent.span)
            holder = self._holder(reading, sentence, patent)
            if holder is None:
                self.counted["patents without a holder"] += 1
                continue
            evidence = [sentence]
            if isinstance(holder, Reference):  # 该公司: who it is stands elsewhere, and is quoted too
                holder = holder.mention
                evidence.append(sentence_of(holder.span))
            yield make_claim(
                reading.article,
                holder,
                _PREDICATE,
                patent,
                evidence=list(dict.fromkeys(evidence)),
                reader=f"{_NAME}:before",
                score=self.score,
            )

    def _holder(self, reading: Reading, sentence: Span, patent: Mention) -> Mention | Reference | None:
        """Return the name or the form that stands for one, nearest before the patent, if the words between say so."""
        names: list[Mention | Reference] = [one for one in reading.mentions if one.type == "Organization"]
        names += [form for form in reading.references if form.mention.type == "Organization"]
        first = max(sentence.start, patent.span.start - self.reach)
        near = [one for one in names if first <= one.span.start and one.span.end <= patent.span.start]
        holder = max(near, key=lambda one: one.span, default=None)
        if holder is None:
            return None
        between = reading.article.text[holder.span.end : patent.span.start]
        return holder if _HELD.search(between) and not _NOT_HELD.search(between) else None
