"""Who does what to whom, by a parser's word: predications, taken from dependencies or from semantic roles.

A predication is a verb with its parts, in the order of a plain clause: whoever acts first, then what stands before the
verb with its preposition, the verb, and what it is done to. What the clause is lengthened by (times, other clauses,
asides) is left out; the subject is that of the verb that it is joined to or of the name that it describes.

Labels of dependencies are those of

- Stanford Dependencies for Chinese (Chang, Tseng, Jurafsky and Manning 2009, "Discriminative Reordering with Chinese
  Grammatical Relations Features"), which HanLP calls SD (https://hanlp.hankcs.com/docs/annotations/dep/sd_zh.html):
  nsubj, dobj, prep with pobj, rcmod;
- the labels that CoreNLP's Universal Dependencies Converter gives Chinese, which spaCy's zh pipelines use
  (https://spacy.io/models/zh): nsubj, dobj, nmod:prep with case, nsubjpass, acl;
- Universal Dependencies 2 (https://universaldependencies.org/zh/): nsubj, obj, obl, nsubj:pass, acl:relcl, obl:agent.

Labels of semantic roles are those of the Chinese Proposition Bank (Xue and Palmer 2009, "Adding semantic roles to the
Chinese Treebank"; https://hanlp.hankcs.com/docs/annotations/srl/cpb.html): ARG0 who acts, ARG1 what it is done to, ARG2
to ARG4 by the verb, ARGM- with a kind for the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.anchors import Anchor
from kg.model import Span

Kind = Literal["name", "oblique", "object", "clause", "adverb", "word"]
"""What of a part counts: the names that head it, nothing else; these too, but only behind a preposition; the names, or
where there are none its words; the same of an object that has a verb of its own; its words if they are few and no name;
its words."""

ROOT = -1

_KINDS: dict[str, Kind | None] = {
    **dict.fromkeys(("nsubj", "nsubjpass", "nsubj:pass", "npsubj", "xsubj", "top", "nmod:topic", "dislocated"), "name"),
    **dict.fromkeys(("nmod:prep", "obl", "prep", "plmod"), "oblique"),
    **dict.fromkeys(("dobj", "obj", "iobj", "attr", "range", "nmod:range", "pobj", "lobj"), "object"),
    **dict.fromkeys(
        (
            "advmod", "aux", "auxpass", "pass", "ba", "neg", "mmod", "asp", "mark", "cc", "cop", "prtmod", "dvpmod",
            "dvpm", "rcomp", "vmod", "dep", "discourse", "cpm", "case", "comod",
        ),
        "adverb",
    ),
    **dict.fromkeys(
        (
            "compound", "amod", "nummod", "num", "ordmod", "det", "clf", "nn", "name", "flat", "fixed", "appos", "nmod",
            "assmod", "assm", "etc", "loc", "root",
        ),
        "word",
    ),
    **dict.fromkeys(
        (
            "punct", "tmod", "nmod:tmod", "obl:tmod", "conj", "advcl", "acl", "rcmod", "ccomp", "xcomp", "csubj",
            "parataxis", "prnmod", "tclaus", "lccomp", "pccomp", "partmod", "vocative", "list", "orphan", "goeswith",
            "reparandum", "expl", "erased",
        ),
        None,
    ),
}  # fmt: skip
"""What a dependent of a verb is, by its label or the part of it before the colon; None is left out."""

_SUBJECTS = ("nsubjpass", "nsubj:pass", "nsubj", "npsubj", "xsubj", "top", "nmod:topic", "dislocated")
"""Labels of subjects; of several that a verb has, the first of these is who the verbs beside it share."""

_OBLIQUES = frozenset(("nmod:prep", "obl", "prep", "plmod"))
_OBJECTS = frozenset(("dobj", "obj", "iobj", "attr", "range", "nmod:range"))
_ARGUMENTS = _OBLIQUES | _OBJECTS | frozenset(_SUBJECTS)
_RELATIVE = frozenset(("acl", "rcmod"))
_LINKS = frozenset(("cpm", "mark", "case", "dep", "discourse"))
"""Labels of the 的 behind a relative clause."""

_SHARING = frozenset(("conj", "xcomp", "ccomp", "advcl", "parataxis", "dep"))
"""Labels of clauses that may leave out the subject that they share with the clause above."""

_COVERB = frozenset(("advcl", "xcomp", "dep"))
_COVERBS = ("向", "为", "给", "对", "与", "和", "同", "跟", "由", "被", "在", "于", "从", "到", "至", "把", "将", "以")
"""Prepositions that are verbs as well."""

_NOT = ("不", "没", "没有", "未", "无", "非")
"""Adverbs that deny, which few sets give a label of their own."""

_CONTROLLED = frozenset(("xcomp", "ccomp"))
_OUTSIDE = frozenset(("acl", "rcmod", "prnmod", "parataxis", "advcl", "tclaus", "csubj", "ccomp"))
"""Labels of what describes a name and is no part of it."""

_BY = ("由", "被")
"""Prepositions before whoever acts."""

_PERIPHERAL = frozenset(
    f"ARGM-{kind}" for kind in ("TMP", "ADV", "CAU", "PRP", "CND", "DIS", "TPC", "NEG", "DGR", "FRQ", "PRD")
)
"""Roles that tell when, why and how; of them only single adverbs stay."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a parsed sentence: its place in the article (None if it cannot be told), the index of its head, its
    label."""

    span: Span | None
    head: int
    label: str

    @classmethod
    def at(cls, part: Span, place: Anchor, head: int, label: str) -> Token:
        """Return the token at a place that counts from the start of a part of the article, see kg.anchors."""
        return cls(_placed(part, *place), head, label)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a predication: the stretches of the article that it consists of, and what of them counts."""

    kind: Kind
    stretches: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Predication:
    """A verb and its parts, itself among them, in the order of a plain clause; ``denied`` where the parse says so.

    Of 甲是乙的子公司 the verb is 是, whatever the parse takes for the predicate.
    """

    verb: Span
    parts: tuple[Part, ...]
    denied: bool = False


