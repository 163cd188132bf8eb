"""Real camera photos go the whole way, and the report says that they are too few for a claim."""

import json
from pathlib import Path

from exifds.dataset import Dataset
from exifds.train.report.compare import compare
from exifds.train.training import fit


def test_thirty_photos_support_no_claim_of_exif(
    dataset: Dataset, shared_photos: Path, tmp_path: Path
) -> None:
    """Each photo is indoor or outdoor; the EXIF model trains on them, and nothing is claimed but openness."""
    labels = json.loads(shared_photos.with_name("photos.indoor_outdoor.json").read_text())
    for label in ("indoor", "outdoor"):
        dataset.ingest([shared_photos / name for name in labels if labels[name] == label], label)
    dataset.export(tmp_path / "out", target="concept", image_size=64, split="0.5/0.25/0.25", progress=False)
    fit(tmp_path / "out", tmp_path / "runs", ["exif"], energy=False, progress=False)
    (task,) = compare(tmp_path / "runs", export=tmp_path / "out", progress=False).tasks
    assert sum(task.support) < 20
    assert "better" not in {pair.verdict for pair in task.pairs}
    told = (tmp_path / "runs" / "report.md").read_text()
    assert "test photos" in told
    assert any("few" in hazard for hazard in task.hazards)
