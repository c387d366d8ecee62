"""Stores of files, wherever they lie: one protocol, and a class for each kind of place.

`protocol` (Store); `local` (folders of this computer), `remote` (file systems of fsspec), `zip_archive` and
`tar_archive`, read in place, and `joined` (several of them); `addresses` finds the place of a path, URL or pattern.
"""
