"""Draws the page's PNG icons from web/static/icons/icon.svg with the system's Chromium.

The PNG files are committed; run `python scripts/render_icons.py` after a change of the drawing. Phones cut a maskable
icon to any shape, so that one fills its square and keeps the drawing within the middle 80 per cent.
"""

from pathlib import Path

from playwright.sync_api import sync_playwright

ICONS = Path(__file__).parent.parent / "web" / "static" / "icons"
CHROMIUM = "/usr/bin/chromium"
BACKGROUND = "#34388f"

# File name: pixels, drawing's share of the square, background around it ("" is transparent).
PICTURES = {
    "icon-180.png": (180, 1.0, BACKGROUND),  # iOS rounds the corners itself and paints transparency black
    "icon-192.png": (192, 1.0, ""),
    "icon-512.png": (512, 1.0, ""),
    "icon-maskable-512.png": (512, 0.86, BACKGROUND),
}


def main() -> None:
    """Writes every picture."""
    drawing = (ICONS / "icon.svg").read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (pixels, share, background) in PICTURES.items():
            page = browser.new_page(viewport={"width": pixels, "height": pixels})
            page.set_content(
                "<style>body{margin:0;display:grid;place-items:center;height:100vh;"
                f"background:{background or 'none'}}}"
                f"svg{{width:{share:.0%};height:{share:.0%}}}</style>{drawing}"
            )
            page.screenshot(path=ICONS / name, omit_background=not background)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
