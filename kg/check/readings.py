"""What a stage may return: its spans stand in the text, its facts pass the schema, whatever a model behind it says.

Only what a stage added is looked at, so that a pipeline can afford it after every stage.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from functools import cached_property
from typing import Any

from kg.claims import claim_id
from kg.errors import StageError
from kg.ids import group_id
from kg.model import Article, Claim, Evidence, Group, Mention, Qualifier, Reading, Reference, Span
from kg.regions import division
from kg.registry import PARTS
from kg.schema import TEXT, Schema

_KINDS = {"sentences": Span, "mentions": Mention, "groups": Group, "references": Reference, "claims": Claim}
_INDICATOR = "indicator"
_LARGEST = 1e300
"""What no number of a qualifier reaches: beyond it they are none that others can read."""
_MODALITIES, _POLARITIES = ("done", "ongoing", "planned"), ("affirmed", "denied")


def check_batch(before: Sequence[Reading], returned: object) -> list[Reading]:
    """Return what a stage returned for a batch; raise StageError where it is not a reading for each, in order."""
    if not isinstance(returned, Iterable):
        raise StageError(f"a stage must return a list of readings, not {returned!r:.60}")
    after = list(returned)
    if not all(isinstance(reading, Reading) for reading in after):
        raise StageError(f"a stage must return readings, not {after!r:.60}")
    if [reading.article.id for reading in after] != [reading.article.id for reading in before]:
        raise StageError("a stage must return one reading for each it is given, in the same order")
    return after


def check_reading(before: Reading, after: Reading, schema: Schema, adds: Container[str] = PARTS) -> None:
    """Raise StageError where a stage that declares ``adds`` may not make ``after`` of ``before``.

    The message says what is wrong and where in the article's text.
    """
    if after is before:
        return
    article = after.article
    if article is not before.article and article != before.article:
        raise StageError("it changed the article; a stage only adds to its reading")
    added: dict[str, Sequence[Any]] = {}
    for part in PARTS:
        old, new = getattr(before, part), getattr(after, part)
        if new is not old:
            added[part] = _added(part, old, new, adds)
    for mention in added.get("mentions", ()):
        _check_mention(mention, article.text, schema)
    if "mentions" in added:  # what rests on them may have lost them
        added |= {"groups": after.groups, "references": after.references, "claims": after.claims}
    mentions = _Mentions(after.mentions)
    if "groups" in added:
        _check_groups(after.groups, mentions, article, schema)
    for form in added.get("references", ()):
        if form.text != article.text[form.span.start : form.span.end]:
            raise StageError(_other_words("reference", form.text, form.span, article.text))
        if form.mention not in mentions:
            raise StageError(f"reference {form.text!r} stands for a mention that the reading does not have")
    for claim in added.get("claims", ()):
        _check_claim(claim, mentions, article, schema)


class _Mentions:
    """The mentions of a reading, quick to ask: as a rule the very same one is meant, which saves comparing it."""

    def __init__(self, mentions: Sequence[Mention]) -> None:
        self._mentions = mentions

    @cached_property
    def _same(self) -> set[int]:
        return set(map(id, self._mentions))

    def __contains__(self, mention: object) -> bool:
        return id(mention) in self._same or mention in self._mentions

    def holds(self, mentions: Sequence[Mention]) -> bool:
        return self._same.issuperset(map(id, mentions)) or all(one in self._mentions for one in mentions)


def _added(part: str, before: tuple[Any, ...], after: tuple[Any, ...], adds: Container[str]) -> Sequence[Any]:
    """Return what was added to a part, as a rule at its end; what was made again counts as added."""
    if not isinstance(after, tuple):
        raise StageError(f"the {part} of a reading must be a tuple, not a {type(after).__name__}")
    if part not in adds and after != before:
        raise StageError(f"it changed the {part} of a reading, which it does not declare as added")
    if not before or after[: len(before)] == before:
        added: Sequence[Any] = after[len(before) :]
    else:
        known = set(map(id, before))
        added = [one for one in after if id(one) not in known]
    kind = _KINDS[part]
    for one in added:
        if not isinstance(one, kind):
            raise StageError(f"the {part} of a reading hold a {kind.__name__} each, not {one!r:.60}")
    return added


def _check_mention(mention: Mention, text: str, schema: Schema) -> None:
    span = mention.span
    if mention.text != text[span.start : span.end]:
        raise StageError(_other_words("mention", mention.text, span, text))
    known = schema.types.get(mention.type)
    if known is None:
        raise StageError(f"mention {mention.text!r} is of type {mention.type!r}; the schema has {_names(schema.types)}")
    if mention.subtype is not None and mention.subtype not in known.subtypes:
        has = _names(known.subtypes) or "none"
        raise StageError(f"mention {mention.text!r}: {mention.type} has no subtype {mention.subtype!r}; it has {has}")
    _check_score(mention.score, "mention", mention.text)
    if not isinstance(mention.finder, str) or not mention.finder:
        raise StageError(f"mention {mention.text!r} does not say its finder")


def _check_groups(groups: Iterable[Group], mentions: _Mentions, article: Article, schema: Schema) -> None:
    seen: set[Span] = set()
    for group in groups:
        if not group.mentions or not mentions.holds(group.mentions):
            raise StageError(f"group {group.name!r} has a mention that the reading does not have, or none")
        spans = [one.span for one in group.mentions]
        if not seen.isdisjoint(spans) or spans != sorted(spans):
            raise StageError(f"group {group.name!r}: its mentions are not in text order, or in another group too")
        seen.update(spans)
        if group.id != group_id(article.id, spans[0].start):
            raise StageError(f"group {group.name!r} has the id {group.id!r}; kg.ids.group_id makes it")
        if all(group.name != one.text for one in group.mentions):
            raise StageError(f"group {group.name!r} is named as none of its mentions is")
        known = schema.types.get(group.type)
        if known is None or (group.subtype is not None and group.subtype not in known.subtypes):
            raise StageError(f"group {group.name!r}: the schema has no {group.type}/{group.subtype}")
        if group.adcode is not None:
            try:
                division(group.adcode)
            except KeyError:
                raise StageError(f"group {group.name!r} has the code {group.adcode!r}, no region's now") from None


def _check_claim(claim: Claim, mentions: _Mentions, article: Article, schema: Schema) -> None:
    said = f"claim {claim.subject.text!r} {claim.predicate}"
    literal = isinstance(claim.object, str)
    if claim.subject not in mentions or (not literal and claim.object not in mentions):
        raise StageError(f"{said}: its ends must be mentions of the reading")
    kind = TEXT if isinstance(claim.object, str) else claim.object.type
    if not schema.allows(claim.predicate, claim.subject.type, kind):
        raise StageError(f"{said}: the schema does not allow {claim.subject.type} {claim.predicate} {kind}")
    if not claim.evidence:
        raise StageError(f"{said}: there is no claim without evidence")
    for evidence in claim.evidence:
        _check_evidence(evidence, said, article)
    allowed = schema.predicates[claim.predicate].qualifiers
    for qualifier in claim.qualifiers:
        if qualifier.name not in allowed:
            has = ", ".join(allowed) or "none"
            raise StageError(f"{said}: {claim.predicate} takes no qualifier {qualifier.name!r}; it takes {has}")
        if not _is_plain(qualifier):
            raise StageError(
                f"{said}: its {qualifier.name} is not text with sorted pairs of plain values: {qualifier!s:.120}"
            )
        _check_words(qualifier.name, qualifier.text, said, claim.evidence)
    if isinstance(claim.object, str):
        _check_words("object", claim.object, said, claim.evidence)
    if claim.modality not in _MODALITIES or claim.polarity not in _POLARITIES:
        raise StageError(f"{said}: modality {claim.modality!r}, polarity {claim.polarity!r} are none that there are")
    if claim.id != claim_id(claim):
        raise StageError(f"{said}: its id {claim.id!r:.60} is none that kg.claims.make_claim makes of what it says")
    _check_score(claim.score, said, "")
    if not all(isinstance(reader, str) and reader for reader in (claim.reader, *claim.agreed)):
        raise StageError(f"{said}: does not say its reader")


def _check_evidence(evidence: Evidence, said: str, article: Article) -> None:
    if evidence.article != article.id:
        raise StageError(f"{said}: its evidence is of another article, {evidence.article}")
    if evidence.quote != article.text[evidence.span.start : evidence.span.end]:
        raise StageError(f"{said}: {_other_words('quote', evidence.quote, evidence.span, article.text)}")


def _check_words(name: str, words: str, said: str, evidence: Iterable[Evidence]) -> None:
    """Raise StageError where words do not stand in a quote; of an indicator, what it is put together of, in order."""
    for one in evidence:
        rest = iter(one.quote)
        if words and (words in one.quote or (name == _INDICATOR and all(character in rest for character in words))):
            return
    raise StageError(f"{said}: its {name} {words!r:.60} does not stand in its quotes")


def _is_plain(qualifier: Qualifier) -> bool:
    normal = qualifier.normal
    return (
        isinstance(qualifier.text, str)
        and isinstance(normal, tuple)
        and all(isinstance(key, str) and (isinstance(value, str) or _is_number(value)) for key, value in normal)
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and -_LARGEST < value < _LARGEST  # which NaN is not


def _check_score(score: object, what: str, words: str) -> None:
    if not isinstance(score, int | float) or not 0 <= score <= 1:
        raise StageError(f"{what} {words!r}: a score is a number from 0 to 1, not {score!r}")


def _other_words(what: str, words: str, span: Span, text: str) -> str:
    there = text[span.start : span.end]
    return f"{what} {words!r:.60} is said to stand at {span.start}-{span.end}, where the text has {there!r:.60}"


def _names(names: Iterable[str]) -> str:
    return ", ".join(names)
