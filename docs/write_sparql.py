"""Write the part of docs/sparql.md that lists the named questions: ``python docs/write_sparql.py``.

Each question's parameters come from the header of its file in schemas/queries, the answers from the graph of
data/sample.
"""

from __future__ import annotations

import tempfile
from itertools import islice
from pathlib import Path

import kg
from kg.sparql.questions import Question

DOCS = Path(__file__).parent
PAGE, SAMPLE = DOCS / "sparql.md", DOCS.parent / "data" / "sample"
MARK = "<!-- from here on written by docs/write_sparql.py -->\n"
SHOWN = 5
LONGEST = 40
"""Characters of a cell."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        kg.build([SAMPLE], folder)
        PAGE.write_text(page(Path(folder) / "graph.sqlite"), encoding="utf-8")


def page(store: Path) -> str:
    """Return the whole page, with the answers that a store gives."""
    head, _, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    return head + MARK + "".join(section(question, store) for question in kg.list_questions())


def section(question: Question, store: Path) -> str:
    how = ["optional" if one.optional else one.default for one in question.parameters]
    parameters = "".join(
        f"- `--{one.name}` ({', '.join(filter(None, (one.type, said)))}): {one.about}\n"
        for one, said in zip(question.parameters, how, strict=True)
    )
    parameters += "\n" if parameters else ""
    example = " ".join(("kg query out/graph.sqlite", question.name, *question.example))
    about = f"{question.about}\n\n" if question.about else ""
    return (
        f"\n## {question.name}: {question.zh}\n\n{question.title}.\n\n{about}{parameters}"
        f"```sh\n{example}\n```\n\n{answer(question, store)}"
    )


def answer(question: Question, store: Path) -> str:
    """Return the first rows of the answer to the example as a Markdown table."""
    words = iter(question.example)
    given = {name.removeprefix("--"): next(words) for name in words}
    found = kg.query(store, question.name, given)
    records = found.records()
    rows = [" | ".join(cell(value) for value in record.values()) for record in islice(records, SHOWN)]
    left = sum(1 for _ in records)
    table = [" | ".join(found.variables), "|".join("---" for _ in found.variables), *rows]
    more = f"\n{left} more rows.\n" if left else ""
    return "".join(f"| {line} |\n" if "---" not in line else f"|{line}|\n" for line in table) + more


def cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"{value:,}" if isinstance(value, int) else f"{value:.2f}"
    text = "" if value is None else str(value)
    text = " ".join(text.split()).replace("|", "\\|")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


if __name__ == "__main__":
    main()
