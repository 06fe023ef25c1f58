# METADATA
# title: Databases refuse connections without TLS
# description: |
#   A client that may connect in plain text sooner or later does. The parameter that demands TLS is
#   read from the parameter group, else from the default of the engine's family; a proxy has a
#   setting of its own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
# scope: package
# custom:
#   control: HF-AWS-ENC-004
#   kinds: [aws.rds.cluster, aws.rds.instance, aws.rds.proxy]
#   severity: high
#   documents: {innovate: [357], ha-eks: [107]}
#   remediation: Use a parameter group that sets `rds.force_ssl` (PostgreSQL) or `require_secure_transport` (MySQL, MariaDB) to 1; set `require_tls` on proxies.
#   frameworks: {nist-800-53: [SC-8], fsbp: [RDS.38, RDS.39]}
#   params:
#     force_ssl_default_on:
#       default: {postgres: 15, aurora-postgresql: 17}
#       description: First major version, by engine, whose default parameter group demands TLS.
package hfscan.rules.aws.rds.tls_enforced

import data.hfscan.lib.finding

applies if input.kind == "aws.rds.proxy"

# Null: the cluster decides, or the engine has no such parameter.
applies if input.facts.tls != null

deny contains finding.at(["attributes", "require_tls"], "proxy takes connections without TLS") if {
	input.kind == "aws.rds.proxy"
	input.attributes.require_tls == false
}

deny contains finding.related(
	["attributes", "parameter_group"],
	input.facts.tls.groups,
	"parameter group allows connections without TLS",
) if {
	input.facts.tls.explicit == true
	input.facts.tls.enforced == false
}

deny contains finding.related(
	["attributes", "parameter_group"],
	input.facts.tls.groups,
	"default parameters of this engine version allow connections without TLS",
) if {
	input.facts.tls.explicit == false
	input.facts.tls.major_version < data.hfscan.params.force_ssl_default_on[input.facts.tls.engine]
}

deny contains finding.related(
	["attributes", "parameter_group"],
	input.facts.tls.groups,
	"default parameters of this engine allow connections without TLS",
) if {
	input.facts.tls.explicit == false
	not data.hfscan.params.force_ssl_default_on[input.facts.tls.engine]
	input.facts.tls.enforced == false
}
