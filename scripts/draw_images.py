"""Draw the pictures that are made from the logo: icons of all sizes and the preview that links show. Run when it changes.

    .venv/bin/python scripts/draw_images.py

The logo is static/img/logo.svg, our own drawing: two people, who are also a sun and a moon over hills. Needs a Chromium.
"""

import io
import os
import re
import shutil
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "static/img"
GREEN, DEEP, SUN, MIST, LEAF = "#17694f", "#0f4a38", "#f3b64c", "#8fdcc0", "#4ba583"
FONT = "system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif"
COLORS = 128  # of an image that is drawn, not photographed


def main() -> None:
    """Draw all of them into static/img."""
    logo = (IMAGES / "logo.svg").read_text()
    square = logo.replace('rx="9"', 'rx="0"')
    padded = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-4 -4 40 40"><path fill="{GREEN}" d="M-4-4h40v40H-4z"/>{inner(square)}</svg>'
    with sync_playwright() as playwright:
        chromium = (
            os.environ.get("PHOTOROOM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        )
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        for name, svg, side in (
            ("apple-touch-icon.png", square, 180),
            ("icon-192.png", logo, 192),
            ("icon-512.png", logo, 512),
            ("icon-maskable-512.png", padded, 512),
        ):
            save(shot(page, sized(svg, side), side, side), name)
        icon = shot(page, sized(logo, 48), 48, 48)
        icon.save(IMAGES / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])
        save(shot(page, preview(logo), 1200, 630), "social.png")
        browser.close()


def inner(svg: str) -> str:
    """The drawing within an SVG file."""
    return re.sub(r"^<svg[^>]*>|</svg>\s*$", "", svg.strip())


def sized(svg: str, side_px: int) -> str:
    """An SVG with a width and a height."""
    return svg.replace("<svg ", f'<svg width="{side_px}" height="{side_px}" ', 1)


def shot(page: Any, body: str, width_px: int, height_px: int) -> Image.Image:
    """What a browser shows of a piece of HTML, with a transparent ground."""
    page.set_viewport_size({"width": width_px, "height": height_px})
    page.set_content(f"<!doctype html><style>body{{margin:0}}svg{{display:block}}</style>{body}")
    return Image.open(io.BytesIO(page.screenshot(omit_background=True))).convert("RGBA")


def save(image: Image.Image, name: str) -> None:
    """As a PNG with few colors: a fifth of the bytes."""
    image.quantize(COLORS, method=Image.Quantize.FASTOCTREE).save(IMAGES / name, optimize=True)


def preview(logo: str) -> str:
    """The card that a messenger shows of a link: the name, what it is for, and photos of two people."""
    return f"""
    <div style="width:1200px;height:630px;background:linear-gradient(135deg,{GREEN},{DEEP});color:#fff;font-family:{FONT};position:relative;overflow:hidden">
      <div style="position:absolute;left:80px;top:84px;display:flex;align-items:center;gap:22px;font-size:40px;font-weight:700;letter-spacing:-.02em">
        <span style="border-radius:22px;box-shadow:0 0 0 3px rgb(255 255 255/18%)">{sized(logo, 76)}</span>Photoroom</div>
      <div style="position:absolute;left:80px;top:236px;width:560px;font-size:68px;line-height:1.06;font-weight:700;letter-spacing:-.03em">All photos of all friends. And the ones you are on.</div>
      <div style="position:absolute;left:80px;bottom:80px;font-size:28px;color:#cfeee2">One link, one room. Nothing to install.</div>
      <svg style="position:absolute;right:-30px;top:0" width="520" height="630" viewBox="0 0 520 630">{"".join(cards())}</svg>
    </div>"""


def cards() -> list[str]:
    """Photos in justified rows, each with the logo's two people; one of them is found."""
    rows = [(40, 170, (200, 300)), (226, 210, (310, 190)), (452, 170, (170, 330))]
    drawn, number = [], 0
    for top, height, widths in rows:
        left = 0
        for width in widths:
            number += 1
            middle, ground = left + width * 0.45, top + height
            frame = f'<clipPath id="c{number}"><rect x="{left}" y="{top}" width="{width}" height="{height}" rx="18"/></clipPath>'
            first, second = (SUN, MIST) if number in (1, 3, 6) else (MIST, LEAF)
            drawn.append(
                f'{frame}<g clip-path="url(#c{number})"><rect x="{left}" y="{top}" width="{width}" height="{height}" fill="rgb(255 255 255/14%)"/>'
                f'<circle cx="{middle + height * 0.4}" cy="{top + height * 0.5}" r="{height * 0.1}" fill="{second}"/>'
                f'<ellipse cx="{middle + height * 0.4}" cy="{ground + 10}" rx="{height * 0.36}" ry="{height * 0.4}" fill="{LEAF}"/>'
                f'<circle cx="{middle}" cy="{top + height * 0.38}" r="{height * 0.155}" fill="{first}"/>'
                f'<ellipse cx="{middle}" cy="{ground + 10}" rx="{height * 0.42}" ry="{height * 0.5}" fill="#fff"/></g>'
            )
            if number == 3:
                side = height * 0.42
                drawn.append(
                    f'<rect x="{middle - side / 2}" y="{top + height * 0.38 - side / 2}" width="{side}" height="{side}" rx="14" fill="none" stroke="{SUN}" stroke-width="5"/>'
                )
            left += width + 16
    return drawn


if __name__ == "__main__":
    main()
