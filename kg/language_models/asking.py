"""Questions to a language model: from the cache or from the endpoint, several at once, tried again, within a budget.

An answer that never came is no error here: it is counted under its reason, and the caller says what becomes of it.
What no other question would fare better with (a key that is refused, a model that is not there) ends the run.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event, Lock
from typing import Any

from kg.errors import ConfigError
from kg.ids import digest
from kg.language_models.budget import Budget, Usage
from kg.language_models.cache import BrokenEntryError, Cache
from kg.language_models.counting import Tally
from kg.language_models.endpoint import Endpoint, NoReplyError, Reply
from kg.language_models.manners import Manners
from kg.language_models.prompts import Form
from kg.language_models.replies import ProblemError, Said, error_words, read_content, read_reply, seconds
from kg.language_models.settings import ChatSettings, find_address

_AGAIN = frozenset((408, 409, 425, 429, 500, 502, 503, 504, 529))
"""The statuses after which a request may fare better."""

_HOPELESS = {
    401: "the key is missing or refused", 402: "there is nothing left to pay with",
    403: "the key may not do this", 404: "it knows no such model, or nothing is at this address",
    405: "nothing is at this address",
}  # fmt: skip
_FIRST_WAIT = 0.5
_GIVE_UP = 5
"""After how many questions in a row that came to nothing no more are asked."""

_MOST_WORDS = 200
"""How many characters of a server's words are shown."""

_TELLING = 8
"""So many characters of the key in a row are nowhere shown or kept."""


@dataclass(frozen=True, slots=True)
class Missing:
    """No answer, and why, in a few words."""

    reason: str


Outcome = dict[str, Any] | Missing


