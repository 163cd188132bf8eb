"""The folder of a run says so when it does not hold what it should."""

from pathlib import Path

import pytest

from exifds.errors import UsageError
from exifds.train.run import Run, find

ROW = "id,split,group,tags,complete,seen,flash,label,logit_0\np0,2,1,7,True,False,0,1,0.5\n"


@pytest.mark.parametrize(
    "text",
    [
        *("", "id,label\n1,2\n", "\xff", "id\n"),
        f"{ROW}p1,2,1,7,True\n",
        f"{ROW}p1,2,1,7,True,False,0,1,0.5,7\n",
        f"{ROW}p1,2,1,7,True,False,999,1,0.5\n",
        f'{ROW}"{"p" * 200_000}',
    ],
    ids=["empty", "columns", "bytes", "head", "cut", "long", "number", "quote"],
)
def test_a_damaged_file_is_one_sentence(tmp_path: Path, text: str) -> None:
    """It says what to do."""
    (tmp_path / "predictions.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match="train this run again"):
        Run(tmp_path).predictions()


def test_a_table_that_is_whole_is_read(tmp_path: Path) -> None:
    """So that what is damaged above is what it seems."""
    (tmp_path / "predictions.csv").write_text(ROW)
    assert Run(tmp_path).predictions().ids == ("p0",)


def test_a_folder_without_runs(tmp_path: Path) -> None:
    """It says what makes some; one that is not there is named."""
    with pytest.raises(UsageError, match="exifds train"):
        list(find(tmp_path))
    with pytest.raises(UsageError, match="there is no folder"):
        list(find(tmp_path / "nowhere"))
    with pytest.raises(UsageError, match="no run"):
        Run(tmp_path).config()
