//! Every seeded violation of ha-eks is found at the line and column that a person must change, as the
//! root module, wrapped into modules, and in code of another style.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{copy, findings, scan, spot, text_at};
use crate::environments::violation_plan;

/// A place that a violation must be found at: violation, rule, place, text there.
const EXPECTED: &[(&str, &str, &str, &str)] = &[
    (
        "admin-policy",
        "aws-iam-administrator-permissions",
        "modules/workload-iam/support.tf:30:3",
        "policy      = data.aws_iam_policy_document.support.json",
    ),
    (
        "admin-policy",
        "aws-iam-pass-role",
        "modules/workload-iam/support.tf:30:3",
        "policy      = data.aws_iam_policy_document.support.json",
    ),
    (
        "admin-policy",
        "aws-iam-service-wildcards",
        "modules/workload-iam/support.tf:30:3",
        "policy      = data.aws_iam_policy_document.support.json",
    ),
    (
        "database-port-open-to-internet",
        "aws-ec2-security-group-database-sources",
        "modules/security/main.tf:168:3",
        "cidr_ipv4         = \"0.0.0.0/0\"",
    ),
    (
        "database-port-open-to-internet",
        "aws-ec2-security-group-forbidden-ports",
        "modules/security/main.tf:168:3",
        "cidr_ipv4         = \"0.0.0.0/0\"",
    ),
    (
        "database-port-open-to-internet",
        "aws-ec2-security-group-internet-ingress",
        "modules/security/main.tf:168:3",
        "cidr_ipv4         = \"0.0.0.0/0\"",
    ),
    (
        "efs-from-whole-network",
        "aws-ec2-security-group-file-system-sources",
        "modules/security/main.tf:168:3",
        "cidr_ipv4         = \"10.0.0.0/8\"",
    ),
    (
        "fixed-size-node-group",
        "aws-eks-managed-nodes-autoscaling",
        "modules/eks/nodes.tf:53:5",
        "max_size     = var.node_group.max_size",
    ),
    ("http-listener-forwards", "aws-elb-http-redirects-to-https", "modules/edge/main.tf:70:3", "default_action"),
    (
        "irsa-any-service-account",
        "aws-iam-irsa-trust",
        "modules/irsa-role/main.tf:29:3",
        "assume_role_policy = data.aws_iam_policy_document.trust.json",
    ),
    (
        "irsa-shared-role",
        "aws-iam-service-account-roles",
        "modules/irsa-role/main.tf:29:3",
        "assume_role_policy = data.aws_iam_policy_document.trust.json",
    ),
    (
        "no-control-plane-logs",
        "aws-eks-cluster-control-plane-logs",
        "modules/eks/main.tf:7:1",
        "resource \"aws_eks_cluster\" \"this\"",
    ),
    (
        "pass-role-and-run-instances",
        "aws-iam-pass-role",
        "modules/workload-iam/main.tf:218:3",
        "policy      = data.aws_iam_policy_document.app.json",
    ),
    (
        "pass-role-and-run-instances",
        "aws-iam-privilege-escalation",
        "modules/workload-iam/main.tf:218:3",
        "policy      = data.aws_iam_policy_document.app.json",
    ),
    ("public-database", "aws-rds-no-public-address", "modules/database/main.tf:46:3", "publicly_accessible    = true"),
    (
        "public-ip-in-private-subnet",
        "aws-ec2-private-subnet-no-auto-public-ip",
        "modules/network/main.tf:100:3",
        "map_public_ip_on_launch = each.value.map_public_ip_on_launch",
    ),
    (
        "single-az-database",
        "aws-rds-multi-az",
        "modules/database/main.tf:33:1",
        "resource \"aws_db_instance\" \"this\"",
    ),
    (
        "single-nat-gateway",
        "aws-ec2-nat-gateway-per-zone",
        "modules/network/main.tf:1:1",
        "resource \"aws_vpc\" \"this\"",
    ),
    (
        "single-nat-gateway",
        "aws-ec2-private-subnet-routes",
        "modules/network/main.tf:124:3",
        "nat_gateway_id         = aws_nat_gateway.this[\"us-east-1a\"].id",
    ),
    (
        "unencrypted-database",
        "aws-rds-storage-encrypted",
        "modules/database/main.tf:33:1",
        "resource \"aws_db_instance\" \"this\"",
    ),
];

