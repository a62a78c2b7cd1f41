"""What a reranker is: the seam between the knowledge base and any model that judges pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Scorer = Callable[[str, Sequence[str]], Sequence[float]]
"""How well each text answers a question, in their order: higher is better, on whatever scale the model has.

It is called from several threads at once.
"""
