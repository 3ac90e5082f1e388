"""One folder for each kind of live channel; each offers `ADAPTER` (see `gateway.contract`)."""
