"""The settings that the stages over a language model share, checked before anything is sent."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from kg.errors import ConfigError

ENVIRONMENT = ("KG_LLM_BASE_URL", "OPENAI_BASE_URL", "KG_LLM_MODEL")
"""The variables that say what is asked where no setting does."""

IDLE = ("cache", "key", "largest", "longest_wait", "parallel", "price_in", "price_out", "retries", "timeout")
"""The settings that shape neither an answer nor which answers there are; a larger budget does."""

BUDGET = ("requests", "tokens", "cost")
_OWN = frozenset(("model", "messages", "response_format", "stream", "n"))
"""The fields of a request that are no parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSettings:
    """Whom to ask and how; ``stage`` is for messages. The docstring of the stages says what each means."""

    stage: str
    model: str
    base_url: str
    key: str
    temperature: float
    seed: int
    max_tokens: int
    parameters: Mapping[str, Any] | None
    longest: int
    parallel: int
    timeout: float
    largest: int
    retries: int
    longest_wait: float
    prompt: str
    cache: str
    budget: Mapping[str, float] | None
    price_in: float
    price_out: float
    required: bool
    score: float

    def __post_init__(self) -> None:
        for name in ("model", "base_url", "key", "prompt", "cache"):
            self._demand(isinstance(getattr(self, name), str), name, "a text")
        for name in ("seed", "retries"):
            self._demand(_is_whole(getattr(self, name), least=0), name, "a whole number, 0 or more")
        for name in ("max_tokens", "longest", "parallel", "largest"):
            self._demand(_is_whole(getattr(self, name), least=1), name, "a whole number, 1 or more")
        for name in ("temperature", "longest_wait", "price_in", "price_out"):
            self._demand(_is_number(getattr(self, name)), name, "a number, 0 or more")
        self._demand(_is_number(self.timeout) and self.timeout > 0, "timeout", "a number of seconds above 0")
        self._demand(_is_number(self.score) and self.score <= 1, "score", "a number from 0 to 1")
        self._demand(isinstance(self.required, bool), "required", "true or false")
        budget, parameters = self.budget or {}, self.parameters or {}
        known = isinstance(budget, Mapping) and set(budget) <= set(BUDGET) and all(map(_is_number, budget.values()))
        self._demand(known, "budget", f"a table of numbers, 0 or more, with {', '.join(BUDGET)}")
        if "cost" in budget and not self.price_in and not self.price_out:
            raise ConfigError(f"stage {self.stage}: a budget of cost needs price_in and price_out, per million tokens")
        self._demand(
            isinstance(parameters, Mapping) and not _OWN & set(parameters),
            "parameters", f"a table of fields of the request, none of {', '.join(sorted(_OWN))}",
        )  # fmt: skip
        self._demand(_is_json(parameters), "parameters", "a table of what JSON can hold")

    def _demand(self, fine: bool, name: str, what: str) -> None:
        if not fine:
            raise ConfigError(f"stage {self.stage}: {name} = {getattr(self, name)!r} is not {what}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where requests go, and the key that is sent along, which nothing else is told."""

    url: str
    model: str
    key: str | None = field(repr=False)


def find_address(settings: ChatSettings) -> Address:
    """Return where the settings, else the environment, say that requests go.

    The key is that of OPENAI_API_KEY only where the address is that of OPENAI_BASE_URL, so that no key goes to a place
    that it was not made for; else that of KG_LLM_API_KEY, or of the variable that is named. Without one none is sent.
    Raises ConfigError where there is no address or no model, and where either is none.
    """
    stage = settings.stage
    own, openai = os.environ.get("KG_LLM_BASE_URL", ""), os.environ.get("OPENAI_BASE_URL", "")
    url = settings.base_url or own or openai
    if not url:
        raise ConfigError(
            f"stage {stage} needs an endpoint: set KG_LLM_BASE_URL (or OPENAI_BASE_URL), or the setting "
            'base_url = "http://127.0.0.1:8080/v1"'
        )
    model = settings.model or os.environ.get("KG_LLM_MODEL", "")
    if not model:
        raise ConfigError(f"stage {stage} needs the name of a model: set KG_LLM_MODEL, or the setting model")
    named = settings.key or ("OPENAI_API_KEY" if not settings.base_url and not own else "KG_LLM_API_KEY")
    return Address(_checked(stage, url), model, _key(stage, named, required=bool(settings.key)))


def _checked(stage: str, url: str) -> str:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # raises ValueError where it is none
    except ValueError:
        raise ConfigError(f"stage {stage}: the address of the endpoint is none") from None
    if parts.username or parts.password or "@" in parts.netloc:  # and it is not shown, for it is a secret
        raise ConfigError(f"stage {stage}: the address of the endpoint holds a name or password; use a key instead")
    plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or not plain:
        raise ConfigError(f"stage {stage}: {url!r} is no address of an endpoint, such as http://127.0.0.1:8080/v1")
    return url.rstrip("/")


def _key(stage: str, variable: str, *, required: bool) -> str | None:
    key = os.environ.get(variable, "").strip()
    if not key:
        if required:
            raise ConfigError(f"stage {stage}: the environment has no variable {variable!r}, which key names")
        return None
    if not key.isascii() or not key.isprintable() or " " in key:  # and it is not shown
        raise ConfigError(f"stage {stage}: the value of {variable} is no key: it holds white space or odd characters")
    return key


def _is_json(value: object) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return False
    return True


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")


def _is_whole(value: object, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
