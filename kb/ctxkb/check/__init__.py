"""The gate: is a change done with its decisions, contracts and guides? Reads both ends straight from git."""
