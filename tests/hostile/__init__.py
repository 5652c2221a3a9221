"""What a repository may hold to mislead, hang or use whoever audits it, and what must happen."""
