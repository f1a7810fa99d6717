"""No pattern of the project takes for ever: each is tried on long repeats of what its own loops and words match.

A pattern whose loop can read the same characters in two ways tries 2^n of them before it gives up. Loops that give
nothing back (``*+``, ``++``) and alternatives that exclude each other are the cure.
"""

import ast
import json
import pkgutil
import re
import re._constants as sre
import re._parser as parser
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import pytest
from time_limit import TooSlowError, time_limit

import kg

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timer of the process's own time here")

LENGTH = 300
"""Characters of a probe: at 10 ns a step, n² takes a millisecond, n³ a fraction of a second, 2^n for ever."""

SECONDS = 0.5
"""Time of this process in which a search of a probe must end; the slowest takes three hundredths of a second."""

REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
LONG_LOOP = 8
"""Repeats from which a loop is tried."""

NO_END = "\x01"
"""Ends a probe, so that a match that must go on fails."""

COLLECT = """
import json, re, sys, tempfile

found, compiled = {}, re._compile

def spy(pattern, flags):
    caller = sys._getframe(2)
    if caller.f_globals.get("__name__", "").partition(".")[0] == "kg" and isinstance(pattern, str | bytes):
        text = pattern if isinstance(pattern, str) else pattern.decode("latin-1")
        found.setdefault((text, int(flags)), (caller.f_globals["__name__"], caller.f_lineno))
    return compiled(pattern, flags)

re._compile = spy
import importlib, pkgutil
import kg, kg.bylines, kg.frames, kg.resources, kg.schema

for module in pkgutil.walk_packages(kg.__path__, "kg."):
    try:
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    except ImportError:
        pass  # an extra that is not installed
kg.frames.compile_frames(kg.schema.load_schema())
kg.bylines._role()
with tempfile.TemporaryDirectory() as folder:
    kg.build([str(kg.resources.data_path("sample"))], folder + "/out")
print(json.dumps([[*where, *pattern] for pattern, where in found.items()]))
"""
"""Prints module, line, pattern and flags of all that is compiled while everything is imported and a page is read."""


def members(of_class: Sequence[tuple[object, object]]) -> list[str]:
    """Return a few characters that a class matches."""
    if of_class[0][0] is sre.NEGATE:
        left_out = {chr(value) for kind, value in of_class if kind is sre.LITERAL}
        return [next(one for one in "一a1 、=" if one not in left_out)]
    found = []
    for kind, value in of_class:
        if kind is sre.LITERAL:
            found.append(chr(value))
        elif kind is sre.RANGE:
            found.append(chr(value[0]))
        else:
            found.append({sre.CATEGORY_DIGIT: "1", sre.CATEGORY_SPACE: " ", sre.CATEGORY_WORD: "a"}.get(value, "一"))
    return found[:8]


def inside(kind: object, value: object) -> list[object]:
    """Return the sequences inside a node of a parsed pattern."""
    if kind in REPEATS:
        return [value[2]]
    if kind is sre.SUBPATTERN:
        return [value[3]]
    if kind is sre.ATOMIC_GROUP:
        return [value]
    if kind is sre.BRANCH:
        return list(value[1])
    return [value[1]] if kind in (sre.ASSERT, sre.ASSERT_NOT) else []


def samples(sequence: Sequence[tuple[object, object]], most: int = 12) -> list[str]:
    """Return a few strings that a parsed pattern matches, but for what must stand around them."""
    found = [""]
    for kind, value in sequence:
        if kind is sre.LITERAL:
            pieces = [chr(value)]
        elif kind in (sre.NOT_LITERAL, sre.ANY):
            pieces = ["一"]
        elif kind is sre.IN:
            pieces = members(value)
        elif kind in REPEATS:
            pieces = [one * max(value[0], 1) for one in samples(value[2], most)] + [""] * (value[0] == 0)
        elif kind in (sre.SUBPATTERN, sre.ATOMIC_GROUP, sre.BRANCH):
            few = 3 if kind is sre.BRANCH else most
            pieces = [one for branch in inside(kind, value) for one in samples(branch, few)]
        else:
            continue
        found = [before + one for before in found for one in pieces[:most]][: 4 * most]
    return list(dict.fromkeys(found))[: 2 * most]


