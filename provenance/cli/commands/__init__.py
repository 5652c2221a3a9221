"""One module per command, found by its place here; ``command`` returns the exit code."""
