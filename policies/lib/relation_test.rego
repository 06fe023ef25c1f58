package hfscan.lib.relation_test

import data.hfscan.lib.relation

test_resources_are_fetched_and_missing_ones_left_out if {
	found := relation.resources(["a", "b"]) with data.hfscan.inventory as {"a": {"id": "a"}, "c": {"id": "c"}}
	found == [{"id": "a"}]
}
