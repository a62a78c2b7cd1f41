"""Retrieval: which units answer a question, which ones bind some paths, and how sure that is."""
