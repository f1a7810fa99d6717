"""One sentence and two ends read again, stage by stage, to see what keeps a claim from being made.

A stage is asked in three ways: as it is; with ``min_score`` at nothing; and with a schema in which nothing is only
supposed. What then comes to light names the gate. A stage may say more itself (kg.protocols.Explains).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kg.config import PipelineConfig, StageConfig
from kg.errors import KGError, StageError
from kg.frames import Encoded, Match, compile_frames, encode, match, mention_of, without_places
from kg.model import Claim, Mention, Reading, Reference, Span
from kg.protocols import Explains, Stage
from kg.registry import find_stage
from kg.schema import Schema
from kg.traditional import simplified

_FRAMES = "relate_frames"
_WORD = re.compile(r"[\u4e00-\u9fff]{2,}")
_MOST = 4
"""How many matches, words and other readings are told of one sentence."""

End = Mention | Reference | Span
"""An end as it stands in the sentence: a name, a form that stands for one, or the place of a literal's words."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What a fact has to pass, and what was found there."""

    name: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Step:
    """A stage that makes claims, what it was given and what it gave."""

    config: StageConfig
    stage: Stage
    before: Reading
    after: Reading


class PairReader:
    """Reads with a schema and a pipeline's stages; the stages are made when they are first needed."""

    def __init__(self, schema: Schema, config: PipelineConfig) -> None:
        self._schema = schema
        self._steps = config.stages
        self._read: dict[str, list[_Step]] = {}

    @cached_property
    def _stages(self) -> list[tuple[StageConfig, Stage]]:
        return [(step, find_stage(step.use).make(self._schema, step.located)) for step in self._steps]

    @cached_property
    def _probes(self) -> dict[str, list[tuple[str, Stage]]]:
        """For each stage that makes claims the same without its least score, and without words of supposition."""
        bold = replace(self._schema, cues={**self._schema.cues, "hypothetical": ()})
        probes: dict[str, list[tuple[str, Stage]]] = {}
        for step, _ in self._claiming:
            spec = find_stage(step.use)
            settings = {**step.located, "min_score": 0.0} if "min_score" in spec.settings else step.located
            probes[step.use] = [
                ("score", spec.make(self._schema, settings)),
                ("supposition", spec.make(bold, step.located)),
            ]
        return probes

    @cached_property
    def _claiming(self) -> list[tuple[StageConfig, Stage]]:
        return [(step, stage) for step, stage in self._stages if "claims" in find_stage(step.use).adds]

    def gates(self, reading: Reading, sentence: Span, subject: End, target: End, predicate: str) -> Iterator[Gate]:
        """Yield what stopped a claim with these ends in this sentence, the most telling first."""
        steps = self._again(reading)
        wanted = _Wanted(self._schema, reading, sentence, subject, target, predicate)
        final = steps[-1].after if steps else reading
        for claim in filter(wanted, final.claims):
            yield Gate("store", f"{claim.reader} reads it here ({claim.polarity}); the store is older, build it anew")
            return
        told = list(self._taken_away(steps, wanted)) or list(self._probed(steps, wanted))
        for step in steps:
            told += _explained(step, subject, target, predicate)
        if not told and any(step.config.use == _FRAMES for step in steps):
            told = list(self._framed(steps[0].before, sentence, wanted))
        yield from told
        yield from _read_instead(final, wanted)
        if not told and not wanted.has_frames:
            makers = ", ".join(step.config.use for step in steps)
            yield Gate("reading", f"no frame reads {predicate}, and {makers} found none here with these ends")

    def lost_name(self, reading: Reading, span: Span) -> str:
        """Return which stage found a name there and which dropped it, reading the article from its start."""
        current = Reading(replace(reading.article, text=simplified(reading.article.text)))
        finder, dropped = "", ""
        for step, stage in self._stages:
            if step in [claiming for claiming, _ in self._claiming]:
                break
            current = _read(step, stage, current)
            there = [mention for mention in current.mentions if mention.span == span]
            if there:
                finder, dropped = f"{there[0].finder} ({there[0].score:.2f})", ""
            elif finder and not dropped:
                dropped = step.use
        over = next((mention for mention in current.mentions if mention.span.overlaps(span)), None)
        kept = f"{over.text} ({over.type}, {over.finder} {over.score:.2f}) was kept there" if over is not None else ""
        if dropped:
            return f"{dropped} dropped it: found by {finder}{f', {kept}' if kept else ''}"
        return kept or "no stage reads it as a name there"

    def _again(self, reading: Reading) -> list[_Step]:
        """Return for each stage that makes claims what it was given and what it gave."""
        if reading.article.id not in self._read:
            article = replace(reading.article, text=simplified(reading.article.text))
            current = replace(reading, article=article, claims=())
            steps = []
            for config, stage in self._claiming:
                before, current = current, _read(config, stage, current)
                steps.append(_Step(config, stage, before, current))
            self._read = {reading.article.id: steps}  # one article after the other: earlier ones are not asked again
        return self._read[reading.article.id]

    def _taken_away(self, steps: Sequence[_Step], wanted: _Wanted) -> Iterator[Gate]:
        for step in steps:
            for claim in filter(wanted, step.before.claims):
                if not any(map(wanted, step.after.claims)):
                    taker = step.config.use
                    yield Gate("veto", f"{claim.reader} claims it (score {claim.score:.2f}), {taker} takes it away")
                    return

    def _probed(self, steps: Sequence[_Step], wanted: _Wanted) -> Iterator[Gate]:
        for step in steps:
            for name, stage in self._probes[step.config.use]:
                for claim in filter(wanted, _read(step.config, stage, step.before).claims):
                    if name == "score":
                        known = find_stage(step.config.use).settings
                        least = step.config.settings.get("min_score", known.get("min_score"))
                        yield Gate("score", f"{claim.reader} scores {claim.score:.2f}, below the min_score {least}")
                    else:
                        words = _standing(self._schema.cues["hypothetical"], claim.evidence[0].quote)
                        yield Gate("supposition", f"{claim.reader} matches, but it is only supposed: {words}")
                    return

    # --- frames ---

    def _framed(self, reading: Reading, sentence: Span, wanted: _Wanted) -> Iterator[Gate]:
        """Yield what the predicate's frames make of the sentence: other ends, or words without the rest."""
        frames = [frame for frame in compile_frames(self._schema) if frame.source.predicate == wanted.predicate]
        if not frames:
            return
        items: list[Mention | Reference] = [*reading.mentions, *reading.references]
        inside = [item for item in items if sentence.contains(item.span)]
        inside.sort(key=lambda item: item.span)
        text, date = reading.article.text, reading.article.date
        encoded = encode(text, sentence, inside, self._schema, date)
        found: dict[str, tuple[Match, Encoded]] = {}
        for seen in (encoded, without_places(encoded)):
            for frame in frames:
                for one in match(frame, seen):
                    found.setdefault(frame.source.name, (one, seen))
        for name, (one, seen) in list(found.items())[:_MOST]:
            ends = " → ".join(
                "、".join(mention_of(item).text for item in items) or "(what was spoken of)"
                for items in (one.subjects, one.objects)
            )
            left_out = [side for side, items in (("subject", one.subjects), ("object", one.objects)) if not items]
            if wanted.has_ends(one) and left_out:
                detail = f"and leaves the {left_out[0]} to what was spoken of before, which was another or none"
            elif wanted.has_ends(one):
                detail = "with these ends, but another reading of the same words was better, or the ends do not fit"
            else:
                detail = f"with other ends: {ends}"
            yield Gate("frame", f"{name} matches “{_plain(seen, one)}” {detail}")
        if found:
            return
        quote = text[sentence.start : sentence.end]
        words: dict[str, list[str]] = {}
        for frame in frames:
            for word in _WORD.findall(frame.source.pattern):
                if word in quote:
                    words.setdefault(word, []).append(frame.source.name)
        if words:
            said = ", ".join(
                f"{word} ({'、'.join(dict.fromkeys(names))})" for word, names in list(words.items())[:_MOST]
            )
            yield Gate("frame", f"words of its frames stand here, but the rest of no frame fits: {said}")
        else:
            yield Gate(
                "trigger", f"none of the words stands here by which the {len(frames)} frames know {wanted.predicate}"
            )


