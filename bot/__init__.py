"""What a person meets: channels, understanding, dialogue, skills, replies."""
