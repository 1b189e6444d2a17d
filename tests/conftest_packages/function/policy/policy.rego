package main

deny_function(x) := ["never"] if x == 1

deny contains "a" if input.a == 1
