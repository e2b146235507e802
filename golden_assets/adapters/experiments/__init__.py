"""Running a RAG over a version: what can be the task, what scores its answers, and the run itself."""
