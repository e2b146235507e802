DROP TABLE golden_assets.golden_dataset_edits;
