"""The file of decisions: a decision a line, as JSON, sorted, so that it can be read, compared and merged in git.

Lines that begin with ``#`` are comments: those before a blank line at the top belong to the file, others to the
decision below them. Equal lines, as a merge may leave them, count once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, get_args

from kg.decisions.records import FIELDS, Anchor, Decision, are_contrary
from kg.errors import InputError
from kg.export.files import writing
from kg.model import Modality, Polarity

_HEADER = (
    "# What people decided about the graph, one decision a line. `kg decide` and `kg review` write this file,",
    "# `kg build --decisions` replays it. Lines are sorted; in git, `merge=union` in .gitattributes merges them.",
)
_DEFAULTS = {"occurrence": 1, "qualifiers": (), "modality": "done", "polarity": "affirmed"}
_WORDS: dict[str, tuple[str, ...]] = {"modality": get_args(Modality), "polarity": get_args(Polarity)}


@dataclass(frozen=True, slots=True)
class DecisionFile:
    """The decisions of a file in their order, the comments above each, and those at the file's top and end."""

    decisions: tuple[Decision, ...] = ()
    comments: tuple[tuple[str, ...], ...] = ()
    header: tuple[str, ...] = _HEADER
    footer: tuple[str, ...] = ()

    def adding(self, new: Iterable[Decision]) -> DecisionFile:
        """Return the file with more decisions, sorted; those that say the contrary go."""
        lines = dict(zip(self.decisions, self.comments, strict=True))
        for decision in new:
            lines = {old: above for old, above in lines.items() if not are_contrary(old, decision)}
            lines.setdefault(decision, ())
        ordered = sorted(lines, key=_sorting)
        return DecisionFile(tuple(ordered), tuple(lines[each] for each in ordered), self.header, self.footer)


def _sorting(decision: Decision) -> tuple[str, ...]:
    return decision.document, decision.quote, f"{decision.occurrence:09}", to_line(decision)


def read_decisions(path: str | Path, *, missing: bool = False) -> DecisionFile:
    """Read a file of decisions; with ``missing`` one that is not there is empty.

    Raises InputError, with the number of the line, where one is no decision.
    """
    if missing and not Path(path).exists():
        return DecisionFile()
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8; save it as UTF-8") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    return parse_decisions(text, str(path))


def parse_decisions(text: str, where: str) -> DecisionFile:
    """Return what the text of a file holds; ``where`` is its name for errors."""
    found: dict[Decision, tuple[str, ...]] = {}
    header: tuple[str, ...] = ()
    comments: list[str] = []
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        stripped = line.strip()
        if stripped.startswith("#"):
            comments.append(stripped)
        elif not stripped:
            if comments and not found and not header:
                header, comments = tuple(comments), []
        else:
            decision = parse_line(stripped, f"{where}:{number}")
            found[decision] = (*found.get(decision, ()), *comments)
            comments = []
    return DecisionFile(tuple(found), tuple(found.values()), header, tuple(comments))


def write_decisions(path: str | Path, file: DecisionFile) -> None:
    """Write a file of decisions, whole or not at all."""
    with writing(path) as write:
        write(format_decisions(file))


def format_decisions(file: DecisionFile) -> str:
    """Return the text of a file, as ``parse_decisions`` reads it."""
    lines = [*file.header, ""] if file.header else []
    for decision, comments in zip(file.decisions, file.comments, strict=True):
        lines += [*comments, to_line(decision)]
    return "".join(f"{line}\n" for line in (*lines, *file.footer))


def to_line(decision: Decision) -> str:
    """Return a decision as one line of JSON; what is as usual is left out."""
    values: dict[str, Any] = {"decision": decision.kind}
    for each in fields(Decision)[1:]:
        value = getattr(decision, each.name)
        if value is None or value == _DEFAULTS.get(each.name):
            continue
        if each.name == "qualifiers":
            value = dict(value)
        elif isinstance(value, Anchor):
            value = {name: part for name, part in asdict(value).items() if part != _DEFAULTS.get(name)}
        values[each.name] = value
    return json.dumps(values, ensure_ascii=False)


def parse_line(line: str, where: str) -> Decision:
    """Return the decision of one line; raises InputError with ``where`` in front where it is none."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        detail = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise InputError(f"{where}: not JSON: {detail}; write a decision a line, comments after #") from error
    if not isinstance(said, dict):
        raise InputError(f'{where}: no decision; write {{"decision": "reject", …}}')
    kind = said.pop("decision", None)
    if kind not in tuple(FIELDS):
        raise InputError(f"{where}: no decision is named {kind!r}; there are {', '.join(FIELDS)}")
    needed, taken = (("document", "quote", *FIELDS[kind][0]), ("occurrence", *FIELDS[kind][1], "note"))
    if missing := [name for name in needed if name not in said]:
        raise InputError(f"{where}: {kind} needs {' and '.join(missing)}")
    if unknown := [name for name in said if name not in needed + taken]:
        raise InputError(f"{where}: {kind} has no {unknown[0]!r}; it takes {', '.join(needed + taken)}")
    return Decision(kind, **{name: _value(name, value, where) for name, value in said.items()})


def _value(name: str, value: Any, where: str) -> Any:
    """Return the value of a field of JSON, or raise InputError where it is of another kind."""
    if name == "occurrence":
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise InputError(f"{where}: occurrence is a number from 1, not {value!r}")
        return value
    if name == "qualifiers":
        if not isinstance(value, dict) or not all(isinstance(each, str) and each.strip() for each in value.values()):
            raise InputError(f'{where}: qualifiers are words by name, as in {{"amount": "5300万元"}}')
        return tuple(sorted(value.items()))
    if name == "into":
        if not isinstance(value, dict) or not {"document", "quote", "name"} <= value.keys() <= _OF_ANCHOR:
            raise InputError(f"{where}: into is an object with document, quote and name")
        return Anchor(**{key: _value(key, each, where) for key, each in value.items()})
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where}: {name} is a text that is not empty, not {value!r}")
    if value not in _WORDS.get(name, (value,)):
        raise InputError(f"{where}: {name} is one of {', '.join(_WORDS[name])}, not {value!r}")
    return value


_OF_ANCHOR = {"document", "quote", "name", "occurrence"}
