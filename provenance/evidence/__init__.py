"""Claims looked at with sources that the audited range cannot change."""
