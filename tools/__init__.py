"""Scripts that write what is generated and kept in the repository: pages of `docs/` and files of `sql/`. See the Makefile."""
