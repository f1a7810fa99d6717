"""Write docs/api.md, what ``import kg`` offers, from signatures and docstrings: ``python docs/write_api.py``."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kg
from kg.graph import Graph
from kg.model import Claim, Entity, Evidence, Fact, Group, Mention, Qualifier, Reading, Span

PAGE = Path(__file__).parent / "api.md"
RETURNED = (Graph, Entity, Fact, Claim, Evidence, Qualifier, Reading, Mention, Group, Span)
"""What the functions return that ``kg`` does not offer by name."""
WIDEST = 110

HEAD = """# API reference

What `import kg` offers. Every command of `kg` is one of these functions; `help(kg.build)` says the same as this page,
which `docs/write_api.py` writes from the docstrings. What a person can mend is a `kg.KGError`, whose text is one line.
"""


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    offered = [(f"kg.{name}", getattr(kg, name)) for name in sorted(kg.__all__, key=str.lower)]
    functions = [function_of(name, one) for name, one in offered if not inspect.isclass(one)]
    classes = [class_of(name, one) for name, one in offered if inspect.isclass(one)]
    returned = [class_of(f"{one.__module__}.{one.__name__}", one) for one in RETURNED]
    parts = [HEAD, "## Functions", *functions, "## Classes", *classes, "## What they hand you", *returned]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def function_of(name: str, function: Callable[..., Any]) -> str:
    return f"### {name}\n\n```py\n{signature_of(name.rpartition('.')[2], function)}\n```\n\n{told(function)}"


def class_of(name: str, class_: type) -> str:
    parts = [f"### {name}", told(class_)]
    fields = dataclasses.fields(class_) if dataclasses.is_dataclass(class_) else ()
    parts += ["\n".join(f"- `{field.name}`: `{field.type}`" for field in fields if not field.name.startswith("_"))]
    for method, value in vars(class_).items():
        if not method.startswith("_") and inspect.isfunction(value):
            parts += [f"```py\n{signature_of(method, value)}\n```", told(value)]
    return "\n\n".join(part for part in parts if part)


def signature_of(name: str, function: Callable[..., Any]) -> str:
    """Return the call as one writes it, on one line or with a line for each parameter."""
    signature = inspect.signature(function)
    parameters, kind = [], None
    for one in signature.parameters.values():
        if one.name == "self":
            continue
        if one.kind is one.KEYWORD_ONLY and kind not in (one.KEYWORD_ONLY, one.VAR_POSITIONAL):
            parameters.append("*")
        kind = one.kind
        stars = {one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "")
        default = "" if one.default is one.empty else f" = {_default(one.default)}"
        parameters.append(f"{stars}{one.name}: {one.annotation}{default}")
    returns = f" -> {signature.return_annotation}"
    line = f"{name}({', '.join(parameters)}){returns}"
    if len(line) <= WIDEST:
        return line
    return f"{name}(\n" + "".join(f"    {parameter},\n" for parameter in parameters) + f"){returns}"


def _default(value: object) -> str:
    if callable(value):
        return "..."
    return f'"{value}"' if isinstance(value, str) else repr(value)


def told(what: object) -> str:
    """Return the docstring as Markdown; without one, nothing."""
    text = inspect.getdoc(what) or ""
    return "" if text.startswith(f"{getattr(what, '__name__', '')}(") else text.replace("``", "`").replace("<", "\\<")


if __name__ == "__main__":
    main()
