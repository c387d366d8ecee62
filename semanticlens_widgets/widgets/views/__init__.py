"""Base classes of the widgets.

`lens_view` has what every widget shares; `label_view` and `class_view` add the traits of labels and of classes;
`trait_types` are trait types beyond traitlets' own.
"""
