"""Traditional characters: a text written in them is read as if it were simplified, and quoted as it stands.

The map is one character to one (OpenCC's TSCharacters), so that offsets stay. A text counts as traditional where at
least one character in twenty-five differs: 著 in a simplified text is no reason to change it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from kg.model import Article, Claim, Evidence, Group, Mention, Qualifier, Reading, Reference, Span
from kg.resources import read_rows

_SHARE = 0.04


@cache
def _table() -> dict[int, str]:
    return {ord(old): new for old, new in read_rows("traditional.tsv")}


def fold_characters(text: str) -> str:
    """Return the text with every traditional character simplified: a key for comparison."""
    return text.translate(_table())


def simplified(text: str) -> str:
    """Return the text in simplified characters, of the same length; a text that is hardly traditional as it is.

    >>> simplified("福建省寧德市發展電機產業")
    '福建省宁德市发展电机产业'
    """
    changed = text.translate(_table())
    differing = sum(a != b for a, b in zip(text, changed, strict=True)) if changed != text else 0
    return changed if differing >= max(2, _SHARE * len(text)) else text


def restore(reading: Reading, article: Article) -> Reading:
    """Return a reading of the simplified text as one of the article itself: the same spans, the words as they stand."""
    text = article.text

    def words(span: Span) -> str:
        return text[span.start : span.end]

    def mention(old: Mention) -> Mention:
        return replace(old, text=words(old.span))

    def group(old: Group) -> Group:
        fullest = next(one.span for one in old.mentions if one.text == old.name)
        return replace(old, name=words(fullest), mentions=tuple(map(mention, old.mentions)))

    def reference(old: Reference) -> Reference:
        return replace(old, text=words(old.span), mention=mention(old.mention))

    def evidence(old: Evidence) -> Evidence:
        return replace(old, quote=words(old.span))

    def quoted(value: str, old: Claim) -> str:
        """Find the value's words in the claim's first sentence; words that do not stand there stay as they are."""
        at = old.evidence[0].quote.find(value)
        start = old.evidence[0].span.start + at
        return text[start : start + len(value)] if at >= 0 else value

    def claim(old: Claim) -> Claim:
        target = quoted(old.object, old) if isinstance(old.object, str) else mention(old.object)
        qualifiers = tuple(Qualifier(one.name, quoted(one.text, old), one.normal) for one in old.qualifiers)
        quotes = tuple(map(evidence, old.evidence))
        return replace(old, subject=mention(old.subject), object=target, qualifiers=qualifiers, evidence=quotes)

    return Reading(
        article,
        reading.sentences,
        tuple(map(mention, reading.mentions)),
        tuple(map(group, reading.groups)),
        tuple(map(reference, reading.references)),
        tuple(map(claim, reading.claims)),
    )
