"""`exifds scrape status`: how far the crawls of a dataset are."""

from typing import Annotated, Any

import typer

from exifds.cli import console
from exifds.cli.scrape import options

__all__ = ["status"]


def status(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.", show_default=False)],
    json: options.Json = False,
) -> None:
    """Show the crawls of a dataset, and how far each of them is."""
    import exifds

    with exifds.open(dataset) as opened:
        crawls = opened.crawls()
    rows = [_progress(crawl) for crawl in crawls]
    if json:
        reasons = [{"reasons": dict(crawl.reasons), "begun": crawl.crawl.created_at} for crawl in crawls]
        console.print_json([row | more for row, more in zip(rows, reasons, strict=True)])
    elif rows:
        console.table(f"crawls of {dataset}", tuple(rows[0]), (tuple(row.values()) for row in rows))
        for crawl in crawls:
            for reason, number in crawl.reasons.items():
                typer.echo(console.printable(f"  {crawl.crawl.label}: {number} {reason}"))
    else:
        typer.echo(f"{dataset}: no crawl was begun")


def _progress(progress: Any) -> dict[str, Any]:
    crawl = progress.crawl
    counts = {kind: progress.outcomes.get(kind, 0) for kind in ("kept", "rejected", "gone", "failed")}
    return {
        "source": f"{crawl.kind} {crawl.label}",
        "state": crawl.state,
        "pages": f"{progress.done}/{progress.open + progress.done}",
        **counts,
    }
