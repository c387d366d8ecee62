"""Answers about the map: `handlers` over `layouts`, `encodings` and `columns`.

`layouts` are those of a lens, `layout_tasks` those of any components, with one `layout_task` a map. `cluster_captions`
describes the clusters of a layout, with names from `cluster_names`; `clusters_table` is the same as a table.
"""
