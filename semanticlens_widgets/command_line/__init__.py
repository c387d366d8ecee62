"""The command `semanticlens-widgets`, for jobs without a notebook.

`main` parses and reports; `commands` (build, audit, export, info, demo) and `cache_commands` do the work; `config`
reads the YAML of a build, and `named` makes the models, functions and executors that it names.
"""
