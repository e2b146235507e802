"""What runs the graph by itself: sensors."""
