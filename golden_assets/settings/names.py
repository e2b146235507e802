"""Names that more than the settings spell; imports nothing, so that ``--help`` stays fast."""

PREFIX = "GOLDEN_ASSETS_"
CONFIG_VARIABLE = "GOLDEN_ASSETS_CONFIG"
TESTSET_VARIABLE = "GOLDEN_ASSETS_TESTSET"
FILE_NAME = "golden_testset_config.yaml"
