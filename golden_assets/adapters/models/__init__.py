"""What writes and embeds text: OpenAI-compatible endpoints, the embedded extractive default, the embedded MiniLM embedder."""
