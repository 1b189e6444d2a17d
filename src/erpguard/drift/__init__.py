"""Verdict drift: how the verdicts about two states of one thing differ, such as a plan and what is live."""
