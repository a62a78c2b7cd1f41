"""The MCP server: few tools with flat arguments, over the same knowledge and renderers as the command line."""
