"""The picture of a widget that stays in a notebook without a kernel.

`map`, `gallery`, `sides`, `audit` and `comparison` draw one widget each, `results` a card and what a layer knows, and
`graph` the graph of a class. A map's points are drawn from `sample`, `encodings` and `colours` (their colours) and
`points_svg` (the file); `html` has the pieces that all snapshots share. `unattended` computes what a widget shows where
no browser asks for it.
"""
