"""Ways: the two doors of the service, REST over HTTP and gRPC over a plain channel."""

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import grpc
from aiohttp import web
from grpc_status import rpc_status

from exifds.sandbox.vision.messages import Cut, Refusal, from_json, from_wire, to_json
from exifds.sandbox.vision.service import MOST_BYTES, Service

__all__ = ["grpc_handler", "rest_app"]

_HEADER: Final = "x-goog-api-key"
_READ: Final = 4 * MOST_BYTES  # what is beyond is not read


def rest_app(service: Service, workers: ThreadPoolExecutor) -> web.Application:
    """`POST /v1/images:annotate` as an application of aiohttp, for one event loop.

    Args:
        service: Answers.
        workers: Where it does.

    Returns:
        The application.
    """

    async def annotate(request: web.Request) -> web.StreamResponse:
        """Answer, refuse or cut off one request."""
        key = request.headers.get(_HEADER) or request.query.get("key")
        loop = asyncio.get_running_loop()
        try:
            body = await request.read()
            answer = await loop.run_in_executor(workers, service.answer, "rest", key, body, from_json)
            text = await loop.run_in_executor(workers, to_json, answer)
        except Refusal as refusal:
            return web.json_response(refusal.body(), status=refusal.status.http)
        except Cut:
            if request.transport is not None:
                request.transport.abort()
            raise ConnectionResetError from None
        return web.Response(text=text, content_type="application/json")

    app = web.Application(client_max_size=_READ)
    app.router.add_post("/v1/images:annotate", annotate)
    app.router.add_post("/v1/projects/{parent:.*}/images:annotate", annotate)
    return app


def grpc_handler(service: Service) -> Any:
    """`google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages` as a handler of a gRPC server.

    Args:
        service: Answers.

    Returns:
        The handler.
    """

    def annotate(body: bytes, context: Any) -> bytes:
        sent: Mapping[str, Any] = dict(context.invocation_metadata())
        try:
            return bytes(service.answer("grpc", sent.get(_HEADER), body, from_wire).SerializeToString())
        except Refusal as refusal:
            return _refuse(context, refusal)
        except Cut:  # nothing less than the end of the channel would be one: its client says this then
            return _refuse(context, Refusal("UNAVAILABLE", "Socket closed"))

    method = grpc.unary_unary_rpc_method_handler(annotate)
    return grpc.method_handlers_generic_handler(
        "google.cloud.vision.v1.ImageAnnotator", {"BatchAnnotateImages": method}
    )


def _refuse(context: Any, refusal: Refusal) -> bytes:
    """End a call with an error and its details."""
    status = rpc_status.to_status(refusal.detail())
    context.set_code(status.code)
    context.set_details(status.details)
    context.set_trailing_metadata(status.trailing_metadata)
    return b""
