"""Answers about the map: `handlers` over `layouts` (one `layout_task` a map), `encodings` and `columns`.

`cluster_captions` describes the clusters of a layout, with names from `cluster_names`; `clusters_table` is the same as
a table.
"""