class _Wanted:
    """Says of claims whether they are the one that is asked for."""

    def __init__(
        self, schema: Schema, reading: Reading, sentence: Span, subject: End, target: End, predicate: str
    ) -> None:
        self.predicate = predicate
        self.sentence = sentence
        self.symmetric = schema.predicates[predicate].symmetric
        self.has_frames = any(frame.predicate == predicate for frame in schema.frames)
        self._group = {mention.span: group.id for group in reading.groups for mention in group.mentions}
        self._subject = self._of(subject)
        self._object = self._of(target)
        self._words = reading.article.text[target.start : target.end] if isinstance(target, Span) else None

    def __call__(self, claim: Claim) -> bool:
        if claim.predicate != self.predicate or claim.evidence[0].span != self.sentence:
            return False
        subject = self._of(claim.subject)
        if isinstance(claim.object, str):
            return subject == self._subject and claim.object == self._words
        ends = subject, self._of(claim.object)
        return ends == (self._subject, self._object) or (self.symmetric and ends == (self._object, self._subject))

    def has_ends(self, found: Match) -> bool:
        """Say whether a frame's match has both ends, or the one that it has where it leaves the other out."""
        sides = ((self._subject, found.subjects), (self._object, found.objects))
        return all(not items or end in map(self._of, items) for end, items in sides)

    def _of(self, end: End) -> str | None:
        span = end if isinstance(end, Span) else mention_of(end).span
        return self._group.get(span, f"{span.start}-{span.end}")


