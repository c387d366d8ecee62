"""Adapters, one for each kind of source.

`located` (paths, URLs, patterns), over `files`, `folder` (and archives) and `shards`; `pictures` (in memory);
`dataset` (torch) and `huggingface`, held by `repeatable` to give an item the same pixels every time; `streams`;
`views` (subsets, other labels).
"""
