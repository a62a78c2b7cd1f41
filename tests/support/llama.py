"""LlamaIndex embeddings for tests: one that counts letters, and things that cannot be used as one."""

from __future__ import annotations

from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding

HELPER = 1


class Letters(BaseEmbedding):
    """Embeds a text as how often each letter stands in it; its vectors have any length."""

    def __init__(self, **fields: Any) -> None:  # noqa: ANN401 - LlamaIndex's own fields
        super().__init__(model_name="letters", **fields)

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float(text.lower().count(letter)) for letter in "abcdefghijklmnopqrstuvwxyz"]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class Vowels(Letters):
    """Embeds a text as how often each vowel stands in it."""

    def __init__(self, **fields: Any) -> None:  # noqa: ANN401 - LlamaIndex's own fields
        super().__init__(**fields)
        self.model_name = "vowels"

    def _get_text_embedding(self, text: str) -> list[float]:
        return [float(1 + text.lower().count(letter)) for letter in "aeiou"]


class Demanding(Letters):
    """Cannot be made without its key."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key
