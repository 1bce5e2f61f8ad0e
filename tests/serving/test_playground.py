"""The page in a real browser: by keyboard, on a phone, with nothing from elsewhere."""

from __future__ import annotations

import re
import shutil

import pytest
from served_models import EN, KO

from langalign.report.theme import DARK, LIGHT
from langalign.saved import as_bundle
from langalign.serving import Held
from langalign.serving.playground_routes import _PAGES

PHONE, DESKTOP = (360, 740), (1100, 900)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    with playwright.sync_playwright() as made:
        browser = made.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """Open the page; what it asks for elsewhere, and what its script complains of, fails."""
    contexts, wrong = [], []

    def opened(client, size=DESKTOP, *, wait=True):
        url = str(client.base_url)
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: _own(asked.url, url) or wrong.append(asked.url))
        page.goto(url)
        if wait:
            page.locator("#model option").first.wait_for(state="attached")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def _own(asked, url):
    return asked.startswith((url, "data:"))


def answer(page):
    page.locator("#answer").wait_for()
    page.locator("#go:enabled").wait_for()  # the map is drawn too
    return page.locator("#label").inner_text()


def test_by_keyboard_alone_a_text_gets_its_label_and_why(visit, client, ko):
    page = visit(client)
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "text":
            break
    page.keyboard.type(KO[0])
    page.keyboard.press("Enter")
    (label,), (sure,) = ko.predict_with_confidence(KO[:1])
    assert answer(page).split() == [label, f"{100 * sure:.1f}", "%"]
    assert page.get_by_role("status").inner_text().startswith(label)
    assert page.locator("#nearest li").count() == 5
    shown = page.locator("#nearest .text").all_inner_texts()
    assert set(shown) <= set(ko.examples_.texts)
    assert page.get_by_role("img", name="Scatter plot of 40 training texts").is_visible()
    assert page.locator("#map .you").count() == 1
    assert page.locator("#map .near").count() == 5


def test_model_direction_and_language_are_switched(visit, client, bundle):
    page = visit(client)
    page.get_by_role("textbox", name="Text").fill(EN[1])
    page.get_by_role("button", name="Classify").click()
    assert "the model ko" in (answer(page) and page.locator("#read-as").inner_text())
    page.get_by_text("reverse", exact=True).click()
    page.locator("#read-as", has_text="reviews").wait_for()
    assert page.get_by_label("Model").input_value() == "reviews"
    assert answer(page).split()[0] == bundle.predict(EN[1:])[0]
    assert "English (en)" in page.locator("#read-as").inner_text()
    page.get_by_label("Language").select_option("ko")
    page.locator("#read-as", has_text="Korean").wait_for()
    assert answer(page).split()[0] == bundle.predict(EN[1:], lang="ko")[0]


def test_pairs_have_two_fields_and_a_model_without_examples_says_how_to_get_them(visit, client):
    page = visit(client)
    page.get_by_label("Model").select_option("nli")
    page.get_by_label("Premise").fill("비가 온다.")
    page.get_by_label("Hypothesis").fill("날씨가 맑다.")
    page.get_by_role("button", name="Classify").click()
    assert answer(page)
    assert "--keep-examples" in page.locator("#why-note").inner_text()
    assert page.locator("#space").is_hidden()


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_nothing_is_wider_than_the_screen(visit, client, size):
    page = visit(client, size)
    page.get_by_role("textbox", name="Text").fill("좋" * 300)
    page.get_by_role("button", name="Classify").click()
    answer(page)
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    heights = page.eval_on_selector_all(
        "select, textarea, button", "all => all.map(e => e.offsetHeight).filter(h => h)"
    )
    assert min(heights) >= 44  # what a finger hits


def test_a_token_is_asked_for_and_errors_are_reported(visit, serving, ko):
    with serving(Held("ko", as_bundle(ko)), tokens=["right"]) as (client, _):
        page = visit(client, wait=False)
        page.get_by_role("alert").filter(has_text="give a token").wait_for()
        page.get_by_label("Access token").fill("right")
        page.get_by_role("textbox", name="Text").fill(KO[0])
        page.get_by_role("button", name="Classify").click()
        assert answer(page).split()[0] == ko.predict(KO[:1])[0]


def test_a_text_is_shown_as_text(visit, client):
    page = visit(client)
    page.get_by_role("textbox", name="Text").fill("<img src=x onerror=alert(1)>")
    page.get_by_role("button", name="Classify").click()
    answer(page)
    assert page.locator("main img[src]").count() == 0


def test_the_page_may_load_nothing_from_elsewhere(client):
    for path in ("/", "/playground.js", "/playground.css"):
        response = client.get(path)
        assert "default-src 'none'" in response.headers["content-security-policy"]
        found = re.findall(r"https?://[^\"' ]+", response.text)
        assert set(found) <= {"http://www.w3.org/2000/svg"}


def test_the_colours_of_classes_are_those_of_reports():
    style = (_PAGES / "playground.css").read_text(encoding="utf-8")
    light, dark = style.split("prefers-color-scheme: dark", 1)
    for theme, part in ((LIGHT, light), (DARK, dark)):
        shown = re.findall(r"--class-(?:\d|other): (#\w+)", part)
        assert tuple(shown) == (*theme.classes, theme.other)