def placed(part: Span, places: Sequence[Anchor], first: int, behind: int) -> Span | None:
    """Return where the words from ``first`` to the one before ``behind`` stand in the article, if that can be told."""
    if not 0 <= first < behind <= len(places):
        return None
    return _placed(part, places[first][0], places[behind - 1][1])


def _placed(part: Span, start: int | None, end: int | None) -> Span | None:
    if start is None or end is None or start >= end:
        return None
    return Span(part.start + start, part.start + end)


def fault(tokens: Sequence[Token]) -> str | None:
    """Say why the heads of a sentence make no tree, or no trees side by side; None where they do."""
    reached = [token.head == ROOT for token in tokens]
    if any(not ROOT <= token.head < len(tokens) for token in tokens):
        return "a head that is no word"
    if tokens and not any(reached):
        return "no root"
    for start in range(len(tokens)):
        path: list[int] = []
        at = start
        while not reached[at]:
            if at in path[-1:] or len(path) > len(tokens):
                return "a circle"
            path.append(at)
            at = tokens[at].head
        for one in path:
            reached[one] = True
    return None


def readable(tokens: Sequence[Token], counts: Counter[str]) -> bool:
    """Say whether a sentence's heads make trees, and count what of it is odd.

    Words with a label of none of the sets are read as if it said nothing (``dep``).
    """
    wrong = fault(tokens)
    counts["sentences parsed"] += wrong is None
    if wrong is not None:
        counts[f"sentences left out: {wrong}"] += 1
    counts["words with an unknown label"] += sum(_known(token.label) not in _KINDS for token in tokens)
    counts["words without a place"] += sum(token.span is None for token in tokens)
    return wrong is None


def from_dependencies(tokens: Sequence[Token], text: str) -> list[Predication]:
    """Return the predications of a sentence of that article without a ``fault``, in the order of their verbs."""
    tree = _Tree(tokens, text)
    return [made for at in range(len(tokens)) if (made := tree.predication(at)) is not None]


def from_roles(verb: Span, roles: Iterable[tuple[str, Span]], text: str, verbs: Sequence[Span] = ()) -> Predication:
    """Return the predication of one verb with its roles, for example ``("ARG0", Span(0, 4))``.

    ``verbs`` are all verbs of the sentence that have roles.
    """
    given = sorted(roles, key=lambda role: role[1])
    denied = any(label == "ARGM-NEG" or text[span.start : span.end] in _NOT for label, span in given)
    described = [
        label for label, span in given
        if label in ("ARG0", "ARG1") and span.start >= verb.end and text[verb.end : span.start].endswith("的")
    ]  # fmt: skip
    by = any(
        label == "ARG0" and (text.startswith(_BY, span.start) or text[: span.start].endswith(_BY))
        for label, span in given
    )
    front: list[Part] = []
    order: list[tuple[Span, Part]] = [(verb, Part("word", (verb,)))]
    for label, span in given:
        moves = span.start >= verb.end and (label == "ARG0" or (label == "ARG1" and label in described and by))
        if moves:
            front.append(Part("name", (span,)))
        elif label in _PERIPHERAL:
            order.append((span, Part("adverb", (span,))))
        elif span.start >= verb.end:
            clausal = any(span.contains(one) and "的" not in text[one.end : span.end] for one in verbs)
            order.append((span, Part("clause" if clausal else "object", (span,))))
        else:
            order.append((span, Part("name" if label in ("ARG0", "ARG1") else "oblique", (span,))))
    order.sort(key=lambda one: one[0])
    parts = list(front)
    for number, (span, part) in enumerate(order):
        before = order[number - 1][0].end if number else _start_of_words(text, span.start, front)
        if before < span.start and text[before : span.start].strip() != "的":
            parts.append(Part("adverb", (Span(before, span.start),)))
        parts.append(part)
    return Predication(verb, tuple(parts), denied)


