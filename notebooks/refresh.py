"""Run the notebooks and keep what they show: ``.venv/bin/python notebooks/refresh.py [NOTEBOOK...]``.

Needs the extra ``notebooks``. Cells that fail stop it; the tests run the notebooks anew and compare.
"""

import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent
STORE = re.compile(r"^STORE = .*$", re.M)


def run(path: Path, store: Path | None = None) -> Any:
    """Return the notebook with all cells run anew, on a store of one's own where one is given."""
    notebook = nbformat.read(path, as_version=4)
    if store is not None:
        for cell in notebook.cells:
            cell.source = STORE.sub(f"STORE = {str(store)!r}", cell.source)
    NotebookClient(notebook, timeout=600, kernel_name="python3", record_timing=False).execute()
    notebook.metadata = {"kernelspec": notebook.metadata.kernelspec, "language_info": {"name": "python"}}
    return notebook


def main() -> None:
    for path in [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.ipynb")):
        nbformat.write(run(path), path)


if __name__ == "__main__":
    main()
