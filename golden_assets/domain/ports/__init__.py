"""The outside world as the domain sees it: one protocol per role. Adapters implement them, assets name them, tests hand in fakes."""
