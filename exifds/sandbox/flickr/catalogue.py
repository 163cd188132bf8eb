"""Catalogue: the photos of the sandbox and the truth about each."""

import copy
from functools import cached_property, lru_cache
from typing import Final, Self

import numpy as np

from exifds.errors import UsageError
from exifds.sandbox.flickr import columns, postings, texts
from exifds.sandbox.flickr.fates import befall
from exifds.sandbox.flickr.faults import Faults
from exifds.sandbox.flickr.members import Member, member
from exifds.sandbox.flickr.pictures import Pictures
from exifds.sandbox.flickr.sizes import BY_SUFFIX, ORIGINAL, Kind, offered, secret
from exifds.sandbox.flickr.truth import Truth
from exifds.sandbox.flickr.vocabulary import ANIMALS, LABELS, LANGUAGES, NAMES
from exifds.sandbox.owners import meet
from exifds.sandbox.scene import BLOCK, Scenes, stage
from exifds.sandbox.studio import Studio

__all__ = ["Catalogue"]

_FIRST_ID: Final = 50_000_000_000
_ID_STEP: Final = 7919
_LONGEST_ID: Final = 20


class Catalogue:
    """Photos of a studio, as members of Flickr put them online.

    Photo i depends on the seed, the studio and i only.

    Args:
        photos: How many.
        seed: Seed of every draw.
        studio: Who photographs what; its seed is replaced. By default photos of 320 pixels without noise,
            which are quick to draw.
        rush: Share of the photos that were uploaded within one minute.
        faults: What befell photos; `FlickrServer` may replace it by its own.

    Raises:
        UsageError: A number is out of range.

    Example:
        >>> catalogue = Catalogue(20)
        >>> catalogue.truth(catalogue.find(text="indoor")[0]).label
        'indoor'
    """

    def __init__(
        self,
        photos: int = 2000,
        seed: int = 0,
        studio: Studio | None = None,
        *,
        rush: float = 0.05,
        faults: Faults | None = None,
    ) -> None:
        if photos < 0 or seed < 0 or not 0 <= rush <= 1:
            raise UsageError(
                f"expected photos and seed of 0 or more and a rush of 0 to 1, got {photos}, {seed} and {rush}"
            )
        base = Studio(size=320, noise=0) if studio is None else studio
        self.seed = seed
        self.studio = base.model_copy(update={"seed": seed})
        self.owners = meet(self.studio)
        self.columns = columns.draw(self.studio, photos, rush=rush)
        self.faults = Faults() if faults is None else faults
        self.fates = befall(self.columns, self.faults)
        self.members: tuple[Member, ...] = tuple(member(row) for row in range(self.studio.owners))
        self.pictures = Pictures(self.studio)
        self.texts = lru_cache(100_000)(self._texts)
        self._block = lru_cache(64)(lambda block: stage(self.studio, self.owners, block))

    def __len__(self) -> int:
        return len(self.columns)

    def troubled(self, faults: Faults) -> Self:
        """The same photos, of which other ones are deleted, lost, hidden and so on.

        Args:
            faults: What befalls photos.

        Returns:
            A catalogue that shares all drawings with this one.
        """
        other = copy.copy(self)
        other.faults, other.fates = faults, befall(self.columns, faults)
        return other

    def find(self, **parameters: object) -> tuple[str, ...]:
        """What a complete search finds: deleted photos too, since Flickr lists them.

        Args:
            **parameters: Those of flickr.photos.search, but page and size of pages.

        Returns:
            Ids in the order asked for, without cap, 12-hour rule and default accuracy.

        Raises:
            FlickrError: Flickr would refuse.
        """
        from exifds.sandbox.flickr.search import search  # it searches catalogues

        found = search(self, {name: str(value) for name, value in parameters.items()}, limits=False)
        return tuple(map(self.photo_id, found.tolist()))

    def obtainable(self) -> frozenset[str]:
        """The photos whose files can be had, of all: videos, deleted and lost ones left out.

        Returns:
            Their ids.
        """
        there = ~(self.fates.gone | self.fates.video)
        return frozenset(map(self.photo_id, np.flatnonzero(there).tolist()))

    def truth(self, photo_id: str | int) -> Truth:
        """What is so about one photo.

        Args:
            photo_id: Its id, or as a number its index.

        Returns:
            The truth.

        Raises:
            UsageError: There is no such photo.
        """
        index = self._checked(photo_id)
        drawn, fates = self.columns, self.fates
        scenes, row = self.scene(index)
        animal, language = int(drawn.animal[index]), LANGUAGES[drawn.language[index]]
        return Truth(
            id=self.photo_id(index),
            label=LABELS[int(drawn.outdoor[index])],
            animal=ANIMALS[animal],
            word=NAMES[language][animal],
            language=language,
            owner=self.owner(index).nsid,
            uploaded=int(drawn.uploaded[index]),
            license=int(drawn.license[index]),
            video=bool(fates.video[index]),
            safe=not fates.unsafe[index],
            gone="deleted" if fates.deleted[index] else "lost" if fates.lost[index] else None,
            exif="hidden" if fates.hidden[index] else "none" if scenes.stripped[row] else "shown",
            original=not fates.guarded[index],
        )

    def picture(self, photo_id: str | int, suffix: str = "o") -> bytes:
        """The file that the photo host serves when nothing goes wrong.

        Args:
            photo_id: The photo's id, or as a number its index.
            suffix: Of the size, as in file names.

        Returns:
            The bytes.

        Raises:
            UsageError: There is no such photo, or it is not offered in this size.
        """
        index, size = self._checked(photo_id), BY_SUFFIX.get(suffix)
        if size is None or size not in self.sizes(index):
            raise UsageError(f"expected a size in which the photo is offered, got {suffix!r}")
        return self.pictures.file(index, size, png=self.is_png(index, size))

    def photo_id(self, index: int) -> str:
        """Flickr's id of a photo: eleven digits."""
        return str(_FIRST_ID + index * _ID_STEP)

    def index(self, photo_id: str) -> int | None:
        """The index of the photo with an id; None where no photo has it."""
        if not (photo_id.isascii() and photo_id.isdigit() and len(photo_id) <= _LONGEST_ID):
            return None
        index, rest = divmod(int(photo_id) - _FIRST_ID, _ID_STEP)
        return index if rest == 0 and 0 <= index < len(self) else None

    def owner(self, index: int) -> Member:
        """Who owns one photo."""
        return self.members[int(self.columns.owner[index])]

    def scene(self, index: int) -> tuple[Scenes, int]:
        """The block of scenes that one photo is in, and its row there."""
        return self._block(index // BLOCK), index % BLOCK

    def sizes(self, index: int) -> tuple[Kind, ...]:
        """The sizes in which one photo is offered."""
        return offered(self.studio.size, guarded=bool(self.fates.guarded[index]))

    def is_png(self, index: int, size: Kind) -> bool:
        """Whether one size of a photo is a PNG: an original may be."""
        return size is ORIGINAL and bool(self.columns.png[index])

    def secret(self, index: int, size: Kind | None = None) -> str:
        """The secret of one photo, or of one of its sizes."""
        return secret(self.seed, index, size)

    def server(self, index: int) -> str:
        """The number of the server that holds one photo."""
        return "65535" if index % 3 else str(2 + index % 8000)

    def path(self, index: int, size: Kind) -> str:
        """Where one size lies on the photo host."""
        suffix = f"_{size.suffix}" if size.suffix else ""
        name = f"{self.photo_id(index)}_{self.secret(index, size)}{suffix}"
        return f"/{self.server(index)}/{name}.{'png' if self.is_png(index, size) else 'jpg'}"

    @cached_property
    def words(self) -> postings.Postings:
        """Word to the photos whose title, description or tags have it."""
        return postings.of_words(map(self.texts, range(len(self))))

    @cached_property
    def tags(self) -> postings.Postings:
        """Clean tag to the photos that have it."""
        return postings.of_tags(map(self.texts, range(len(self))))

    def _checked(self, photo_id: str | int) -> int:
        index = photo_id if isinstance(photo_id, int) else self.index(photo_id)
        if index is None or not 0 <= index < len(self):
            raise UsageError(f"expected a photo of this catalogue of {len(self)}, got another id or index")
        return index

    def _texts(self, index: int) -> texts.Texts:
        drawn = self.columns
        return texts.compose(
            language=int(drawn.language[index]),
            animal=int(drawn.animal[index]),
            outdoor=bool(drawn.outdoor[index]),
            draws=drawn.text[index].tolist(),
        )
