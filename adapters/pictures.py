"""Drawings as PNG: discs, strokes and labels, drawn at twice their size and made smaller, so that edges are smooth.

Pillow was chosen over matplotlib: typed, a fraction of the size, imported in 20 ms instead of 500. The font is the one
that comes inside it, so a picture looks the same on every machine; it has no accents, so letters lose theirs. Nothing
here is shared between calls: several threads may draw at once.
"""

import io
import unicodedata

from PIL import Image, ImageDraw, ImageFont

from bot.domain import Disc, Drawing, Label, Stroke

SCALE = 2
COLOURS = 64
"""Of the palette: enough for smooth edges, a third of the bytes of full colour."""
LARGEST = 4000
"""Pixels of either side; more is no drawing of ours."""
DOTS = "..."
LEADING = 1.15
"""From one line to the next, in sizes of its letters."""
LONGEST = 500
"""Characters of a label that are looked at."""
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
_PLAIN = str.maketrans(
    {"–": "-", "—": "-", "‑": "-", "−": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": DOTS, "·": "-"}
)
_ANCHORS = {"left": "lm", "middle": "mm", "right": "rm"}


def draw(drawing: Drawing) -> bytes:
    """Return a drawing as PNG; the same drawing always gives the same bytes. Takes some tenths of a second."""
    width, height = min(drawing.width, LARGEST), min(drawing.height, LARGEST)
    image = Image.new("RGB", (width * SCALE, height * SCALE), drawing.background)
    canvas = ImageDraw.Draw(image)
    for shape in drawing.shapes:
        if isinstance(shape, Disc):
            _disc(canvas, shape)
        elif isinstance(shape, Stroke):
            _stroke(canvas, shape)
        else:
            _label(canvas, shape)
    small = image.resize((width, height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _disc(canvas: ImageDraw.ImageDraw, disc: Disc) -> None:
    x, y, radius = disc.x * SCALE, disc.y * SCALE, disc.radius * SCALE
    box = (x - radius, y - radius, x + radius, y + radius)
    canvas.ellipse(box, fill=disc.colour, outline=disc.ring or None, width=3 * SCALE if disc.ring else 0)


def _stroke(canvas: ImageDraw.ImageDraw, stroke: Stroke) -> None:
    points = [(x * SCALE, y * SCALE) for x, y in stroke.points]
    canvas.line(points, fill=stroke.colour, width=round(stroke.width * SCALE), joint="curve")


def _label(canvas: ImageDraw.ImageDraw, label: Label) -> None:
    font = ImageFont.load_default(label.size * SCALE)
    lines = _wrapped(plain(label.text), font, label.most * SCALE, label.lines)
    height = label.size * SCALE * LEADING
    for number, line in enumerate(lines):
        y = label.y * SCALE + (number - (len(lines) - 1) / 2) * height
        canvas.text((label.x * SCALE, y), line, fill=label.colour, font=font, anchor=_ANCHORS[label.align])


def plain(text: str) -> str:
    """Return a text in the letters that the font has: no accents, plain dashes and quotes; ``?`` for all others."""
    flat = unicodedata.normalize("NFKD", text[:LONGEST].translate(_PLAIN))
    return "".join(
        sign if sign.isascii() and sign.isprintable() else "?" for sign in flat if not unicodedata.combining(sign)
    )


def _wrapped(text: str, font: Font, most: float, lines: int) -> list[str]:
    """Return a text in at most so many lines, broken between words; the last is cut where there is more."""
    words, done = text.split(), list[str]()
    while words and len(done) < lines - 1:
        count = 1
        while count < len(words) and font.getlength(" ".join(words[: count + 1])) <= most:
            count += 1
        done.append(_fitted(" ".join(words[:count]), font, most))
        words = words[count:]
    return [*done, _fitted(" ".join(words), font, most)] if words else done


def _fitted(text: str, font: Font, most: float) -> str:
    """Return a text, or as much of its beginning as has room before the dots."""
    if font.getlength(text) <= most:
        return text
    fits, over = 0, len(text)
    while over - fits > 1:
        middle = (fits + over) // 2
        fits, over = (middle, over) if font.getlength(text[:middle].rstrip() + DOTS) <= most else (fits, middle)
    return text[:fits].rstrip() + DOTS
