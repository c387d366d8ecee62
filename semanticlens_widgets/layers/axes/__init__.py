"""Axes of a layer's output: the one of samples and the one of components.

`_layout` (what is said or remembered of them), `_probe` (deciding them, by `_probe_runs`), `_marks` and `_stability`
(evidence for it).
"""
