package team.one

deny contains "team.one denies" if input.a == 1

warn_team_one contains "team.one warns" if input.a == 1
