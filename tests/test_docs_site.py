"""The documentation builds into a site without a warning, loads nothing from elsewhere, and can be searched."""

import importlib.util
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from browser import CHROMIUM, browser

from kg.export.views import EDGE_COLUMNS, NODE_COLUMNS, VIEWS

ROOT = Path(__file__).parents[1]
COMMAND = "sphinx-build -W --keep-going -c docs . build/site"
LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}


class Page(HTMLParser):
    """What a page loads, where it leads, and the anchors it has."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.leads: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.anchors.add(found["id"])
        if tag in LOADED and LOADED[tag] in found:
            self.loads.append(found[LOADED[tag]])
        if tag == "link" and {"stylesheet", "icon", "preload", "preconnect"} & set(found.get("rel", "").split()):
            self.loads.append(found["href"])
        if tag == "a" and "href" in found:
            self.leads.append(found["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for package in ("sphinx", "myst_parser", "furo"):
        pytest.importorskip(package, reason="needs the extra docs")
    out = tmp_path_factory.mktemp("site")
    words = [str(out) if word == "build/site" else word for word in COMMAND.split()[1:]]
    done = subprocess.run([sys.executable, "-m", "sphinx", "-q", *words], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in sorted(site.rglob("*.html"))}


def test_the_page_of_functions_is_what_its_script_writes() -> None:
    """Fails when a signature or docstring has changed: run docs/write_api.py."""
    spec = importlib.util.spec_from_file_location("write_api", ROOT / "docs" / "write_api.py")
    assert spec is not None
    assert spec.loader is not None
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    assert (ROOT / "docs" / "api.md").read_text(encoding="utf-8") == writer.page()


def test_the_page_about_gephi_explains_every_column_and_view() -> None:
    page = (ROOT / "docs" / "gephi.md").read_text(encoding="utf-8")
    for heading, columns in (
        ("| of a node |", NODE_COLUMNS),
        ("| of an edge |", EDGE_COLUMNS),
        ("| `--view` |", VIEWS),
    ):
        rows = page.partition(heading)[2].split("\n\n")[0].splitlines()[2:]
        explained = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]
        assert sorted(explained) == sorted(columns), heading
    assert (ROOT / "docs" / "gephi.png").stat().st_size < 200_000


def test_the_command_is_told() -> None:
    assert COMMAND in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_every_page_is_built(site: Path) -> None:
    sources = [*ROOT.glob("docs/*.md"), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]
    for source in sources:
        assert (site / source.relative_to(ROOT).with_suffix(".html")).is_file(), source
    assert 'url=README.html"' in (site / "index.html").read_text(encoding="utf-8")


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    loaded = [(path.name, url) for path, page in pages.items() for url in page.loads]
    assert len(loaded) > len(pages)
    assert [one for one in loaded if urlsplit(one[1]).scheme not in ("", "data") or urlsplit(one[1]).netloc] == []
    for path in site.rglob("*.css"):
        urls = re.findall(r"(?:url\(|@import)\s*[\"']?([^\"')\s]+)", path.read_text(encoding="utf-8"))
        assert [url for url in urls if re.match(r"(?:\w+:)?//", url)] == [], path


def test_every_link_within_leads_somewhere(pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        for link in page.leads:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert target.exists(), f"{path.name}: {link}"
            if parts.fragment and target.suffix == ".html":
                assert unquote(parts.fragment) in pages[target].anchors, f"{path.name}: {link}"


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
@pytest.mark.parametrize(
    ("words", "title"),
    [("海岚银行", "The graph in RDF"), ("recognizers", "The recognizer: model card"), ("海岚无此行", None)],
)
def test_the_search_finds_chinese_and_english(words: str, title: str | None, site: Path) -> None:
    with browser() as page:
        page.open(f"{(site / 'search.html').as_uri()}?q={quote(words)}")
        said = "document.querySelector('#search-results .search-summary').innerText"
        page.wait(f"/found|did not match/.test({said})")
        shown = "[...document.querySelectorAll('#search-results li a')].map(link => link.innerText)"
        if title is None:
            assert page.value(shown) == []
        else:
            page.wait(f"{shown}.includes({title!r})")
        assert {urlsplit(url).scheme for url in page.asked} <= {"file", "data"}
