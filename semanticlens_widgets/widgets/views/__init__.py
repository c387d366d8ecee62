"""Base classes of the widgets.

`view` has what every widget shares. `lens_view` is about a lens, with `label_view` and `class_view` for traits of
labels and of classes; `comparison_view` is about a comparison. `map_traits` and `label_traits` have those of maps and
of labels of any of them, and `trait_types` has trait types beyond traitlets' own.
"""
