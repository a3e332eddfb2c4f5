"""The project's own pictures: PNG, no larger than an office printer can use. The only user of Pillow."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageFile, UnidentifiedImageError

BYTES = 2 * 1024 * 1024
PIXELS = 12_000_000  # a full sheet at 300 dots per inch has 8 million


def fault(data: bytes) -> str:
    """Say why a picture cannot be printed; empty when it can be. Its size is known before a pixel is unpacked."""
    if len(data) > BYTES:
        return f"has {len(data) // 1024} kB (at most {BYTES // 1024})"
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES  # WeasyPrint sets it for its whole process
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # told below, in our words
            picture = Image.open(BytesIO(data), formats=["PNG"])
        width, height = picture.size
        if width * height > PIXELS:
            return f"has {width} x {height} points (at most {PIXELS // 1_000_000} million)"
        picture.verify()
        Image.open(BytesIO(data), formats=["PNG"]).load()
    except Image.DecompressionBombError:
        return f"has more than {PIXELS // 1_000_000} million points"
    except UnidentifiedImageError:
        return "is no PNG picture"
    except (OSError, SyntaxError, ValueError, EOFError):  # Pillow's words for a damaged file differ by the damage
        return "is damaged"
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    return ""
