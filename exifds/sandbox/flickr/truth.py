"""Truth: what is so about one photo, whatever the server says."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["Truth"]


@dataclass(frozen=True)
class Truth:
    """What is so about one photo."""

    id: str
    label: str
    """`indoor` or `outdoor`."""
    animal: str
    """In English."""
    word: str
    """The animal in the language of the photo's texts, by which a search finds it."""
    language: str
    owner: str
    uploaded: int
    license: int
    video: bool
    safe: bool
    gone: Literal["deleted", "lost"] | None
    """`deleted`: the API does not know it any more; `lost`: it does, but the file is gone."""
    exif: Literal["shown", "hidden", "none"]
    """What getExif gives: the camera's tags, code 2, or tags that say nothing of a camera."""
    original: bool
    """Whether the original can be had; else sizes up to 1024."""

    @property
    def obtainable(self) -> bool:
        """Whether it is a photo whose file can be had."""
        return not self.video and self.gone is None
