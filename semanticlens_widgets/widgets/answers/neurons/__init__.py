"""Answers about components.

`handlers` answers the requests and `protocol` has their types. `rankings` orders components, `cards` and
`control_images` describe them, `component_names` reads their names. Pictures are `pictures`, `example_pictures` and
`heatmap_pictures`; `query_images` keeps the images of queries.
"""
