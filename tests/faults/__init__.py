"""Trials of what people bring, each compared with a plain computation: no wrong result may pass without a word.

architectures   models of torchvision, timm and transformers: collect, relevance, LRP, heat maps, ablation
sources         datasets, arrays, files and folders whose true pixels and labels are known
files           flipped bits, truncations and garbled manifests of saved lenses and cache entries
statistics      shares of clear labels, groups and verdicts where nothing is to be found
kills           processes that end at any moment while they build, save and replace a lens
messages        garbled requests and trait values of a browser

`make test-faults` runs all of them, `python -m tests.faults --sample 0.1` a part. Each runs alone, as in
`python -m tests.faults.sources --only tiff --seed 1 --sample 0.1`, prints its counts and the bad outcomes, and exits
with 1 when there are any. `outcome` judges and counts; `zoo_*` list the models; `plain` holds the slow computations.
"""
