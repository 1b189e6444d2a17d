package main

deny contains "main denies" if input.a == 1

warn_main contains "main warns" if input.a == 1
