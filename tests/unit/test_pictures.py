"""The pack: every picture can be drawn, told in words and found at its moment; mistakes of staff are told."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from pictures import LANGUAGES, MOMENTS, WrongPack, dog_ceo, pack, picture_for
from pictures.captions import LINE, SMALLEST, Box, CaptionTooLong, fitted, width_of
from pictures.pack import FOLDER, SIZE, read_pack
from pictures.rendering import names, png, svg_of

NAMES = list(names())
OFF: dict[str, str] = {}
ON = {dog_ceo.SWITCH: "on"}


def test_there_are_many_dogs_and_memes() -> None:
    assert len(pack().dogs) >= 16
    assert len({meme.template.id for meme in pack().memes.values()}) >= 6
    assert len(pack().memes) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_drawn_in_its_full_size(name: str) -> None:
    content = png(name)
    assert content is not None
    image = Image.open(io.BytesIO(content))
    assert image.format == "PNG" and image.size == (SIZE, SIZE)
    assert len(image.convert("RGB").getcolors(1 << 20) or []) > 20, "it isn't blank"
    assert len(content) < 120_000


@pytest.mark.parametrize("tone", ["dogs", "memes"])
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_moment_has_a_picture_with_words_for_who_can_t_see_it(tone: str, moment: str, language: str) -> None:
    picture = picture_for(tone, [moment], language, Random(1), environment=OFF)
    assert picture is not None
    assert png(picture.path.removeprefix("/pictures/"))
    assert len(picture.alt) > 15
    assert picture.language == language and picture.payload["alt"] == picture.alt


def test_the_words_of_a_meme_are_in_its_alt() -> None:
    for seed in range(30):
        picture = picture_for("memes", ["services"], "fi", Random(seed), environment=OFF)
        assert picture is not None
        meme = pack().memes[picture.path.rpartition("/")[2].removesuffix("-fi.png")]
        assert all(caption in picture.alt for caption in meme.captions["fi"])


def test_the_same_seed_gives_the_same_picture_and_recent_ones_stay_away() -> None:
    first = picture_for("dogs", ["small_talk"], "fi", Random(3), environment=OFF)
    assert first == picture_for("dogs", ["small_talk"], "fi", Random(3), environment=OFF)
    assert first is not None
    for seed in range(50):
        other = picture_for("dogs", ["small_talk"], "fi", Random(seed), recent=[first.path], environment=OFF)
        assert other is not None and other.path != first.path


def test_where_all_were_shown_only_the_last_one_stays_away() -> None:
    both = {f"/pictures/memes/{one}-fi.png" for one in ("monday-again", "coffee-is-asleep")}
    last = "/pictures/memes/monday-again-fi.png"
    recent = [*(both - {last}), last]
    picture = picture_for("memes", ["monday"], "fi", Random(1), recent=recent, environment=OFF)
    assert picture is not None and picture.path in both - {last}


@pytest.mark.parametrize("tone", ["friendly", "humour", "calm", ""])
def test_other_tones_have_no_picture(tone: str) -> None:
    assert picture_for(tone, ["greeting"], "fi", Random(1), environment=OFF) is None


def test_muted_there_is_none_and_no_moment_has_none() -> None:
    assert picture_for("dogs", ["greeting"], "fi", Random(1), muted=True, environment=ON) is None
    assert picture_for("dogs", [], "fi", Random(1), environment=OFF) is None
    assert picture_for("dogs", ["crisis"], "fi", Random(1), environment=OFF) is None


def test_a_language_of_others_gets_finnish_words() -> None:
    picture = picture_for("dogs", ["greeting"], "so", Random(1), environment=OFF)
    assert picture is not None and picture.language == "fi"


# ---- captions ----


def test_every_caption_fits_its_box() -> None:
    for meme in pack().memes.values():
        for language in LANGUAGES:
            for caption, box in zip(meme.captions[language], meme.template.boxes, strict=True):
                lines, size = fitted(caption, box)
                assert size >= SMALLEST
                assert len(lines) * size * LINE <= box.height
                assert all(width_of(line, size) <= box.width for line in lines)
                assert " ".join(lines) == " ".join(caption.split())


def test_a_caption_is_shrunk_until_it_fits_and_refused_when_it_never_does() -> None:
    box = Box(0, 0, 300, 90)
    assert fitted("Moi", box).size > fitted("Hyvää huomenta kaikille, jotka jo heräsivät", box).size
    with pytest.raises(CaptionTooLong, match="fewer words"):
        fitted("sana " * 80, box)
    with pytest.raises(CaptionTooLong):
        fitted("epäjärjestelmällistyttämättömyydellänsäkäänköhän", Box(0, 0, 200, 90))


def test_words_in_a_picture_can_t_draw_anything() -> None:
    drawing = svg_of("memes", "explain-briefly-en")
    assert drawing is not None and "<script" not in drawing
    from pictures.captions import as_svg

    assert "<b>" not in as_svg("<b>&", Box(0, 0, 300, 90))


# ---- names ----


@pytest.mark.parametrize(
    "name",
    [
        "", "dogs", "dogs/", "dogs/none.png", "dogs/hello.svg", "dogs/hello.png/", "memes/archive.png",
        "memes/delivery-so.png", "../dogs.yml", "dogs/../dogs/hello.png", "dogs/%2e%2e/hello.png", "fonts/OFL.txt",
        "dogs/hello.png\x00", "DOGS/hello.png", "photographs/1.jpg", "a" * 5000,
    ],
)  # fmt: skip
def test_only_known_names_are_pictures(name: str) -> None:
    assert png(name) is None


# ---- what staff add ----


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for part in ("dogs", "memes"):
        shutil.copytree(FOLDER / part, tmp_path / part)
        shutil.copy(FOLDER / f"{part}.yml", tmp_path)
    return tmp_path


def test_a_dog_that_staff_add_is_there(folder: Path) -> None:
    shutil.copy(folder / "dogs/hello.svg", folder / "dogs/nakki.svg")
    entry = "\n  - {id: nakki, file: nakki.svg, alt: {fi: Nakki., sv: Nakki., en: Nakki.}, moments: [thanks]}\n"
    with (folder / "dogs.yml").open("a", encoding="utf-8") as file:
        file.write(entry)
    assert read_pack(folder).dogs["nakki"].moments == ("thanks",)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("{id: Nakki!, file: hello.svg, alt: {fi: a, sv: a, en: a}, moments: [thanks]}", "small letters"),
        ("{id: nakki, file: nakki.svg, alt: {fi: a, sv: a, en: a}, moments: [thanks]}", "must be an SVG file"),
        ("{id: nakki, file: ../hello.svg, alt: {fi: a, sv: a, en: a}, moments: [thanks]}", "must be an SVG file"),
        ("{id: nakki, file: hello.svg, alt: {fi: a, en: a}, moments: [thanks]}", "the words in sv are missing"),
        ("{id: nakki, file: hello.svg, alt: {fi: a, sv: a, en: a}, moments: [crisis]}", "not crisis"),
        ("{id: nakki, file: hello.svg, alt: {fi: a, sv: a, en: a}}", "moments must be some of"),
        ("{id: hello, file: hello.svg, alt: {fi: a, sv: a, en: a}, moments: [thanks]}", "twice"),
        ("koira", "list under"),
    ],
)
def test_a_mistake_in_an_entry_is_told_with_its_remedy(folder: Path, entry: str, told: str) -> None:
    with (folder / "dogs.yml").open("a", encoding="utf-8") as file:
        file.write(f"\n  - {entry}\n")
    with pytest.raises(WrongPack, match=told):
        read_pack(folder)


@pytest.mark.parametrize(
    ("drawing", "told"),
    [
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"></svg>', "must begin with"),
        ('<svg viewBox="0 0 640 640"><script>1</script></svg>', "drawn shapes only"),
        ('<svg viewBox="0 0 640 640"><image href="https://example.org/a.png"/></svg>', "drawn shapes only"),
    ],
)
def test_a_drawing_that_can_t_be_used_is_told(folder: Path, drawing: str, told: str) -> None:
    (folder / "dogs/hello.svg").write_text(drawing, encoding="utf-8")
    with pytest.raises(WrongPack, match=told):
        read_pack(folder)


def test_a_caption_that_is_too_long_is_told(folder: Path) -> None:
    file = folder / "memes.yml"
    file.write_text(file.read_text("utf-8").replace("Moikka. Jään tähän jäähtymään.", "Moikka " * 60), encoding="utf-8")
    with pytest.raises(WrongPack, match=r"cooling-down, fi: .*fewer words"):
        read_pack(folder)


# ---- photographs ----


def test_photographs_are_off_unless_the_operator_switches_them_on() -> None:
    for seed in range(100):
        picture = picture_for("dogs", ["greeting"], "fi", Random(seed), environment=OFF)
        assert picture is not None and "photographs" not in picture.path
    paths = [picture_for("dogs", ["greeting"], "fi", Random(seed), environment=ON) for seed in range(100)]
    shown = [one.path for one in paths if one and "photographs" in one.path]
    assert 20 < len(shown) < 80
    assert all(dog_ceo.number_of(path.removeprefix("/pictures/")) is not None for path in shown)


@pytest.mark.parametrize(
    "name", ["photographs/100.jpg", "photographs/007.jpg", "photographs/-1.jpg", "photographs/1.png"]
)
def test_there_are_only_so_many_photographs(name: str) -> None:
    assert dog_ceo.number_of(name) is None


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("https://images.dog.ceo/breeds/hound-afghan/n02088094_1003.jpg", True),
        ("http://images.dog.ceo/breeds/a.jpg", False),
        ("https://example.org/breeds/a.jpg", False),
        ("https://images.dog.ceo@example.org/breeds/a.jpg", False),
        ("https://images.dog.ceo/other/a.jpg", False),
        (None, False),
        (7, False),
    ],
)
def test_only_dog_ceo_s_own_photographs_are_fetched(address: object, is_one: bool) -> None:
    assert dog_ceo.is_photograph(address) is is_one
