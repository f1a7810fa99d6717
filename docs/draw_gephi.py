r"""Draw docs/gephi.png, the graph of data/sample as Gephi Lite's libraries read its GEXF.

``python docs/draw_gephi.py DIR``, where DIR has the packages of Node that docs/draw_gephi.js names, and esbuild:

    npm install --prefix DIR graphology graphology-components graphology-gexf graphology-layout-forceatlas2 \
        sigma @sigma/edge-curve esbuild

Chromium takes the picture (Debian: chromium, fonts-wqy-microhei).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import kg

ROOT = Path(__file__).parents[1]
PAGE = """<!doctype html><meta charset="utf-8"><title>graph.gexf</title>
<style>body { margin: 0 } #graph { width: 1000px; height: 800px }
#legend { position: absolute; left: 20px; top: 16px; font: 14px/1.6 sans-serif }</style>
<div id="graph"></div><div id="legend"></div>
<script>window.gexf = %s</script><script src="page.js"></script>
"""


def main(packages: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kg.build([ROOT / "data" / "sample"], folder / "out")
        (gexf,) = kg.export_graph(folder / "out" / "graph.sqlite", folder / "graph.gexf", layout="force")
        text = json.dumps(gexf.read_text(encoding="utf-8")).replace("</", "<\\/")
        (folder / "page.html").write_text(PAGE % text, encoding="utf-8")
        subprocess.run(
            [packages / "node_modules" / ".bin" / "esbuild", ROOT / "docs" / "draw_gephi.js", "--bundle",
             f"--outfile={folder / 'page.js'}", "--log-level=warning"],
            check=True, env={**os.environ, "NODE_PATH": str(packages / "node_modules")},
        )  # fmt: skip
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
             "--hide-scrollbars", "--window-size=1000,800", "--virtual-time-budget=20000",
             f"--screenshot={ROOT / 'docs' / 'gephi.png'}", (folder / "page.html").as_uri()],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
