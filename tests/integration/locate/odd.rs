//! Odd code: dynamic blocks, JSON, overrides, encodings, nested modules, fetched modules, OpenTofu.

use std::fs;
use std::path::{Path, PathBuf};

use super::{copy, findings, scan, spot, text_at};

fn odd() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/terraform/odd")
}

/// Rule, tag or nothing, end of the block's address, place, text there.
const EXPECTED: &[(&str, &str, &str, &str, &str)] = &[
    // Several nested blocks: the one whose literals fit, in a file with CRLF.
    (
        "aws-ec2-security-group-internet-ingress",
        "ingress[443/tcp/0.0.0.0/0]",
        "aws_security_group.web",
        "groups.tf:9:5",
        "cidr_blocks = [\"0.0.0.0/0\"]",
    ),
    (
        "aws-ec2-security-group-internet-ingress",
        "ingress[22/tcp/0.0.0.0/0]",
        "aws_security_group.web",
        "groups.tf:17:5",
        "cidr_blocks = [\"10.0.0.0/8\", \"0.0.0.0/0\"]",
    ),
    // The content of a dynamic block.
    (
        "aws-ec2-security-group-internet-ingress",
        "ingress[3389/tcp/0.0.0.0/0]",
        "aws_security_group.dynamic",
        "groups.tf:40:7",
        "cidr_blocks = [\"0.0.0.0/0\"]",
    ),
    // Blocks that are written as an attribute.
    (
        "aws-ec2-security-group-internet-ingress",
        "ingress[3306/tcp/0.0.0.0/0]",
        "aws_security_group.listed",
        "groups.tf:65:7",
        "cidr_blocks      = [\"0.0.0.0/0\"]",
    ),
    // The very rule of several that a group has, with instance keys.
    (
        "aws-ec2-security-group-forbidden-ports",
        "ingress[5432/tcp/0.0.0.0/0]",
        "aws_security_group_rule.several[\"0.0.0.0/0\"]",
        "groups.tf:86:3",
        "cidr_blocks       = [each.value]",
    ),
    // One of several inline policies, a heredoc, behind a byte order mark.
    (
        "aws-iam-administrator-permissions",
        "second/All",
        "aws_iam_role_policy.second",
        "identity.tf:30:17",
        "{ \"Sid\": \"All\", \"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\" }",
    ),
    // One of several attachments.
    (
        "aws-iam-managed-policies",
        "",
        "aws_iam_role_policy_attachment.admin",
        "identity.tf:42:3",
        "policy_arn = \"arn:aws:iam::aws:policy/AdministratorAccess\"",
    ),
    (
        "aws-iam-administrator-permissions",
        "Wide",
        "aws_iam_policy.wide",
        "identity.tf:61:3",
        "policy = data.aws_iam_policy_document.wide.json",
    ),
    // Columns behind characters of two UTF-16 units.
    ("aws-efs-encrypted", "", "aws_efs_file_system.größe", "main.tf:34:12", "encrypted = false"),
    // Keys with dots, quotes and brackets; a tab counts one column.
    (
        "aws-efs-encrypted",
        "",
        "module.store[\"say \\\"hi\\\"\"].module.deeper[\"k.[0]\"].aws_efs_file_system.x",
        "modules/store/inner/main.tf:4:2",
        "encrypted      = false",
    ),
    // Left out: the block.
    (
        "aws-s3-public-access-blocked",
        "ignore_public_acls",
        "module.store[\"a.b\"].aws_s3_bucket_public_access_block.this[0]",
        "modules/store/main.tf:8:1",
        "resource \"aws_s3_bucket_public_access_block\" \"this\"",
    ),
    (
        "aws-s3-public-access-blocked",
        "block_public_policy",
        "module.store[\"say \\\"hi\\\"\"].aws_s3_bucket_public_access_block.this[0]",
        "modules/store/main.tf:13:3",
        "block_public_policy     = var.versioned",
    ),
    // A source with `..` in it.
    (
        "aws-eks-managed-nodes-autoscaling",
        "",
        "module.network[1].aws_eks_node_group.this",
        "modules/net/main.tf:30:5",
        "max_size     = 2",
    ),
    (
        "aws-ec2-no-public-addresses",
        "own_setting[module.network[1].aws_launch_template.this]",
        "module.network[1].aws_launch_template.this",
        "modules/net/main.tf:9:5",
        "associate_public_ip_address = var.open",
    ),
    // An override file wins; what it does not name stays in the JSON.
    (
        "aws-rds-no-public-address",
        "",
        "aws_db_instance.überall",
        "exposed_override.tf:2:3",
        "publicly_accessible = true",
    ),
    ("aws-rds-multi-az", "", "aws_db_instance.überall", "data.tf.json:13:9", "\"multi_az\": false"),
    ("aws-rds-storage-encrypted", "", "aws_db_instance.überall", "data.tf.json:4:7", "\"überall\""),
    // Nested blocks in JSON lists, dynamic ones too.
    (
        "aws-eks-cluster-endpoint-private",
        "",
        "aws_eks_cluster.this",
        "data.tf.json:24:11",
        "\"endpoint_private_access\": false",
    ),
    (
        "aws-eks-cluster-control-plane-logs",
        "audit",
        "aws_eks_cluster.this",
        "data.tf.json:21:9",
        "\"enabled_cluster_log_types\"",
    ),
    (
        "aws-ec2-security-group-internet-ingress",
        "ingress[23/tcp/0.0.0.0/0]",
        "aws_security_group.json",
        "data.tf.json:36:15",
        "\"cidr_blocks\"",
    ),
];

