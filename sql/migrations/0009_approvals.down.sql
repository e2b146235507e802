DROP TABLE golden_assets.golden_row_reviews;
DROP FUNCTION golden_assets.review_is_of_a_row();
DROP TABLE golden_assets.golden_testset_approvals;
