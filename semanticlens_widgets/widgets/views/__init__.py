"""Base classes of the widgets.

`view` has what every widget shares. `lens_view` is about a lens, with `label_view` and `class_view` for traits of
labels and of classes; `comparison_view` is about a comparison. `map_traits` has those of maps, and `trait_types` has
trait types beyond traitlets' own.
"""
