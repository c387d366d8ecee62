"""Adapters, one for each kind of source.

`files` and `folder`; `pictures` (in memory); `dataset` (torch) and `huggingface`, held by `repeatable` to give an item
the same pixels every time; `views` (subsets, other labels).
"""
