"""Code: what opens personal fields on the page, told on the terminal alone. No I/O."""

import secrets
from typing import Final

__all__ = ["Code"]

_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1, which look like others."""

_LENGTH: Final = 8
_TRIES: Final = 5


class Code:
    """The code of one start of the page.

    Args:
        text: The code; None makes one.

    Example:
        >>> code = Code("abcd2345")
        >>> code.opens("ABCD 2345"), code.opens("guess"), code.left
        (True, False, 4)
    """

    def __init__(self, text: str | None = None) -> None:
        self.text = text or "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
        self.left = _TRIES

    def opens(self, given: str) -> bool:
        """Whether this is the code. After 5 wrong ones no other is taken, by nobody.

        Args:
            given: What somebody typed; case and blanks do not matter.

        Returns:
            Whether it is right, and in time.
        """
        if not self.left:
            return False
        typed = "".join(given.split()).lower().encode("utf-8", "replace")
        right = secrets.compare_digest(typed, self.text.encode())
        self.left -= not right
        return right
