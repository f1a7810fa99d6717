"""Regional industry knowledge graphs from Chinese newspaper pages.

``import kg`` is quick: what it offers is imported from kg.api when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.api import (
        AnnotateSummary,
        Answer,
        AuditResult,
        BuildSummary,
        CheckResult,
        Comparison,
        Correction,
        Decision,
        Limits,
        Replay,
        ReviewResult,
        TrainSummary,
        annotate,
        audit,
        build,
        build_schema,
        check_decisions,
        check_graph,
        conflicts,
        decide,
        describe_schema,
        diff,
        entity_rows,
        evaluate,
        evaluate_recognizer,
        evaluate_repair,
        evidence_rows,
        export_graph,
        fact_rows,
        from_networkx,
        industry_codes,
        industry_path,
        list_documents,
        list_questions,
        list_stages,
        load_graph,
        load_schema,
        missing_characters,
        page_html,
        plot_network,
        query,
        rdf_graph,
        read_text,
        remove,
        repair_page,
        review_facts,
        serve,
        show,
        stats,
        to_networkx,
        train_recognizer,
        use_chinese_font,
        why,
        whynot,
        write_network,
    )
    from kg.errors import KGError

__all__ = [
    "AnnotateSummary",
    "Answer",
    "AuditResult",
    "BuildSummary",
    "CheckResult",
    "Comparison",
    "Correction",
    "Decision",
    "KGError",
    "Limits",
    "Replay",
    "ReviewResult",
    "TrainSummary",
    "annotate",
    "audit",
    "build",
    "build_schema",
    "check_decisions",
    "check_graph",
    "conflicts",
    "decide",
    "describe_schema",
    "diff",
    "entity_rows",
    "evaluate",
    "evaluate_recognizer",
    "evaluate_repair",
    "evidence_rows",
    "export_graph",
    "fact_rows",
    "from_networkx",
    "industry_codes",
    "industry_path",
    "list_documents",
    "list_questions",
    "list_stages",
    "load_graph",
    "load_schema",
    "missing_characters",
    "page_html",
    "plot_network",
    "query",
    "rdf_graph",
    "read_text",
    "remove",
    "repair_page",
    "review_facts",
    "serve",
    "show",
    "stats",
    "to_networkx",
    "train_recognizer",
    "use_chinese_font",
    "why",
    "whynot",
    "write_network",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    return getattr(import_module("kg.errors" if name == "KGError" else "kg.api"), name)


def __dir__() -> list[str]:
    return __all__
