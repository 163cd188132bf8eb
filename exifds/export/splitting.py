"""Splitting: what a user may choose about splits. It stands in the manifest, so that it can be done again."""

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from exifds.errors import UsageError
from exifds.export.links import WITHIN
from exifds.photo import WallClock

__all__ = ["SPLITS", "Splitting"]

SPLITS: Final = ("train", "val", "test")

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Splitting(BaseModel):
    """How photos are shared out.

    Args:
        shares: Of train, val and test; they add up to 1.
        cuts: Dates from which photos are val and test, instead of shares; only with the group `time`.
        group: What must not be parted. `time`: train is the past, test the future.
        seed: Of the hash; None takes the recorded one, else the best.
        burst_seconds: What an owner takes within this time belongs together; None: not for that.
        near_duplicate_bits: Bits of 128 in which fingerprints of one picture may differ; None: not compared.
        allow_leaks: Nothing is left out for a leak; leaks are reported.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    shares: tuple[Annotated[Share, Field(gt=0)], Share, Share] = (0.7, 0.2, 0.1)
    cuts: tuple[WallClock, WallClock] | None = None
    group: Literal["owner", "camera", "place", "time", "none"] = "owner"
    seed: Annotated[int, Field(ge=0, lt=2**63)] | None = None
    burst_seconds: Annotated[float, Field(ge=0, le=86_400)] | None = 10
    near_duplicate_bits: Annotated[int, Field(ge=0, le=64)] | None = WITHIN
    allow_leaks: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Shares or dates as a user writes them.

        Args:
            text: Three shares, as parts of 1 or as percent, or the dates from which photos are val and test.

        Returns:
            A splitting with these shares or dates, all else as by default.

        Raises:
            UsageError: It is neither.

        Example:
            >>> Splitting.parse("80/10/10").shares
            (0.8, 0.1, 0.1)
            >>> Splitting.parse("2019-06-01/2020-01-01").group
            'time'
        """
        parts = [part.strip() for part in text.split("/")]
        try:
            if len(parts) == len(SPLITS):
                shares = [float(part) for part in parts]
                whole = 100 if max(shares) > 1 else 1
                return cls(shares=(shares[0] / whole, shares[1] / whole, shares[2] / whole))
            val, test = (datetime.fromisoformat(part) for part in parts)
            return cls(cuts=(val, test), group="time")
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False)[0]["msg"]
            raise UsageError(f"split {text!r}: {fault.removeprefix('Value error, ')}") from None
        except ValueError:
            raise UsageError(
                "expected the shares of train, val and test, such as 70/20/10, or the dates from which "
                f"photos are val and test, such as 2019-06-01/2020-01-01; got {text!r}"
            ) from None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if abs(sum(self.shares) - 1) > 1e-9:  # noqa: PLR2004 - what rounding makes
            raise ValueError(f"expected shares that add up to 1 or to 100, they give {sum(self.shares):g}")
        if self.cuts and self.group != "time":
            raise ValueError(f"dates split by time, not by {self.group}: leave the group away")
        if self.cuts and self.cuts[0] > self.cuts[1]:
            raise ValueError("expected test to begin after val, not before")
        return self
