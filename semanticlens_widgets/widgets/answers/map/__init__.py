"""Answers about the map: `handlers` over `layouts` (one `layout_task` a map), `encodings` and `columns`.

`cluster_captions` names the clusters of a layout.
"""
