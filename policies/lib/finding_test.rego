package hfscan.lib.finding_test

import data.hfscan.lib.finding

test_at if finding.at(["id"], "m") == {"path": ["id"], "message": "m"}

test_tagged if finding.tagged(["id"], "t", "m") == {"path": ["id"], "message": "m", "tag": "t"}

test_related if finding.related(["id"], ["a", "b"], "m") == {"path": ["id"], "message": "m", "related": ["a", "b"]}

test_functions_nest if {
	found := finding.lower(finding.with_related(finding.with_tag(finding.at(["id"], "m"), "t"), ["a"]), "low")
	found == {"path": ["id"], "message": "m", "tag": "t", "related": ["a"], "severity": "low"}
}
