"""What was spent on advertising, and what came of it as far as that is known."""
