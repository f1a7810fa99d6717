"""Passages of a batch of articles asked about together, and what becomes of those without an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kg.errors import StageError
from kg.language_models.asking import Asker, Missing
from kg.language_models.counting import Tally
from kg.language_models.prompts import Form, read_prompt
from kg.language_models.settings import ChatSettings
from kg.model import Span
from kg.schema import Schema

Question = tuple[Span, str]
"""A passage of an article, and what is asked about it."""

Answer = tuple[Span, dict[str, Any]]
"""A passage, and what the model says of it: of the form that was asked for, and nothing else is certain."""


class Interview:
    """A model asked about passages under the rules of a prompt; ``prompt`` is the shipped one's name."""

    def __init__(self, settings: ChatSettings, schema: Schema, prompt: str, form: Form) -> None:
        self.tally = Tally()
        self._settings = settings
        rules = read_prompt(settings.stage, prompt, settings.prompt, schema)
        self._asker = Asker(settings, rules, form, self.tally)
        self.model = self._asker.model

    def answers(self, asked: Sequence[Sequence[Question]]) -> list[list[Answer]]:
        """Return for each article the answers about its passages, in order; those that never came are left out.

        Raises StageError where answers are required and one is missing.
        """
        questions = [question for article in asked for _, question in article]
        outcomes = self._asker.ask(questions)
        rest = iter(outcomes)
        articles = [[(passage, next(rest)) for passage, _ in article] for article in asked]
        missing = [[one for _, one in article if isinstance(one, Missing)] for article in articles]
        if self._settings.required and any(missing):
            self._asker.keep(questions, outcomes)  # each article is read again by itself
            first = next(one for article in missing for one in article)
            raise StageError(f"no answer, and answers are required: {first.reason}")
        self.tally.add("passages", len(questions))
        self.tally.add("articles read without all answers", sum(map(bool, missing)))
        return [[(passage, one) for passage, one in article if isinstance(one, dict)] for article in articles]
