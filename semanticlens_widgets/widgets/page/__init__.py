"""A widget as one HTML file that works without a kernel.

`contents` gathers everything that the file needs: `lens` the components and maps, `audit` the classes, and `words` the
texts that the file can be searched for. `result` has the contents for a card or knowledge. `file` packs and writes it.
"""
