"""Base class and mixins of the widgets."""
