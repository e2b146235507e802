"""English sentences by rule: clauses and their parts, verb forms, times and places."""
