"""Where vectors are kept: one kind a file, found by the registry."""
