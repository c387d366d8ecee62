"""Base classes of the widgets.

`view` has what every widget shares. `lens_view` is about a lens: `kept_view` adds files of its neurons, `label_view`
and `class_view` the traits of labels and of classes, and `result_view` is for cards and knowledge. `comparison_view` is
about a comparison. `map_traits` and `label_traits` have those of maps and of labels of any of them, and `trait_types`
has trait types beyond traitlets' own.
"""
