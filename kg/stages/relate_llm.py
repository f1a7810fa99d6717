"""Facts that a language model lists, with the words that each rests on.

Needs the extra ``llm``, and is in no pipeline unless you name it; docs/language-models.md says what is sent.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kg.language_models.facts import FactGate
from kg.language_models.passages import Interview, Question
from kg.language_models.prompts import facts_form
from kg.language_models.settings import ENVIRONMENT, IDLE, ChatSettings
from kg.model import Mention, Reading, Reference, Span
from kg.pieces import runs
from kg.protocols import Stage
from kg.registry import declare
from kg.schema import Schema

_NAME = "relate_llm"


@declare(
    needs=("sentences", "mentions", "groups", "references"),
    adds=("claims",),
    alone=True,
    environment=ENVIRONMENT,
    idle=IDLE,
)
def make(
    *,
    schema: Schema,
    model: str = "",
    base_url: str = "",
    key: str = "",
    temperature: float = 0.0,
    seed: int = 1,
    max_tokens: int = 4096,
    parameters: Mapping[str, Any] | None = None,
    longest: int = 1200,
    parallel: int = 4,
    timeout: float = 120.0,
    largest: int = 1_000_000,
    retries: int = 3,
    longest_wait: float = 60.0,
    prompt: str = "",
    cache: str = "",
    budget: Mapping[str, float] | None = None,
    price_in: float = 0.0,
    price_out: float = 0.0,
    required: bool = False,
    score: float = 0.7,
) -> Stage:
    """Read the facts that a language model lists; what does not stand in the text or in the schema is dropped.

    The settings are those of ``find_llm``; ``score`` is given to each claim, less where its sentence names an end only
    by a form that stands for it, or not at all.
    """
    settings = ChatSettings(
        stage=_NAME, model=model, base_url=base_url, key=key, temperature=temperature, seed=seed,
        max_tokens=max_tokens, parameters=parameters, longest=longest, parallel=parallel, timeout=timeout,
        largest=largest, retries=retries, longest_wait=longest_wait, prompt=prompt, cache=cache, budget=budget,
        price_in=price_in, price_out=price_out, required=required, score=score,
    )  # fmt: skip
    interview = Interview(settings, schema, "relate", facts_form(schema))
    gate = FactGate(schema, interview.tally, reader=f"{_NAME}:{interview.model}", score=score)
    return _RelateLLM(interview, gate, longest)


@dataclass(frozen=True)
class _RelateLLM:
    interview: Interview
    gate: FactGate
    longest: int

    def __call__(self, batch: Sequence[Reading], /) -> list[Reading]:
        answers = self.interview.answers([list(self._questions(reading)) for reading in batch])
        return [
            replace(reading, claims=(*reading.claims, *self.gate.claims(reading, said)))
            for reading, said in zip(batch, answers, strict=True)
        ]

    def tallies(self) -> Mapping[str, float]:
        """Return what was sent, spent and dropped so far (kg.protocols.Counts)."""
        return self.interview.tally.read()

    def _questions(self, reading: Reading) -> Iterator[Question]:
        """Yield the passages that name something, with what they name; of others nothing can be said."""
        text = reading.article.text
        listed = _Listed(reading)
        for passage in runs(text, reading.sentences, self.longest):
            names = listed.names(passage)
            if names:
                words = text[passage.start : passage.end]
                yield passage, json.dumps({"text": words, "names": names}, ensure_ascii=False)
            else:
                self.interview.tally.add("passages without a name, not asked about")


class _Listed:
    """The names of one article as a model is told them."""

    def __init__(self, reading: Reading) -> None:
        self._groups = {one.span: group for group in reading.groups for one in group.mentions}
        items: list[Mention | Reference] = [*reading.mentions, *reading.references]
        self._items = sorted(items, key=lambda item: (item.span, item.text))

    def names(self, passage: Span) -> list[dict[str, Any]]:
        """Return each thing that a passage names, with its kind and what else the passage calls it."""
        named: dict[str, dict[str, Any]] = {}
        first = bisect_left(self._items, passage.start, key=lambda item: item.span.start)
        for item in self._items[first:]:
            if item.span.end > passage.end:
                break
            group = self._groups.get((item if isinstance(item, Mention) else item.mention).span)
            if group is None:
                continue
            kind = f"{group.type}/{group.subtype}" if group.subtype else group.type
            known = named.setdefault(group.id, {"name": group.name, "type": kind, "also": []})
            if item.text != group.name and item.text not in known["also"]:
                known["also"].append(item.text)
        return list(named.values())
