"""What a phone reads to install the portal: valid, in both languages, with icons of the sizes it names."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image

from blueprints.public.manifest import BAR, PAGE
from tests.design.test_assets import tokens


def told(client, language: str = "en"):
    answer = client.get(f"/manifest.webmanifest?lang={language}")
    assert answer.status_code == 200
    assert answer.mimetype == "application/manifest+json"
    return answer.get_json(force=True)


def test_it_has_the_name_of_the_business_and_opens_ones_own_pages(client, house):
    manifest = told(client)
    assert (manifest["name"], manifest["short_name"]) == ("Harbor Motors", "Harbor")
    assert manifest["display"] == "standalone"
    assert house.client("bo").get(manifest["start_url"]).status_code == 200
    assert client.get(manifest["start_url"]).status_code == 303


@pytest.mark.parametrize(
    ("language", "names"),
    [("en", ["Pay", "Messages"]), ("es", ["Pagar", "Mensajes"]), ("xx", ["Pay", "Messages"])],
)
def test_its_shortcuts_lead_to_paying_and_messages_in_the_language_of_the_page(
    client, house, language, names
):
    shortcuts = told(client, language)["shortcuts"]
    assert [one["name"] for one in shortcuts] == names
    for one in shortcuts:
        assert house.client("bo").get(one["url"]).status_code == 200


def test_each_icon_is_there_and_as_large_as_it_says(client):
    icons = told(client)["icons"]
    assert {(one["sizes"], one["purpose"]) for one in icons} == {
        (size, purpose) for size in ("192x192", "512x512") for purpose in ("any", "maskable")
    }
    for one in icons:
        image = Image.open(io.BytesIO(client.get(one["src"]).data))
        assert f"{image.width}x{image.height}" == one["sizes"]


def test_a_maskable_icon_fills_its_square_and_keeps_its_sign_where_no_phone_cuts(client):
    for one in told(client)["icons"]:
        if one["purpose"] != "maskable":
            continue
        image = Image.open(io.BytesIO(client.get(one["src"]).data)).convert("RGBA")
        ground, half = image.getpixel((0, 0)), image.width / 2
        for x in range(0, image.width, 2):
            for y in range(0, image.height, 2):
                pixel = image.getpixel((x, y))
                assert pixel[3] == 255
                if (x - half) ** 2 + (y - half) ** 2 > (0.8 * half) ** 2:
                    assert pixel == ground


def test_every_page_names_it_in_its_language_with_an_icon_for_iphones(client, house):
    for language in ("en", "es"):
        page = client.get("/sign-in", headers={"Accept-Language": language}).text
        assert f'<link rel="manifest" href="/manifest.webmanifest?lang={language}">' in page
    apple = re.search(r'rel="apple-touch-icon" href="([^"]+)"', page).group(1)
    image = Image.open(io.BytesIO(client.get(apple).data))
    assert (image.size, image.mode) == ((180, 180), "RGB")


def test_the_colours_around_the_page_are_those_of_its_bar(client):
    light, dark = re.findall(r'<meta name="theme-color" content="(#\w+)"', client.get("/sign-in").text)
    bars = [
        colour * 2 if len(colour) == 3 else colour for colour in (one.lstrip("#") for one in tokens()["card"])
    ]
    assert [light, dark] == [f"#{colour}" for colour in bars]
    assert (light, tokens()["background"][0]) == (BAR, PAGE)
