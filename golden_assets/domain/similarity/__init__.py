"""When two questions are one: by words, by vectors, by what people waived."""
