"""Records on their way: entering, moving step by step as sets, following what happens, and ending."""
