package main

deny contains {"message": "not msg"} if input.a == 1

warn contains "fine" if true
