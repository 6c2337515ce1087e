// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// How the page looks: on paper, in the light and in the dark, at any width. Nothing is fetched, fonts included.
enum StyleSheet {
    static let element = HTML("style", [HTML(verbatim: text)])

    private static let text: StaticString = """

        :root {
          color-scheme: light dark;
          --paper: #fcfbf9; --raised: #ffffff; --ink: #1f1c26; --quiet: #5c5766; --rule: #e2dee8; --strong-rule: #b9b2c6;
          --accent: #59468c; --forward: #6a56a5; --rewrite: #6a56a5; --answer: #a79bcb; --complain: #8a5a00; --refused: #b3261e;
          --refused-tint: #fbeceb; --grid: #e9e6ee;
          --sans: system-ui, -apple-system, "Segoe UI", "Cantarell", "Noto Sans", "DejaVu Sans", sans-serif;
          --mono: ui-monospace, "Cascadia Mono", "Noto Sans Mono", "DejaVu Sans Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #16141b; --raised: #1e1b25; --ink: #eceaf1; --quiet: #aaa4b8; --rule: #35313f; --strong-rule: #5a5468;
            --accent: #c0b0f0; --forward: #a08fdc; --rewrite: #a08fdc; --answer: #6b5f96; --complain: #e0b050; --refused: #ff8b80;
            --refused-tint: #3a1d1f; --grid: #2b2733;
          }
        }
        @media print {
          :root {
            color-scheme: light;
            --paper: #ffffff; --raised: #ffffff; --ink: #000000; --quiet: #333333; --rule: #bbbbbb; --strong-rule: #666666;
            --accent: #000000; --forward: #444444; --rewrite: #444444; --answer: #aaaaaa; --complain: #000000; --refused: #000000;
            --refused-tint: #ffffff; --grid: #dddddd;
          }
        }
        *, *::before, *::after { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 var(--sans); overflow-wrap: anywhere; }
        .page { max-width: 62rem; margin: 0 auto; padding: 0 1.5rem 4rem; }
        a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
        :focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
        .skip { position: absolute; left: -100rem; }
        .skip:focus { left: 1rem; top: 1rem; padding: 0.5rem 1rem; background: var(--raised); z-index: 1; }

        header { padding: 3.5rem 0 0; }
        .eyebrow { margin: 0 0 0.4rem; color: var(--quiet); font-size: 0.8125rem; letter-spacing: 0.06em; }
        h1 { margin: 0; font-size: clamp(1.75rem, 5vw, 2.5rem); line-height: 1.15; font-weight: 650; letter-spacing: -0.02em; text-wrap: balance; }
        .period { margin: 0.75rem 0 0; color: var(--quiet); font-variant-numeric: tabular-nums; }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1.5rem; margin: 2.25rem 0 0; padding: 1.5rem 0; border: solid var(--rule); border-width: 1px 0; }
        .facts div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
        .facts dt { color: var(--quiet); font-size: 0.875rem; }
        .facts dd { margin: 0; font-size: 1.75rem; line-height: 1.2; font-weight: 600; letter-spacing: -0.01em; font-variant-numeric: tabular-nums; }
        .facts .refused dd { color: var(--refused); }
        nav ul { display: flex; flex-wrap: wrap; gap: 0.35rem 1.25rem; margin: 1.25rem 0 0; padding: 0; list-style: none; font-size: 0.875rem; }

        section { margin-top: 3.5rem; }
        h2 { margin: 0 0 0.4rem; font-size: 1.375rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; }
        h3 { margin: 2rem 0 0.25rem; font-size: 1rem; line-height: 1.4; font-weight: 650; }
        p { margin: 0.5rem 0; max-width: 42rem; }
        .note { color: var(--quiet); font-size: 0.9375rem; }
        .notice { margin: 2rem 0 0; padding: 0.9rem 1.1rem; border-left: 4px solid var(--refused); background: var(--refused-tint); max-width: none; }
        .notice p { margin: 0; max-width: none; }
        .notice p + p { margin-top: 0.4rem; }
        ul.plain { margin: 0.75rem 0 0; padding: 0 0 0 1.1rem; }
        ul.plain li { margin: 0.3rem 0; }
        bdi { unicode-bidi: isolate; }
        code { font: 0.875em/1.5 var(--mono); unicode-bidi: isolate; }
        time { white-space: nowrap; font-variant-numeric: tabular-nums; }

        table { width: 100%; margin: 1rem 0 0; border-collapse: collapse; font-size: 0.9375rem; line-height: 1.45; }
        caption { padding: 0 0 0.5rem; color: var(--quiet); font-size: 0.875rem; text-align: left; }
        th, td { padding: 0.55rem 1.1rem 0.55rem 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { border-bottom: 1px solid var(--strong-rule); color: var(--quiet); font-size: 0.8125rem; font-weight: 500; white-space: nowrap; vertical-align: bottom; }
        tbody th { min-width: 15rem; font-weight: 500; }
        .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        .time { width: 9.5rem; }
        .remark { display: block; color: var(--quiet); font-size: 0.875rem; font-weight: 400; }
        .remark.mark { color: var(--refused); font-weight: 600; }
        .zero { color: var(--quiet); }
        td .refused { color: var(--refused); font-weight: 600; }

        figure { margin: 1.25rem 0 0; }
        figcaption { color: var(--quiet); font-size: 0.875rem; }
        .legend { display: flex; flex-wrap: wrap; gap: 0.35rem 1.35rem; margin: 0.9rem 0 0; padding: 0; list-style: none; font-size: 0.875rem; }
        .legend svg { width: 14px; height: 14px; margin-right: 0.45rem; vertical-align: -2px; }
        .strip { margin-top: 1.5rem; }
        .strip h3 { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; margin: 0 0 0.35rem; font-weight: 500; }
        .strip h3 span { color: var(--quiet); font-size: 0.875rem; font-weight: 400; font-variant-numeric: tabular-nums; }
        .plot { display: grid; grid-template-columns: 2.75rem minmax(0, 1fr); column-gap: 0.6rem; }
        .plot .scale { position: relative; height: 96px; color: var(--quiet); font-size: 0.75rem; line-height: 1; text-align: right; font-variant-numeric: tabular-nums; }
        .scale span { position: absolute; right: 0; transform: translateY(-50%); white-space: nowrap; }
        .plot svg { display: block; width: 100%; height: 96px; overflow: visible; }
        svg text { fill: var(--quiet); font: 12px var(--sans); }
        .grid { stroke: var(--grid); } .base { stroke: var(--strong-rule); }
        .forward { fill: var(--forward); } .rewrite { fill: url(#hatched); } .answer { fill: var(--answer); }
        .complain { fill: url(#dotted); } svg .refused { fill: var(--refused); }
        #hatched path { stroke: var(--rewrite); } #dotted circle { fill: var(--complain); }
        .definitions { position: absolute; width: 0; height: 0; }
        details { margin-top: 1.5rem; }
        summary { cursor: pointer; color: var(--accent); }
        footer { margin-top: 4rem; padding-top: 1.25rem; border-top: 1px solid var(--rule); color: var(--quiet); font-size: 0.875rem; }

        @media screen and (max-width: 44rem) {
          .page { padding: 0 1rem 3rem; }
          header { padding-top: 2rem; }
          section { margin-top: 2.75rem; }
          .facts { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.1rem 1rem; margin-top: 1.5rem; padding: 1.25rem 0; }
          .facts dd { font-size: 1.5rem; }
          table, caption, tbody, tr, th, td { display: block; }
          thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
          tr { padding: 0.75rem 0; border-bottom: 1px solid var(--rule); }
          tbody tr:first-child { border-top: 1px solid var(--strong-rule); }
          th, td { padding: 0.1rem 0; border: 0; }
          tbody th { min-width: 0; padding-bottom: 0.3rem; }
          td { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: 0.75rem; text-align: left; }
          td::before { content: attr(data-label); color: var(--quiet); font-size: 0.8125rem; line-height: 1.6; }
          .number { text-align: left; white-space: normal; }
          .time { width: auto; }
          .minor { display: none; }
          .plot { grid-template-columns: 2.1rem minmax(0, 1fr); column-gap: 0.4rem; }
        }
        @media print {
          @page { margin: 18mm 16mm; }
          body { font-size: 10pt; }
          .page { max-width: none; padding: 0; }
          header { padding-top: 0; }
          nav, .skip { display: none; }
          section { margin-top: 2rem; }
          h2, h3, caption { break-after: avoid; }
          tr, .strip, .notice, .facts { break-inside: avoid; }
          thead { display: table-header-group; }
          table { font-size: 9pt; }
          thead th.text, thead th.number, thead th.time { white-space: normal; }
          tbody th { min-width: 7rem; }
          th, td { padding-right: 0.6rem; }
          .time { width: auto; }
          a { color: inherit; text-decoration: none; }
          svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          details::details-content { content-visibility: visible; block-size: auto; }
          .notice { border: 1px solid #000000; border-left-width: 4px; }
        }
        @media (forced-colors: active) {
          svg { forced-color-adjust: none; }
        }

        """
}
