"""Pictures of the handbook, out of a demonstration that runs: `uv run python tools/handbook_pictures.py demo.log`.

`demo.log` is what `tocsin demo` printed, with its accounts; let the story run until the case is worked on (two minutes).
Each picture is taken in both languages and lies in `src/tocsin/static/handbook/`, which is committed. Needs Chromium and Pillow.
"""

import io
import re
import shutil
import sys
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

FOLDER: Final = Path(__file__).parents[1] / "src" / "tocsin" / "static" / "handbook"
LANGUAGES: Final = {"zh": "zh-hans", "en": "en"}
DESK, PHONE = (1280, 800), (390, 780)
QUALITY: Final = 72


class Picture(NamedTuple):
    """What is taken: the account that sees it, the address, what is pressed there first, and how large the window is."""

    name: str
    account: str
    address: str
    press: str = ""
    window: tuple[int, int] = DESK
    theme: str = "light"


PICTURES: Final = (
    Picture("console", "duty", "/", press="#feed-list li.feed-row", theme="dark"),
    Picture("case", "duty", "/cases/", press="#rows tbody a"),
    Picture("order", "heat_desk", "/orders/", press="#rows tbody a"),
    Picture("crew", "heat_crew", "/crew/", window=PHONE),
    Picture("findings", "inspector", "/inspections/findings/"),
    Picture("inspect", "inspector", "/inspections/phone/", window=PHONE),
    Picture("firm", "plant", "/firm/", window=PHONE),
    Picture("permits", "plant", "/permits/"),
    Picture("checks", "sysadmin", "/setup/checks/"),
    Picture("imports", "engineer", "/imports/"),
)


def main(log: Path, names: list[str]) -> None:
    """Takes every picture; of those that are named after the log only these."""
    told = log.read_text()
    base = re.search(r"console +(\S+)/", told)
    passwords = dict(re.findall(r"^log in +(\S+) +(\S+) ", told, re.MULTILINE))
    if base is None:
        raise SystemExit(f"{log} names no console: is it what `tocsin demo` printed?")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        for picture in (one for one in PICTURES if one.name in names or not names):
            for language in LANGUAGES:
                _take(browser, base[1], picture, passwords[picture.account], language)


def _take(browser: Browser, base: str, picture: Picture, password: str, language: str) -> None:
    width, height = picture.window
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=1)
    context.add_cookies(
        [
            {"name": "tocsin_theme", "value": picture.theme, "url": base},
            {"name": "django_language", "value": LANGUAGES[language], "url": base},
        ]
    )
    page = _signed_in(context, base, picture.account, password)
    page.goto(base + picture.address)
    page.wait_for_timeout(2500)
    if picture.press:
        page.locator(picture.press).first.click()
        page.wait_for_timeout(3500)
    with Image.open(io.BytesIO(page.screenshot())) as taken:
        taken.convert("RGB").save(FOLDER / f"{picture.name}.{language}.webp", quality=QUALITY, method=6)
    sys.stdout.write(f"{picture.name}.{language}: {page.title()}\n")
    context.close()


def _signed_in(context: BrowserContext, base: str, account: str, password: str) -> Page:
    page = context.new_page()
    page.goto(f"{base}/login/")
    page.fill("input[name=username]", account)
    page.fill("input[name=password]", password)
    page.locator("form button.primary").first.click()
    page.wait_for_timeout(1500)
    return page


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
