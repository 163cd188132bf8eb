"""Commands of the sandbox: `sandbox flickr` and `sandbox vision`."""

from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _sandbox() -> None:
    """Stand-ins for services, to rehearse with."""


@app.command()
def flickr(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    photos: Annotated[int, typer.Option(min=0, help="How many photos there are.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the photos and of the faults.")] = 0,
    faults: Annotated[
        bool, typer.Option("--faults/--no-faults", help="Whether everything goes wrong now and then.")
    ] = False,
    latency: Annotated[float, typer.Option(min=0, help="Milliseconds that every answer takes.")] = 0.0,
) -> None:
    """Run a local Flickr until Ctrl-C: no key, no network. Paste the lines it prints into another shell."""
    from exifds.sandbox.flickr.serving import serve  # brings aiohttp, numpy and Pillow

    serve(port=port, photos=photos, seed=seed, faults=faults, latency=latency, say=typer.echo)


@app.command()
def vision(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="REST port on 127.0.0.1; 0 takes a free one.")
    ] = 0,
    grpc_port: Annotated[int, typer.Option(min=0, max=65535, help="gRPC port; 0 takes a free one.")] = 0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the faults.")] = 0,
    faults: Annotated[
        bool, typer.Option("--faults/--no-faults", help="Whether everything goes wrong now and then.")
    ] = False,
    latency: Annotated[float, typer.Option(min=0, help="Milliseconds that every answer takes.")] = 0.0,
) -> None:
    """Run a local Google Vision until Ctrl-C: no key, no bill. Paste what it prints into another shell."""
    from exifds.sandbox.vision.serving import serve  # brings aiohttp, gRPC and Pillow

    serve(port=port, grpc_port=grpc_port, seed=seed, faults=faults, latency=latency, say=typer.echo)
