"""ZIP archives as documents use them, read strictly: what an archive says of itself is never believed."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from inspection.refusals import Reason, Refused

ENTRIES_MAX = 5_000
ENTRY_MAX_BYTES = 100 * 1024 * 1024
ALL_MAX_BYTES = 200 * 1024 * 1024
NAME_MAX_LENGTH = 500
CHUNK_BYTES = 64 * 1024
PIECE_BYTES = 16 * 1024

LOCAL_HEADER = struct.Struct("<4s5H3L2H")
END_RECORD = struct.Struct("<4s4H2LH")
END_START = b"PK\x05\x06"
# Checksum and sizes after an entry that was written before they were known, at their longest.
DESCRIPTOR_MAX_BYTES = 24
IS_ENCRYPTED, IS_STRONGLY_ENCRYPTED, IS_MASKED = 0x1, 0x40, 0x2000
READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class Allowance:
    """How many bytes may still be unpacked: shared by an archive and those inside it."""

    def __init__(self, most: int = ALL_MAX_BYTES) -> None:
        self.left = most

    def spend(self, count: int) -> None:
        """Count bytes that were really unpacked.

        Raises:
            Refused: more than a document has.
        """
        self.left -= count
        if self.left < 0:
            raise Refused(Reason.DEMANDING)


class Archive:
    """The entries of an archive whose structure has been found sound."""

    def __init__(self, content: bytes, allowance: Allowance) -> None:
        """Read and judge the structure.

        Raises:
            Refused: damaged, encrypted, or not packed as documents are.
        """
        self._content = content
        self._allowance = allowance
        self._check_end()
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as opened:
                entries, self._directory_start = opened.infolist(), opened.start_dir
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
            raise Refused(Reason.BROKEN) from error
        self._check_entries(entries)
        self.entries = {entry.filename: entry for entry in entries}
        self._starts = self._places(entries)

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def chunks(self, name: str, *, most: int = ENTRY_MAX_BYTES) -> Iterator[bytes]:
        """Unpack an entry piece by piece.

        Args:
            name: of the entry.
            most: bytes after which it is too large.

        Raises:
            Refused: too large, or other than its size or checksum says.
        """
        entry = self.entries[name]
        count = checksum = 0
        for chunk in self._unpacked(entry):
            self._allowance.spend(len(chunk))
            count += len(chunk)
            if count > most:
                raise Refused(Reason.DEMANDING)
            checksum = zlib.crc32(chunk, checksum)
            yield chunk
        if (count, checksum) != (entry.file_size, entry.CRC):
            raise Refused(Reason.BROKEN)

    def read(self, name: str, *, most: int) -> bytes:
        """Unpack an entry whole.

        Raises:
            Refused: as `chunks`.
        """
        return b"".join(self.chunks(name, most=most))

    def _unpacked(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        start = self._starts[entry.filename]
        packed = memoryview(self._content)[start : start + entry.compress_size]
        if entry.compress_type == zipfile.ZIP_STORED:
            yield from (bytes(packed[at : at + CHUNK_BYTES]) for at in range(0, len(packed), CHUNK_BYTES))
            return
        try:
            yield from _inflated(packed)
        except zlib.error as error:
            raise Refused(Reason.BROKEN) from error

    def _check_end(self) -> None:
        """The record at the end must close the file: what stands after it is another file."""
        at = self._content.rfind(END_START)
        if at < 0 or len(self._content) < at + END_RECORD.size:
            raise Refused(Reason.BROKEN)
        _start, _disk, _directory_disk, _here, count, _size, _offset, comment = END_RECORD.unpack_from(
            self._content, at
        )
        if len(self._content) != at + END_RECORD.size + comment:
            raise Refused(Reason.ARCHIVE)
        if count > ENTRIES_MAX:
            raise Refused(Reason.DEMANDING)

    def _check_entries(self, entries: list[zipfile.ZipInfo]) -> None:
        if len(entries) > ENTRIES_MAX or sum(entry.file_size for entry in entries) > self._allowance.left:
            raise Refused(Reason.DEMANDING)
        for entry in entries:
            if entry.flag_bits & (IS_ENCRYPTED | IS_STRONGLY_ENCRYPTED | IS_MASKED):
                raise Refused(Reason.ENCRYPTED)
            if entry.compress_type not in READABLE or not _is_harmless(entry):
                raise Refused(Reason.ARCHIVE)
            if entry.file_size > ENTRY_MAX_BYTES:
                raise Refused(Reason.DEMANDING)
        # Case is folded: on many systems one of the two would hide the other.
        if len({entry.filename.casefold() for entry in entries}) != len(entries):
            raise Refused(Reason.ARCHIVE)

    def _places(self, entries: list[zipfile.ZipInfo]) -> dict[str, int]:
        """Return where the bytes of each entry begin; nothing may stand before, between or over them."""
        starts, free_from = {}, 0
        for entry in sorted(entries, key=lambda each: each.header_offset):
            gap = entry.header_offset - free_from
            if not 0 <= gap <= (DESCRIPTOR_MAX_BYTES if free_from else 0):
                raise Refused(Reason.ARCHIVE)
            starts[entry.filename] = self._data_start(entry)
            free_from = starts[entry.filename] + entry.compress_size
        if not 0 <= self._directory_start - free_from <= (DESCRIPTOR_MAX_BYTES if free_from else 0):
            raise Refused(Reason.ARCHIVE)
        return starts

    def _data_start(self, entry: zipfile.ZipInfo) -> int:
        header = self._content[entry.header_offset : entry.header_offset + LOCAL_HEADER.size]
        if len(header) < LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise Refused(Reason.BROKEN)
        fields: tuple[int, ...] = LOCAL_HEADER.unpack(header)
        flags, method, name_length, extra_length = fields[2], fields[3], fields[9], fields[10]
        name_start = entry.header_offset + LOCAL_HEADER.size
        name = self._content[name_start : name_start + name_length]
        encoding = "utf-8" if flags & 0x800 else "cp437"
        if method != entry.compress_type or name.decode(encoding, "replace") != entry.orig_filename:
            raise Refused(Reason.ARCHIVE)
        if flags & (IS_ENCRYPTED | IS_STRONGLY_ENCRYPTED | IS_MASKED):
            raise Refused(Reason.ENCRYPTED)
        return name_start + name_length + extra_length


def _is_harmless(entry: zipfile.ZipInfo) -> bool:
    """Whether the name stays inside the archive and is the same for every program."""
    name = entry.orig_filename
    if not name or len(name) > NAME_MAX_LENGTH or name.startswith("/") or "\\" in name or ":" in name:
        return False
    return ".." not in name.split("/") and name.isprintable()


def _inflated(packed: memoryview) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    # In small pieces: what is not consumed yet is copied each time.
    for at in range(0, len(packed), PIECE_BYTES):
        waiting = bytes(packed[at : at + PIECE_BYTES])
        while waiting and not inflater.eof:
            yield inflater.decompress(waiting, CHUNK_BYTES)
            waiting = inflater.unconsumed_tail
        if inflater.eof and (inflater.unused_data or at + PIECE_BYTES < len(packed)):
            raise Refused(Reason.BROKEN)
    while not inflater.eof and (rest := inflater.decompress(b"", CHUNK_BYTES)):
        yield rest
    if not inflater.eof:
        raise Refused(Reason.BROKEN)
