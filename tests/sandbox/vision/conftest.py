"""Photos, and the real client of Google Vision over both of its ways."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import grpc
import pytest
from google.auth.api_key import Credentials
from google.cloud import vision_v1 as vision
from google.cloud.vision_v1.services.image_annotator import transports

from exifds.sandbox.photographer import Shot, Studio, shoot
from exifds.sandbox.vision import VisionServer

Ask = Callable[..., Any]
Connect = Callable[..., Ask]


@pytest.fixture(scope="session")
def shots() -> tuple[Shot, ...]:
    """200 photos that the eye can read."""
    return tuple(shoot(200, Studio(size=160, noise=4, fingerprint=True)))


@pytest.fixture(scope="session")
def images(shots: tuple[Shot, ...]) -> tuple[bytes, ...]:
    """Their files."""
    return tuple(shot.data for shot in shots)


@pytest.fixture(scope="session")
def server() -> Iterator[VisionServer]:
    """A server where all goes well."""
    with VisionServer() as running:
        yield running


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes the real client for a server and a way; it asks for the labels of images, without retries."""
    with ExitStack() as stack:

        def client(server: VisionServer, way: str, key: str = "sandbox-key") -> Ask:
            metadata: list[tuple[str, str]] = []
            if way == "rest":
                credentials = Credentials(key)  # type: ignore[no-untyped-call]
                rest = transports.ImageAnnotatorRestTransport(
                    host=server.rest_endpoint, credentials=credentials
                )
                stack.callback(rest.close)
                annotator = vision.ImageAnnotatorClient(transport=rest)
            else:
                channel = stack.enter_context(
                    grpc.insecure_channel(server.grpc_endpoint.removeprefix("grpc://"))
                )
                plain = transports.ImageAnnotatorGrpcTransport(channel=channel)
                annotator = vision.ImageAnnotatorClient(transport=plain)
                metadata = [("x-goog-api-key", key)]

            def ask(images: Sequence[bytes], most: int = 0) -> Any:
                feature = vision.Feature(type_=vision.Feature.Type.LABEL_DETECTION, max_results=most)
                requests = [
                    vision.AnnotateImageRequest(image=vision.Image(content=image), features=[feature])
                    for image in images
                ]
                return annotator.batch_annotate_images(
                    requests=requests, metadata=metadata, retry=None, timeout=20
                )

            return ask

        yield client
