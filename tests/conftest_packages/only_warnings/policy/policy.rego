package main

warn contains "careful" if true

warn_more contains {"msg": "more", "path": "a"} if input.a
