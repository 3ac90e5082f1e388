"""What the shop owes those who wait: targets, waits, and whose turn it is. Pure rules."""
