"""Decisions of people: a text file that lives with the data, replayed whenever the graph is built.

Each is anchored to words of a document, so that it outlives another reading of them; one that has nothing to hold on to
any more is listed with the reason, never dropped.
"""

from kg.decisions.deciding import check_file, decide
from kg.decisions.files import DecisionFile, read_decisions, to_line, write_decisions
from kg.decisions.records import Anchor, Decision, Replay, Unapplied
from kg.decisions.replay import apply_decisions, check_decisions, decisions_of, describe_unapplied
from kg.decisions.reviewing import Correction, ReviewResult, review_facts

__all__ = [
    "Anchor",
    "Correction",
    "Decision",
    "DecisionFile",
    "Replay",
    "ReviewResult",
    "Unapplied",
    "apply_decisions",
    "check_decisions",
    "check_file",
    "decide",
    "decisions_of",
    "describe_unapplied",
    "read_decisions",
    "review_facts",
    "to_line",
    "write_decisions",
]
