"""Figures side by side with the peers; `make bench` runs them all."""
