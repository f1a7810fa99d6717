"""How a server wants to be asked: which form of structured output it takes, and which parameters.

Servers differ. One that refuses ``json_schema`` is asked for ``json_object``, and then for plain words; a parameter
that it names in a refusal is left out. What worked is kept for the run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from kg.language_models.counting import Tally
from kg.language_models.prompts import Form
from kg.language_models.settings import ChatSettings

_FORMATS = ("json_schema", "json_object", "plain words")
_REFUSALS = (400, 415, 422, 501)
"""The statuses by which servers say that they do not take what a request asks for."""

_OPTIONAL = ("max_tokens", "temperature", "seed")
"""The parameters that some models refuse by name; the first then goes by another."""


@dataclass(frozen=True, slots=True)
class Manner:
    """One way to ask: how far down the list of formats, and without which parameters."""

    format: int = 0
    without: frozenset[str] = frozenset()


class Manners:
    """The ways to ask one server for answers of one form."""

    def __init__(self, model: str, form: Form, settings: ChatSettings) -> None:
        self._model, self._form = model, form
        own = dict(settings.parameters or {})
        limit = {} if "max_completion_tokens" in own else {"max_tokens": settings.max_tokens}
        self._parameters = {"temperature": settings.temperature, "seed": settings.seed, **limit, **own}
        self._current = Manner()
        self._lock = Lock()

    @property
    def current(self) -> Manner:
        """The way that worked last."""
        with self._lock:
            return self._current

    def wanted(self, messages: Sequence[Mapping[str, str]]) -> dict[str, Any]:
        """Return a request as it would be made of a server that takes all; a cached answer is one to this."""
        return self._fields(messages, Manner())

    def request(self, messages: Sequence[Mapping[str, str]], manner: Manner) -> bytes:
        """Return the body of a request; half a character, which UTF-8 has no place for, becomes a question mark."""
        return json.dumps(self._fields(messages, manner), ensure_ascii=False).encode("utf-8", "replace")

    def other(self, manner: Manner, status: int, words: str) -> Manner | None:
        """Return how to ask next a server that refused a request in that manner, or None where nothing is left."""
        if status not in _REFUSALS and not (status == 404 and "parameter" in words):  # OpenRouter's way to say it
            return None
        for name in _OPTIONAL:
            if name in words and name in self._parameters and name not in manner.without:
                return replace(manner, without=manner.without | {name})
        return replace(manner, format=manner.format + 1) if manner.format + 1 < len(_FORMATS) else None

    def worked(self, manner: Manner, tally: Tally) -> None:
        """Keep a manner that a server took, and count what it does not take."""
        with self._lock:
            refused = [f"{name} is not taken" for name in _FORMATS[self._current.format : manner.format]]
            refused += [f"{name} is not taken" for name in sorted(manner.without - self._current.without)]
            format_ = max(self._current.format, manner.format)
            self._current = Manner(format_, self._current.without | manner.without)
        for what in refused:
            tally.add(f"endpoint: {what}")

    def _fields(self, messages: Sequence[Mapping[str, str]], manner: Manner) -> dict[str, Any]:
        parameters = {name: value for name, value in self._parameters.items() if name not in manner.without}
        if "max_tokens" in manner.without:
            parameters["max_completion_tokens"] = self._parameters["max_tokens"]
        fields: dict[str, Any] = {"model": self._model, "messages": list(messages), "stream": False, **parameters}
        if manner.format == 0:
            schema = {"name": self._form.key, "strict": True, "schema": self._form.schema}
            fields["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif manner.format == 1:
            fields["response_format"] = {"type": "json_object"}
        return fields
