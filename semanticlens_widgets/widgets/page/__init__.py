"""A widget as one HTML file that works without a kernel."""
