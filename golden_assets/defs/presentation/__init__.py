"""Records as Dagster metadata: numbers (plotted over time by the UI), tables, previews. Keys stay the same from run to run."""
