"""Drawings as PNG: real pictures, small, legible, always the same."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from PIL import Image, ImageChops

from adapters.pictures import draw, plain
from bot.cli.build import Knowledge
from bot.domain import Action, Disc, Drawing, Label, Stage, Story, Stroke
from bot.timeline import MOST, drawing, timeline

GROUND, INK, RED = "#101010", "#f0f0f0", "#e5484d"


def drawn(*shapes: Disc | Label | Stroke, width: int = 200, height: int = 100) -> Image.Image:
    data = draw(Drawing(width=width, height=height, background=GROUND, shapes=shapes))
    return Image.open(io.BytesIO(data)).convert("RGB")


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    """Return the box of all that is not ground: left, top, right, bottom."""
    grey = image.convert("L").point(lambda value: 255 if value > 60 else 0)
    box = grey.getbbox()
    assert box is not None
    return box


def test_a_disc_stands_where_it_should() -> None:
    image = drawn(Disc(x=50, y=40, radius=10, colour=RED))
    assert image.size == (200, 100)
    assert ink(image) == (40, 30, 61, 51)
    red, green, _ = image.getpixel((50, 40))  # type: ignore[misc]  # a pixel of an RGB image
    assert red > 2 * green


@pytest.mark.parametrize(("align", "side"), [("left", 0), ("right", 2)])
def test_words_begin_or_end_where_they_should_and_are_centred_on_their_line(align: str, side: int) -> None:
    box = ink(drawn(Label(x=100, y=50, text="HHHH", size=20, colour=INK, most=90, align=align)))
    assert abs(box[side] - 100) <= 3
    assert abs((box[1] + box[3]) / 2 - 50) <= 3


@pytest.mark.parametrize("lines", [1, 2])
def test_words_that_are_too_long_are_broken_and_cut(lines: int) -> None:
    label = Label(x=10, y=50, text="word " * 40, size=20, colour=INK, most=150, lines=lines)
    left, top, right, bottom = ink(drawn(label))
    assert right - left <= 151
    assert (bottom - top > 30) is (lines == 2)


def test_one_word_without_end_is_cut_too() -> None:
    assert ink(drawn(Label(x=10, y=50, text="w" * 5_000, size=20, colour=INK, most=150, lines=2)))[2] <= 161


def test_letters_that_the_font_lacks_lose_their_accents_or_become_question_marks() -> None:
    assert plain("Côte d’Ivoire – Türkiye …") == "Cote d'Ivoire - Turkiye ..."
    assert plain("制裁\x00\u202e") == "????"


def test_nothing_to_draw_is_a_picture_too() -> None:
    assert draw(Drawing(width=10, height=10, background=GROUND)).startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def full(knowledge: Knowledge) -> Drawing:
    """A timeline as full as there is."""
    first = datetime(2014, 1, 1, tzinfo=UTC)
    stories = [
        Story(
            key=f"s{n}",
            action=Action(
                stage=list(Stage)[n % 9], issuers=("EU",), targets=("RU", "BY", "CN"), counts={"individuals": n}
            ),
            first=first + timedelta(days=12 * n),
            last=first + timedelta(days=12 * n),
            answers=f"s{n - 1}" if n % 3 == 0 else None,
        )
        for n in range(MOST)
    ]
    told = timeline("Russia", ("by Russia", stories[::2]), ("against Russia", stories[1::2]), knowledge.wording)
    return drawing(told, knowledge.wording)


def test_the_fullest_timeline_is_small_and_quick(full: Drawing) -> None:
    draw(full)
    started = perf_counter()
    data = draw(full)
    assert perf_counter() - started < 1.5
    assert len(data) < 300_000


def test_the_same_drawing_is_always_the_same_picture_also_from_several_threads(full: Drawing) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(draw, [full] * 3))) == 1


def test_it_can_be_read_in_the_dark_and_in_the_light(full: Drawing) -> None:
    image = Image.open(io.BytesIO(draw(full)))
    assert "transparency" not in image.info
    ground = Image.new("RGB", image.size, full.background)
    corner = ImageChops.difference(image.convert("RGB"), ground).crop((0, 0, 50, 50)).convert("L")
    # the palette may be off by a shade
    assert max(corner.tobytes()) <= 3
