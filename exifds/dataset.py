"""Dataset: what `exifds.open()` returns. Each method calls one stage; decisions are made there."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from exifds import access
from exifds.errors import UsageError
from exifds.ingest import Ingester, IngestReport
from exifds.photo import Photo, Privacy
from exifds.progress import bar
from exifds.queried import QueriedDataset
from exifds.reading import original_of
from exifds.sources import folder
from exifds.sources.flickr import Group, IdList, Search, Source
from exifds.store import queries, selections
from exifds.store.coverage import Progress, crawls
from exifds.verify import VerifyReport, verify

if TYPE_CHECKING:
    from decimal import Decimal
    from typing import Unpack

    from exifds.crawl.report import ScrapeReport
    from exifds.enrich.score.report import Estimate, ScoreReport
    from exifds.export.options import Arguments
    from exifds.export.report import ExportReport
    from exifds.scoring import Given

__all__ = ["Dataset"]


class Dataset(QueriedDataset):
    """A photo dataset: one MongoDB collection, its image files, and the keys to its personal fields.

    Made by `exifds.open()`.
    """

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
            What became of the files. One that is no usable photo is listed with the reason. Where there are
            no files, no dataset is made.

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
        if not total and self._store.meta() is None:
            return IngestReport()
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

    def score(
        self,
        scorer: str = "google",
        concepts: "Given | None" = None,
        *,
        budget: "Decimal | float | str | None" = None,
        workers: int | None = None,
        progress: bool | None = None,
    ) -> "ScoreReport":
        """Score how well photos show concepts. Run it again after an interruption: it goes on.

        Photos that have labels are scored anew, which costs nothing; the others are labelled first. The same
        image is never paid twice, in whatever dataset it is.

        Args:
            scorer: Who labels photos: `google`, or `keras:RUN` for a model of your own.
            concepts: Labels by concept, or a YAML file of them; of a model by default its classes.
            budget: USD that this run may spend at most; None for no limit.
            workers: Requests in flight.
            progress: Show progress bars; None shows them on a terminal.

        Returns:
            What was done, and paid at most.

        Raises:
            UsageError: There is no key or no such run, or the concepts are not usable.

        Example:
            >>> import exifds
            >>> ds = exifds.open("monkeys")  # doctest: +SKIP
            >>> ds.score(concepts={"monkey": ["monkey", "macaque"]}, budget=5)  # doctest: +SKIP
        """
        from exifds import scoring

        trained = scoring.run_of(scorer)
        self._codec(decrypt=False)
        if trained is not None:
            scoring.require_no_limits(budget, workers)
            return scoring.score_by_model(self._store, self.find, trained, concepts, show=progress)
        wanted = scoring.concepts_of(concepts or {})
        database = self._connection.database
        return scoring.score(
            database,
            self._store,
            self.images,
            self._settings,
            wanted,
            budget=budget,
            workers=workers,
            show=progress,
        )

    def score_estimate(
        self,
        scorer: str = "google",
        concepts: "Given | None" = None,
        *,
        budget: "Decimal | float | str | None" = None,
    ) -> "Estimate":
        """What `score` would do, and cost at most. Nothing is sent or written, and no key is needed.

        Args:
            scorer: Who labels photos: `google`, or `keras:RUN`.
            concepts: As for `score`: to count the photos with scores of them from another scorer.
            budget: USD that a run may spend at most; None for no limit.

        Returns:
            Photos without labels, images to be paid, requests, the price, and how many a budget covers.

        Raises:
            UsageError: There is no such run, or an argument is not usable.
        """
        from exifds import scoring

        self._codec(decrypt=False)
        return scoring.estimate(self._store, scorer, concepts, self._settings, budget)

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
        from exifds.export.curated import selected
        from exifds.export.exporter import Exporter
        from exifds.export.options import asked

        database = self._connection.database
        wanted = asked(like, format, options)
        wanted, curated = selected(wanted, partial(selections.get, database, self.name))
        codec = self._codec(decrypt=wanted.decrypt)
        original = self.original if wanted.restore_exif else None
        exporter = Exporter(self._store, codec, self.images, wanted, curated, self._blind_index, original)
        return exporter.run(Path(out).expanduser(), workers, show=progress)

    def curate(self, *, port: int | None = None, host: str = "127.0.0.1", show: bool = True) -> None:
        """Serve the curation page until Ctrl-C: sliders over scores, thumbnails, verdicts.

        Args:
            port: Its port; None takes a free one.
            host: An address of this machine.
            show: Open it in a browser.

        Raises:
            UsageError: The port is taken, or this process serves a page already.
            MissingExtraError: NiceGUI is not installed.
        """
        from exifds.curate.app import run
        from exifds.curate.desk import Desk

        def look(photo_id: str, decrypt: bool) -> Photo | None:
            return next(iter(self.find({"_id": photo_id}, decrypt=decrypt)), None)

        codec = self._codec(decrypt=False)
        cache = self._settings.home / "thumbnails"
        desk = Desk(self._store, self._connection.database, codec, self.images, cache, look)
        run(desk, port=port, host=host, show=show)

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