def loops(sequence: Sequence[tuple[object, object]], before: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield for each loop what may stand before it, and strings that go through it once."""
    for kind, value in sequence:
        if kind in REPEATS and value[1] >= LONG_LOOP:
            yield before, [one for one in samples(value[2]) if one]
        for part in inside(kind, value):
            yield from loops(part, before)
        if kind not in (sre.ASSERT, sre.ASSERT_NOT):
            before += samples([(kind, value)])[0]


def characters(sequence: Sequence[tuple[object, object]]) -> Iterator[str]:
    """Yield the characters that the pattern is made of."""
    for kind, value in sequence:
        if kind is sre.LITERAL:
            yield chr(value)
        elif kind is sre.IN:
            yield from members(value)
        for part in inside(kind, value):
            yield from characters(part)


def probes(pattern: str, flags: int) -> Iterator[str]:
    """Yield long strings that lead into a pattern's loops and fail at their end."""
    tree = parser.parse(pattern, flags)
    single = list(dict.fromkeys(characters(tree)))[:40]
    for before, once in loops(tree):
        pairs = [left + right for left, right in product(once[:4], repeat=2) if left != right]
        for unit in dict.fromkeys([*once, *pairs, *single]):
            for lead in dict.fromkeys((before, "")):
                yield lead + unit * (LENGTH // len(unit) + 1) + NO_END


def slow_probe(pattern: str, flags: int = 0, seconds: float = SECONDS) -> str | None:
    """Return the beginning of a probe on which the pattern takes longer than that, or None."""
    compiled = re.compile(pattern, flags)
    for probe in dict.fromkeys(probes(pattern, flags)):
        for run in (compiled.search, compiled.fullmatch):
            try:
                with time_limit(seconds):
                    run(probe)
            except TooSlowError:
                return probe[:40]
    return None


@pytest.mark.parametrize(
    ("pattern", "flags"),
    [
        (r"(?:已经|已|将)*(?:超过|达到|达|至|到|了)*了?$", 0),  # 达到达到…: 达到, or 达 and 到
        (r"产值(?:超过|达到|达|到)*", 0),
        ("与((?:[\ue000-\ue00f]+[、和与及]?)+)一同$", 0),  # a run of names cut anywhere
        (r"的?(?:[一-鿿]{2,8}[、和与及])*", 0),  # 和 joins, and is a character of what it joins
        (r"(?:[、和]|(?:较|比)[^，]{1,12}|同比)*(?:增长|下降)", 0),
        (r"(?:[—-]?\d{4}(?:—\d{4})?年?|\d+(?:\.\d+)?版?)+$", 0),
        (r"(?:全?产业链|产业集群|产业|集群)+$", 0),
        (r"(?:<!--.*?-->\s*)*<(?:html|head)\b", re.DOTALL),  # a comment may hold the next
    ],
)
def test_a_pattern_that_tries_2_to_the_n_ways_is_told(pattern: str, flags: int) -> None:
    assert slow_probe(pattern, flags, seconds=0.4) is not None


@pytest.mark.parametrize(
    ("pattern", "flags"),
    [
        (r"(?:已经|已|将)*+(?:超过|达到|达|至|到|了)*+$", 0),
        ("与((?:[\ue000-\ue00f]++[、和与及]?)++)一同$", 0),
        (r"的?(?:(?:(?![和与及])[一-鿿]){2,8}[、和与及])*", 0),
        (r"(?:<!--.*?-->\s*)*+<(?:html|head)\b", re.DOTALL),
        (r"[^，。]{0,40}(?:公司|企业)$", 0),
        (r"\d+(?:,\d{3})*元", 0),  # every start is tried: n², and no more
    ],
)
def test_a_pattern_that_is_not_passes(pattern: str, flags: int) -> None:
    assert slow_probe(pattern, flags, seconds=0.4) is None


def written() -> Iterator[tuple[str, int, str | None]]:
    """Yield module and line of each call of ``re`` in the project, with its pattern where that is a literal."""
    for module in pkgutil.walk_packages(kg.__path__, "kg."):
        path = Path(kg.__path__[0]).parent.joinpath(*module.name.split("."))
        source = path / "__init__.py" if module.ispkg else path.with_suffix(".py")
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr != "escape":
                of = node.func.value
                if isinstance(of, ast.Name) and of.id == "re" and node.args:
                    text = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
                    yield module.name, node.lineno, text if isinstance(text, str) else None


def test_no_pattern_takes_for_ever() -> None:
    done = subprocess.run([sys.executable, "-c", COLLECT], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    patterns = {(pattern, flags): (module, line) for module, line, pattern, flags in made}
    texts = {pattern for pattern, _ in patterns}
    seen = {*patterns.values()}
    unseen = set()
    for module, line, text in written():
        if text is not None and text not in texts:
            patterns[text, 0] = (module, line)
        elif text is None and (module, line) not in seen:
            unseen.add(module)
    assert unseen <= {"kg.ingest.inputs", "kg.stages.find_words"}  # a user's own pattern, and words of a user's schema
    slow = {}
    for (pattern, flags), where in patterns.items():
        probe = slow_probe(pattern, flags)
        if probe is not None:
            slow[where] = (pattern, probe)
    assert len(patterns) > 400
    assert slow == {}
