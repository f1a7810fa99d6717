"""The IRIs of the graph: ``BASE/id/{kind}/{local}``, the local part readable Chinese, never percent-encoded.

An entity's local part is that of its id (a slug, or a six-digit code for a region); what is no slug, such as an id
that a person chose, is made one and told apart by a digest. Only letters, digits, ideographs, ``·``, ``_`` and ``-``
are in it, in Unicode's form NFKC as RFC 3987, section 5.3.2.2, advises: every reader takes them as they are, and none
makes others of them. Terms are ``BASE/ontology#{name}``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import is_normalized, normalize

from kg.errors import ConfigError
from kg.graph import Source
from kg.ids import digest
from kg.industry_scheme import GBT4754, SEI
from kg.model import Evidence
from kg.resolve.slugs import is_slug, slug

DEFAULT_BASE = "https://kg.example.org"
"""A reserved name (RFC 2606), so that an unset base can never be mistaken for somebody's."""

INDUSTRY_SCHEMES = {GBT4754: "gbt4754", SEI: "sei2018"}
"""The schemes of industries, by what an entity's codes call them, with the kinds of the IRIs of their classes."""

KINDS = ("fact", "evidence", "article", "document", "run", "software", "dataset", *INDUSTRY_SCHEMES.values())
"""The kinds of IRIs that are not types of entities."""

_BASE = re.compile(r"https?://[A-Za-z0-9.:-]+(?:/[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True)
class Iris:
    """Makes IRIs under one base; ``make_iris`` checks it."""

    base: str

    @property
    def ontology(self) -> str:
        return f"{self.base}/ontology#"

    def namespace(self, kind: str) -> str:
        """Return what the IRIs of that kind begin with."""
        return f"{self.base}/id/{local(kind.lower())}/"

    def term(self, name: str) -> str:
        """Return the IRI of a class or property of the ontology; XML needs a name that begins with no digit."""
        known = local(name)
        return f"{self.ontology}{'_' if known[0] in '-0123456789' else ''}{known}"

    def entity(self, id_: str) -> str:
        kind, _, name = id_.partition(":")
        return f"{self.namespace(kind)}{local(name)}"

    def industry_class(self, scheme: str, code: str) -> str:
        """Return the IRI of a class of industries; the points of a code (1.2) are hyphens in it."""
        return f"{self.namespace(INDUSTRY_SCHEMES[scheme])}{local(code.replace('.', '-'))}"

    def fact(self, id_: str) -> str:
        return f"{self.namespace('fact')}{local(id_)}"

    def document(self, id_: str) -> str:
        return f"{self.namespace('document')}{local(id_)}"

    def article(self, source: Source) -> str:
        return f"{self.namespace('article')}{local(source.document)}_{source.number}"

    def evidence(self, source: Source, evidence: Evidence) -> str:
        span = evidence.span
        return f"{self.namespace('evidence')}{local(source.document)}_{source.number}_{span.start}_{span.end}"


def make_iris(base: str = DEFAULT_BASE) -> Iris:
    """Return the IRIs under a base, an http or https address; raises ConfigError where it is none."""
    base = base.rstrip("/")
    if not _BASE.fullmatch(base):
        raise ConfigError(f"{base!r} is no base for IRIs; give an http(s) address, for example {DEFAULT_BASE}")
    return Iris(base)


@lru_cache(maxsize=1 << 16)
def local(text: str) -> str:
    """Return the text where it is a slug, else its slug with a digest, so that different texts stay different.

    >>> local("兴业银行"), local("100%国产")
    ('兴业银行', '100_国产_d04bb5ee')
    """
    if is_slug(text) and is_normalized("NFKC", text):
        return text
    return f"{slug(normalize('NFKC', text))}_{digest(text, length=8)}"
