// [given] page_style.cpp: the style sheet of the pages: phone, desktop, paper; light and dark.
#include "page_parts.h"

// No "<" and no "&" in here: the pages are XML too. What colour says is always said by a sign or a word as well.
const char *const page_style = R"(
:root { color-scheme: light dark; --page: #fff; --card: #f5f7f9; --text: #1b2430; --dim: #566273; --line: #d8dee6;
    --link: #1c5aa6; --fill: #3a76bd; --good: #17703f; --good-back: #e3f3e9; --near: #855600; --near-back: #fdf0cc;
    --bad: #b1241b; --bad-back: #fde9e7; --shade: #e3e8ee }
@media screen and (prefers-color-scheme: dark) {
    :root { --page: #12161b; --card: #1b2128; --text: #e5e9ee; --dim: #9ba7b5; --line: #333d49; --link: #8ab8f5;
        --fill: #5b97dc; --good: #71cc98; --good-back: #14301f; --near: #e6b94f; --near-back: #362b0c; --bad: #ff958b;
        --bad-back: #3f1c19; --shade: #2a323c }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI",
    Roboto, "Noto Sans", "DejaVu Sans", sans-serif; overflow-wrap: break-word; -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
main { max-width: 52rem; margin: 0 auto; padding: 1.25rem 1rem 4rem }
.class main { max-width: 70rem }
h1, h2, h3, h4, p, ul, ol, dl, figure, table, pre, blockquote { margin: 0 }
h1 { font-size: 1.7rem; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2.75rem 0 .75rem; padding-top: 1rem; border-top: 2px solid var(--text) }
h3 { font-size: 1.05rem; line-height: 1.35; margin: 1.75rem 0 .4rem }
h4 { font-size: 1rem; line-height: 1.4; overflow-wrap: anywhere }
h2 small, h3 small { font-weight: 400; color: var(--dim); font-size: .95rem; display: inline-block }
p + p { margin-top: .5rem }
ul, ol { padding-left: 1.3rem }
li + li { margin-top: .3rem }
a { color: var(--link); text-underline-offset: .15em }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
code, pre { font: .88em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }
code { overflow-wrap: anywhere }
p code, li code, dd code { background: var(--card); padding: .1em .3em; border-radius: .25em }
pre { tab-size: 4; background: var(--card); border-radius: .4rem; padding: .6rem .75rem; overflow-x: auto; unicode-bidi: isolate }
pre code { display: inline-block; min-width: 100%; font-size: 1em; overflow-wrap: normal }
pre .here { display: block; background: var(--bad-back); margin: 0 -.75rem; padding: 0 .75rem; font-weight: 600 }
pre.printed { max-height: 16rem; overflow-y: auto }
.dim { color: var(--dim) } .good { color: var(--good) } .near { color: var(--near) } .bad { color: var(--bad) }
.nowrap { white-space: nowrap }
.wrap { overflow-wrap: anywhere }
.eyebrow { color: var(--dim); font-size: .95rem; margin-bottom: .2rem }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.scroll { position: relative; overflow-x: auto; max-width: 100% }

/* head of the page */
.score { display: flex; flex-wrap: wrap; align-items: baseline; gap: .1rem .6rem; margin: 1.1rem 0 .4rem }
.score b { font-size: 2.6rem; line-height: 1; letter-spacing: -.02em; font-variant-numeric: tabular-nums }
.score span { font-size: 1.1rem; color: var(--dim) }
.box { border: 1px solid var(--line); border-left: .4rem solid var(--fill); border-radius: .4rem; padding: .9rem 1rem;
    margin: 1.25rem 0; background: var(--card) }
.box.bad, .box.near, .box.good { color: inherit }
.box.bad { border-left-color: var(--bad) } .box.near { border-left-color: var(--near) }
.box.good { border-left-color: var(--good) }
.box h2 { margin: 0 0 .35rem; padding: 0; border: 0; font-size: 1.1rem }
.box p, .box ol, .box pre { margin-top: .45rem }
.box pre, .box p code, .box li code { background: var(--page) }
.say { font-size: 1.1rem; font-weight: 600; overflow-wrap: anywhere }

/* tables */
table { border-collapse: collapse; width: 100%; font-size: .94rem }
th, td { text-align: left; vertical-align: baseline; padding: .38rem 1rem .38rem 0; border-bottom: 1px solid var(--line) }
thead th { color: var(--dim); font-weight: 600; font-size: .88rem; vertical-align: bottom }
th:last-child, td:last-child { padding-right: 0 }
tbody th { font-weight: 500; overflow-wrap: break-word }
table.narrow { width: auto } table.narrow th, table.narrow td { padding-right: 2rem }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
th.share { width: 22% }
tfoot th, tfoot td { border-bottom: 0; font-weight: 600 }

/* a failing case */
.case { border: 1px solid var(--line); border-radius: .5rem; padding: .9rem 1rem 1rem; margin: .8rem 0 }
.case p, .case ul, .case pre, .case figure { margin-top: .6rem }
.case .what { margin-top: .15rem; color: var(--dim); font-size: .92rem; overflow-wrap: anywhere }
.case ul { list-style: none; padding: 0 }
.case li { overflow-wrap: anywhere }
.likely { background: var(--near-back); border-radius: .4rem; padding: .55rem .75rem; overflow-wrap: anywhere }
.finding { border-left: .3rem solid var(--bad); padding-left: .75rem; margin-top: .9rem }
.finding p + pre, .finding pre + p { margin-top: .5rem }
.lint .finding { border-left-color: var(--near) } .lint .here { background: var(--near-back) }
.case .foot { border-top: 1px solid var(--line); margin-top: .9rem; padding-top: .6rem; font-size: .95rem }
.scalar { padding: .3rem .6rem; border-radius: .3rem; background: var(--bad-back) }
figcaption { color: var(--dim); font-size: .92rem; margin: .3rem 0 }
.array table { width: auto; font-size: .9rem }
.array th, .array td { text-align: right; font: .92rem/1.35 ui-monospace, SFMono-Regular, Menlo, Consolas,
    "DejaVu Sans Mono", monospace; padding: .3rem .55rem; white-space: nowrap }
.array.matrix td { border: 2px solid var(--page); border-radius: .3rem }
.array.matrix th { border: 0; color: var(--dim); font-weight: 400; vertical-align: middle }
.array td small { display: block; color: var(--dim); font-size: .82em }
.array td.good { background: var(--good-back); color: inherit }
.array td.near { background: var(--near-back); color: inherit }
.array td.bad { background: var(--bad-back); color: inherit; font-weight: 600 }
.array td small { font-weight: 400 }
.array td.near b { color: var(--near) } .array td.bad b { color: var(--bad) } .array td.good b { color: var(--good) }
details { margin: .6rem 0 }
details.group { margin: .35rem 0 }
summary b { color: var(--text); font-weight: 600 } summary span { color: var(--dim) } summary .good { color: var(--good) }
summary { cursor: pointer; color: var(--link); padding: .2rem 0 }
details > table, details > pre, details > div { margin-top: .35rem }
blockquote { border-left: .3rem solid var(--fill); padding: .1rem 0 .1rem .9rem; white-space: pre-line; overflow-wrap: anywhere }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; font-size: .92rem }
dl.facts dt { color: var(--dim) }
dl.facts dd { margin: 0; overflow-wrap: anywhere; min-width: 0 }

/* plots */
svg { display: block; width: 100%; overflow: visible }
svg text { font: 12px system-ui, sans-serif; fill: var(--dim) }
svg .track { fill: var(--shade) } svg .fill { fill: var(--fill) } svg .done { fill: var(--good) }
svg .ink { stroke: var(--text); stroke-width: 1.5 } svg .sample { stroke: var(--text); stroke-opacity: .4 }
svg .one { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 3 3 } svg .axis { stroke: var(--dim) }
svg .zone-full { fill: var(--good-back) } svg .zone-some { fill: var(--near-back) } svg .zone-none { fill: var(--bad-back) }
svg .band { fill: var(--near-back) } svg .strong { fill: var(--text); font-weight: 600 }
svg.share { height: .6rem; min-width: 3.5rem }
.ratio { display: grid; grid-template-columns: 8.5rem 1fr 9.5rem; gap: 0 .9rem; align-items: center; margin: .2rem 0 }
.ratio > :last-child { text-align: right; font-variant-numeric: tabular-nums }
.ratio small { display: block; color: var(--dim); line-height: 1.3 }

/* the class */
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .7rem; margin: 1.2rem 0; padding: 0;
    list-style: none }
.tiles li { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .8rem }
.tiles b { display: block; font-size: 1.7rem; line-height: 1.2; font-variant-numeric: tabular-nums }
.tiles span { color: var(--dim); font-size: .92rem }
.all { font-size: .88rem }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: 1rem 0 }
.all td, .all th { padding: .28rem .8rem .28rem 0 }
.all tbody th { white-space: nowrap }

