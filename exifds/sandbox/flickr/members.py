"""Members and groups: who owns the photos and where they are pooled. Pure."""

from dataclasses import dataclass
from typing import Final

from exifds.sandbox.flickr.vocabulary import HOSTILE, MEMBERS

__all__ = ["GROUPS", "Group", "Member", "member"]


@dataclass(frozen=True)
class Member:
    """A member of Flickr."""

    nsid: str
    username: str
    realname: str
    path_alias: str | None
    location: str

    @property
    def path(self) -> str:
        """How the member's pages are addressed."""
        return self.path_alias or self.nsid


@dataclass(frozen=True)
class Group:
    """A group and its pool."""

    nsid: str
    alias: str
    name: str
    share: float
    """Of all photos, in its pool."""
    code: int | None = None
    """Flickr's error code for who asks for the pool, if it is closed to the public."""


GROUPS: Final = (
    Group("1400001@N20", "wild-animals", "Wild Animals 🐒 Дикие", 0.3),
    Group("1400002@N23", "tiny", "Tiny & <b>rare</b>", 0.01),
    Group("1400003@N25", "closed", "Closed", 0.1, code=2),
    Group("1400004@N21", "members-only", "Members only", 0.1, code=4),
)
"""The groups of the sandbox."""


def member(number: int) -> Member:
    """One member; every fourth has no path alias, every eighth a hostile name.

    Args:
        number: Row of the owner in the studio.

    Returns:
        The member.

    Example:
        >>> member(4).realname, member(4).nsid
        ('山田 花子', '12345714@N04')
    """
    realname = MEMBERS[number % len(MEMBERS)]
    odd = number % 8 == 7  # noqa: PLR2004 - the last of each eight
    return Member(
        nsid=f"{12345678 + 9 * number}@N{number % 9:02d}",
        username=HOSTILE[number % len(HOSTILE)] if odd else f"{realname} {number}",
        realname=realname,
        path_alias=None if number % 4 == 3 else f"member-{number}",  # noqa: PLR2004 - likewise
        location="" if number % 3 else "Springfield, Earth",
    )
