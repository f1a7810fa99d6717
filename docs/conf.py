"""How Sphinx makes the site of README.md and docs/*.md: ``sphinx-build -W --keep-going -c docs . build/site``.

The pages stay plain Markdown that reads the same where the code is hosted; what a site needs besides is here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

NAVIGATION = {
    "": {"Start": "self"},
    "Use the graph": {
        "From a page to a corpus": "docs/corpus",
        "Open it in Gephi": "docs/gephi",
        "Ask it in SPARQL": "docs/sparql",
        "Use it in a notebook": "docs/notebooks",
        "Load it into Neo4j": "docs/neo4j",
        "Use the tables": "docs/tables",
        "Facts: why and why not": "docs/facts",
        "Decisions, and what changed": "docs/decisions",
        "RDF": "docs/rdf",
    },
    "What it holds": {
        "Ontology": "docs/ontology",
        "Predicates": "docs/predicates",
        "Classes of industries": "docs/industries",
    },
    "How it reads, and how well": {
        "Scores": "docs/scores",
        "Recognizer": "docs/recognizer",
        "Relations": "docs/relations",
        "Voting, pipelines compared": "docs/voting",
        "Extras": "docs/extras",
        "Language models": "docs/language-models",
        "spaCy": "docs/spacy",
    },
    "For developers": {
        "API reference": "docs/api",
        "Write your own stage": "docs/stages",
        "Architecture": "docs/architecture",
        "Contributing": "CONTRIBUTING",
        "Data": "data/README",
        "Changelog": "CHANGELOG",
    },
}
"""The sidebar: captions, titles, pages. A page that stands in none of them is an error of the build."""

project = "regional-industry-kg"
author = "the authors of regional-industry-kg"
root_doc = "README"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
include_patterns = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "data/README.md", "docs/*.md"]
exclude_patterns = [".*", "build", "dist", "kg", "out", "schemas", "tests"]  # not walked through at all
myst_heading_anchors = 3
nitpicky = True

html_theme = "furo"
html_title = "regional-industry-kg"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_static_path = ["static"]
html_css_files = ["site.css"]
html_theme_options = {
    "light_css_variables": {
        "font-stack": "system-ui, 'Segoe UI', Helvetica, Arial, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei',"
        " sans-serif"
    }
}
html_search_language = "pairs"


class Pairs(SearchEnglish):
    """English words, and of Chinese every two characters that stand together: no dictionary cuts 海岚银行 otherwise.

    The query is cut alike, so that a page is found that holds all pairs of it; a single character finds nothing.
    """

    lang = "pairs"
    js_splitter_code = r"""
function splitQuery(query) {
  const words = query.match(/[\u3400-\u9fff]+|(?:(?![\u3400-\u9fff])[\p{L}\p{N}_])+/gu) || [];
  return words.flatMap(word => /[\u3400-\u9fff]/.test(word)
    ? Array.from({length: Math.max(word.length - 1, 0)}, (_, start) => word.slice(start, start + 2)) : [word]);
}
"""

    def split(self, input: str) -> list[str]:  # noqa: A002
        found = []
        for word in re.findall(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+", input):
            chinese = "\u3400" <= word[0] <= "\u9fff"
            found += [word[start : start + 2] for start in range(len(word) - 1)] if chinese else [word]
        return found


def add_navigation(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the sidebar's order under the first page, where it cannot be seen."""
    if docname == root_doc:
        for caption, pages in NAVIGATION.items():
            lines = "\n".join(f"{title} <{page}>" for title, page in pages.items())
            head = f":caption: {caption}\n" if caption else ""
            source[0] += f"\n```{{toctree}}\n:hidden:\n{head}\n{lines}\n```\n"


def add_entrance(app: Sphinx, exception: Exception | None) -> None:
    """Lead from the folder to its first page."""
    if exception is None:
        target = f"{root_doc}.html"
        page = f'<!doctype html><meta charset="utf-8"><title>{project}</title>'
        page += f'<meta http-equiv="refresh" content="0; url={target}"><a href="{target}">{project}</a>\n'
        (Path(app.outdir) / "index.html").write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_search_language(Pairs)
    app.connect("source-read", add_navigation)
    app.connect("build-finished", add_entrance)
    return {"parallel_read_safe": True}
