"""Loading pipelines of spaCy, and where their tokens stand in the text that they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kg.anchors import Anchor, anchor
from kg.errors import ConfigError, MissingPackageError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


def load_pipeline(model: str, disable: Sequence[str], *, stage: str) -> Language:
    """Return the pipeline of a package or folder without the components of ``disable``; ``stage`` is for messages.

    Raises MissingPackageError without spaCy and ConfigError where there is no such pipeline or it cannot be loaded.
    """
    if not model:
        raise ConfigError(f'stage {stage} needs the setting model, a spaCy package or folder: model = "zh_core_web_sm"')
    try:
        import spacy
    except ImportError:
        raise MissingPackageError(
            f"stage {stage} needs spaCy; run: pip install 'regional-industry-kg[spacy]'"
        ) from None
    folder = Path(model)
    if not spacy.util.is_package(model) and not (folder / "config.cfg").is_file():
        hint = "" if folder.exists() or folder.parent != Path() else f"; or run: python -m spacy download {model}"
        raise ConfigError(
            f"stage {stage}: no spaCy pipeline {model!r}: looked for an installed package of that name and for "
            f"{folder.absolute() / 'config.cfg'}; give the folder of a pipeline{hint}"
        )
    try:
        return spacy.load(model, disable=list(disable))
    except Exception as error:  # a pipeline may need packages, code or a version of spaCy that is not here
        reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
        raise ConfigError(f"stage {stage}: cannot load {model}: {reason}") from error


def token_anchors(doc: Doc, text: str) -> list[Anchor]:
    """Return where each token of a document stands in the text that it was made from, see kg.anchors."""
    if doc.text == text:
        return [(token.idx, token.idx + len(token)) for token in doc]
    return anchor(text, [token.text for token in doc])
