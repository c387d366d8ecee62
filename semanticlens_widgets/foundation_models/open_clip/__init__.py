"""Models of open_clip: `model` (OpenCLIP), `loading` (weights into a network), `settings` (tag, activation, pixels)."""
