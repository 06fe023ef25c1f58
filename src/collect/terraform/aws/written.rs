//! Where a person writes what a rule judges: normalized attribute paths and facts → the attributes and
//! nested blocks of a Terraform type. It mirrors what the collectors of the types read.

mod rows;

use std::collections::HashMap;
use std::sync::LazyLock;

use rows::{ROWS, Row};

/// Where something is written below a block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written<'a> {
    /// Paths, the best first; none when it is about the block as a whole. A number in a path picks one of
    /// several nested blocks.
    pub paths: Vec<Vec<&'a str>>,
    /// What literal attributes say in the one of several nested blocks that is meant.
    pub wanted: Vec<Wanted<'a>>,
}

/// What an attribute of a nested block says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// The attribute.
    pub name: &'a str,
    /// Its value, or one of the elements of its list.
    pub value: &'a str,
}

/// Returns where a finding's path is written below a block of this type.
pub fn written<'a>(type_name: &str, path: &[&'a str], tag: Option<&'a str>) -> Written<'a> {
    let tag = tag.unwrap_or_default();
    match path {
        ["facts", direction @ ("ingress" | "egress"), ..] => firewall_rule(type_name, direction, tag),
        ["facts", "metadata", rest @ ..] => {
            let hops = tag.starts_with("hop_limit") || rest.contains(&"http_put_response_hop_limit");
            let option = if hops { "http_put_response_hop_limit" } else { "http_tokens" };
            Written { paths: vec![vec!["metadata_options", option]], ..Written::default() }
        }
        ["facts", "public_addresses", ..] => public_address(tag),
        ["facts" | "attributes", "public_access_block", ..] => flag(tag),
        // The tag of a load balancer's subnet is a tag of the subnet itself.
        ["facts", "public", ..] if !tag.is_empty() => {
            Written { paths: vec![vec!["tags", tag], vec!["tags"]], ..Written::default() }
        }
        ["tags", ..] => Written { paths: vec![path.to_vec(), vec!["tags"]], ..Written::default() },
        _ => by_row(type_name, path, tag),
    }
}

/// Rows by the first two steps of their path: reports have many findings, and the table many rows.
static BY_START: LazyLock<HashMap<(&str, &str), Vec<&Row>>> = LazyLock::new(|| {
    let mut rows: HashMap<_, Vec<_>> = HashMap::new();
    for row in ROWS {
        let mut steps = row.1.split('.');
        if let (Some(first), Some(second)) = (steps.next(), steps.next()) {
            rows.entry((first, second)).or_default().push(row);
        }
    }
    rows
});

fn by_row<'a>(type_name: &str, path: &[&'a str], tag: &'a str) -> Written<'a> {
    let rows = match path {
        [first, second, ..] => BY_START.get(&(*first, *second)).map_or(&[][..], Vec::as_slice),
        _ => &[],
    };
    let fits = |types: &[&str], normalized: &str| {
        let own = types.is_empty() || types.contains(&type_name);
        own && normalized.split('.').zip(path).filter(|(a, b)| a == *b).count() == normalized.split('.').count()
    };
    // The longest path counts, and among those of one length a row of the type.
    let rows = rows.iter().filter(|(types, normalized, _)| fits(types, normalized));
    let best = rows.max_by_key(|(types, normalized, _)| (normalized.split('.').count(), !types.is_empty()));
    let Some((_, normalized, targets)) = best else {
        let own = match path {
            ["attributes", rest @ ..] if !rest.is_empty() => vec![rest.to_vec()],
            _ => Vec::new(),
        };
        return Written { paths: own, ..Written::default() };
    };
    // What stands below a fact is ours, what stands below an attribute is mostly the provider's.
    let below = if normalized.starts_with("attributes.") { path.get(normalized.split('.').count()..) } else { None };
    let rest = below.unwrap_or_default();
    let paths = targets.iter().map(|target| target.split('.').chain(rest.iter().copied()).collect()).collect();
    let inline = targets.contains(&"inline_policy");
    let name = tag.split('/').next().filter(|name| inline && !name.is_empty());
    Written { paths, wanted: name.map(|value| Wanted { name: "name", value }).into_iter().collect() }
}

/// One flag of a public access block.
fn flag(tag: &str) -> Written<'_> {
    Written { paths: if tag.is_empty() { Vec::new() } else { vec![vec![tag]] }, ..Written::default() }
}

fn public_address(tag: &str) -> Written<'_> {
    const OWN: [&[&str]; 3] = [
        &["associate_public_ip_address"],
        &["network_interfaces", "associate_public_ip_address"],
        &["network_interface", "associate_public_ip_address"],
    ];
    const SUBNET: [&[&str]; 4] =
        [&["subnet_id"], &["subnet_ids"], &["vpc_zone_identifier"], &["network_interfaces", "subnet_id"]];
    let paths: &[&[&str]] = match tag.split('[').next() {
        Some("own_setting") => &OWN,
        Some("subnet") => &SUBNET,
        Some("launch_template") => &[&["launch_template"], &["launch_configuration"], &["mixed_instances_policy"]],
        _ => &[],
    };
    Written { paths: paths.iter().map(|path| path.to_vec()).collect(), ..Written::default() }
}

