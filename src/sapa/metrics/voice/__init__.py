"""What customers said in a week, beside what is usual, and what the team decides about it."""
