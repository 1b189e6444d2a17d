"""What values mean: quantities, durations, address ranges, schedules, selectors, and files within objects."""
