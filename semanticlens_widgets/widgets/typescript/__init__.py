"""Generator of the TypeScript files in `js/src/generated`, so that the two sides cannot drift apart.

`python -m semanticlens_widgets.widgets.typescript` writes them; with `--check` it fails if one is stale. `traits`
writes the types of synced traits, `protocol` those of requests and answers, and `constants` verdicts, limits, palettes
and case foldings; `types` turns type hints into TypeScript.
"""
