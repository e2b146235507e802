"""The gates, one asset check per property."""
