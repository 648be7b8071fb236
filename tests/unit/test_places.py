"""What is known of Finland's places: names, regions, neighbours, postal codes, distances."""

import csv
from pathlib import Path

import pytest

from service_catalog.places import DATA, PlaceDataError, Places

PLACES = Places.load()


@pytest.mark.parametrize(
    "written, name",
    [
        ("Tampere", "Tampere"),
        ("  tampere ", "Tampere"),
        ("Åbo", "Turku"),
        ("esbo", "Espoo"),
        ("Stadi", "Helsinki"),
        ("Hki", "Helsinki"),
        ("rollo", "Rovaniemi"),
        ("091", "Helsinki"),
        ("Maarianhamina - Mariehamn", "Maarianhamina"),
        ("Mariehamn", "Maarianhamina"),
        ("Pedersöre", "Pedersören kunta"),
    ],
)
def test_a_municipality_answers_to_its_names(written: str, name: str) -> None:
    found = PLACES.municipality(written)

    assert found is not None and found.name == name


@pytest.mark.parametrize("unknown", ["", "Tukholma", "x" * 10_000, "\0", "Pertunmaa"])
def test_an_unknown_name_is_none_and_never_an_error(unknown: str) -> None:
    assert PLACES.municipality(unknown) is None
    assert PLACES.region(unknown) is None
    assert PLACES.neighbours(unknown) == ()


def test_there_are_308_municipalities_in_19_regions() -> None:
    assert len(PLACES.municipalities) == 308
    assert len({each.code for each in PLACES.municipalities.values()}) == 308
    assert len({each.region for each in PLACES.municipalities.values()}) == 19


def test_merged_municipalities_live_on_as_places() -> None:
    homes = {district.name: district.municipality for district in PLACES.districts if "former" in district.kind}

    assert homes["Pertunmaa"] == "Mäntyharju"
    assert homes["Honkajoki"] == "Kankaanpää"
    assert homes["Valtimo"] == "Nurmes"
    assert homes["Haukipudas"] == "Oulu"


def test_regions() -> None:
    assert PLACES.region("Tampere") == "Pirkanmaa"
    assert PLACES.region("Iitti") == "Päijät-Häme"
    assert PLACES.region("Mariehamn") == "Ahvenanmaa"
    assert "Nokia" in PLACES.in_region("Pirkanmaa")


@pytest.mark.parametrize(
    "name, neighbours",
    [
        ("Kauniainen", {"Espoo"}),
        ("Helsinki", {"Espoo", "Vantaa", "Sipoo"}),
        ("Tampere", {"Kangasala", "Lempäälä", "Nokia", "Orivesi", "Pirkkala", "Ruovesi", "Ylöjärvi"}),
        ("Utsjoki", {"Inari"}),
        ("Mäntyharju", {"Hartola", "Heinola", "Hirvensalmi", "Joutsa", "Kouvola", "Mikkeli", "Savitaipale"}),
    ],
)
def test_neighbours(name: str, neighbours: set[str]) -> None:
    assert set(PLACES.neighbours(name)) == neighbours


def test_neighbours_are_mutual_and_near() -> None:
    for each in PLACES.municipalities.values():
        assert each.neighbours and each.name not in each.neighbours
        for neighbour in each.neighbours:
            assert each.name in PLACES.neighbours(neighbour)
            distance = PLACES.distance_km(each.name, neighbour)
            assert distance is not None and distance < 175


def test_all_places_lie_in_finland_and_near_their_municipality() -> None:
    for district in PLACES.districts:
        distance = PLACES.distance_km(district.coordinates, district.municipality)
        assert distance is not None and distance < 130, district


@pytest.mark.parametrize(
    "code, municipality",
    [
        ("33100", "Tampere"),
        ("33720", "Tampere"),
        (" 00500 ", "Helsinki"),
        ("FI-20610", "Turku"),
        ("99800", "Inari"),
        ("19430", "Mäntyharju"),
        ("75700", "Nurmes"),
        ("22100", "Maarianhamina"),
        ("00000", None),
        ("3310", None),
        ("", None),
    ],
)
def test_postal_codes(code: str, municipality: str | None) -> None:
    assert PLACES.by_postal_code(code) == municipality


def test_every_postal_code_has_a_municipality_and_an_area_has_coordinates_nearby() -> None:
    assert len(PLACES.postal_codes) > 4_000
    for code in PLACES.postal_codes.values():
        assert PLACES.by_postal_code(code.code) in PLACES.municipalities
        if code.coordinates:
            distance = PLACES.distance_km(code.coordinates, code.municipality)
            assert distance is not None and distance < 140, code
    without = [code for code in PLACES.postal_codes.values() if code.kind == "area" and not code.coordinates]
    assert {code.code for code in without if PLACES.region(code.municipality) != "Ahvenanmaa"} == {"16980"}


