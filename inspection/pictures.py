"""How large a picture may be: what it would take in memory is asked before anything is unpacked."""

from __future__ import annotations

from dataclasses import dataclass

from inspection.refusals import Reason, Refused


@dataclass(frozen=True)
class PictureLimits:
    """Two limits, since a map in black and white takes a twenty-fourth of a photo of its size."""

    pixels: int
    unpacked_bytes: int

    def check(self, width: int, height: int, *, bytes_: int) -> None:
        """Compare what a picture says of itself.

        Raises:
            Refused: it is larger.
        """
        if width * height > self.pixels or bytes_ > self.unpacked_bytes:
            raise Refused(Reason.PIXELS, width=width, height=height)
