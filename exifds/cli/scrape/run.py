"""A run of `scrape`, and its report."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from exifds.cli import console
from exifds.cli.collect import SOME_FAILED

if TYPE_CHECKING:
    from exifds.crawl.report import ScrapeReport
    from exifds.sources.flickr import Source

__all__ = ["scrape"]


def scrape(
    into: str,
    sources: "Sequence[Source]",
    limit: int | None,
    dataset: dict[str, Any],
    fetched: dict[str, Any],
    *,
    json: bool,
) -> None:
    """Scrape, print the report, and end with the code for failed photos if there are any."""
    import exifds

    with exifds.open(into, **dataset) as opened:
        report = opened.scrape(sources, limit, progress=False if json else None, **fetched)
    if json:
        console.print_json(_plain(report))
    else:
        _print(into, report)
    earlier = sum(seen.outcomes.get("failed", 0) for seen in report.coverage.values()) - len(report.failed)
    if earlier > 0:
        typer.echo(f"{console.counted(earlier, 'photo')} failed before: run the same command again", err=True)
    if report.failed or earlier > 0:
        raise typer.Exit(SOME_FAILED)


def _plain(report: "ScrapeReport") -> dict[str, Any]:
    """The report as JSON."""
    from dataclasses import asdict

    plain = asdict(report)
    del plain["note"], plain["failures"]
    counts = {name: dict(getattr(report, name)) for name in ("rejected", "gone", "retries")}
    failed = [{"photo": photo_id, "reason": reason} for photo_id, reason in report.failures.items()]
    return plain | counts | {"failed": failed}  # asdict takes a Counter apart


def _print(into: str, report: "ScrapeReport") -> None:
    """The report for people."""
    rejected, gone, failed = report.rejected.total(), report.gone.total(), len(report.failed)
    calls = console.counted(report.calls, "API call")
    typer.echo(
        f"{into}: {report.stored} stored, {report.known} known, {rejected} rejected, {gone} gone, "
        f"{failed} failed; {calls}"
    )
    for name, seen in report.coverage.items():
        slices = console.counted(seen.slices, "slice")
        counts = f"{seen.expected:,} expected, {seen.fetched:,} seen, {seen.unique:,} unique, {slices}"
        typer.echo(f"  {console.printable(name)}: {counts}")
        if seen.over:
            over = console.counted(len(seen.over), "slice")
            typer.echo(f"  {over} hold more than Flickr shows: some photos cannot be reached", err=True)
    for reason, number in (report.rejected + report.gone).most_common():
        typer.echo(f"  {number} {console.printable(reason)}", err=True)
    console.print_failures([(failure.query, failure.reason) for failure in report.failed])
