"""Time and memory of builds as they grow: ``python tests/bench/scale.py ARTICLES.jsonl [SIZE...] [-j N]``.

Builds the graph of the first SIZE articles of a file of JSON lines (100, 1,000 and 6,000 unless told), then builds it
again, and then adds ten more; prints seconds, characters a second, the largest memory of a process, and what each is
to the size before. Everything lies in a temporary folder (TMPDIR).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

ADDED = 10
_BUILD = """
import resource, sys, time
import kg.building as building
said = {}
def timed(name):
    function = getattr(building, name)
    def run(*given, **named):
        started = time.perf_counter()
        try:
            return function(*given, **named)
        finally:
            said[name] = time.perf_counter() - started
    setattr(building, name, run)
if __name__ == "__main__":
    for name in ("read_into", "_link", "_export"):
        timed(name)
    summary = building.build_into(sys.argv[1:2], sys.argv[2], jobs=int(sys.argv[3]), pipeline=sys.argv[4])
    used = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(summary.seconds, summary.characters, used, *(said.get(name, 0) for name in said))
"""


def build(source: Path, out: Path, jobs: int, pipeline: str) -> list[float]:
    script = out.with_suffix(".py")  # a file: reading processes import the main module
    script.write_text(_BUILD, encoding="utf-8")
    command = [sys.executable, script, source, out, str(jobs), pipeline]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return [float(part) for part in done.stdout.split()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("sizes", type=int, nargs="*", default=[100, 1000, 6000])
    parser.add_argument("-j", "--jobs", type=int, default=2)
    parser.add_argument("--pipeline", default="default")
    asked = parser.parse_args()
    print("articles  what        seconds  characters/s  MB    reading  linking  exports   to the size before")
    before: list[float] = []
    for size in asked.sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with asked.articles.open(encoding="utf-8") as lines:
                (folder / "first.jsonl").write_text("".join(islice(lines, size)), encoding="utf-8")
                (folder / "ten.jsonl").write_text("".join(islice(lines, ADDED)), encoding="utf-8")
            for what, source in (("build", "first"), ("again", "first"), ("add ten", "ten")):
                found = build(folder / f"{source}.jsonl", folder / "out", asked.jobs, asked.pipeline)
                seconds, characters, used, *parts = found
                growth = ""
                if what == "build":
                    growth = f"time × {seconds / before[0]:.1f}, memory × {used / before[1]:.1f}" if before else ""
                    before = [seconds, used]
                parted = "  ".join(f"{part:7.1f}" for part in parts)
                speed = characters / seconds
                print(
                    f"{size:8,}  {what:10}  {seconds:7.1f}  {speed:12,.0f}  {used:5.0f} {parted}   {growth}", flush=True
                )


if __name__ == "__main__":
    main()