fn check(report: &serde_json::Value, folder: &Path, expected: &[(&str, &str, &str, &str, &str)]) {
    for (rule, tag, address, place, text) in expected {
        let found: Vec<_> = findings(report, "fail", rule)
            .into_iter()
            .filter(|one| one["block"]["address"] == *address && (tag.is_empty() || one["tag"] == *tag))
            .collect();
        assert!(!found.is_empty(), "{rule} does not fail on {address} with {tag:?}");
        assert!(
            found.iter().any(|one| {
                spot(&one["place"], folder) == *place && (text.is_empty() || text_at(&one["place"]) == *text)
            }),
            "{rule} on {address}: {:?}",
            found.iter().map(|one| (spot(&one["place"], folder), text_at(&one["place"]))).collect::<Vec<_>>()
        );
    }
}

#[test]
fn odd_code_is_read_as_terraform_reads_it() {
    let report = scan(&odd().join("plan.json"), &[]);
    assert_eq!(report["source"]["unmapped"], 0);
    assert!(report["source"]["mapped"].as_u64().unwrap() > 60);
    assert!(report["source"].get("warnings").is_none(), "{}", report["source"]);
    assert_eq!(report["source"]["directory"], "tests/data/terraform/odd");
    check(&report, Path::new("tests/data/terraform/odd"), EXPECTED);
}

#[test]
fn fetched_modules_are_found_by_the_manifest_of_terraform() {
    let folder = tempfile::tempdir().unwrap();
    copy(&odd(), folder.path());
    let main = fs::read_to_string(odd().join("main.tf")).unwrap();
    let main = main.replace("\"./modules/../modules/net\"", "\"acme/net/aws\"");
    fs::write(folder.path().join("main.tf"), &main).unwrap();
    let plan = folder.path().join("plan.json");

    // Not fetched: that block alone stays in the plan, and says why.
    let report = scan(&plan, &[]);
    let lost: Vec<_> =
        report["findings"].as_array().unwrap().iter().filter(|one| one.get("unmapped").is_some()).collect();
    assert!(!lost.is_empty());
    for finding in &lost {
        assert!(finding["block"]["address"].as_str().unwrap().starts_with("module.network["), "{finding}");
        assert_eq!(finding["unmapped"], "module \"network\" is not fetched; terraform init does that");
        assert!(finding["place"]["file"].as_str().unwrap().ends_with("plan.json"));
        assert!(finding.get("input_place").is_none());
    }
    assert_eq!(report["source"]["unmapped"], lost.len());

    fs::create_dir_all(folder.path().join(".terraform/modules")).unwrap();
    fs::rename(folder.path().join("modules/net"), folder.path().join(".terraform/modules/network")).unwrap();
    fs::write(
        folder.path().join(".terraform/modules/modules.json"),
        r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"network","Source":"registry.terraform.io/acme/net/aws","Version":"1.0.0","Dir":".terraform/modules/network"}]}"#,
    )
    .unwrap();
    let report = scan(&plan, &[]);
    assert_eq!(report["source"]["unmapped"], 0);
    check(
        &report,
        folder.path(),
        &[(
            "aws-eks-managed-nodes-autoscaling",
            "",
            "module.network[1].aws_eks_node_group.this",
            ".terraform/modules/network/main.tf:30:5",
            "max_size     = 2",
        )],
    );
}

#[test]
fn a_tofu_file_stands_for_the_tf_file_of_its_name() {
    let folder = tempfile::tempdir().unwrap();
    copy(&odd(), folder.path());
    let groups = fs::read_to_string(odd().join("groups.tf")).unwrap();
    fs::write(folder.path().join("groups.tofu"), format!("# one line more\n{groups}")).unwrap();
    let report = scan(&folder.path().join("plan.json"), &[]);
    check(
        &report,
        folder.path(),
        &[(
            "aws-ec2-security-group-internet-ingress",
            "ingress[443/tcp/0.0.0.0/0]",
            "aws_security_group.web",
            "groups.tofu:10:5",
            "cidr_blocks = [\"0.0.0.0/0\"]",
        )],
    );
}

