# Makes the elements of a rule's `deny` set. A path is a list of names below `input`; the engine
# adds the value that is found there. The functions can be nested:
# finding.lower(finding.tagged(["facts", "ingress"], rule.label, "open to the world"), "medium")
package hfscan.lib.finding

# What is at `path` breaks the requirement; `message` is a sentence without a final stop.
at(path, message) := {"path": path, "message": message}

# As `at`, for one of several elements. The tag names the element by what it is, never by its
# position, so that the finding keeps its identity when the list is reordered.
tagged(path, tag, message) := {"path": path, "message": message, "tag": tag}

# As `at`, with the ids of the resources on the way that proves it, in order.
related(path, ids, message) := {"path": path, "message": message, "related": ids}

# Adds a tag to a finding.
with_tag(finding, tag) := object.union(finding, {"tag": tag})

# Adds the ids of related resources to a finding.
with_related(finding, ids) := object.union(finding, {"related": ids})

# Makes a finding weigh less than the rule.
lower(finding, severity) := object.union(finding, {"severity": severity})
