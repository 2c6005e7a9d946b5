"""What the firm does for customers it may lose, against a control group that is drawn by chance."""