class Asker:
    """Asks one model questions under one set of rules. Raises ConfigError where its settings are wrong."""

    def __init__(self, settings: ChatSettings, rules: str, form: Form, tally: Tally) -> None:
        self._settings, self._rules, self._form, self._tally = settings, rules, form, tally
        self._address = find_address(settings)
        self._endpoint = Endpoint(settings.stage, self._address, timeout=settings.timeout, largest=settings.largest)
        self._cache = Cache(settings.stage, settings.cache)
        self._budget = Budget(settings.budget or {}, price_in=settings.price_in, price_out=settings.price_out)
        self._manners = Manners(self._address.model, form, settings)
        self._lock = Lock()
        self._said = self._replied = False
        self._in_vain = 0
        self._fatal: ConfigError | None = None
        self._kept: dict[str, Outcome] = {}
        self._recalled: set[str] = set()

    @property
    def model(self) -> str:
        return self._address.model

    def ask(self, questions: Sequence[str]) -> list[Outcome]:
        """Return for each question the answer, an object of the form, or why there is none; in order.

        Raises ConfigError where no question can be answered; from then on without another request.
        """
        keys = [self._key(question) for question in questions]
        asked = dict(zip(keys, questions, strict=True))
        self._recalled = asked.keys() & self._kept.keys()
        known = {key: outcome for key in asked if (outcome := self._known(key)) is not None}
        outcomes = known | self._fetch_all({key: asked[key] for key in asked if key not in known})
        return [outcomes[key] for key in keys]

    def keep(self, questions: Sequence[str], outcomes: Sequence[Outcome]) -> None:
        """Keep what came of questions until they are asked once more: of a batch that fails, each article is."""
        kept = dict(zip(map(self._key, questions), outcomes, strict=True))
        self._kept |= {key: outcome for key, outcome in kept.items() if key not in self._recalled}

    def _key(self, question: str) -> str:
        asked = [self._address.url, self._manners.wanted(self._messages(question))]
        return digest(json.dumps(asked, sort_keys=True), length=64)

    def _messages(self, question: str) -> list[dict[str, str]]:
        return [{"role": "system", "content": self._rules}, {"role": "user", "content": question}]

    def _known(self, key: str) -> Outcome | None:
        if key in self._kept:
            return self._kept.pop(key)
        try:
            answer = self._cache.get(key)
            if answer is not None and not self._form.fits(answer):
                raise BrokenEntryError
        except BrokenEntryError:
            self._tally.add("cache: broken entries")
            return None
        self._tally.add("answers: from the cache", answer is not None)
        return answer

    def _fetch_all(self, questions: Mapping[str, str]) -> dict[str, Outcome]:
        if not questions:
            return {}
        if self._fatal is not None:
            raise self._fatal
        halt = Event()
        pool = ThreadPoolExecutor(min(self._settings.parallel, len(questions)), thread_name_prefix="kg-llm")
        try:
            begun = {key: pool.submit(self._fetch, key, question, halt) for key, question in questions.items()}
            return {key: one.result() for key, one in begun.items()}
        except BaseException:  # an interrupt too: what is under way is ended, what waits is not begun
            halt.set()
            self._endpoint.stop()
            self._tell_spent()
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def _fetch(self, key: str, question: str, halt: Event) -> Outcome:
        try:
            outcome = self._tried(question, halt)
        except ConfigError:  # the others need not come to the same end
            halt.set()
            self._endpoint.stop()
            raise
        if isinstance(outcome, dict) and self._tells_key(json.dumps(outcome, ensure_ascii=False)):
            outcome = Missing("the answer repeats the key")
        if isinstance(outcome, Missing):
            self._tally.add(f"no answer: {outcome.reason}")
        else:
            self._tally.add("answers: from the endpoint")
            self._tally.add("cache: answers not kept", not self._cache.put(key, outcome))
        return outcome

    def _tried(self, question: str, halt: Event) -> Outcome:
        """Ask until there is a reply that is no call to come again, in the manner that the server takes."""
        messages, manner, attempt = self._messages(question), self._manners.current, 0
        while True:
            if halt.is_set() or self._fatal is not None:
                return Missing("stopped")
            if self._in_vain >= _GIVE_UP:
                return Missing(f"not asked, after {_GIVE_UP} in a row came to nothing")
            body = self._manners.request(messages, manner)
            most = Usage(len(body), self._settings.max_tokens)  # no token is shorter than a byte
            if not self._budget.reserve(most):
                return Missing("not asked, the budget is spent")
            reply, said = self._sent(body, most, halt)
            if isinstance(said, Said):
                self._manners.worked(manner, self._tally)
                return self._read(said)
            if isinstance(reply, Reply):
                words = error_words(reply.body)
                other = self._manners.other(manner, reply.status, words)
                if other is not None:
                    manner = other
                    continue
                self._demand_hope(reply, words)
                reason, after = f"status {reply.status}", reply.retry_after
            else:
                words, reason, after = "", reply.reason, None
            attempt += 1
            again = not isinstance(reply, Reply) or reply.status in _AGAIN
            if not again or attempt > self._settings.retries or reason == "stopped":
                return self._vain(reply, reason, words)
            self._tally.add("requests: tried again")
            halt.wait(self._wait(attempt, after))

    def _sent(self, body: bytes, most: Usage, halt: Event) -> tuple[Reply | NoReplyError, Said | None]:
        """Send a request; return what came, and what it says where it is an answer. The budget learns what it took."""
        self._announce()
        self._tally.add("requests")
        said: Said | None = None
        reply: Reply | NoReplyError
        try:
            reply = self._endpoint.post(body, halt)
            self._replied = True
            if reply.status == 200:
                said = _said(reply)
            charged = said is not None
        except NoReplyError as error:
            reply, charged = error, error.reached
        except BaseException:
            self._budget.settle(most, None)
            raise
        self._budget.settle(most, said.usage if said is not None else None, charged=charged)
        if said is not None:
            self._count(said.usage)
        return reply, said

    def _count(self, usage: Usage | None) -> None:
        if usage is None:
            self._tally.add("answers without a count of tokens")
            return
        self._tally.add("tokens in", usage.tokens_in)
        self._tally.add("tokens out", usage.tokens_out)
        self._tally.add("cost", usage.cost(self._settings.price_in, self._settings.price_out))

    def _read(self, said: Said) -> Outcome:
        self._in_vain = 0
        if said.problem is not None:
            return Missing(said.problem)
        try:
            answer = read_content(said.content)
        except ProblemError as problem:
            return Missing(str(problem))
        return answer if self._form.fits(answer) else Missing("JSON of another form")

    def _vain(self, reply: Reply | NoReplyError, reason: str, words: str) -> Missing:
        """Count a question that came to nothing; say when it is one too many."""
        if reason == "stopped":
            return Missing(reason)
        if isinstance(reply, NoReplyError) and not reply.reached and not self._replied:
            raise self._hopeless(f"{reason}; start a server there, or give another base_url")
        with self._lock:
            self._in_vain += 1
            if self._in_vain == _GIVE_UP:
                sys.stderr.write(f"{self._settings.stage}: no more is asked: {_GIVE_UP} questions in a row came to "
                                 f"nothing, the last with {reason}{self._shown(words)}\n")  # fmt: skip
        return Missing(reason)

    def _demand_hope(self, reply: Reply, words: str) -> None:
        """Raise ConfigError where every other request would be answered likewise."""
        why = _HOPELESS.get(reply.status)
        if 300 <= reply.status < 400:
            why = "it sends elsewhere, which is not followed; give the address of the endpoint itself"
        elif reply.status == 429 and b"insufficient_quota" in reply.body:
            why = _HOPELESS[402]
        if why is not None:
            raise self._hopeless(f"{why} (status {reply.status}{self._shown(words)})")

    def _hopeless(self, why: str) -> ConfigError:
        with self._lock:
            if self._fatal is None:
                self._fatal = ConfigError(f"stage {self._settings.stage}: {self._address.url}, {self.model}: {why}")
            return self._fatal

    def _shown(self, words: str) -> str:
        """Return what a server says went wrong as it may be shown: short, and never with the key in it."""
        short = words[:_MOST_WORDS]
        return f": {short}" if short and not self._tells_key(words) else ""

    def _tells_key(self, words: str) -> bool:
        key = self._address.key or ""  # one that is shorter than what would tell it is no secret: EMPTY, ollama
        return any(key[at : at + _TELLING] in words for at in range(len(key) - _TELLING + 1))

    def _wait(self, attempt: int, retry_after: str | None) -> float:
        """Return how long to wait: twice as long each time, or as the server asks, but never beyond the setting."""
        backoff = _FIRST_WAIT * 2 ** min(attempt - 1, 20) * random.uniform(0.5, 1)
        return float(min(self._settings.longest_wait, max(backoff, seconds(retry_after))))

    def _tell_spent(self) -> None:
        """Say what was sent and taken, where the run ends before it can show its counts."""
        counts = self._tally.read()
        told = [
            f"{counts[what]:,.10g} {what}" for what in ("requests", "tokens in", "tokens out", "cost") if what in counts
        ]
        sys.stderr.write(f"{self._settings.stage}: until then: {', '.join(told) or 'nothing sent'}\n")

    def _announce(self) -> None:
        with self._lock:
            if not self._said:
                self._said = True
                to = f"{self._address.url} (model {self.model})"
                sys.stderr.write(f"{self._settings.stage}: the text of articles is sent to {to}\n")


def _said(reply: Reply) -> Said:
    try:
        return read_reply(reply.body)
    except ProblemError as problem:
        return Said("", None, str(problem))
