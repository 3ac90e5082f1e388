"""What buyers are expected to buy: models of repeat purchases in plain numpy, plain rules for small shops, cohorts."""
