"""Making claims: the evidence is quoted from the article here, so that no claim can be without it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.ids import digest
from kg.model import Article, Claim, Evidence, Mention, Modality, Polarity, Qualifier, Span


def make_claim(
    article: Article,
    subject: Mention,
    predicate: str,
    object_: Mention | str,
    *,
    evidence: Sequence[Span],
    reader: str,
    score: float,
    qualifiers: Iterable[Qualifier] = (),
    modality: Modality = "done",
    polarity: Polarity = "affirmed",
) -> Claim:
    """Return the claim that the spans of ``evidence`` support: first the sentence that states it, then antecedents'.

    Raises ValueError without evidence: there is no claim without it.
    """
    if not evidence:
        raise ValueError("a claim needs evidence")
    ordered = tuple(sorted(qualifiers, key=lambda qualifier: (qualifier.name, qualifier.text)))
    target = object_ if isinstance(object_, str) else f"{object_.type}@{object_.span.start}"
    said = [f"{qualifier.name}={qualifier.text}" for qualifier in ordered]
    place = str(evidence[0].start)
    key = digest(
        article.id, f"{subject.type}@{subject.span.start}", predicate, target, modality, polarity, place, *said
    )
    quotes = tuple(Evidence(article.id, span, article.text[span.start : span.end]) for span in evidence)
    return Claim(key, subject, predicate, object_, ordered, modality, polarity, quotes, reader, score)
