package main

deny contains sprintf("%s: %v", [key, value]) if some key, value in data.values

deny contains sprintf("input: %v", [input])
