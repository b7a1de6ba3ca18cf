# The bars of each histogram of a page have the rows of its norm: profile_page.py FILE

import re
import sys
import xml.etree.ElementTree as ElementTree

text = open(sys.argv[1], encoding="utf-8").read().replace("<!DOCTYPE html>", "")
page = ElementTree.fromstring(text)
charts = page.findall(".//svg")
rows = [int(row[3].text) for row in page.find(".//tbody")]
for chart, count in zip(charts, rows, strict=True):
    titles = [rect.find("title").text for rect in chart.findall("rect")]
    if sum(int(re.match("[0-9]+", title)[0]) for title in titles) != count:
        sys.exit(f"expected bars of {count} rows, got {titles}")
