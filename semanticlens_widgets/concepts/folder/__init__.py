"""A concept database on disk.

`_lens_folder` is the format and an open folder, `_manifest` and `_schema` are what its JSON and its tensors have to be,
`_save`, `_replace` and `_open` write and read it. These are served by `_json`, `_lazy` and `_verify`.
"""
