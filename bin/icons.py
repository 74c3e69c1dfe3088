"""Draw the icons of the installed portal into static/icons: `python bin/icons.py`.

The same slip of paper as static/favicon.svg, on a canvas of 32 units, drawn large and made small. Maskable icons and
Apple's fill the whole square, because the phone itself cuts it to its shape: what matters stands within 80 % of it.
"""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent.parent / "static" / "icons"
GREEN, WHITE, CLEAR = "#0d5b4c", "#ffffff", (0, 0, 0, 0)
FINER = 8
"""How many times larger than wanted each icon is drawn, for smooth edges."""
SLIP = [
    (9, 7), (20, 7), (21.5, 7.4), (22.6, 8.5), (23, 10), (23, 25), (20, 23), (17.7, 25), (15, 23), (12.3, 25),
    (10, 23), (7, 25), (7, 10), (6.9, 8.6), (7.6, 7.5),
]  # fmt: skip
LINES = [((12, 12), (18, 12)), ((12, 16), (18, 16))]


def icon(pixels: int, *, round_corners: bool, scale: float = 1.0, badge: bool = False) -> Image.Image:
    """One icon of that many pixels. `scale` shrinks the slip about the middle; a badge is the white slip alone."""
    side = pixels * FINER
    unit = side / 32

    def at(point: tuple[float, float]) -> tuple[float, float]:
        # The slip of the favicon stands a unit left of the middle.
        x, y = point
        return (16 + (x + 1 - 16) * scale) * unit, (16 + (y - 16) * scale) * unit

    image = Image.new("RGBA", (side, side), CLEAR)
    draw = ImageDraw.Draw(image)
    if not badge:
        draw.rounded_rectangle((0, 0, side - 1, side - 1), 7 * unit if round_corners else 0, fill=GREEN)
    draw.polygon([at(point) for point in SLIP], fill=WHITE)
    ink, half = CLEAR if badge else GREEN, scale * unit
    for start, end in LINES:
        (left, y), (right, _y) = at(start), at(end)
        draw.rounded_rectangle((left - half, y - half, right + half, y + half), half, fill=ink)
    return image.resize((pixels, pixels), Image.Resampling.LANCZOS)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    made = {
        "icon-192.png": icon(192, round_corners=True),
        "icon-512.png": icon(512, round_corners=True),
        "maskable-192.png": icon(192, round_corners=False, scale=0.9),
        "maskable-512.png": icon(512, round_corners=False, scale=0.9),
        "apple-touch-180.png": icon(180, round_corners=False).convert("RGB"),
        "badge-96.png": icon(96, round_corners=False, scale=1.5, badge=True),
    }
    for name, image in made.items():
        image.save(FOLDER / name, optimize=True)
        print(f"{name}: {(FOLDER / name).stat().st_size} bytes")


if __name__ == "__main__":
    main()
