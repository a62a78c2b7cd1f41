"""Reranking: a second look at the best units by a model that reads question and text together. Off by default."""
