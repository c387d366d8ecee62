"""Style sheet of reports, for screens, narrow ones too, and for paper."""

from semanticlens_widgets.analysis.audits.verdicts import VERDICTS

_COLOURS = "".join(f"--slw-{verdict.word}:{verdict.colour};" for verdict in VERDICTS)

# A class twice, to win over the rules of notebooks for tables.
STYLE = f"""<style>
.slw-audit {{{_COLOURS}--slw-line:#8886;font:14px/1.5 system-ui,sans-serif;max-width:64rem;container-type:inline-size;
font-variant-numeric:tabular-nums;overflow-wrap:anywhere}}
@media (prefers-color-scheme:dark){{.slw-audit{{--slw-valid:#56b4e9;--slw-unexpected:#a6a6a6}}}}
.slw-audit table{{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}}
.slw-audit caption{{padding:0 0 .4rem}}
.slw-audit.slw-audit table{{table-layout:auto;font-size:inherit}}
.slw-audit.slw-audit tbody tr{{background:none}}
.slw-audit.slw-audit img{{max-width:none}}
.slw-audit.slw-audit :is(tr,th,td,caption){{text-align:left;line-height:inherit}}
.slw-audit th,.slw-audit td{{padding:.35rem .8em .35rem 0;border-bottom:1px solid var(--slw-line);
vertical-align:top;background:none}}
.slw-audit th{{font-weight:600;overflow-wrap:normal}}
.slw-audit.slw-audit .slw-number{{text-align:right;white-space:nowrap}}
.slw-audit .slw-verdict{{white-space:nowrap}}
.slw-audit .slw-outcome{{overflow-wrap:normal}}
.slw-audit small{{font-size:12px}}
.slw-audit .slw-swatch{{display:inline-block;width:.7em;height:.7em;border-radius:2px;margin-right:.35em}}
.slw-audit .slw-icon{{font-weight:700;margin-right:.3em}}
.slw-audit .slw-shares{{position:relative;min-width:7rem;padding-bottom:6px;margin-top:.25rem}}
.slw-audit .slw-bar{{display:flex;gap:1px;height:.8rem;border-radius:2px;overflow:hidden}}
.slw-audit .slw-bar>span{{flex:none}}
.slw-audit .slw-interval{{position:absolute;bottom:0;height:3px;min-width:2px;background:currentColor}}
.slw-audit .slw-limit{{position:absolute;top:-3px;bottom:0;border-left:2px dotted currentColor}}
.slw-audit img{{height:48px;width:48px;object-fit:cover;border-radius:3px;margin-right:3px}}
.slw-audit .slw-examples{{white-space:nowrap}}
.slw-audit dl{{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.2rem 1.2rem;margin:.5rem 0 1.5rem}}
.slw-audit dt{{font-weight:600}}
.slw-audit dd{{margin:0}}
.slw-audit code{{font:12px ui-monospace,monospace;background:none;color:inherit;padding:0}}
.slw-audit .slw-caveat{{border-left:3px solid var(--slw-spurious);padding-left:.7rem}}
.slw-audit p,.slw-audit li{{max-width:46rem}}
.slw-audit footer{{border-top:1px solid var(--slw-line);margin-top:2rem;padding-top:.6rem}}
@container (max-width:38rem){{
.slw-audit table,.slw-audit tbody,.slw-audit caption{{display:block}}
.slw-audit thead{{position:absolute;clip-path:inset(50%);height:1px;width:1px;overflow:hidden}}
.slw-audit tr{{display:grid;grid-template-columns:1fr 1fr;border-bottom:1px solid var(--slw-line);padding:.5rem 0}}
.slw-audit tbody th,.slw-audit td{{border:0;padding:.1rem .5rem .1rem 0}}
.slw-audit.slw-audit .slw-number{{text-align:left}}
.slw-audit .slw-wide{{grid-column:1/-1}}
.slw-audit td[data-of]::before{{content:attr(data-of)": "}}
.slw-audit td:empty{{display:none}}
.slw-audit dl{{grid-template-columns:1fr;gap:0}}
.slw-audit dd{{margin-bottom:.5rem}}
}}
@media print{{
.slw-audit{{--slw-valid:#0072b2;--slw-unexpected:#8c8c8c;font-size:9pt;max-width:none;color:#000}}
.slw-audit .slw-bar>span,.slw-audit .slw-swatch,.slw-audit .slw-interval{{-webkit-print-color-adjust:exact;
print-color-adjust:exact}}
.slw-audit tr,.slw-audit dt,.slw-audit li,.slw-audit footer{{break-inside:avoid}}
.slw-audit thead{{display:table-header-group}}
.slw-audit h2,.slw-audit h3,.slw-audit caption,.slw-audit dt{{break-after:avoid}}
.slw-audit img{{height:40px;width:40px}}
}}
</style>"""

PAGE_STYLE = """<style>
body{margin:0 auto;padding:1.5rem 1rem 3rem;max-width:64rem;background:#fff;color:#1b1b1b}
h1{font-size:1.6rem;line-height:1.25}h2{margin:2rem 0 .5rem;font-size:1.2rem}h3{margin:1.5rem 0 .3rem;font-size:1rem}
@media (prefers-color-scheme:dark){body{background:#121212;color:#ececec}}
@page{size:A4;margin:15mm}
@media print{body{padding:0;background:#fff;color:#000}}
</style>"""
"""Of a page of its own; a notebook has its own colours."""
