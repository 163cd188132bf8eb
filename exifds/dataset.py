"""Dataset: what `exifds.open()` returns. Each method calls one stage; decisions are made there."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from exifds import access
from exifds.errors import UsageError
from exifds.fetch.images import ImageStore
from exifds.ingest import Ingester, IngestReport
from exifds.photo import Photo, Privacy
from exifds.progress import bar
from exifds.reading import original_of
from exifds.settings import Settings
from exifds.sources import folder
from exifds.sources.flickr.query import Group, IdList, Search, Source
from exifds.store import filters, queries
from exifds.store.codec import Codec, decode
from exifds.store.connect import Connection
from exifds.store.crawls import Progress
from exifds.store.sync import Store
from exifds.store.work import crawls
from exifds.verify import VerifyReport, verify
from exifds.view import View

if TYPE_CHECKING:
    from typing import Unpack

    from exifds.crawl.report import ScrapeReport
    from exifds.export.exporter import ExportReport
    from exifds.export.options import Arguments

__all__ = ["Dataset"]

class Dataset:
    """A photo dataset: one MongoDB collection, its image files, and the keys to its personal fields.

    Made by `exifds.open()`.
    """

    def __init__(
        self,
        name: str,
        connection: Connection,
        settings: Settings,
        images: str | None,
        privacy: Privacy | None,
    ) -> None:
        self.name = name
        self._connection = connection
        self._settings = settings
        self._images = images
        self._privacy = privacy
        self._store = Store(connection.database, name)

    def __repr__(self) -> str:
        return f"Dataset({self.name!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the embedded server stops when nobody uses it any more."""
        self._connection.close()

    @property
    def images(self) -> ImageStore:
        """Where the image files are."""
        return access.images(self._store, self._settings, self._images)

    @property
    def privacy(self) -> Privacy:
        """What is encrypted in this dataset."""
        return self._codec(decrypt=False).privacy

    @property
    def _data_folder(self) -> Path | None:
        """Where the database grows, if it is ours."""
        return self._settings.home if self._connection.lease else None

    @property
    def collection(self) -> Any:
        """The PyMongo collection, for queries of your own."""
        return self._store.collection

    def ingest(
        self,
        paths: str | Path | Iterable[str | Path],
        concepts: str | Iterable[str] = (),
        *,
        concepts_from_folders: bool = False,
        in_place: bool = False,
        workers: int | None = None,
        progress: bool | None = None,
    ) -> IngestReport:
        """Take photos from files and folders. Run it again after an interruption: it goes on.

        Args:
            paths: Files and folders.
            concepts: Labels for every photo.
            concepts_from_folders: Also label photos with the folders they lie in.
            in_place: Leave the files where and as they are instead of storing copies without metadata.
            workers: Threads; None takes one per core.
            progress: Show a progress bar; None shows it on a terminal.

        Returns:
            What became of the files. One that is no usable photo is listed with the reason.

        Raises:
            UsageError: A path does not exist.
            WrongKeyringError: The dataset was written with another keyring; nothing was written.
            DiskFullError: Too little room is left.

        Example:
            >>> import exifds
            >>> exifds.open("cameras").ingest("~/Pictures", concepts=["holiday"])  # doctest: +SKIP
        """
        given = [paths] if isinstance(paths, (str, Path)) else list(paths)
        labels = [concepts] if isinstance(concepts, str) else list(concepts)
        total = sum(1 for _ in folder.walk(given))
        if in_place and access.privacy_of(self._store, self._privacy) is Privacy.STRICT:
            raise UsageError("strict privacy leaves no photo in place: the file would keep its metadata")
        images = self.images
        ingester = Ingester(
            self._store,
            access.for_writing(self._store, self._settings, self._privacy, self._images),
            images,
            in_place=in_place,
            data_folder=self._data_folder,
        )
        with bar(f"ingest into {self.name}", total, show=progress) as advance:
            files = folder.walk(given, labels, concepts_from_folders=concepts_from_folders)
            return ingester.run(files, advance, workers)

    def scrape(
        self,
        sources: Source | Iterable[Source],
        limit: int | None = None,
        *,
        exif: str | None = None,
        size: str = "o",
        download: bool = True,
        metadata: bool = True,
        comments: bool = False,
        require_exif: str | Iterable[str] = (),
        progress: bool | None = None,
    ) -> "ScrapeReport":
        """Take photos from Flickr. Run it again after an interruption: it goes on.

        Args:
            sources: Made by `exifds.flickr.search()`, `group()` and `listed()`.
            limit: Photos to keep of each source; None for all there are.
            exif: Where EXIF comes from: `file`, `api`, `both` or `none`; None takes `file`, or `none` without
                a download.
            size: Size of the images, by Flickr's suffix; `o` is the original.
            download: Store images, not only what is known about them.
            metadata: Ask the API about each photo of a list; without, id, secret and server must do.
            comments: Store the comments too, encrypted.
            require_exif: EXIF tags without which a photo is not kept.
            progress: Show a progress bar; None shows it on a terminal.

        Returns:
            What became of the photos, and how much of each source was seen.

        Raises:
            UsageError: There is no API key, or an option is not usable.
            FlickrError: Flickr refused: a wrong key, an unknown group.
            FlickrUnavailableError: Flickr does not answer.
            DiskFullError: Too little room is left.

        Example:
            >>> import exifds
            >>> ds = exifds.open("monkeys")  # doctest: +SKIP
            >>> ds.scrape(exifds.flickr.search("monkey wild"), limit=1000)  # doctest: +SKIP
        """
        from exifds.crawl.keep import Keeper
        from exifds.crawl.options import Options
        from exifds.crawl.runner import Scrape
        from exifds.crawl.service import credentials

        wanted = [sources] if isinstance(sources, str | Search | Group | IdList) else list(sources)
        if not wanted or not all(isinstance(source, Search | Group | IdList) for source in wanted):
            raise UsageError(
                "expected what exifds.flickr.search(), group() or listed() gives, or several of it"
            )
        options = Options.checked(
            exif, size, download=download, metadata=metadata, comments=comments, require_exif=require_exif
        )
        if limit is not None and limit < 1:
            raise UsageError(f"expected a limit of 1 photo or more, got {limit}")
        if metadata:
            credentials(self._settings)  # before anything is made
        images = self.images
        codec = access.for_writing(self._store, self._settings, self._privacy, self._images)
        keeper = Keeper(self._store, codec, images, self._data_folder)
        scrape = Scrape(self._connection.database, keeper, options, self._settings, limit)
        return scrape.run(wanted, show=progress)

    def crawls(self) -> list[Progress]:
        """The crawls of this dataset, and how far each of them is."""
        self._codec(decrypt=False)
        return crawls(self._connection.database, self.name)

    def geocode(self, *, progress: bool | None = None) -> int:
        """Find country, state and city of every photo that has a location and no place yet.

        Args:
            progress: Show a progress bar; None shows it on a terminal.

        Returns:
            Number of photos that got a place.
        """
        from exifds.enrich import geocode  # loads a table of cities

        codec = self._codec(decrypt=False)
        if codec.privacy is Privacy.STRICT:
            codec = self._codec(decrypt=True)
        with bar(
            f"geocode {self.name}", self._store.count(queries.without_place()), show=progress
        ) as advance:
            return geocode.run(self._store, codec, advance)

    def find(self, query: Mapping[str, Any] | None = None, *, decrypt: bool = False) -> View[Photo]:
        """The photos that match a MongoDB filter, read when they are asked for.

        Args:
            query: A filter; its operators are checked against an allow-list. None matches all.
            decrypt: Open personal fields.

        Returns:
            A view: iterate it, or use `count()`, `to_pandas()`, `project()`, `limit()`.

        Raises:
            FilterError: The filter is malformed, or compares an encrypted field.

        Example:
            >>> import exifds
            >>> exifds.open("cameras").find({"camera.iso": {"$gte": 800}}).count()  # doctest: +SKIP
            42
        """
        codec = self._codec(decrypt=decrypt)
        checked = filters.checked(query or {}, codec.privacy, self._blind_index)
        return View(self._store, checked, codec, decode, open_images=lambda: self.images)

    def _blind_index(self, owner: str) -> str:
        keyring = self._codec(decrypt=True).keyring
        assert keyring is not None  # asked for only where owners are encrypted
        return keyring.blind_index(owner)

    def _codec(self, *, decrypt: bool) -> Codec:
        return access.for_reading(self._store, self._settings, self._privacy, decrypt=decrypt)

    def export(
        self,
        out: str | Path,
        format: str | None = None,  # noqa: A002  # what users call it
        *,
        like: str | Path | None = None,
        workers: int | None = None,
        progress: bool | None = None,
        **options: "Unpack[Arguments]",
    ) -> "ExportReport":
        """Export photos, EXIF features and labels for training. Run it again to go on after a stop.

        Args:
            out: A new folder.
            format: `tfrecord` (the default), `parquet`, `csv` or `folder`.
            like: An earlier export, whose options are taken.
            workers: Threads; None takes one per core.
            progress: Show progress bars; None shows them on a terminal.
            **options: What to export and how, see `exifds.export.options.Arguments`.

        Returns:
            What was exported, and which photos failed.

        Raises:
            UsageError: An option is not usable, no photo matches, or the folder holds something else.
            LeakError: What belongs together stands in two splits.
            DiskFullError: The disk is full.

        Example:
            >>> import exifds
            >>> ds = exifds.open("cameras")  # doctest: +SKIP
            >>> ds.export("out", target="concept", image_size=96).manifest.photos  # doctest: +SKIP
            1000
        """
        from exifds.export.exporter import Exporter
        from exifds.export.options import asked

        wanted = asked(like, format, options)
        codec = self._codec(decrypt=wanted.decrypt)
        original = self.original if wanted.restore_exif else None
        exporter = Exporter(self._store, codec, self.images, wanted, self._blind_index, original)
        return exporter.run(Path(out).expanduser(), workers, show=progress)

    def stats(self) -> dict[str, Any]:
        """Counts by state, camera, country, concept and year, and how many photos have each camera tag.

        Returns:
            `totals` with `summary` and `coverage`, and by name of the statistic rows of `value` and `photos`.
        """
        self._codec(decrypt=False)
        found = {name: self._store.aggregate(pipeline) for name, pipeline in queries.statistics().items()}
        return found | {"totals": found["totals"][0] if found["totals"] else queries.NO_TOTALS}

    def verify(self, *, progress: bool | None = None) -> VerifyReport:
        """Check that every seal fits, every personal field opens and every image file is unchanged.

        Args:
            progress: Show a progress bar; None shows it on a terminal.

        Returns:
            What was found wrong, by photo.
        """
        codec = self._codec(decrypt=True)
        with bar(f"verify {self.name}", self._store.count({}), show=progress) as advance:
            return verify(self._store, codec, self.images, advance)

    def original(self, photo_id: str) -> bytes:
        """The file a photo was taken from, byte for byte, with the metadata that was cut out.

        Args:
            photo_id: `_id` of the photo.

        Returns:
            The file.

        Raises:
            UsageError: There is no such photo.
            PhotoError: Its metadata was not kept, as under strict privacy, or its image file is gone.
        """
        photo = next(iter(self.find({"_id": photo_id}, decrypt=True)), None)
        if photo is None or photo.image is None:
            raise UsageError(f"there is no photo {photo_id} with an image in {self.name}")
        return original_of(photo, self.images.get(photo.image.path))
