"""Sparse autoencoders, trained by overcomplete (the extra `dictionaries`)."""

import contextlib
import io
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from semanticlens_widgets.dictionaries.coding import Coding

EPOCHS, BATCH, RATE = 20, 512, 1e-3


def autoencoder(rows: Float[Tensor, "row dim"], n: int, seed: int, active: int) -> Coding:
    """A TopK autoencoder of rows around their mean, with `active` latents a row; seeded.

    L. Gao et al., Scaling and evaluating sparse autoencoders, 2024, arXiv 2406.04093. Training is that of T. Fel et
    al., overcomplete. Raises ImportError without the extra.
    """
    sae = _package()
    offset = rows.mean(0)
    with torch.random.fork_rng(), torch.enable_grad(), contextlib.redirect_stdout(io.StringIO()):
        torch.manual_seed(seed)
        model = sae.TopKSAE(rows.shape[1], n, top_k=active)
        data = torch.utils.data.TensorDataset(rows - offset)
        loader = torch.utils.data.DataLoader(data, BATCH, shuffle=True, drop_last=len(rows) > BATCH)
        optimizer = torch.optim.Adam(model.parameters(), RATE)
        sae.train_sae(model, loader, _error, optimizer, nb_epochs=EPOCHS, monitoring=0)
    return folded(model.eval(), offset, active)


def folded(model: Any, offset: Float[Tensor, " dim"], active: int) -> Coding:
    """The autoencoder with its batch norm in the weights of its encoder."""
    linear, norm = model.encoder.final_block
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    with torch.no_grad():
        return Coding(
            "sae",
            decoder=model.get_dictionary().detach().clone(),
            encoder=(linear.weight * scale[:, None]).detach(),
            bias=((linear.bias - norm.running_mean) * scale + norm.bias).detach(),
            offset=offset,
            active=active,
        )


def _error(x: Tensor, decoded: Tensor, *_: object) -> Tensor:
    return nn.functional.mse_loss(decoded, x)


def _package() -> Any:
    try:
        from overcomplete import sae  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise ImportError(
            "method='sae' needs overcomplete; install it with: pip install 'semanticlens-widgets[dictionaries]'"
        ) from error
    return sae