/// A rule of a security group. Its tag is `ingress[443/tcp/0.0.0.0/0]`, with ` port` behind it when the
/// ports are what is wrong.
fn firewall_rule<'a>(type_name: &str, direction: &'a str, tag: &'a str) -> Written<'a> {
    let (what, ports_wrong) = match tag.strip_suffix(" port") {
        Some(what) => (what, true),
        None => (tag, false),
    };
    let inner = what.split_once('[').and_then(|(_, rest)| rest.strip_suffix(']')).unwrap_or_default();
    let (ports, peer) = if let Some(peer) = inner.strip_prefix("all/") {
        (None, peer)
    } else {
        let mut parts = inner.splitn(3, '/');
        (parts.next().filter(|ports| !ports.is_empty()), parts.nth(1).unwrap_or_default())
    };
    let version6 = peer.contains(':') && peer.contains('/');
    let version4 = !version6 && peer.contains('/') && peer.starts_with(|first: char| first.is_ascii_digit());
    let separate =
        !matches!(type_name, "aws_security_group" | "aws_default_security_group" | "aws_security_group_rule");
    let peers: &[&'static str] = match (separate, version4, version6) {
        (true, true, _) => &["cidr_ipv4"],
        (true, _, true) => &["cidr_ipv6"],
        (true, ..) => &["referenced_security_group_id", "prefix_list_id"],
        (false, true, _) => &["cidr_blocks"],
        (false, _, true) => &["ipv6_cidr_blocks"],
        (false, ..) => &["source_security_group_id", "security_groups", "prefix_list_ids", "self"],
    };
    let attributes: &[&'static str] = if ports_wrong { &["from_port", "to_port"] } else { peers };
    let inline = matches!(type_name, "aws_security_group" | "aws_default_security_group");
    let path = |attribute: &&'static str| if inline { vec![direction, *attribute] } else { vec![*attribute] };
    let mut paths: Vec<Vec<&'a str>> = if tag.is_empty() { Vec::new() } else { attributes.iter().map(path).collect() };
    if inline && tag.is_empty() {
        paths = vec![vec![direction]];
    }
    let mut wanted = Vec::new();
    if inline {
        if let Some(ports) = ports {
            let (from, to) = ports.split_once('-').unwrap_or((ports, ports));
            wanted.extend([Wanted { name: "from_port", value: from }, Wanted { name: "to_port", value: to }]);
        }
        if let ([name], false) = (peers, peer.is_empty()) {
            wanted.push(Wanted { name, value: peer });
        }
    }
    Written { paths, wanted }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(type_name: &str, path: &str, tag: &str) -> Vec<String> {
        let steps: Vec<&str> = path.split('.').collect();
        let tag = Some(tag).filter(|tag| !tag.is_empty());
        written(type_name, &steps, tag).paths.iter().map(|path| path.join(".")).collect()
    }

    #[test]
    fn names_that_differ_are_translated_and_others_kept() {
        for (type_name, path, tag, expected) in [
            ("aws_db_instance", "attributes.multi_az", "", "multi_az"),
            ("aws_eks_cluster", "attributes.enabled_log_types", "api", "enabled_cluster_log_types"),
            ("aws_db_instance", "attributes.enabled_log_types", "", "enabled_cloudwatch_logs_exports"),
            ("aws_eks_node_group", "attributes.max_size", "", "scaling_config.max_size"),
            ("aws_autoscaling_group", "attributes.max_size", "", "max_size"),
            ("aws_lb_listener", "attributes.default_actions.0.action_type", "", "default_action.0.action_type"),
            ("aws_iam_policy", "attributes.document", "x", "policy"),
            ("aws_vpc_security_group_ingress_rule", "facts.ingress", "ingress[22/tcp/0.0.0.0/0]", "cidr_ipv4"),
            ("aws_vpc_security_group_ingress_rule", "facts.ingress", "ingress[22/tcp/::/0]", "cidr_ipv6"),
            ("aws_security_group", "facts.egress", "egress[all/0.0.0.0/0]", "egress.cidr_blocks"),
            (
                "aws_s3_bucket_public_access_block",
                "attributes.public_access_block",
                "ignore_public_acls",
                "ignore_public_acls",
            ),
        ] {
            assert_eq!(paths(type_name, path, tag)[0], expected, "{type_name} {path} {tag}");
        }
        assert!(paths("aws_iam_role", "facts.escalations", "x").is_empty());
        assert!(paths("aws_subnet", "id", "").is_empty());
    }

    #[test]
    fn the_rule_of_a_group_is_told_by_ports_and_peer() {
        let rule = written("aws_security_group", &["facts", "ingress"], Some("ingress[80-443/tcp/10.0.0.0/8] port"));
        assert_eq!(rule.paths, [["ingress", "from_port"], ["ingress", "to_port"]]);
        let wanted: Vec<_> = rule.wanted.iter().map(|wanted| (wanted.name, wanted.value)).collect();
        assert_eq!(wanted, [("from_port", "80"), ("to_port", "443"), ("cidr_blocks", "10.0.0.0/8")]);
    }
}
