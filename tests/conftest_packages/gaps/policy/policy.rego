package main

# deny [msg] in a comment, and a text with what looks like heads
text = `
deny [x]
warn (y)
`

deny [msg]{ input.a; msg := sprintf("%d lines", [count(split(text, "\n"))]) }

deny_in_a_row	[msg] { msg := shown(input.b) }

shown  (x) = y { y := sprintf("<%v>", [x]) }

warn ["with \" warn [a]"] {
not  (input.b)
some i
[1, 2][i] == 2
}
