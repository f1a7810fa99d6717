"""What a reply says: the words of the model and the tokens that it took, out of OpenAI's form; JSON out of the words.

Nothing is taken on trust: what is not exactly of the form is a problem with a name, never an exception that escapes.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeGuard

from kg.language_models.budget import Usage

_THOUGHTS = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"\s*```(?:json)?\s*\n(?P<inside>.*)```\s*", re.DOTALL)


class ProblemError(Exception):
    """A reply that is no answer; the message is a few words that name the kind of problem, and none of the reply's."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a model said, and what it took (None: the server does not say). ``problem`` names why it is no answer."""

    content: str
    usage: Usage | None
    problem: str | None = None


def read_reply(body: bytes) -> Said:
    """Return what a reply of status 200 says. Raises ProblemError where it is not of the protocol's form."""
    reply = read_json(_decoded(body))
    usage = _usage(reply.get("usage"))
    choices = reply.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return Said("", usage, "not of the protocol")
    content = message.get("content")
    finished = choice.get("finish_reason")
    if message.get("refusal") or finished == "content_filter":
        return Said("", usage, "refused by the model")
    if finished == "length":
        return Said("", usage, "cut off")
    if not isinstance(content, str) or not content.strip():
        return Said("", usage, "empty")
    return Said(content, usage)


def read_content(content: str) -> dict[str, Any]:
    """Return the JSON object of a model's words: alone, between fences, or behind thoughts."""
    content = _THOUGHTS.sub("", content, count=1) if content.lstrip().startswith("<think>") else content
    fenced = _FENCE.fullmatch(content)
    return read_json(fenced["inside"] if fenced else content)


def read_json(text: str) -> dict[str, Any]:
    """Return a JSON object; what two readers could read in two ways (keys given twice, NaN) is none."""
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise ProblemError("broken JSON") from None
    if not isinstance(value, dict):
        raise ProblemError("JSON of another form")
    return value


def error_words(body: bytes) -> str:
    """Return what a reply of another status says went wrong, fit to be shown in one line; empty where it does not."""
    try:
        error = read_json(_decoded(body)).get("error")
    except ProblemError:
        return ""
    words = error.get("message") if isinstance(error, dict) else error
    if not isinstance(words, str):
        return ""
    return "".join(character if character.isprintable() else " " for character in " ".join(words.split()))


def seconds(retry_after: str | None) -> float:
    """Return what a header Retry-After asks for: seconds, or a date."""
    if retry_after is None:
        return 0.0
    try:
        return max(0.0, float(retry_after)) if retry_after.strip().isdecimal() else _until(retry_after)
    except (ValueError, OverflowError):
        return 0.0


def _decoded(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ProblemError("not UTF-8") from None


def _usage(given: object) -> Usage | None:
    if not isinstance(given, dict):
        return None
    tokens_in, tokens_out = given.get("prompt_tokens"), given.get("completion_tokens")
    return Usage(tokens_in, tokens_out) if _is_count(tokens_in) and _is_count(tokens_out) else None


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) != len(pairs):
        raise ValueError("a key twice")
    return table


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _until(date: str) -> float:
    moment = parsedate_to_datetime(date)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
