"""What a fit or a question is given, texts or ready vectors: checked, and made into vectors."""
