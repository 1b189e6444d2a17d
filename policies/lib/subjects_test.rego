package erpguard.lib.subjects_test

import data.erpguard.lib.subjects

test_the_same_text_is_accepted if subjects.is_accepted("Group:system:masters", ["Group:system:masters"])

test_a_prefix_is_accepted if subjects.is_accepted("ServiceAccount:velero/velero", ["ServiceAccount:velero/*"])

test_another_kind_is_not if not subjects.is_accepted("User:system:masters", ["Group:system:masters"])

test_a_star_within_is_a_character if not subjects.is_accepted("User:jane", ["User:*e"])

test_an_empty_list_accepts_nobody if not subjects.is_accepted("User:jane", [])
