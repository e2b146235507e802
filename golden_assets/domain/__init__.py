"""What golden testsets are, as frozen records and pure functions. No I/O, no clock, no environment, no logging, no Dagster."""
