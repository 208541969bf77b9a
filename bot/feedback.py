"""What objections have in common."""
