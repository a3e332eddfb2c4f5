"""The address of a sheet's page on the web as a square that a phone reads. The only user of segno."""

from __future__ import annotations

from functools import lru_cache

_QUIET = 2  # modules of white on each side, beside the white of the page


@lru_cache(maxsize=1024)
def drawing(address: str) -> tuple[int, str]:
    """(modules on a side with its white, SVG path) of a code that stays readable with a seventh of it gone.

    Raises LookupError where segno is not installed.
    """
    try:
        import segno
    except ImportError:
        msg = 'program.yaml has an address, and drawing its code needs segno: pip install "handouts[web]"'
        raise LookupError(msg) from None
    matrix = segno.make_qr(address, error="m").matrix
    runs = [
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z" for y, row in enumerate(matrix) for x, module in enumerate(row) if module
    ]
    return len(matrix) + 2 * _QUIET, "".join(runs)
