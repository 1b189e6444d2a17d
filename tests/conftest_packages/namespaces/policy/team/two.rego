package team.two

deny contains "team.two denies" if input.a == 1

warn_team_two contains "team.two warns" if input.a == 1
