"""Names that a language model lists: any model behind an endpoint that speaks OpenAI's chat protocol.

Needs the extra ``llm``, and is in no pipeline unless you name it; docs/language-models.md says what is sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kg.language_models.names import NameGate
from kg.language_models.passages import Answer, Interview, Question
from kg.language_models.prompts import names_form
from kg.language_models.settings import ENVIRONMENT, IDLE, ChatSettings
from kg.model import Reading
from kg.pieces import runs
from kg.protocols import Stage
from kg.registry import declare
from kg.schema import Schema

_NAME = "find_llm"


@declare(needs=("sentences",), adds=("mentions",), alone=True, environment=ENVIRONMENT, idle=IDLE)
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
    """Find what a language model lists, where it stands in the text; what does not stand there is dropped.

    ``model`` and ``base_url`` are those of the environment (KG_LLM_MODEL, KG_LLM_BASE_URL) where they are not given;
    ``key`` names the variable that holds the key. ``parameters`` are further fields of a request. ``longest`` is the
    most characters of a passage, ``parallel`` how many requests are under way at once, ``timeout`` the seconds and
    ``largest`` the bytes that one answer may take, ``longest_wait`` the most seconds between two of its ``retries``.
    ``prompt`` is a file of one's own, ``cache`` the folder of the answers (``none``: they are not kept). ``budget``
    holds the most ``requests``, ``tokens`` and ``cost``, by ``price_in`` and ``price_out`` per million tokens. Where
    an answer is missing, the article goes on without, or is set aside where answers are ``required``. ``score`` is
    given to each mention. Raises MissingPackageError without httpx, ConfigError where something is wrong with these.
    """
    settings = ChatSettings(
        stage=_NAME, model=model, base_url=base_url, key=key, temperature=temperature, seed=seed,
        max_tokens=max_tokens, parameters=parameters, longest=longest, parallel=parallel, timeout=timeout,
        largest=largest, retries=retries, longest_wait=longest_wait, prompt=prompt, cache=cache, budget=budget,
        price_in=price_in, price_out=price_out, required=required, score=score,
    )  # fmt: skip
    interview = Interview(settings, schema, "find", names_form(schema))
    return _FindLLM(interview, NameGate(schema, interview.tally, finder=_NAME, score=score), longest)


@dataclass(frozen=True)
class _FindLLM:
    interview: Interview
    gate: NameGate
    longest: int

    def __call__(self, batch: Sequence[Reading], /) -> list[Reading]:
        asked = [list(_questions(reading, self.longest)) for reading in batch]
        return [self._with(reading, said) for reading, said in zip(batch, self.interview.answers(asked), strict=True)]

    def tallies(self) -> Mapping[str, float]:
        """Return what was sent, spent and dropped so far (kg.protocols.Counts)."""
        return self.interview.tally.read()

    def _with(self, reading: Reading, answers: Sequence[Answer]) -> Reading:
        found = [
            mention
            for passage, answer in answers
            for mention in self.gate.mentions(answer, reading.article.text, passage, reading.sentences)
        ]
        return replace(reading, mentions=(*reading.mentions, *found))


def _questions(reading: Reading, longest: int) -> Iterator[Question]:
    text = reading.article.text
    for passage in runs(text, reading.sentences, longest):
        yield passage, json.dumps({"text": text[passage.start : passage.end]}, ensure_ascii=False)
