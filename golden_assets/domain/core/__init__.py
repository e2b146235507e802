"""What every other room of the domain stands on: records, hashes, errors, verdicts, words."""
