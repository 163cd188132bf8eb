"""A local Flickr: REST API and photo host with the real protocol, limits and, where wanted, faults.

Rehearse a crawl without a key and without bothering anybody:

```python
from exifds.sandbox.flickr import Catalogue, Faults, FlickrServer
from exifds.settings import Settings

with FlickrServer(Catalogue(2000), faults=Faults.all()) as server:
    settings = Settings(**server.settings())
```
"""

from exifds.sandbox.flickr.catalogue import Catalogue
from exifds.sandbox.flickr.faults import Faults
from exifds.sandbox.flickr.server import FlickrServer
from exifds.sandbox.flickr.stats import Request, Stats
from exifds.sandbox.flickr.truth import Truth

__all__ = ["Catalogue", "Faults", "FlickrServer", "Request", "Stats", "Truth"]