/// Where the calls of the root module are written.
const CALLS: &[(&str, &str)] = &[
    ("network", "main.tf:14:1"),
    ("security", "main.tf:26:1"),
    ("storage", "main.tf:35:1"),
    ("database", "main.tf:54:1"),
    ("eks", "main.tf:65:1"),
    ("workload_iam", "main.tf:80:1"),
    ("edge", "main.tf:95:1"),
];

fn environment() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/environments/ha-eks")
}

/// Copies the code of the environment with the change of a violation.
fn write_sources(violation: &str, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(environment()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "tf") {
            fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
    copy(&environment().join("modules"), &to.join("modules"));
    let change = fs::read_to_string(environment().join("violations").join(violation).join("change.patch")).unwrap();
    let patch = diffy::Patch::from_str(&change).unwrap();
    let file = to.join(patch.original().unwrap().trim_start_matches("a/"));
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, diffy::apply(&text, &patch).unwrap()).unwrap();
}

fn names() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(environment().join("violations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        // A violation of the manifests alone changes no code.
        .filter(|name| environment().join("violations").join(name).join("change.patch").is_file())
        .collect();
    names.sort();
    names
}

/// Compares every failure of a report with what is expected of a violation, the code being in `code`
/// below `folder`, and the calls that lead to the environment's root module being `outer`.
fn check(violation: &str, report: &Value, folder: &Path, code: &str, outer: &[(&str, &str)]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut met = Vec::new();
    assert_eq!(report["source"]["unmapped"], 0, "{violation}: {}", report["source"]);
    for finding in findings(report, "fail", "") {
        let rule = finding["rule"].as_str().unwrap();
        let Some((_, _, place, text)) = EXPECTED.iter().find(|(name, of, _, _)| *name == violation && *of == rule)
        else {
            wrong.push(format!("{violation}: {rule} fails too"));
            continue;
        };
        met.push(rule.to_owned());
        let found = spot(&finding["place"], folder);
        if found != format!("{code}{place}") {
            wrong.push(format!("{violation}: {rule} stands at {found}, not at {code}{place}"));
        }
        let there = text_at(&finding["place"]);
        if there != *text {
            wrong.push(format!("{violation}: {rule} is about {there:?}, not {text:?}"));
        }
        assert!(finding["input_place"]["file"].as_str().unwrap().contains(".json"), "{finding}");
        let address = finding["block"]["address"].as_str().unwrap();
        let calls: Vec<(String, String)> = finding["calls"]
            .as_array()
            .unwrap()
            .iter()
            .map(|call| (call["address"].as_str().unwrap().to_owned(), spot(&call["place"], folder)))
            .collect();
        let mut expected: Vec<(String, String)> =
            outer.iter().map(|(address, place)| ((*address).to_owned(), (*place).to_owned())).collect();
        let prefix = outer.last().map_or(String::new(), |(address, _)| format!("{address}."));
        let inner = address.strip_prefix(&prefix).unwrap();
        let (module, place) = CALLS.iter().find(|(name, _)| inner.starts_with(&format!("module.{name}."))).unwrap();
        expected.push((format!("{prefix}module.{module}"), format!("{code}{place}")));
        if inner.contains("module.irsa[") {
            expected.push((
                format!("{prefix}module.workload_iam.module.irsa[\"app\"]"),
                format!("{code}modules/workload-iam/main.tf:3:1"),
            ));
        }
        if calls != expected {
            wrong.push(format!("{violation}: {rule} comes by {calls:?}, not {expected:?}"));
        }
    }
    for (_, rule, _, _) in EXPECTED.iter().filter(|(name, _, _, _)| *name == violation) {
        if !met.iter().any(|met| met == rule) {
            wrong.push(format!("{violation}: {rule} does not fail"));
        }
    }
    wrong
}

#[test]
fn every_violation_stands_where_a_person_must_change_it() {
    let mut wrong = Vec::new();
    for name in names() {
        assert!(EXPECTED.iter().any(|(of, _, _, _)| *of == name), "{name} is expected nowhere");
        let folder = tempfile::tempdir().unwrap();
        write_sources(&name, folder.path());
        let report = scan(&violation_plan(&name, folder.path()), &["--profile", "ha-eks"]);
        wrong.extend(check(&name, &report, folder.path(), "", &[]));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Puts a plan's root module into a chain of modules, as Terraform writes it: name, key, source.
fn wrap(plan: &mut Value, chain: &[(&str, &str, &str)]) {
    let prefix: String = chain.iter().map(|(name, key, _)| format!("module.{name}{key}.")).collect();
    let rename = |object: &mut Value, key: &str| {
        if let Some(address) = object.get(key).and_then(Value::as_str) {
            object[key] = json!(format!("{prefix}{address}"));
        }
    };
    for change in plan["resource_changes"].as_array_mut().unwrap() {
        rename(change, "address");
        rename(change, "module_address");
        if change.get("module_address").is_none() {
            change["module_address"] = json!(prefix.trim_end_matches('.'));
        }
    }
    fn rename_module(module: &mut Value, prefix: &str) {
        for resource in module["resources"].as_array_mut().into_iter().flatten() {
            resource["address"] = json!(format!("{prefix}{}", resource["address"].as_str().unwrap()));
        }
        for child in module["child_modules"].as_array_mut().into_iter().flatten() {
            child["address"] = json!(format!("{prefix}{}", child["address"].as_str().unwrap()));
            rename_module(child, prefix);
        }
    }
    for values in ["/planned_values/root_module", "/prior_state/values/root_module"] {
        let Some(root) = plan.pointer_mut(values) else { continue };
        rename_module(root, &prefix);
        let mut inner = root.take();
        for length in (1..=chain.len()).rev() {
            let address: Vec<String> =
                chain[..length].iter().map(|(name, key, _)| format!("module.{name}{key}")).collect();
            inner["address"] = json!(address.join("."));
            inner = json!({"child_modules": [inner]});
        }
        *plan.pointer_mut(values).unwrap() = inner;
    }
    let mut module = plan["configuration"]["root_module"].take();
    for (name, key, source) in chain.iter().rev() {
        let mut call = json!({"source": source, "module": module});
        let expression = if key.contains('"') { "for_each_expression" } else { "count_expression" };
        call[expression] = json!({"constant_value": 1});
        module = json!({"module_calls": {*name: call}});
    }
    plan["configuration"]["root_module"] = module;
}

#[test]
fn wrapping_the_code_in_modules_moves_no_line() {
    type Variant<'a> = (&'a str, &'a [(&'a str, &'a str, &'a str)], &'a [(&'a str, &'a str)]);
    let variants: [Variant<'_>; 2] = [
        ("for-each", &[("x", "[\"a.b\"]", "./stack")], &[("module.x[\"a.b\"]", "main.tf:24:1")]),
        (
            "nested-count",
            &[("outer", "[0]", "./outer"), ("inner", "[0]", "../stack")],
            &[("module.outer[0]", "main.tf:24:1"), ("module.outer[0].module.inner[0]", "outer/main.tf:1:1")],
        ),
    ];
    let mut wrong = Vec::new();
    for (variant, chain, outer) in variants {
        for name in names() {
            let folder = tempfile::tempdir().unwrap();
            copy(&environment().join("variants").join(variant), folder.path());
            write_sources(&name, &folder.path().join("stack"));
            let plan = folder.path().join("plan.json");
            let mut wrapped: Value =
                serde_json::from_str(&fs::read_to_string(violation_plan(&name, folder.path())).unwrap()).unwrap();
            wrap(&mut wrapped, chain);
            fs::write(&plan, serde_json::to_string(&wrapped).unwrap()).unwrap();
            let report = scan(&plan, &["--profile", "ha-eks"]);
            wrong.extend(
                check(&name, &report, folder.path(), "stack/", outer)
                    .into_iter()
                    .map(|one| format!("{variant}: {one}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same mistakes in the plan of other code: rule, resource, what the plan then says, place, text.
const MODULE_STYLE: &[(&str, &str, &str, &str, &str)] = &[
    (
        "aws-rds-multi-az",
        "module.database.aws_db_instance.this",
        r#"{"multi_az": false}"#,
        "stack/modules/database/main.tf:45:3",
        "multi_az               = true",
    ),
    (
        "aws-rds-storage-encrypted",
        "module.database.aws_db_instance.this",
        r#"{"storage_encrypted": false}"#,
        "stack/modules/database/main.tf:42:3",
        "storage_encrypted     = true",
    ),
    (
        "aws-rds-no-public-address",
        "module.database.aws_db_instance.this",
        r#"{"publicly_accessible": true}"#,
        "stack/modules/database/main.tf:33:1",
        "resource \"aws_db_instance\" \"this\"",
    ),
    (
        "aws-eks-cluster-control-plane-logs",
        "module.eks.aws_eks_cluster.this[0]",
        r#"{"enabled_cluster_log_types": []}"#,
        "modules/eks/main.tf:54:3",
        "enabled_cluster_log_types = var.cluster_enabled_log_types",
    ),
    (
        "aws-eks-managed-nodes-autoscaling",
        "module.eks.module.eks_managed_node_group[\"general\"].aws_eks_node_group.this[0]",
        r#"{"scaling_config": [{"desired_size": 3, "max_size": 3, "min_size": 3}]}"#,
        "modules/eks/node-group/main.tf:105:5",
        "max_size     = var.max_size",
    ),
    (
        "aws-ec2-private-subnet-no-auto-public-ip",
        "module.vpc.aws_subnet.private[2]",
        r#"{"map_public_ip_on_launch": true}"#,
        "modules/vpc/main.tf:90:1",
        "resource \"aws_subnet\" \"private\"",
    ),
    (
        "aws-ec2-security-group-file-system-sources",
        "module.security.aws_vpc_security_group_ingress_rule.efs_from_node",
        r#"{"cidr_ipv4": "10.0.0.0/8"}"#,
        "stack/modules/security/main.tf:165:1",
        "resource \"aws_vpc_security_group_ingress_rule\" \"efs_from_node\"",
    ),
];

#[test]
fn code_written_like_public_modules_is_found_too() {
    let folder = tempfile::tempdir().unwrap();
    copy(&environment().join("variants/module-style"), folder.path());
    copy(&environment().join("modules"), &folder.path().join("stack/modules"));
    let mut plan: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("plan.json")).unwrap()).unwrap();
    for (_, address, values, _, _) in MODULE_STYLE {
        let values: Value = serde_json::from_str(values).unwrap();
        let change = plan["resource_changes"].as_array_mut().unwrap().iter_mut();
        let change = change.into_iter().find(|change| change["address"] == *address).unwrap();
        for (name, value) in values.as_object().unwrap() {
            change["change"]["after"][name] = value.clone();
            if let Some(marks) = change["change"]["after_unknown"].as_object_mut() {
                marks.remove(name);
                marks.remove("referenced_security_group_id");
            }
        }
    }
    fs::write(folder.path().join("plan.json"), serde_json::to_string(&plan).unwrap()).unwrap();
    let report = scan(&folder.path().join("plan.json"), &["--profile", "ha-eks"]);
    assert_eq!(report["source"]["unmapped"], 0);
    for (rule, address, _, place, text) in MODULE_STYLE {
        let found = findings(&report, "fail", rule);
        let found: Vec<_> = found.into_iter().filter(|finding| finding["block"]["address"] == *address).collect();
        assert!(!found.is_empty(), "{rule} does not fail on {address}: {:?}", findings(&report, "fail", rule));
        for finding in found {
            assert_eq!(spot(&finding["place"], folder.path()), *place, "{rule}");
            assert_eq!(text_at(&finding["place"]), *text, "{rule}");
        }
    }
}

#[test]
fn the_document_of_a_policy_and_other_resources_are_related_places() {
    let folder = tempfile::tempdir().unwrap();
    write_sources("pass-role-and-run-instances", folder.path());
    let report = scan(&violation_plan("pass-role-and-run-instances", folder.path()), &["--rule", "aws-iam-pass-role"]);
    let finding = findings(&report, "fail", "aws-iam-pass-role")[0];
    let related = &finding["related"][0];
    assert_eq!(related["id"], "module.workload_iam.data.aws_iam_policy_document.app");
    assert_eq!(spot(&related["place"], folder.path()), "modules/workload-iam/main.tf:199:18");
    assert_eq!(text_at(&related["place"]), "\"*\"");

    let folder = tempfile::tempdir().unwrap();
    write_sources("single-nat-gateway", folder.path());
    let report =
        scan(&violation_plan("single-nat-gateway", folder.path()), &["--rule", "aws-ec2-private-subnet-routes"]);
    let finding = findings(&report, "fail", "aws-ec2-private-subnet-routes")[0];
    let related: Vec<String> = finding["related"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {}", one["id"].as_str().unwrap(), spot(&one["place"], folder.path())))
        .collect();
    assert_eq!(
        related,
        [
            "module.network.aws_subnet.private[\"us-east-1b\"] modules/network/main.tf:94:1",
            "module.network.aws_route_table.private[\"us-east-1b\"] modules/network/main.tf:109:1",
            "module.network.aws_nat_gateway.this[\"us-east-1a\"] modules/network/main.tf:79:1",
            "module.network.aws_subnet.public[\"us-east-1a\"] modules/network/main.tf:30:1",
        ]
    );
}
