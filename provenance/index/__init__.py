"""What is known of all history, whatever range is audited."""
