"""Work spread over many processes or machines; each cluster's package is an extra."""
