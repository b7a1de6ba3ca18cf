# Checks a page of norm-report, and prints what stands on it for FileCheck.
#
#   page.py PAGE.html
#
# The page has to be well-formed and to need nothing besides itself; every id is
# there once, every link leads to one; each table has a caption, and its cells
# belong to heads; no bar is wider than its track.

import re
import sys
import xml.etree.ElementTree as ElementTree

# What makes a browser fetch something, or run it.
FETCHES = {"script", "link", "img", "iframe", "object", "embed", "base", "form"}

text = open(sys.argv[1], encoding="utf-8").read()
assert text.startswith("<!DOCTYPE html>\n")
root = ElementTree.fromstring(text)
elements = list(root.iter())

for element in elements:
    assert element.tag not in FETCHES, element.tag
    for name, value in element.attrib.items():
        assert not name.startswith("on"), name
        assert name != "src" and (name != "href" or value.startswith("#")), value
style = root.findtext("head/style")
assert "url(" not in style and "@import" not in style

ids = [element.get("id") for element in elements if element.get("id")]
assert len(ids) == len(set(ids)), ids
for link in root.iter("a"):
    assert link.get("href")[1:] in ids, link.get("href")

for table in root.iter("table"):
    assert table.find("caption") is not None
    heads = table.findall("thead/tr/th")
    assert all(head.get("scope") == "col" for head in heads)
    for row in table.findall("tbody/tr"):
        assert len(row) == len(heads), ElementTree.tostring(row)
        assert row[0].tag == "th" and row[0].get("scope") == "row"

for bar in root.iter("i"):
    width = re.fullmatch(r"width:([0-9.e+-]+)%", bar.get("style"))
    assert 0 <= float(width.group(1)) <= 100, bar.get("style")

assert all(math.get("alttext") for math in root.iter("math"))


def words(element):
    return " ".join(" ".join(element.itertext()).split())


BLOCKS = {"title", "h1", "h2", "p", "summary", "math", "caption", "tr"}
for element in elements:
    if element.tag in BLOCKS:
        print(f"{element.tag}: {words(element)}")
        if element.tag == "math":
            print("alttext:", element.get("alttext"))
    elif element.tag == "dl":
        for name, *values in zip(*[iter(element)] * 2) if element.get(
                "class") == "facts" else map(list, element):
            print(f"{words(name)}:", ", ".join(map(words, values)))
