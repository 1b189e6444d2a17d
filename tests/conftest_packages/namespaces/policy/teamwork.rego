package teamwork

deny contains "teamwork denies" if input.a == 1

warn_teamwork contains "teamwork warns" if input.a == 1
