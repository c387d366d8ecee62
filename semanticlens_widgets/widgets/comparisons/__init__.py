"""Widgets of comparisons: `compare_map` and `compare_gallery`, which `compare_explorer` joins."""
