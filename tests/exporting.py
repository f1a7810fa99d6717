"""Exports made in processes of their own, under different hash seeds."""

import os
import subprocess
import sys
from pathlib import Path

_EXPORT = """
import sys
from pathlib import Path
from sample_graph import sample
from kg.export import export
from kg.schema import load_schema

target = Path(sys.argv[1]) / "out"
export(sample(), target, schema=load_schema(), format=sys.argv[2])
files = sorted(target.iterdir()) if target.is_dir() else [target]
sys.stdout.buffer.write(b"\\0".join(file.name.encode() + file.read_bytes() for file in files))
"""


def bytes_under_hash_seeds(format_: str) -> set[bytes]:
    """Return the different outputs of one export of the sample graph under three hash seeds."""
    import tempfile

    found = set()
    for seed in ("1", "2", "3"):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                [sys.executable, "-c", _EXPORT, folder, format_],
                cwd=Path(__file__).parent,
                env={**os.environ, "PYTHONHASHSEED": seed},
                check=True,
                capture_output=True,
            )
        assert done.stdout
        found.add(done.stdout)
    return found
