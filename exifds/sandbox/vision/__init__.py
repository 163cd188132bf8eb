"""A local Google Vision: label detection over REST and gRPC, its limits and, where wanted, faults.

Rehearse a scoring without a key and without paying:

```python
from exifds.sandbox.vision import Faults, VisionServer
from exifds.settings import Settings

with VisionServer(faults=Faults.all()) as server:
    settings = Settings(**server.settings())
```
"""

from exifds.errors import MissingExtraError

try:
    import google.cloud.vision_v1  # noqa: F401 - asked here once, before a module below needs it
except ModuleNotFoundError:
    raise MissingExtraError("the sandbox of Google Vision", "vision") from None

from exifds.sandbox.vision.eye import BadImageError, Sight, see
from exifds.sandbox.vision.faults import Faults
from exifds.sandbox.vision.labels import Label, label
from exifds.sandbox.vision.ledger import Ledger, Request
from exifds.sandbox.vision.server import VisionServer

__all__ = ["BadImageError", "Faults", "Label", "Ledger", "Request", "Sight", "VisionServer", "label", "see"]
