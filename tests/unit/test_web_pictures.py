"""Pictures at the door: only known names, kept by browsers; photographs with a time limit and a way out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from pictures import dog_ceo
from pictures.rendering import names
from web import pictures as at_the_door
from web.headers import SecurityHeaders

JPEG = b"\xff\xd8\xff\xe0 a photograph"
WHERE = "https://images.dog.ceo/breeds/hound-afghan/n02088094_1003.jpg"
TOLD = json.dumps({"message": WHERE, "status": "success"}).encode()

Bodies = dict[str, bytes | Exception]


class DogCeo:
    """A stand-in for dog.ceo: bodies by address, and what was asked."""

    def __init__(self) -> None:
        self.bodies: Bodies = {dog_ceo.RANDOM_DOG: TOLD, WHERE: JPEG}
        self.asked: list[str] = []
        self.wait = 0.0
        self.now = 0.0

    async def get(self, url: str) -> bytes:
        self.asked.append(url)
        await asyncio.sleep(self.wait)
        body = self.bodies[url]
        if isinstance(body, Exception):
            raise body
        return body


@pytest.fixture
def dogs() -> DogCeo:
    return DogCeo()


@pytest.fixture
def app(dogs: DogCeo) -> FastAPI:
    app = FastAPI()
    app.add_middleware(SecurityHeaders)
    app.include_router(at_the_door.router)
    app.state.photographs = at_the_door.Photographs(dogs.get, json.loads, lambda: dogs.now)
    return app


@pytest.fixture
def get(app: FastAPI) -> Callable[..., Awaitable[httpx.Response]]:
    async def ask(path: str, **headers: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://own") as client:
            return await client.get(path, headers=headers)

    return ask


@pytest.fixture
def switched_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(dog_ceo.SWITCH, "on")
    yield


async def test_a_picture_is_a_png_that_browsers_keep(get: Any) -> None:
    answer = await get("/pictures/dogs/hello.png")
    assert answer.status_code == 200 and answer.content.startswith(b"\x89PNG")
    assert answer.headers["content-type"] == "image/png"
    assert "max-age=604800" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    again = await get("/pictures/dogs/hello.png", **{"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and again.content == b""


async def test_the_first_and_the_last_picture_of_each_kind_are_served(get: Any) -> None:
    known = list(names())
    for name in (known[0], known[-1], "memes/one-whole-podcast-sv.png"):
        assert (await get(f"/pictures/{name}")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("dogs/none.png", "dogs/hello.svg", "dogs.yml", "../app.py", "..%2f..%2fetc%2fpasswd", "dogs/..%2fdogs.yml"),
        *(
            "fonts/OFL.txt",
            "%00",
            "dogs/hello.png%00",
            "memes/delivery.png",
            "photographs/1.jpg",
            "photographs/999.jpg",
        ),
    ],
)
async def test_nothing_else_is_there(get: Any, path: str) -> None:
    assert (await get(f"/pictures/{path}")).status_code == 404


@pytest.mark.usefixtures("switched_on")
async def test_a_photograph_is_fetched_once(get: Any, dogs: DogCeo) -> None:
    for _ in range(3):
        answer = await get("/pictures/photographs/7.jpg")
        assert answer.content == JPEG and answer.headers["content-type"] == "image/jpeg"
    assert dogs.asked == [dog_ceo.RANDOM_DOG, WHERE]


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize(
    "bodies",
    [
        {dog_ceo.RANDOM_DOG: OSError("no network")},
        {dog_ceo.RANDOM_DOG: b"<html>"},
        {dog_ceo.RANDOM_DOG: b"[]"},
        {dog_ceo.RANDOM_DOG: json.dumps({"message": "https://example.org/breeds/a.jpg"}).encode()},
        {dog_ceo.RANDOM_DOG: json.dumps({"message": 7}).encode()},
        {WHERE: b"<html>no photograph</html>"},
        {WHERE: b"GIF89a"},
        {WHERE: ValueError("it is too large")},
    ],
    ids=["down", "markup", "a list", "another site", "a number", "a page", "another type", "too large"],
)
async def test_whatever_goes_wrong_a_dog_of_our_own_is_shown(get: Any, dogs: DogCeo, bodies: Bodies) -> None:
    dogs.bodies |= bodies
    answer = await get("/pictures/photographs/7.jpg")
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/png"
    assert "max-age=60" in answer.headers["cache-control"]
    asked = len(dogs.asked)
    await get("/pictures/photographs/8.jpg")
    assert len(dogs.asked) == asked, "it isn't asked again at once"
    dogs.now += at_the_door.AGAIN_AFTER
    await get("/pictures/photographs/8.jpg")
    assert len(dogs.asked) > asked


@pytest.mark.usefixtures("switched_on")
async def test_a_photograph_that_takes_too_long_is_not_waited_for(
    get: Any, dogs: DogCeo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dog_ceo, "WITHIN", 0.05)
    dogs.wait = 3600
    answer = await get("/pictures/photographs/7.jpg")
    assert answer.headers["content-type"] == "image/png"
