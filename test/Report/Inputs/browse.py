# Opens a page of norm-report in a browser without a window, in light and in
# dark colours, wide and narrow, and checks what a reader sees:
#
#   browse.py BROWSER PAGE.html FOLDER
#
# Formulas are laid out, bars are as long as their figures say, text stands out
# from what is behind it (a contrast of 4.5, WCAG 2 AA), nothing is wider than
# the window, and nothing was fetched.

import html
import json
import pathlib
import re
import subprocess
import sys

# Runs at the end of a copy of the page and leaves what it saw in an attribute.
PROBE = """
<script>
const channels = color => color.match(/[\\d.]+/g).map(Number);
const luminance = color => {
  const [r, g, b] = channels(color).map(c => {
    c /= 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const background = element => {
  for (; element; element = element.parentElement) {
    const color = getComputedStyle(element).backgroundColor;
    if (channels(color).length < 4 || channels(color)[3] > 0) return color;
  }
  return "rgb(255, 255, 255)";
};
const contrast = element => {
  const both = [getComputedStyle(element).color, background(element)]
    .map(luminance).sort((a, b) => b - a);
  return (both[0] + 0.05) / (both[1] + 0.05);
};
const texts = [...document.querySelectorAll("body *")].filter(element =>
  element.tagName != "SCRIPT" && [...element.childNodes].some(
    node => node.nodeType == 3 && node.data.trim()));
const box = element => element.getBoundingClientRect();
const seen = {
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
  page: getComputedStyle(document.body).backgroundColor,
  contrast: Math.min(...texts.map(contrast)),
  overflow: document.documentElement.scrollWidth - innerWidth,
  formulas: [...document.querySelectorAll("math")].map(
    math => [box(math).width, box(math).height,
             box(math.querySelector("mfrac")).height]),
  bars: [...document.querySelectorAll(".bar i")].map(
    bar => [parseFloat(bar.style.width),
            box(bar).width / box(bar.parentElement).width]),
  fetched: performance.getEntriesByType("resource").length,
};
document.body.setAttribute("data-seen", JSON.stringify(seen));
</script>
</body>
"""


def look(browser, page, folder, width, dark):
    """What the probe saw in a window of `width` pixels."""
    copy = folder / "probed.html"
    copy.write_text(page.read_text().replace("</body>", PROBE))
    dom = subprocess.run(
        [browser, "--headless=new", "--no-sandbox", "--disable-gpu",
         "--disable-dev-shm-usage", f"--user-data-dir={folder / 'profile'}",
         f"--window-size={width},900",
         f"--blink-settings=preferredColorScheme={0 if dark else 1}",
         "--dump-dom", copy.resolve().as_uri()],
        check=True, capture_output=True, text=True, timeout=120).stdout
    return json.loads(html.unescape(re.search('data-seen="([^"]*)"', dom)[1]))


def main():
    browser, page, folder = sys.argv[1], *map(pathlib.Path, sys.argv[2:4])
    folder.mkdir(parents=True, exist_ok=True)
    light = look(browser, page, folder, 1280, dark=False)
    dark = look(browser, page, folder, 500, dark=True)
    assert dark["dark"] and not light["dark"]
    assert dark["page"] != light["page"]
    for seen in (light, dark):
        assert seen["contrast"] >= 4.5, seen["contrast"]
        assert seen["overflow"] <= 0, seen["overflow"]
        assert seen["fetched"] == 0
        assert seen["formulas"] and seen["bars"]
        # A fraction is two lines high, and so is the formula.
        for width, height, fraction in seen["formulas"]:
            assert width > 100 and height >= fraction > 25, seen["formulas"]
        for share, drawn in seen["bars"]:
            assert abs(share / 100 - drawn) < 0.03, (share, drawn)
    print(f"{len(light['formulas'])} formulas, {len(light['bars'])} bars")


if __name__ == "__main__":
    main()
