"""The picture of a widget that stays in a notebook without a kernel."""