def _explained(step: _Step, subject: End, target: End, predicate: str) -> list[Gate]:
    """Return what the stage itself says of these ends."""
    explain: Explains | None = getattr(step.stage, "explain", None)
    if explain is None or isinstance(subject, Span):
        return []
    text, name = step.before.article.text, step.config.use
    object_ = text[target.start : target.end] if isinstance(target, Span) else target
    return [Gate(gate, f"{name}: {said}") for gate, said in explain(step.before, subject, object_, predicate)]


def _read_instead(final: Reading, wanted: _Wanted) -> Iterator[Gate]:
    """Yield what the sentence's claims say of these ends otherwise, and of others with this predicate."""
    here = [claim for claim in final.claims if claim.evidence[0].span == wanted.sentence]
    as_other, of_others = [], []
    for claim in here:
        target = claim.object if isinstance(claim.object, str) else claim.object.text
        said = f"{claim.subject.text} {claim.predicate} {target}"
        if wanted(replace(claim, predicate=wanted.predicate)):
            as_other.append(said)
        elif claim.predicate == wanted.predicate:
            of_others.append(said)
    for told in (as_other, of_others):
        if told:
            yield Gate("read instead", "; ".join(dict.fromkeys(told[:_MOST])))


def _standing(words: Sequence[str], quote: str) -> str:
    return "、".join(word for word in words if word in quote) or "by the words around it"


def _plain(encoded: Encoded, found: Match) -> str:
    """Return the words that a match covers, as they stand."""
    stretch = range(found.start, found.end)
    return "".join(item.text if (item := encoded.items[at]) is not None else encoded.text[at] for at in stretch)


def _read(step: StageConfig, stage: Stage, reading: Reading) -> Reading:
    """Return what a stage makes of a reading; StageError where it fails, as it may on an article that was set aside."""
    try:
        (read,) = stage([reading])
    except KGError:
        raise
    except Exception as error:  # any stage, also a user's own, may fail in any way
        message = f"stage {step.use} fails on article {reading.article.id}: {type(error).__name__}: {error}"
        raise StageError(message) from error
    return read
