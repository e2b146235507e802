"""Source documents: what they are, how they change, the passages they are cut into."""
