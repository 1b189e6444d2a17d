"""What is complained of, by subject. Each module gives complaints; none of them raises."""
