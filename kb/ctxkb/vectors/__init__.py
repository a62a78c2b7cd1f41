"""Vector indexes: which embeddings are nearest to a query's."""
