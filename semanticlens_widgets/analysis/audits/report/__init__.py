"""An audit as HTML that needs nothing else: no script, no font, no address of the web.

`page` puts the whole together from `classes`, a table of shares, `components`, the reasons for their verdicts,
`provenance` and `reading`, an explanation of every number; `ablation` is the model without components,
`change` the comparison of two audits. `style` has the look, `parts` what all of them are made of.
"""
