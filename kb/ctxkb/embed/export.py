"""Writes the bundled model as one ONNX file: `python -m ctxkb.embed.export MODEL_FOLDER PRECISION TARGET`.

It runs in a process of its own, because torch and transformers take seconds to import and hundreds of megabytes that
a server would then keep. Nothing is written to stdout.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

CANNOT_WRITE = 4
"""The exit code where the target cannot be written; the reason is the last line on stderr."""

_OPSET = 17


def main(arguments: Sequence[str]) -> int:
    """Exports the model in `arguments`, and returns the exit code."""
    folder, precision, target = Path(arguments[0]), arguments[1], Path(arguments[2])
    _be_quiet()
    try:
        _export(folder, target)
        if precision == "int8":
            _quantise(target)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return CANNOT_WRITE
    return 0


def _be_quiet() -> None:
    """The libraries warn about their own insides, and must not look for anything on the network."""
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_PROGRESS_BARS="1")
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)


def _export(folder: Path, target: Path) -> None:
    """The transformer, the mean over its tokens and the normalisation as one graph: ids and mask in, vectors out."""
    import torch

    ids = torch.arange(1000, 1016).reshape(2, 8)
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    row, vector = {0: "texts", 1: "tokens"}, {0: "texts"}
    with torch.inference_mode():
        torch.onnx.export(
            _pooled(folder),
            (ids, mask),
            str(target),
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_axes={"input_ids": row, "attention_mask": row, "vectors": vector},
            opset_version=_OPSET,
            dynamo=False,
        )


def _pooled(folder: Path) -> Any:  # noqa: ANN401 - a torch module, whose type is not known here
    import torch
    from transformers import AutoModel
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]

    class Pooled(torch.nn.Module):  # type: ignore[misc]  # torch is not followed by the type checker
        def __init__(self) -> None:
            super().__init__()
            self.transformer = AutoModel.from_pretrained(
                str(folder), local_files_only=True, attn_implementation="eager"
            ).eval()

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:  # noqa: ANN401 - torch tensors
            hidden = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * weights).sum(1) / weights.sum(1)
            return torch.nn.functional.normalize(mean, dim=1)

    return Pooled().eval()


def _quantise(target: Path) -> None:
    """Weights of matrix products (one scale a column) and the table of words as int8; the rest stays fp32."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    exact = target.with_suffix(".fp32")
    target.replace(exact)
    quantize_dynamic(
        exact,
        target,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        reduce_range=not _multiplies_without_saturating(),
    )
    exact.unlink()


def _multiplies_without_saturating() -> bool:
    """Whether 8-bit products add up without overflow: x86 without VNNI saturates unless weights keep to 7 bits."""
    flags = Path("/proc/cpuinfo")
    if not flags.is_file():
        return False
    text = flags.read_text(encoding="utf-8", errors="replace")
    return "vnni" in text or "asimd" in text


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
