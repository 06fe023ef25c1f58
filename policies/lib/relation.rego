# Fetches the resources that `input.relations` names. What many rules need is a fact instead; this
# is for the single hop that only one rule takes.
package hfscan.lib.relation

# The resources of a relation. Those that are not in the inventory are left out; the engine knows
# that the relation is then not complete.
resources(ids) := [resource |
	some id in ids
	resource := data.hfscan.inventory[id]
]
