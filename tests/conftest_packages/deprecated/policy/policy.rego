package main

deny[msg] { re_match("a.*", input.name); msg := "re" }
deny[msg] { any([input.x == 1, true]); msg := "any" }
deny[msg] { all([true, true]); msg := "all" }
deny[msg] { net.cidr_overlap("10.0.0.0/8", "10.1.0.1"); msg := "overlap" }
deny[msg] { cast_set([1]) == {1}; msg := "cast" }
deny[msg] { set_diff({1,2},{2}) == {1}; msg := "diff" }
