"""A widget as one HTML file, or as a folder, that works without a kernel.

`contents` gathers everything that the page needs: `lens` the components and maps, `audit` the classes, and `words` the
texts that the page can be searched for. `result` has the contents for a card or knowledge, `prediction` those for an
explained image, `comparison` those for sides. `file` packs and writes one file. For a folder, `parts` writes what the
page loads as it is looked at, and `folder` replaces the one before.
"""
