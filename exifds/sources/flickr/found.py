"""Found: a photo as Flickr lists it, with what its image URLs are built from."""

from dataclasses import dataclass

from exifds.photo import Photo

__all__ = ["FoundPhoto"]


@dataclass(frozen=True)
class FoundPhoto:
    """A photo that Flickr told of; nothing of it is downloaded yet.

    Args:
        photo: What is known of it: state `meta`, no `found_by`, no concepts.
        secret: Part of the URLs of the sizes up to 1024 pixels.
        server: Part of all URLs.
        original_secret: Part of the URL of the original, where its owner lets it be seen.
        original_format: "jpg", "png" or "gif", where the original may be seen.
    """

    photo: Photo
    secret: str | None = None
    server: str | None = None
    original_secret: str | None = None
    original_format: str | None = None
