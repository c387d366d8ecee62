"""Latents: layers made of another layer, such as the code of a sparse autoencoder.

`latents` (a layer's name that knows how it is computed), `rows` (outputs as rows and back), `functions` (the code that
makes them: called, checked, and the modules in it), `saes` (that code for autoencoders of other libraries), `named`
(what tells latents from other layers).
"""