@pytest.mark.parametrize(
    "one, other, kilometres",
    [
        ("Helsinki", "Tampere", 161),
        ("Helsinki", "Turku", 150),
        ("Oulu", "Rovaniemi", 166),
        ("Helsinki", "Utsjoki", 1_090),
        ("Hervanta", "Tampere", 7),
        ("Turku", (60.4518, 22.2666), 0),
    ],
)
def test_distances_as_the_crow_flies(one: str, other: str | tuple[float, float], kilometres: int) -> None:
    assert PLACES.distance_km(one, other) == pytest.approx(kilometres, rel=0.03, abs=2)


def test_the_distance_of_an_unknown_place_is_none() -> None:
    assert PLACES.distance_km("Turku", "Atlantis") is None
    assert PLACES.distance_km("Turku", (float("nan"), 0.0)) is None
    assert PLACES.by_distance("Atlantis") == []


def test_by_distance_begins_at_home_and_has_everybody() -> None:
    ordered = PLACES.by_distance("Tampere")

    assert ordered[0] == ("Tampere", 0.0)
    assert {name for name, _ in ordered[1:6]} == {"Pirkkala", "Ylöjärvi", "Nokia", "Lempäälä", "Kangasala"}
    assert len(ordered) == 308
    assert [km for _, km in ordered] == sorted(km for _, km in ordered)


@pytest.mark.parametrize(
    "latitude, longitude, name",
    [
        (60.1699, 24.9384, "Helsinki"),
        (61.4480, 23.8530, "Tampere"),
        (60.2055, 24.6559, "Espoo"),
        (60.2095, 24.7290, "Kauniainen"),
        (68.4200, 27.4000, "Inari"),
        (60.0970, 19.9350, "Maarianhamina"),
        (59.4370, 24.7536, None),
        (0.0, 0.0, None),
        (float("nan"), 25.0, None),
        (600.0, 25.0, None),
    ],
)
def test_own_coordinates_give_the_municipality(latitude: float, longitude: float, name: str | None) -> None:
    assert PLACES.nearest(latitude, longitude) == name


def test_the_nearest_municipality_of_every_main_centre_is_its_own() -> None:
    assert [
        each.name for each in PLACES.municipalities.values() if PLACES.nearest(*each.coordinates) != each.name
    ] == []


def _copy_with(tmp_path: Path, file: str, old: str, new: str) -> Path:
    for path in DATA.glob("*.csv"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    path = tmp_path / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "file, old, new, says",
    [
        ("places.csv", "Kylmäkoski,,Akaa,", "Kylmäkoski,,Aka,", r"places.csv, line \d+: 'Aka' is no municipality"),
        ("places.csv", "Kylmäkoski,,Akaa,", "Kylmäkoski,Akaa,", r"places.csv, line \d+: 7 fields, 8 expected"),
        ("municipalities.csv", "61.1690,23.8680", "23.8680,61.1690", r"municipalities.csv, line \d+: .*latitude then"),
        ("municipalities.csv", "61.1690,23.8680", "61°,23.8680", r"municipalities.csv, line \d+: .*WGS84"),
        ("place_names.csv", "rollo,Rovaniemi,", "rollo,Rovaniem,", r"place_names.csv, line \d+: 'Rovaniem' is no"),
        ("place_names.csv", "itis,Itäkeskus,", "itis,Itäkesku,", r"'Itäkesku' in 'Helsinki' is not in places.csv"),
        ("place_names.csv", "Rovaniemi,,nickname", "Rovaniemi,,nick", r"kind 'nick' is not one of nickname, short"),
        (
            "postal_codes.csv",
            "code,municipality",
            "postcode,municipality",
            r"postal_codes.csv: the first line must name",
        ),
        ("municipalities.csv", "Hämeenlinna|Lempäälä|Urjala", "Hämeenlina|Lempäälä|Urjala", r"Akaa, neighbours"),
    ],
)
def test_a_mistake_in_a_file_says_where_it_is_and_what_would_be_right(
    tmp_path: Path, file: str, old: str, new: str, says: str
) -> None:
    with pytest.raises(PlaceDataError, match=says):
        Places.load(_copy_with(tmp_path, file, old, new))


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    for path in DATA.glob("*.csv"):
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        (tmp_path / path.name).write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert len(Places.load(tmp_path).municipalities) == 308


def test_names_stay_as_the_official_list_has_them() -> None:
    official = Path(__file__).parents[3] / "shared" / "ptv" / "codelists" / "municipality_codes.json"
    if not official.exists():
        pytest.skip("the shared code lists are not here")
    import json

    names = json.loads(official.read_text(encoding="utf-8-sig"))
    with (DATA / "municipalities.csv").open(encoding="utf-8") as file:
        rows = {row["code"]: row["name"] for row in csv.DictReader(line for line in file if line[0] != "#")}

    assert set(names) - set(rows) == {"588"}, "Pertunmaa joined Mäntyharju in 2025"
    assert {code for code in rows if rows[code] != names[code]} == {"478"}, "Maarianhamina - Mariehamn"


def test_a_municipality_is_called_by_its_name_in_the_language():
    places = Places.load()
    assert [places.name_in("Vaasa", language) for language in ("fi", "sv", "en", None)] == [
        "Vaasa",
        "Vasa",
        "Vaasa",
        "Vaasa",
    ]
    assert places.name_in("Narnia", "sv") == "Narnia"
