"""Answers about the map: `requests` -> `layouts` (one per lens) -> `cluster_captions`; `columns` as bytes."""
