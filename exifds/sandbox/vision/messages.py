"""Messages: the protocol's own, from the package `google-cloud-vision`, and how a request is refused.

Both ways in, REST and gRPC, carry the same messages: as JSON or as bytes.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import grpc
from google.cloud.vision_v1 import types
from google.protobuf import json_format
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

__all__ = ["STATUSES", "Cut", "Refusal", "Status", "from_json", "from_wire", "reply", "to_json"]

_REQUEST: Final[Any] = types.BatchAnnotateImagesRequest.pb()
_REPLY: Final[Any] = types.BatchAnnotateImagesResponse.pb()


@dataclass(frozen=True)
class Status:
    """An error's numbers, as https://cloud.google.com/apis/design/errors maps them."""

    code: int
    http: int
    grpc: grpc.StatusCode


STATUSES: Final = {
    "INVALID_ARGUMENT": Status(3, 400, grpc.StatusCode.INVALID_ARGUMENT),
    "DEADLINE_EXCEEDED": Status(4, 504, grpc.StatusCode.DEADLINE_EXCEEDED),
    "PERMISSION_DENIED": Status(7, 403, grpc.StatusCode.PERMISSION_DENIED),
    "RESOURCE_EXHAUSTED": Status(8, 429, grpc.StatusCode.RESOURCE_EXHAUSTED),
    "INTERNAL": Status(13, 500, grpc.StatusCode.INTERNAL),
    "UNAVAILABLE": Status(14, 503, grpc.StatusCode.UNAVAILABLE),
}
"""The errors that the sandbox gives."""


class Refusal(Exception):  # noqa: N818 - it is an answer, not a mistake
    """A whole request is refused.

    Args:
        status: A name in `STATUSES`.
        message: Google's words.
        retry_after: Seconds to wait, where it says so.
        reason: Of `ErrorInfo`, where it is given.
    """

    def __init__(
        self, status: str, message: str, *, retry_after: float | None = None, reason: str | None = None
    ) -> None:
        super().__init__(message)
        self.name = status
        self.status = STATUSES[status]
        self.message = message
        self._retry_after = retry_after
        self._reason = reason

    def detail(self) -> status_pb2.Status:
        """The error as a message.

        Returns:
            Code, message, and as details what it says about waiting and its reason.
        """
        status = status_pb2.Status(code=self.status.code, message=self.message)
        if self._retry_after is not None:
            wait = Duration()
            wait.FromNanoseconds(int(self._retry_after * 1e9))
            status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=wait))
        if self._reason is not None:
            info = error_details_pb2.ErrorInfo(
                reason=self._reason, domain="googleapis.com", metadata={"service": "vision.googleapis.com"}
            )
            status.details.add().Pack(info)
        return status

    def body(self) -> dict[str, Any]:
        """The error as the JSON of a REST answer.

        Returns:
            The object under `error` with HTTP code, message, status and details.
        """
        error: dict[str, Any] = {"code": self.status.http, "message": self.message, "status": self.name}
        if details := json_format.MessageToDict(self.detail()).get("details"):
            error["details"] = details
        return {"error": error}


class Cut(Exception):  # noqa: N818 - it is a fault to serve
    """The connection is to be cut without an answer."""


def from_wire(body: bytes) -> Any:
    """A request that came over gRPC.

    Args:
        body: The bytes.

    Returns:
        A BatchAnnotateImagesRequest.

    Raises:
        Refusal: It is none.
    """
    try:
        return _REQUEST.FromString(body)
    except DecodeError:
        raise Refusal("INTERNAL", "Exception deserializing request!") from None


def from_json(body: bytes) -> Any:
    """A request that came over REST.

    Args:
        body: JSON in UTF-8.

    Returns:
        A BatchAnnotateImagesRequest.

    Raises:
        Refusal: It is none.
    """
    with suppress(json_format.ParseError, ValueError, TypeError, AttributeError, RecursionError):
        plain = json.loads(body)
        if isinstance(plain, dict):
            return json_format.ParseDict(plain, _REQUEST())
    raise Refusal("INVALID_ARGUMENT", "Invalid JSON payload received.")


def reply() -> Any:
    """An empty answer: a BatchAnnotateImagesResponse."""
    return _REPLY()


def to_json(answer: Any) -> str:
    """An answer for REST.

    Args:
        answer: A BatchAnnotateImagesResponse.

    Returns:
        JSON.
    """
    return json_format.MessageToJson(answer, indent=None)
