"""Files and folders: written whole or not at all, never over what is not ours, read in blocks."""