@media (max-width: 40rem) {
    h1 { font-size: 1.45rem }
    .case { padding: .75rem .8rem .9rem }
    .wide-only { display: none }
    svg .count { font-size: 10px }
    th, td { padding-right: .7rem }
    .ratio { grid-template-columns: 1fr auto; margin: .9rem 0 }
    .ratio svg { grid-row: 2; grid-column: 1 / -1 }
    .ratio { align-items: start }
    .ratio.axis { margin-top: 0 }
    .ratio.axis > span { display: none }
    .array th, .array td { padding: .25rem .4rem; font-size: .82rem }
    dl.facts { grid-template-columns: 1fr; gap: 0 }
    dl.facts dd { margin-bottom: .45rem }
}
@media print {
    @page { margin: 16mm 14mm }
    :root { font-size: 10pt }
    h2 { margin-top: 1.75rem }
    nav { display: none }
    summary { list-style: none; color: inherit }
    main, .class main { max-width: none; padding: 0 }
    h2, h3, h4, figcaption { break-after: avoid }
    tr, .box, .finding, figure, .ratio, .tiles li { break-inside: avoid }
    thead { display: table-header-group }
    pre { white-space: pre-wrap; overflow-wrap: anywhere }
    pre.printed { max-height: none }
    .scroll { overflow: visible }
    .all { font-size: 8pt }
    a { color: inherit; text-decoration: none }
    * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
}
)";
