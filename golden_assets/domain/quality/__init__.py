"""What is measured of a testset: the quality report and its figures."""