def _start_of_words(text: str, at: int, front: Sequence[Part]) -> int:
    """Return where the words begin that belong to the first part: 由 or 被 before it, which are in no role."""
    return at - 1 if front and at and text[at - 1] in _BY else at


def _known(label: str) -> str:
    """Return a label as the tables know it: as it is, or without what stands behind the colon."""
    lowered = label.lower()
    return lowered if lowered in _KINDS else lowered.partition(":")[0]


class _Tree:
    """The words of one sentence with their dependents."""

    def __init__(self, tokens: Sequence[Token], text: str) -> None:
        self.tokens = tokens
        self.words = [text[token.span.start : token.span.end] if token.span is not None else "" for token in tokens]
        self.labels = [_known(token.label) for token in tokens]
        self.below: list[list[int]] = [[] for _ in tokens]
        for at, token in enumerate(tokens):
            if token.head != ROOT:
                self.below[token.head].append(at)

    def predication(self, at: int) -> Predication | None:
        verb = self.tokens[at].span
        below = {self.labels[child] for child in self.below[at]}
        described = self.labels[at] in _RELATIVE
        if verb is None or not (described or below & _ARGUMENTS):
            return None
        order = [(verb, Part("word", (verb,)))]
        for child in self.below[at]:
            if described and child > at and self.labels[child] in _LINKS:
                continue
            kind = "oblique" if self._is_coverb(child) else _KINDS.get(self.labels[child], "adverb")
            stretches = self._phrase(child) if kind is not None else ()
            if kind is not None and stretches:
                order.append((stretches[0], Part(kind, stretches)))
        order.sort(key=lambda one: one[0])
        parts = [part for _, part in order]
        if below.isdisjoint(_SUBJECTS):
            parts = [*self._shared(at), *parts]
        elif described and not below & _OBJECTS:  # 甲投资的项目: what is described is what it is done to
            parts += self._described(at, "object")
        copula = next((self.tokens[child].span for child in self.below[at] if self.labels[child] == "cop"), None)
        denied = any(self.labels[child] == "neg" or self.words[child] in _NOT for child in self.below[at])
        return Predication(copula or verb, tuple(parts), denied)

    def _is_coverb(self, at: int) -> bool:
        """Say whether a clause is a preposition with its object, as Universal Dependencies take 给 and 用."""
        takes = any(self.labels[child] in _OBJECTS for child in self.below[at])
        return takes and self.labels[at] in _COVERB and self.words[at] in _COVERBS

    def _shared(self, at: int) -> list[Part]:
        """Return the subject of a verb that has none of its own: of the verb above, or what the clause describes."""
        while True:
            if self.labels[at] in _RELATIVE:
                return self._described(at, "name")
            head = self.tokens[at].head
            if self.labels[at] not in _SHARING or head == ROOT:
                return []
            above = [self.labels[child] for child in self.below[head]]
            if self.labels[at] in _CONTROLLED and not _OBJECTS.isdisjoint(above):
                return []  # 引导银行投放: who is made to act is not who makes them
            subjects = [child for child in self.below[head] if self.labels[child] in _SUBJECTS]
            if subjects:
                phrase = self._phrase(min(subjects, key=lambda child: _SUBJECTS.index(self.labels[child])))
                return [Part("name", phrase)] if phrase else []
            at = head

    def _described(self, at: int, kind: Kind) -> list[Part]:
        """Return what a relative clause describes, without the preposition before it."""
        head = self.tokens[at].head
        phrase = self._phrase(head, _OUTSIDE | {"case"}) if head != ROOT else ()
        return [Part(kind, phrase)] if phrase else []

    def _phrase(self, at: int, outside: frozenset[str] = _OUTSIDE) -> tuple[Span, ...]:
        """Return the stretches of a word with all below it but the clauses that describe it."""
        words, waiting = [], [at]
        while waiting:
            one = waiting.pop()
            words.append(one)
            waiting += [child for child in self.below[one] if self.labels[child] not in outside]
        return tuple(_joined(span for one in sorted(words) if (span := self.tokens[one].span) is not None))


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans, those that follow one another as one."""
    last: Span | None = None
    for span in spans:
        if last is not None and span.start <= last.end:
            last = Span(last.start, max(last.end, span.end))
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
