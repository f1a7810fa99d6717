"""Named questions: the files of schemas/queries, each a query under a header that says what it asks and of what.

The first comment line is the question in English, the second in Chinese, the rest says more. ``@param name (type): what
it is`` declares a parameter, ``(type, optional)`` one that may be left out, ``(type, 100)`` one with a default;
``@example`` gives arguments. In the query ``$name`` stands for the parameter's terms, and a line that ends in
``# if name`` is in only where the parameter is given. Types: ``entity``, a type of the schema, ``predicate``, ``date``,
``integer``, ``text``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.errors import ConfigError, InputError, SchemaError
from kg.export.iris import Iris
from kg.export.quads import XSD, Term, iri, literal
from kg.regions import ancestors
from kg.resources import schemas_path
from kg.schema import Schema
from kg.sparql.tokens import bind

Select = Callable[[str], list[tuple[str, ...]]]
"""Puts a SELECT to the index and returns its rows as texts, where the terms of the index are looked up."""

_PARAMETER = re.compile(r"@param (\w+) \((\w+)(?:, ([^)]+))?\): (.+)")
_CONDITION = re.compile(r"#\s*if\s+(\w+)\s*$")
_PLAIN_TYPES = ("entity", "predicate", "date", "integer", "text")
_LARGEST = 1_000_000
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question asks for; without a ``default``, and where it is not ``optional``, it must be given."""

    name: str
    type: str
    about: str
    optional: bool
    default: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """A named question: its title in English and Chinese, what it counts and leaves out, parameters, example, query."""

    name: str
    title: str
    zh: str
    about: str
    parameters: tuple[Parameter, ...]
    example: tuple[str, ...]
    query: str


def list_questions(folder: str | Path | None = None) -> list[Question]:
    """Return the named questions, by name: those that ship, or those of a folder."""
    return [read_question(path) for path in sorted(_folder(folder).glob("*.rq"))]


def find_question(name: str, folder: str | Path | None = None) -> Question:
    """Return the question of that name; raises InputError with the names there are."""
    names = {path.stem: path for path in sorted(_folder(folder).glob("*.rq"))}
    if name not in names:
        raise InputError(f"no question is named {name!r}; there are {', '.join(names)}")
    return read_question(names[name])


def _folder(folder: str | Path | None) -> Path:
    return Path(folder) if folder is not None else schemas_path("queries")


def read_question(path: Path) -> Question:
    """Read the file of a question. Raises SchemaError where its header is not as it should be."""
    head, lines = [], path.read_text(encoding="utf-8").splitlines()
    while lines and lines[0].startswith("#"):
        head.append(lines.pop(0).removeprefix("#").strip())
    parameters, example, about = [], None, []
    for line in head[2:]:
        if line.startswith("@example"):
            example = tuple(line.split()[1:])
        elif line.startswith("@"):
            parameters.append(_parameter(line, path))
        else:
            about.append(line)
    if len(head) < 2 or example is None:
        raise SchemaError(f"{path}: the header needs a title, a Chinese title and an @example")
    query = "\n".join(lines).strip() + "\n"
    return Question(path.stem, head[0], head[1], " ".join(about).strip(), tuple(parameters), example, query)


def _parameter(line: str, path: Path) -> Parameter:
    found = _PARAMETER.fullmatch(line)
    if found is None:
        raise SchemaError(f"{path}: {line!r} is no @param name (type): what it is")
    name, type_, how, about = found.groups()
    if type_ not in _PLAIN_TYPES and not type_[0].isupper():
        raise SchemaError(
            f"{path}: {name}: unknown type {type_}; types: {', '.join(_PLAIN_TYPES)}, or one of the schema"
        )
    return Parameter(name, type_, about, how == "optional", None if how == "optional" else how)


def fill_in(question: Question, given: Mapping[str, str], iris: Iris, schema: Schema, select: Select) -> str:
    """Return the question's query with the values given, each checked and made a term.

    Raises ConfigError for a parameter that it does not take or that is missing, InputError for a value that is none of
    the parameter's type, or names nothing or several things in the graph.
    """
    known = {parameter.name: parameter for parameter in question.parameters}
    for name in given:
        if name not in known:
            takes = ", ".join(f"--{one}" for one in known) or "no parameter"
            raise ConfigError(f"{question.name} takes no --{name}; it takes {takes}")
    terms: dict[str, list[Term]] = {}
    for name, parameter in known.items():
        value = given.get(name, parameter.default)
        if value is None and not parameter.optional:
            raise ConfigError(f"{question.name} needs --{name}: {parameter.about}")
        if value is not None:
            terms[name] = _terms(parameter, value, iris, schema, select)
    lines = (
        line
        for line in question.query.splitlines(keepends=True)
        if (found := _CONDITION.search(line.rstrip("\n"))) is None or found[1] in terms
    )
    return bind("".join(re.sub(r"\s*# if \w+$", "", line, flags=re.MULTILINE) for line in lines), terms)


