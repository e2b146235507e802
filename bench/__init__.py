"""Performance claims, one module each: medians over a few rounds, printed beside their target. `make bench` runs them all."""
