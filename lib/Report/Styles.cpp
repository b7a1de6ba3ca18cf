//===- Styles.cpp - what the page of a report looks like ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Markup.h"

const char *const mlir::norm::report::kStyles = R"css(
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --line: #d9dde3; --text: #1c2430;
  --quiet: #566070; --before: #9aa5b5; --after: #0f7b6c; --warn: #a15c00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1b212a; --line: #343d4a; --text: #e7ebf0;
    --quiet: #a3aebd; --before: #6b7788; --after: #35c2ab; --warn: #f0b35a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif;
}
main { max-width: 70rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { margin: 0 0 .25rem; font-size: 1.75rem; overflow-wrap: anywhere; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.2rem; }
code { font-family: ui-monospace, monospace; font-size: .92em; }
a { color: var(--after); }
.quiet, footer { color: var(--quiet); }
.cards { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.5rem 0 0; }
.cards > div, details, .panel {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px;
}
.cards > div { flex: 1 1 12rem; padding: .9rem 1.1rem; }
.cards dt { color: var(--quiet); font-size: .85rem; }
.cards dd { margin: 0; font-size: 1.5rem; font-weight: 600; }
.cards dd + dd { font-size: .85rem; font-weight: 400; color: var(--quiet); }
.panel { padding: .4rem 1.1rem; overflow-x: auto; margin: 0 0 1rem; }
details { margin: 0 0 1rem; padding: 0 1.1rem; }
summary { padding: .8rem 0; cursor: pointer; font-weight: 600; }
summary .quiet { font-weight: 400; }
math { margin: .75rem 0 1.25rem; font-size: 1.3rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 0 0 .6rem; }
caption { text-align: left; padding: .6rem 0; color: var(--quiet); }
th, td {
  padding: .45rem .9rem .45rem 0; text-align: left; vertical-align: top;
  border-top: 1px solid var(--line); font-weight: 400;
}
thead th { border-top: 0; color: var(--quiet); font-size: .85rem; }
tbody th { white-space: nowrap; }
td.number { text-align: right; font-variant-numeric: tabular-nums;
  white-space: nowrap; }
thead th.number { text-align: right; }
td.bars { width: 45%; min-width: 14rem; }
.costs td.bars { width: 80%; }
td code { white-space: nowrap; }
.bar { display: flex; align-items: center; gap: .6rem; line-height: 1.35; }
.bar i { display: block; height: .7rem; min-width: 2px;
  border-radius: 0 3px 3px 0; background: var(--before); }
.bar.after i { background: var(--after); }
.bar .track { flex: 1; }
.bar .value { flex: 0 0 6.2rem; text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; font-size: .9rem; }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: 3px;
  background: var(--before); }
.key.after { background: var(--after); }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr);
  gap: .15rem 1.2rem; margin: 0 0 1.2rem; }
dl.facts dt { color: var(--quiet); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.lines, .commands { list-style: none; margin: 0; padding: 0; }
.commands { overflow-x: auto; white-space: nowrap; }
.lines li { display: flex; gap: 0 1rem; }
.lines li code:first-child { flex: none; }
td .lines code.source { max-width: 30rem; }
td.words { min-width: 9rem; }
.lines code.source { color: var(--quiet); overflow-x: auto; white-space: pre;
  min-width: 0; }
figure { margin: 0 0 1rem; }
.histogram div { overflow-x: auto; direction: rtl; text-align: left; }
.histogram svg { direction: ltr; }
.sentence::first-letter { text-transform: uppercase; }
figcaption { padding: .4rem 0; }
.roofline { display: block; width: 100%; min-width: 40rem; font-size: 12px; }
.roofline text { fill: currentColor; }
.grid path { stroke: var(--line); }
.grid text { fill: var(--quiet); }
.roof { fill: none; stroke: var(--text); stroke-width: 2; }
.roof.matrix { stroke: var(--quiet); stroke-width: 1; }
.roof.copied { stroke: var(--warn); stroke-dasharray: 6 4; }
.mark { fill: var(--after); stroke: var(--card); }
.mark.before { fill: var(--card); stroke: var(--before); stroke-width: 2.5; }
.mark.measured { fill: var(--warn); }
.mark.program { fill: var(--quiet); }
.miss { color: var(--warn); }
@media (max-width: 40rem) {
  tbody th { white-space: normal; }
  tbody th a { white-space: nowrap; }
  td.bars { min-width: 11rem; }
  dl.facts { grid-template-columns: minmax(0, 1fr); }
  dl.facts dd { margin: 0 0 .4rem; }
}
@media print { details { break-inside: avoid; } }
)css";
