"""One module or folder per outside thing; each implements a port of `golden_assets.domain.ports`, and none imports Dagster."""
