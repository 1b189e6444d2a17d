package main

deny contains "no team" if not input.team

warn contains "no cost centre" if not input.cost_centre
