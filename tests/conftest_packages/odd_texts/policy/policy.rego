package main

deny contains "control \u0007 \u001b[31mred\u001b[0m" if true

deny contains "line one\nline two" if true

deny contains "##vso[task.complete result=Succeeded]" if true

deny contains "\u202e right to left, 😀, [brackets] {braces}" if true

deny contains {"msg": "climbs", "path": "../../etc/passwd", "file": "/etc/passwd"} if true
