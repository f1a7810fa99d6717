"""``kg train``: a recognizer of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.options import SCHEMA
from kg.cli.screen import progress_bar

if TYPE_CHECKING:
    from kg.tagger.training import Epoch


@click.command()
@click.argument("corpora", nargs=-1, required=True, metavar="CORPUS...")
@click.option("-o", "--out", required=True, metavar="MODEL.npz", help="File to write.")
@click.option("--held-out", metavar="FILE", help="Texts to measure on; without it every tenth text is held out.")
@click.option("--labels", metavar="MAP", help="Label map: a file, or `default`; without it labels stay as they are.")
@click.option(
    "--start", default="encoder", show_default=True, metavar="MODEL",
    help="What to start from: the shipped encoder, a model's file, or `none`.",
)  # fmt: skip
@click.option("--epochs", type=click.IntRange(min=1), default=14, show_default=True, help="Passes over the texts.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), default=1e-3, show_default=True,
              help="Learning rate at its highest.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of all that is random.")
@click.option("--threads", type=click.IntRange(min=1), default=2, show_default=True, help="Processor cores to use.")
@SCHEMA
def train(
    corpora: tuple[str, ...],
    out: str,
    held_out: str | None,
    labels: str | None,
    start: str,
    epochs: int,
    rate: float,
    seed: int,
    threads: int,
    schema: Path | None,
) -> None:
    """Train a recognizer of names on annotated texts.

    CORPUS is a file of JSON lines, {"text": "…", "entities": [[start, end, "LABEL"], …]} or what `kg eval` takes for
    GOLD, perhaps .xz; or marked text (.txt) with [name|Type] in it. Offsets are code points. The model is a file for
    the stage find_tagger. A training that was stopped goes on where it was when the same command is given again.

    Needs PyTorch: pip install 'regional-industry-kg[train]'.

    \b
    Examples:
      kg train data/train/sentences_*.txt -o my.npz --epochs 10
      kg train cluener.jsonl -o cluener.npz && kg eval --ner cluener.npz cluener_test.jsonl
    """
    from kg import api

    def tell(epoch: Epoch) -> None:
        tally = epoch.held_out
        click.echo(
            f"epoch {epoch.number}: loss {epoch.loss:.3f}, held out: precision {tally.precision:.3f}, "
            f"recall {tally.recall:.3f}, F1 {tally.f1:.3f}{', best so far' if epoch.best else ''}",
            err=True,
        )

    with progress_bar("training", unit="steps") as progress:
        summary = api.train_recognizer(
            corpora, out, held_out=held_out, labels=labels, start=start, schema=schema, epochs=epochs, rate=rate,
            seed=seed, threads=threads, progress=progress, tell=tell,
        )  # fmt: skip
    click.echo(
        f"{out}: learned from {summary.texts:,} texts; on {summary.held_out:,} held-out texts precision "
        f"{summary.precision:.3f}, recall {summary.recall:.3f}, F1 {summary.f1:.3f}"
    )
