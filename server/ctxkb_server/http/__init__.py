"""Network mode: who may ask, from where and how much, before the MCP server answers as it does over standard input."""
