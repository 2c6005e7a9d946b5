"""What a file is, by its first bytes: the extension must not promise something else, and nothing may run."""

from __future__ import annotations

import mimetypes
import re
from pathlib import PurePath

from django.utils.translation import gettext_lazy as _

from perennial.foundation.errors import Text

LOOKED_AT = 4096
PLAIN = "application/octet-stream"

_SIGNS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"ID3", "audio/mpeg"),
    (8, b"WAVE", "audio/x-wav"),
    (0, b"OggS", "audio/ogg"),
    (4, b"ftyp", "video/mp4"),
)
# What an extension promises, where a sign can hold it to that. Office files of today are ZIP, those of before are OLE.
_PROMISED: dict[str, frozenset[str]] = {
    ".png": frozenset({"image/png"}), ".gif": frozenset({"image/gif"}), ".webp": frozenset({"image/webp"}),
    ".pdf": frozenset({"application/pdf"}), ".gz": frozenset({"application/gzip"}),
    **dict.fromkeys((".jpg", ".jpeg"), frozenset({"image/jpeg"})),
    **dict.fromkeys((".zip", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"), frozenset({"application/zip"})),
    **dict.fromkeys((".doc", ".xls", ".ppt", ".msg"), frozenset({"application/x-ole-storage"})),
    **dict.fromkeys((".mp4", ".m4a", ".mov", ".heic"), frozenset({"video/mp4"})),
}  # fmt: skip
_TEXTS = frozenset({".txt", ".csv", ".tsv", ".md", ".json", ".eml", ".ics", ".vcf", ".log", ".yaml", ".yml"})
_RUNS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe")
_MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|script|svg|iframe|body|head|\?xml-stylesheet)", re.I)
_RUN_BY_NAME = (
    ".exe", ".dll", ".com", ".bat", ".cmd", ".scr", ".msi", ".js", ".mjs", ".vbs", ".ps1", ".sh", ".jar", ".app",
    ".apk", ".html", ".htm", ".xhtml", ".svg", ".hta", ".lnk", ".docm", ".xlsm", ".pptm",
)  # fmt: skip
_NO_RUNNING = _("Files that can run, such as programs and web pages, are not kept here. Put it into a ZIP file.")
_NOT_AS_NAMED = _("This file is not what its name says. Look whether it is damaged, or has the wrong ending.")


def media_type_of(name: str, head: bytes) -> str:
    """The media type of a file by its first `LOOKED_AT` bytes. Raises ValueError with a sentence."""
    ending = PurePath(name.lower().strip(". ")).suffix
    if ending in _RUN_BY_NAME or head.startswith(_RUNS) or _MARKUP.search(_unwrapped(head)):
        raise _refused(_NO_RUNNING)
    found = next((type for at, sign, type in _SIGNS if head[at : at + len(sign)] == sign), "")
    if ending in _PROMISED:
        if found not in _PROMISED[ending]:
            raise _refused(_NOT_AS_NAMED)
        return mimetypes.guess_type(f"x{ending}")[0] or found
    if ending in _TEXTS:
        if found or b"\x00" in head:
            raise _refused(_NOT_AS_NAMED)
        return mimetypes.guess_type(f"x{ending}")[0] or "text/plain"
    return found or PLAIN


def _unwrapped(head: bytes) -> bytes:
    """The beginning as a browser would look at it; UTF-16 without its zeros."""
    return head[:1024].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:512]


def _refused(sentence: Text) -> ValueError:
    return ValueError(sentence)
