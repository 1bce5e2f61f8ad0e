"""What is done with a head's probabilities: scaled, weighed by class shares, made into answers."""
