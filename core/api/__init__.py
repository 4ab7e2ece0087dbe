"""The HTTP API: what the store holds, in the shapes that existing clients speak, and what only Gridtrace can say."""
