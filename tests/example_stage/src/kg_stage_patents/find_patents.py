"""Patents by their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.errors import ConfigError
from kg.model import Mention, Reading, Span
from kg.protocols import Stage
from kg.registry import declare
from kg.schema import Schema
from kg_stage_patents.numbers import find_numbers

_NAME, _TYPE = "find_patents", "Patent"


@declare(needs=("sentences",), adds=("mentions",))
def make(*, schema: Schema, kinds: Sequence[str] = (), unchecked: bool = False, score: float = 0.99) -> Stage:
    """Find patents by their numbers: ZL202110345678.3.

    ``kinds`` are the subtypes that are wanted, all if none is given. Numbers with a wrong check digit are left out and
    counted, unless ``unchecked``. ``score`` is given to each mention.
    """
    if _TYPE not in schema.types:
        raise ConfigError(f"stage {_NAME} needs the type {_TYPE} in the schema; give one that has it with --schema")
    there = schema.types[_TYPE].subtypes
    for kind in kinds:
        if kind not in there:
            raise ConfigError(f"stage {_NAME}: kinds names {kind!r}; {_TYPE} has {', '.join(there) or 'no subtypes'}")
    return _FindPatents(frozenset(kinds or there), unchecked, score)


@dataclass(frozen=True)
class _FindPatents:
    kinds: frozenset[str]
    unchecked: bool
    score: float
    counted: Counter[str] = field(default_factory=Counter)

    def __call__(self, batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(one, mentions=(*one.mentions, *self._find(one.article.text))) for one in batch]

    def tallies(self) -> Mapping[str, float]:
        return self.counted

    def _find(self, text: str) -> Iterator[Mention]:
        for number in find_numbers(text):
            if not number.is_valid and not self.unchecked:
                self.counted["numbers with a wrong check digit left out"] += 1
            elif number.kind in self.kinds:
                span = Span(number.start, number.end)
                yield Mention(span, text[span.start : span.end], _TYPE, number.kind, _NAME, self.score)
