"""PostgreSQL and Phoenix as real servers on this machine, started when none is configured."""
