"""What makes the gate weaker: each part compares one side of it at both ends of a change."""
