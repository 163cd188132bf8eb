"""Energy, measured by the real codecarbon."""

import logging
import socket
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exifds.errors import UsageError
from exifds.train import energy
from exifds.train.result import Energy
from tests.servers import wait_until

SILENT_S = 0.2


def busy(seconds: float = 0.1) -> None:
    """Take some time."""
    threading.Event().wait(seconds)


def test_a_phase_is_measured() -> None:
    """The parts add up, and carbon dioxide comes with the electricity of the country."""
    with energy.tracked("train", "DEU") as german:
        busy()
    with energy.tracked("predict", "FRA") as french:
        busy()
    found, other = german.energy, french.energy
    assert found is not None
    assert other is not None
    assert (found.phase, found.country, other.phase, other.country) == ("train", "DEU", "predict", "FRA")
    assert found.seconds >= 0.1
    assert found.kwh == pytest.approx(found.cpu_kwh + found.gpu_kwh + found.ram_kwh)
    assert found.ram_kwh > 0
    assert found.co2_kg / found.kwh > 2 * other.co2_kg / other.kwh > 0  # kg/kWh: nuclear power emits little
    assert found.codecarbon[0].isdigit()


def test_it_can_be_read_before_the_end() -> None:
    """A reading is what was used so far; the last one is that of the whole block."""
    with energy.tracked("train") as meter:
        assert meter.energy is None
        busy()
        first = meter.read()
        busy()
    assert first is not None
    assert meter.energy is not None
    assert meter.energy.seconds > first.seconds > 0
    assert meter.energy.kwh > first.kwh > 0
    assert meter.read() == meter.energy


def test_it_sends_and_writes_nothing_whatever_is_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Settings of codecarbon in the environment that send or write results are passed over."""
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        for name in ("api_endpoint", "emissions_endpoint", "prometheus_url"):
            monkeypatch.setenv(f"CODECARBON_{name.upper()}", address)
        monkeypatch.setenv("CODECARBON_OUTPUT_METHODS", "csv,api,prometheus,logger")
        monkeypatch.setenv("CODECARBON_OUTPUT_DIR", str(tmp_path / "nowhere"))
        monkeypatch.setenv("CODECARBON_ELECTRICITYMAPS_API_TOKEN", "canary")
        monkeypatch.setenv("CODECARBON_LOG_LEVEL", "debug")
        with energy.tracked("train") as meter:
            busy()
        server.settimeout(SILENT_S)
        with pytest.raises(TimeoutError):
            server.accept()
    assert meter.energy is not None
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_nothing_goes_on_afterwards() -> None:
    """Its threads end with the block."""
    before = set(threading.enumerate())
    with energy.tracked("train"):
        busy()
    wait_until(lambda: set(threading.enumerate()) <= before)


def test_switched_off_it_measures_nothing() -> None:
    """There is no energy, and none can be read."""
    with energy.tracked("train", enabled=False) as meter:
        assert meter.read() is None
    assert meter.energy is None


@pytest.mark.parametrize("missing", ["codecarbon", "codecarbon.core.emissions"])
def test_a_failure_of_codecarbon_costs_the_figures_only(
    missing: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The block runs to its end, and the log says why there is no energy."""
    monkeypatch.setitem(sys.modules, missing, None)
    done = False
    with caplog.at_level(logging.WARNING, "exifds"), energy.tracked("train") as meter:
        meter.read()
        done = True
    assert done
    assert meter.energy is None
    assert "no energy" in caplog.text


def test_a_failure_of_the_block_is_its_own() -> None:
    """It is raised, and the energy up to it is known."""
    with pytest.raises(ZeroDivisionError), energy.tracked("train") as meter:
        busy(1 / 0)
    assert meter.energy is not None


@pytest.mark.parametrize("country", ["Germany", "DE", "deu", "XYZ", "", "<script>"])
def test_an_unknown_country_is_refused_before_any_work(country: str) -> None:
    """The message says what is expected."""
    with pytest.raises(UsageError, match="expected a country as a code of three letters such as DEU, got"):
        energy.require_country(country)


def test_known_countries_pass() -> None:
    """Also without codecarbon, which then measures nothing either."""
    energy.require_country("DEU")
    energy.require_country("JPN")


def test_without_codecarbon_any_code_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to look it up in."""
    monkeypatch.setitem(sys.modules, "codecarbon", None)
    energy.require_country("XYZ")
    with pytest.raises(UsageError):
        energy.require_country("Germany")


AMOUNTS = st.floats(0, 1e3)
PARTS = st.builds(
    Energy,
    phase=st.just("train"),
    seconds=AMOUNTS,
    kwh=AMOUNTS,
    cpu_kwh=AMOUNTS,
    gpu_kwh=AMOUNTS,
    ram_kwh=AMOUNTS,
    co2_kg=AMOUNTS,
    country=st.just("DEU"),
    measured=st.booleans(),
    codecarbon=st.just("3"),
)


@settings(max_examples=30)
@given(st.lists(PARTS, min_size=1, max_size=5))
def test_interrupted_phases_add_up(parts: list[Energy]) -> None:
    """Their sum counts as measured only if all of it was."""
    found = energy.total(parts)
    assert found is not None
    assert found.kwh == pytest.approx(sum(part.kwh for part in parts))
    assert found.seconds == pytest.approx(sum(part.seconds for part in parts))
    assert found.measured == all(part.measured for part in parts)
    assert energy.total([]) is None
