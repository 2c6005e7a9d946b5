"""The commands of `perennial`, one file each."""
