"""Sparse autoencoders, trained by overcomplete (the extra `dictionaries`)."""

import contextlib
import io
import itertools
import math
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from semanticlens_widgets.dictionaries.coding import Coding
from semanticlens_widgets.passes import Report

STEPS, BATCH, RATE = 1000, 512, 1e-3
"""At least so many steps, in whole epochs; the rate is for rows whose coordinates have a mean square of 1."""


def top_k(rows: Float[Tensor, "row dim"], n: int, seed: int, active: int, report: Report) -> Coding:
    """A TopK autoencoder of rows around their mean, with `active` latents a row; seeded.

    L. Gao et al., Scaling and evaluating sparse autoencoders, 2024, arXiv 2406.04093. Training is that of T. Fel et
    al., overcomplete. Raises ImportError without the extra.
    """
    sae = _package()
    return _trained(sae, lambda: sae.TopKSAE(rows.shape[1], n, top_k=active), rows, seed, report)


def batch_top_k(rows: Float[Tensor, "row dim"], n: int, seed: int, active: int, report: Report) -> Coding:
    """A BatchTopK autoencoder of rows around their mean, with `active` latents a row on average; seeded.

    What is active does not depend on the other rows afterwards: the threshold is the running one of training.
    B. Bussmann et al., BatchTopK Sparse Autoencoders, 2024, arXiv 2412.06410. Raises ImportError without the extra.
    """
    sae, in_a_batch = _package(), active * min(BATCH, len(rows))
    return _trained(sae, lambda: sae.BatchTopKSAE(rows.shape[1], n, top_k=in_a_batch), rows, seed, report)


def _trained(sae: Any, made: Any, rows: Float[Tensor, "row dim"], seed: int, report: Report) -> Coding:
    offset = rows.mean(0)
    scale = float((rows - offset).square().mean().sqrt().clamp(min=1e-12))
    scaled = (rows - offset) / scale
    with torch.random.fork_rng(), torch.enable_grad(), contextlib.redirect_stdout(io.StringIO()):
        torch.manual_seed(seed)
        model = made()
        data = torch.utils.data.TensorDataset(scaled)
        loader = torch.utils.data.DataLoader(data, BATCH, shuffle=True, drop_last=len(rows) > BATCH)
        optimizer = torch.optim.Adam(model.parameters(), RATE)
        n_epochs = math.ceil(STEPS / len(loader))
        n_steps, steps = n_epochs * len(loader), itertools.count(1)

        def count(*_: object) -> None:
            report(next(steps), n_steps)

        optimizer.register_step_post_hook(count)
        sae.train_sae(model, loader, _error, optimizer, nb_epochs=n_epochs, monitoring=0)
    found = coding(model.eval(), offset, scale)
    with torch.no_grad():
        _check_same(found.encode(rows[:BATCH]), model.encode(scaled[:BATCH])[1])
    return found


def coding(model: Any, offset: Float[Tensor, " dim"], scale: float = 1.0) -> Coding:
    """The autoencoder of `(rows - offset) / scale` as one of rows."""
    linear = model.encoder.final_block[0]
    return Coding(
        "sae",
        decoder=model.get_dictionary().detach() * scale,
        encoder=linear.weight.detach() / scale,
        bias=linear.bias.detach().clone(),
        offset=offset,
        **_sparsity(model),
    )


def _sparsity(model: Any) -> dict[str, Any]:
    threshold = getattr(model, "running_threshold", None)
    return {"active": model.top_k} if threshold is None else {"threshold": float(threshold)}


def _check_same(found: Tensor, expected: Tensor) -> None:
    """Guards against an encoder that another version of the package builds otherwise."""
    if not torch.allclose(found, expected, rtol=1e-3, atol=1e-4):
        raise RuntimeError(
            "the installed overcomplete has another encoder than versions 0.3; install 'overcomplete<0.4'"
        )


def _error(x: Tensor, decoded: Tensor, *_: object) -> Tensor:
    return nn.functional.mse_loss(decoded, x)


def _package() -> Any:
    try:
        from overcomplete import sae  # pyright: ignore[reportMissingImports]
    except (ImportError, AttributeError) as error:
        # overcomplete imports OpenCV and matplotlib, whose faults are worth reading.
        raise ImportError(
            f"sparse autoencoders need overcomplete, which gave: {error}; install it on Python before 3.13 with: "
            "pip install 'semanticlens-widgets[dictionaries]'"
        ) from error
    return sae
