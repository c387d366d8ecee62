"""Comparisons of two audits: `change` has what changed, `differences` the settings that differ."""