#[test]
fn half_written_files_cost_their_own_blocks_only() {
    let folder = tempfile::tempdir().unwrap();
    copy(&odd(), folder.path());
    fs::write(
        folder.path().join("groups.tf"),
        "resource \"aws_security_group\" \"web\" {\n  ingress {\n    from_port = = 1\n",
    )
    .unwrap();
    fs::write(folder.path().join("data.tf.json"), "{\"resource\": {").unwrap();
    fs::create_dir(folder.path().join("folder.tf")).unwrap();
    fs::write(folder.path().join(".hidden.tf"), "}}}").unwrap();
    let report = scan(&folder.path().join("plan.json"), &[]);
    let warnings: Vec<&str> =
        report["source"]["warnings"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[0].contains("data.tf.json:1:"), "{warnings:?}");
    assert!(warnings[1].contains("groups.tf:3:"), "{warnings:?}");
    for finding in report["findings"].as_array().unwrap() {
        let Some(reason) = finding.get("unmapped") else {
            check_in_file(finding);
            continue;
        };
        assert!(reason.as_str().unwrap().contains("cannot be parsed"), "{reason}");
        assert!(finding["place"]["file"].as_str().unwrap().ends_with("plan.json"));
    }
    let mapped = findings(&report, "fail", "aws-efs-encrypted");
    assert!(mapped.iter().all(|one| one.get("unmapped").is_none()));
}

fn check_in_file(finding: &serde_json::Value) {
    if finding["place"].is_object() {
        assert!(!text_at(&finding["place"]).is_empty(), "{finding}");
    }
}

#[test]
fn of_blocks_that_may_say_it_only_one_that_says_it_outright_is_named() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/terraform/siblings");
    let report = scan(&folder.join("plan.json"), &[]);
    let mut places: Vec<(String, String)> = findings(&report, "fail", "aws-ec2-security-group-forbidden-ports")
        .into_iter()
        .map(|finding| (finding["tag"].as_str().unwrap().to_owned(), spot(&finding["place"], &folder)))
        .collect();
    places.sort();
    // Three blocks say `var.…`: which of them is 22 nobody can tell, so the block of the resource stands for it.
    let expected = [
        ("ingress[22/tcp/0.0.0.0/0]", "tests/data/terraform/siblings/main.tf:13:1"),
        ("ingress[3389/tcp/0.0.0.0/0]", "tests/data/terraform/siblings/main.tf:37:5"),
    ];
    assert_eq!(places, expected.map(|(tag, place)| (tag.to_owned(), place.to_owned())));
}

/// Where findings about one statement of a policy document stand, whichever way it is written.
const STATEMENTS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "aws-iam-administrator-permissions",
        "Everything",
        "aws_iam_policy.encoded",
        "main.tf:21:9",
        "Sid      = \"Everything\"",
    ),
    ("aws-iam-service-wildcards", "Everything/*", "aws_iam_policy.encoded", "main.tf:23:9", "Action   = \"*\""),
    // A statement without a name, by its actions; then the element of the list.
    ("aws-iam-service-wildcards", "iam:*…/iam:*", "aws_iam_policy.encoded", "main.tf:16:11", "\"iam:*\""),
    (
        "aws-iam-administrator-permissions",
        "* on *",
        "aws_iam_policy.lone",
        "main.tf:34:5",
        "Statement = { Effect = \"Allow\", Action = \"*\", Resource = \"*\" }",
    ),
    // Statements of inline policies: one is named like the other policy.
    (
        "aws-iam-administrator-permissions",
        "second/* on *",
        "aws_iam_role.holder",
        "main.tf:57:9",
        "{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }",
    ),
    ("aws-iam-service-wildcards", "first/*/*", "aws_iam_role.holder", "main.tf:48:40", "Action = \"*\""),
    ("aws-iam-service-wildcards", "heredoc/Wide/iam:*", "aws_iam_role_policy.heredoc", "main.tf:80:13", "\"iam:*\""),
    // Which of two is meant, or whether it is the one, nobody can tell: the attribute stands for it.
    ("aws-iam-administrator-permissions", "* on *", "aws_iam_policy.twins", "main.tf:115:3", ""),
    ("aws-iam-administrator-permissions", "All", "aws_iam_policy.named_by_variable", "main.tf:126:3", ""),
];

#[test]
fn a_statement_of_a_policy_is_found_where_it_is_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/terraform/statements");
    let report = scan(&folder.join("plan.json"), &[]);
    check(&report, Path::new("tests/data/terraform/statements"), STATEMENTS);
    // The attribute leads to the document, and there to the statement.
    let [finding] = findings(&report, "fail", "aws-iam-service-wildcards")
        .into_iter()
        .filter(|finding| finding["block"]["address"] == "aws_iam_policy.blocks")
        .collect::<Vec<_>>()[..]
    else {
        panic!("one finding");
    };
    assert_eq!(spot(&finding["place"], Path::new("tests/data/terraform/statements")), "main.tf:105:3");
    let related = finding["related"].as_array().unwrap();
    let document = related.iter().find(|one| one["id"] == "data.aws_iam_policy_document.blocks").unwrap();
    assert_eq!(text_at(&document["place"]), "\"iam:*\"");
}
