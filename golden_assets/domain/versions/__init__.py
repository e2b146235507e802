"""Stored versions: numbers, differences, promotion, and how forgery is noticed."""
