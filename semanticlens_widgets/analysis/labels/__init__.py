"""Texts that name components, and how well a name must fit before it is given."""
