"""Making claims: the evidence is quoted from the article here, so that no claim can be without it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

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
    quotes = tuple(Evidence(article.id, span, article.text[span.start : span.end]) for span in evidence)
    claim = Claim("", subject, predicate, object_, ordered, modality, polarity, quotes, reader, score)
    return replace(claim, id=claim_id(claim))


def claim_id(claim: Claim) -> str:
    """Return the id of what a claim says and where; who read it, and how surely, is not part of it."""
    subject, target, first = claim.subject, claim.object, claim.evidence[0]
    return digest(
        first.article,
        f"{subject.type}@{subject.span.start}",
        claim.predicate,
        target if isinstance(target, str) else f"{target.type}@{target.span.start}",
        claim.modality,
        claim.polarity,
        str(first.span.start),
        *(f"{qualifier.name}={qualifier.text}" for qualifier in claim.qualifiers),
    )