def _terms(parameter: Parameter, value: str, iris: Iris, schema: Schema, select: Select) -> list[Term]:
    where = f"--{parameter.name} {value}"
    value = value if parameter.type == "text" else value.strip()
    match parameter.type:
        case "integer":
            if not re.fullmatch(r"\d{1,7}", value, re.ASCII) or not 0 < int(value) <= _LARGEST:
                raise InputError(f"{where}: give a whole number from 1 to {_LARGEST}")
            return [literal(str(int(value)), datatype=f"{XSD}integer")]
        case "date":
            return [literal(_first_day(value, where), datatype=f"{XSD}date")]
        case "text":
            return [literal(value)]
        case "predicate":
            for one in schema.predicates.values():
                if value in (one.name, one.zh, one.en):
                    return [iri(iris.term(one.name))]
            raise InputError(f"{where}: no such predicate; there are {', '.join(schema.predicates)}")
        case type_:
            return [iri(text) for text in _things(value, type_, where, iris, select)]


def _first_day(value: str, where: str) -> str:
    """Return the first day of a year, month or day."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?", value, re.ASCII)
    try:
        return date(*(int(part or 1) for part in found.groups())).isoformat() if found else _no_date(where)
    except ValueError:
        return _no_date(where)


def _no_date(where: str) -> str:
    raise InputError(f"{where}: give a day, month or year such as 2025-06-10, 2025-06 or 2025")


def _things(value: str, type_: str, where: str, iris: Iris, select: Select) -> list[str]:
    """Return the entity that is meant by an IRI, id, code or name.

    For the code of a region that the graph does not hold itself, these are the topmost of those that lie in it.
    """
    is_type = "" if type_ == "entity" else f"?one a {iri(iris.term(type_))} ."
    label, other = iri(_LABEL), iri(_OTHER_LABEL)
    known = [text for text in (value.strip("<>"), _id(value, iris)) if re.match(r"https?://", text)]
    for text in known:
        try:
            address = iri(text)
        except ValueError:
            continue
        if select(f"SELECT ?one {{ VALUES ?one {{ {address} }} {is_type} ?one {label} ?name }}"):
            return [text]
    if re.fullmatch(r"\d{6}", value, re.ASCII):
        found = _by_code(value, is_type, iris, select)
        if found:
            return found
    name = literal(value, language="zh")
    for names in (f"{label}", f"{other}"):
        found = [row[0] for row in select(f"SELECT DISTINCT ?one {{ ?one {names} {name} . {is_type} }} ORDER BY ?one")]
        if len(found) == 1:
            return found
        if found:
            raise InputError(f"{where}: {len(found)} are named so; give one of {', '.join(_ids(found, iris))}")
    raise InputError(f"{where}: {_nothing(value, type_, is_type, iris, select)}")


def _by_code(code: str, is_type: str, iris: Iris, select: Select) -> list[str]:
    adcode, prefix = iri(iris.term("adcode")), re.sub("(00)+$", "", code)
    rows = select(
        f"SELECT ?one ?code {{ ?one {adcode} ?code . {is_type} FILTER(STRSTARTS(?code, {literal(prefix)})) }}"
    )
    inside = {own: one for one, own in rows}
    if code in inside:
        return [inside[code]]
    return sorted(one for own, one in inside.items() if not any(above in inside for above in _above(own)))


def _above(code: str) -> tuple[str, ...]:
    try:
        return ancestors(code)
    except KeyError:
        return ()


def _nothing(value: str, type_: str, is_type: str, iris: Iris, select: Select) -> str:
    names = f"{iri(_LABEL)}|{iri(_OTHER_LABEL)}"
    near = select(
        f"SELECT DISTINCT ?name {{ ?one {names} ?name . {is_type} FILTER(CONTAINS(STR(?name), {literal(value)})) "
        f"FILTER(STRSTARTS(STR(?one), {literal(iris.base + '/id/')})) }} ORDER BY ?name LIMIT {_SHOWN}"
    )
    kind = "entity" if type_ == "entity" else type_
    said = f"; names with these words: {'、'.join(name for (name,) in near)}" if near else "; `kg show` finds names"
    return f"no {kind} of this graph has that id, code or name{said}"


def _id(value: str, iris: Iris) -> str:
    return iris.entity(value) if re.fullmatch(r"[A-Za-z]\w*:\S+", value) and "//" not in value else ""


def _ids(found: list[str], iris: Iris) -> list[str]:
    names = [one.removeprefix(f"{iris.base}/id/").replace("/", ":", 1) for one in found[:_SHOWN]]
    return names + (["…"] if len(found) > _SHOWN else [])


_LABEL = "http://www.w3.org/2004/02/skos/core#prefLabel"
_OTHER_LABEL = "http://www.w3.org/2004/02/skos/core#altLabel"
