"""Files, folders and standard input become documents; what cannot be read is reported and the rest goes on."""

from __future__ import annotations

from kg.ingest.inputs import SUFFIXES, read_inputs
from kg.ingest.sources import Skipped, Source

__all__ = ["SUFFIXES", "Skipped", "Source", "read_inputs"]
