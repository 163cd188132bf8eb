"""Energy: what a phase of the work used, by codecarbon, offline and at no risk to the work."""

import logging
import math
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, Self

from exifds.errors import UsageError
from exifds.train.result import Energy

__all__ = ["Meter", "require_country", "total", "tracked"]

_LOG = logging.getLogger(__name__)

_COUNTERS: Final = frozenset({"intel_rapl", "intel_power_gadget", "windows_emi"})
"""Ways in which codecarbon reads the processor's own counters; the others guess from its nominal power."""

_CODE: Final = re.compile("[A-Z]{3}")

_COUNTING_CHIPS: Final = frozenset({"AppleSiliconChip", "Raspberry"})


class Meter:
    """Reads the energy of a phase, while it goes on and when it has ended. Made by `tracked`.

    Args:
        phase: `train` or `predict`.
        country: ISO 3166 code of three letters.
    """

    def __init__(self, phase: str, country: str) -> None:
        self._phase = phase
        self._country = country
        self._tracker: Any = None
        self._last: Energy | None = None

    @property
    def energy(self) -> Energy | None:
        """The last reading: after the block that of the whole phase; None where nothing was measured."""
        return self._last

    def read(self) -> Energy | None:
        """Measure what was used so far, for a state that outlives a kill.

        Returns:
            The energy since the begin of the block; None where nothing is measured.
        """
        if self._tracker is not None:
            _safely(self._tracker.flush)
        return self._last

    def start(self) -> None:
        """Begin to measure; without codecarbon nothing is, and the log says why."""
        try:
            self._tracker = _tracker(self._country, self)
            self._tracker.start()
        except Exception as error:  # noqa: BLE001  # whatever it is, it must not cost the training
            _LOG.warning("no energy is measured: %s", _told(error))
            self._tracker = None

    def stop(self) -> None:
        """Take the last reading."""
        if self._tracker is not None:
            _safely(self._tracker.stop)
            if self._last is None:
                _LOG.warning("no energy was measured: codecarbon gave no figures")
            self._tracker = None

    def out(self, total: Any, _delta: Any) -> None:
        """What codecarbon hands to its outputs; this is one."""
        self._last = Energy(
            phase=self._phase,
            seconds=total.duration,
            kwh=total.energy_consumed,
            cpu_kwh=total.cpu_energy,
            gpu_kwh=total.gpu_energy,
            ram_kwh=total.ram_energy,
            co2_kg=total.emissions,
            country=self._country,
            measured=_measured(self._tracker),
            codecarbon=total.codecarbon_version,
        )

    live_out = out

    def exit(self) -> None:
        """Codecarbon closes its outputs; there is nothing to close."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()


@contextmanager
def tracked(phase: str, country: str = "DEU", enabled: bool = True) -> Iterator[Meter]:
    """Measure the energy of the block. Nothing is sent or written, and it never fails the block.

    The whole computer is measured, as codecarbon does by default: what else runs there counts as well.
    Memory is always estimated, by codecarbon's model; processor and graphics cards as `Energy.measured` says.

    Args:
        phase: `train` or `predict`.
        country: Where the electricity is from: ISO 3166 code of three letters.
        enabled: False measures nothing.

    Yields:
        The meter, whose `energy` is that of the block once it has ended.

    Example:
        >>> with tracked("predict", "DEU", enabled=False) as meter:
        ...     pass
        >>> meter.energy is None
        True
    """
    meter = Meter(phase, country)
    if not enabled:
        yield meter
        return
    with meter:
        yield meter


def total(parts: Iterable[Energy]) -> Energy | None:
    """The energy of a phase that was interrupted.

    Args:
        parts: Of one phase; all that they say of country and version is taken from the last.

    Returns:
        Their sum, measured only if all of them were; None without any.
    """
    given = list(parts)
    if not given:
        return None
    summed = ("seconds", "kwh", "cpu_kwh", "gpu_kwh", "ram_kwh", "co2_kg")
    sums = {name: math.fsum(getattr(part, name) for part in given) for name in summed}
    return given[-1].model_copy(update=sums | {"measured": all(part.measured for part in given)})


def require_country(country: str) -> None:
    """Refuse, before any work is done, a country whose electricity codecarbon does not know.

    Args:
        country: ISO 3166 code of three letters.

    Raises:
        UsageError: It is none. Without codecarbon every code of three letters will do.

    Example:
        >>> require_country("Germany")
        Traceback (most recent call last):
        exifds.errors.UsageError: expected a country as a code of three letters such as DEU, got 'Germany'
    """
    known = _countries()
    usable = country in known if known else _CODE.fullmatch(country)
    if not usable:
        raise UsageError(f"expected a country as a code of three letters such as DEU, got {country!r}")


def _countries() -> frozenset[str]:
    """Codes that codecarbon has an energy mix for; none where it is missing."""
    try:
        _quiet()
        from codecarbon.input import DataSource

        source: Any = DataSource
        return frozenset(source().get_global_energy_mix_data())
    except Exception:  # noqa: BLE001  # it is then not measured either
        return frozenset()


def _quiet() -> None:
    """Keep codecarbon from writing to the terminal; it does so from its first import on."""
    import codecarbon  # noqa: F401

    logging.getLogger("codecarbon").setLevel(logging.CRITICAL)


def _tracker(country: str, output: Meter) -> Any:
    """A tracker that asks no service and writes no file, whatever the settings of codecarbon say."""
    _quiet()
    from codecarbon import OfflineEmissionsTracker

    return OfflineEmissionsTracker(
        country_iso_code=country,
        region=None,
        country_2letter_iso_code=None,
        cloud_provider=None,
        cloud_region=None,
        electricitymaps_api_token="",
        emissions_endpoint=None,
        output_methods=[],
        output_handlers=[output],
        output_dir=tempfile.gettempdir(),
        tracking_mode="machine",
        pue=1.0,
        allow_multiple_runs=True,
        log_level="critical",
    )


def _measured(tracker: Any) -> bool:
    """Whether the energy of the processor is from its counters. Codecarbon has no public name for this."""
    parts = getattr(tracker, "_hardware", ())
    chips = [part for part in parts if type(part).__name__ == "CPU"]
    own = any(type(part).__name__ in _COUNTING_CHIPS for part in parts)
    return own or (bool(chips) and all(getattr(chip, "_mode", "") in _COUNTERS for chip in chips))


def _safely(step: Any) -> None:
    try:
        step()
    except Exception as error:  # noqa: BLE001  # whatever it is, it must not cost the training
        _LOG.warning("energy cannot be read: %s", _told(error))


def _told(error: Exception) -> str:
    if isinstance(error, ImportError):
        return "codecarbon is not installed: pip install 'exifds[train]'"
    return f"{type(error).__name__}: {error}"
