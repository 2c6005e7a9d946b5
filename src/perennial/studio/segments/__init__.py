"""The pages of segments: which there are, who is in one and why, making and changing them."""
