"""What people decide about rows: the queue, the decisions, what edits in Phoenix suggest."""
