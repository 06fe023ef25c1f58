//! Tests of what is derived for a live account, where everything is named by its ARN.

use std::collections::BTreeMap;

use crate::inventory::aws::eks::{Cluster, NodeGroup, PodIdentityAssociation};
use crate::inventory::aws::iam::{
    Group, GroupFacts, InlinePolicy, InstanceProfile, OidcProvider, Policy, PolicyDocument, PolicyFacts, Role,
    RoleFacts, User, UserFacts,
};
use crate::inventory::aws::kms::{Key, KeyFacts};
use crate::inventory::{Inventory, Kind, Linked, Links, Origin, Resource, Target, Value};
use crate::relate::relate;

const ACCOUNT: &str = "111122223333";
const ISSUER: &str = "oidc.eks.eu-west-1.amazonaws.com/id/0A1B";
const FOREIGN: &str = "444455556666";

fn resource<K: Kind>(id: &str, region: &str, names: &[&str], attributes: K) -> Resource {
    Resource {
        id: id.into(),
        name: Value::Known(None),
        provider: "aws",
        account: Value::Known(Some(ACCOUNT.to_owned())),
        region: Value::Known(Some(region.to_owned())),
        tags: Value::Known(BTreeMap::new()),
        identifiers: names.iter().copied().chain([id]).map(str::to_owned).collect(),
        origin: Origin::live(id, "AWS::Test"),
        parts: Vec::new(),
        attributes: attributes.into_attributes(),
    }
}

fn links(names: &[&str]) -> Linked {
    Value::Known(Links::all(names.iter().map(|&name| Target::Literal(name.to_owned()))))
}

fn iam(rest: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{rest}")
}

fn document(text: &str) -> Value<PolicyDocument> {
    Value::Known(PolicyDocument::parse(text).unwrap())
}

fn allow(actions: &str, resources: &str) -> Value<PolicyDocument> {
    document(&format!(r#"{{"Statement":{{"Effect":"Allow","Action":{actions},"Resource":{resources}}}}}"#))
}

fn trust(principal: &str) -> Value<PolicyDocument> {
    document(&format!(r#"{{"Statement":{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{principal}}}}}"#))
}

fn inline(name: &str, document: Value<PolicyDocument>) -> Value<Vec<InlinePolicy>> {
    Value::Known(vec![InlinePolicy { name: Value::Known(Some(name.to_owned())), document, address: None }])
}

fn role(path: &str, name: &str, attributes: Role) -> Resource {
    let attributes =
        Role { role_name: Value::Known(Some(name.to_owned())), path: Value::Known(path.to_owned()), ..attributes };
    resource(&iam(&format!("role{path}{name}")), "global", &[name], attributes)
}

fn irsa(issuer: &str) -> Value<PolicyDocument> {
    let provider = iam(&format!("oidc-provider/{issuer}"));
    document(&format!(
        r#"{{"Statement":{{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity",
            "Principal":{{"Federated":"{provider}"}},
            "Condition":{{"StringEquals":{{
                "{issuer}:sub":"system:serviceaccount:web:app","{issuer}:aud":"sts.amazonaws.com"}}}}}}}}"#
    ))
}

fn provider(issuer: &str) -> Resource {
    let attributes = OidcProvider {
        url: Value::Known(Some(issuer.to_owned())),
        cluster: links(&[issuer]),
        client_ids: Value::default(),
    };
    resource(&iam(&format!("oidc-provider/{issuer}")), "global", &[issuer], attributes)
}

fn cluster() -> Resource {
    let arn = format!("arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/main");
    resource(&arn, "eu-west-1", &["main", ISSUER], Cluster::default())
}

fn facts<'a, K: Kind>(inventory: &'a Inventory, id: &str) -> &'a K::Facts {
    inventory.facts_of::<K>(inventory.index_of(id).unwrap()).unwrap()
}

fn role_facts<'a>(inventory: &'a Inventory, name: &str) -> &'a RoleFacts {
    facts::<Role>(inventory, &iam(&format!("role/{name}")))
}

#[test]
fn accounts_of_principals_are_told_by_their_arns() {
    let both = format!(r#"{{"AWS":["{}","arn:aws:iam::{FOREIGN}:root","AIDAEXAMPLE"]}}"#, iam("role/app"));
    let own_root = format!(r#"{{"AWS":"{}"}}"#, iam("root"));
    let policy = trust(&own_root).known().cloned();
    let key = format!("arn:aws:kms:eu-west-1:{ACCOUNT}:key/1");
    let inventory = relate(
        vec![
            role("/", "cross", Role { trust_policy: trust(&both), ..Role::default() }),
            role("/", "open", Role { trust_policy: trust(&own_root), ..Role::default() }),
            resource(&key, "eu-west-1", &["1"], Key { policy: Value::Known(policy), ..Key::default() }),
        ],
        Vec::new(),
        true,
    );
    let told: Vec<_> = role_facts(&inventory, "cross")
        .trust
        .iter()
        .map(|grant| (grant.label.as_str(), grant.own_account.known().copied(), grant.account_root.known().copied()))
        .collect();
    assert_eq!(
        told,
        [
            (iam("role/app").as_str(), Some(true), Some(false)),
            (format!("arn:aws:iam::{FOREIGN}:root").as_str(), Some(false), Some(true)),
            ("AIDAEXAMPLE", None, Some(false)),
        ]
    );
    assert_eq!(role_facts(&inventory, "open").trust[0].account_root, Value::Known(true));
    let KeyFacts { grants } = facts::<Key>(&inventory, &key);
    assert_eq!((grants[0].own_account.clone(), grants[0].everyone.clone()), (Value::Known(true), Value::Known(false)));
}

#[test]
fn policies_boundaries_and_groups_are_found_by_arn_and_name() {
    let (deploy, bound) = (iam("policy/ci/deploy"), iam("policy/bound"));
    let admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    let inventory = relate(
        vec![
            resource(
                &deploy,
                "global",
                &["deploy"],
                Policy {
                    policy_name: Value::Known(Some("deploy".to_owned())),
                    document: allow(r#""*""#, r#""*""#),
                    ..Policy::default()
                },
            ),
            resource(
                &bound,
                "global",
                &["bound"],
                Policy { document: allow(r#""s3:*""#, r#""*""#), ..Policy::default() },
            ),
            resource(
                &iam("group/devs"),
                "global",
                &["devs"],
                Group { attached_policies: links(&[admin]), ..Group::default() },
            ),
            resource(&iam("user/ann"), "global", &["ann"], User { groups: links(&["devs"]), ..User::default() }),
            role(
                "/",
                "held",
                Role {
                    attached_policies: links(&[&deploy]),
                    permissions_boundary: links(&[&bound]),
                    ..Role::default()
                },
            ),
        ],
        Vec::new(),
        true,
    );
    let held = role_facts(&inventory, "held");
    assert!(held.escalations.is_empty(), "the boundary leaves it no way up: {:?}", held.escalations);
    assert_eq!(held.managed_policies[0].id, deploy);
    assert_eq!(held.managed_policies[0].aws, Value::Known(false));
    let PolicyFacts { attached, statements } = facts::<Policy>(&inventory, &deploy);
    assert_eq!(*attached, Value::Known(true));
    assert_eq!(statements[0].administrator, Value::Known(true));
    let GroupFacts { managed_policies, .. } = facts::<Group>(&inventory, &iam("group/devs"));
    assert_eq!(managed_policies[0].aws, Value::Known(true));
    assert_eq!(managed_policies[0].name, Value::Known(Some("AdministratorAccess".to_owned())));
    let UserFacts { escalations, .. } = facts::<User>(&inventory, &iam("user/ann"));
    assert!(escalations.iter().any(|way| way.present == Value::Known(true) && way.sources == [admin]));
}

#[test]
fn a_role_that_may_be_passed_is_known_by_its_arn() {
    let of = |target: &str| {
        let passes = allow(r#"["iam:PassRole","ec2:RunInstances"]"#, &format!(r#"["{target}","arn:aws:ec2:*:*:*"]"#));
        let admin = Role { inline_policies: inline("all", allow(r#""*""#, r#""*""#)), ..Role::default() };
        let weak = Role { inline_policies: inline("logs", allow(r#""logs:*""#, r#""*""#)), ..Role::default() };
        let caller = Role { inline_policies: inline("p", passes), ..Role::default() };
        let roles = vec![role("/app/", "admin", admin), role("/", "weak", weak), role("/", "caller", caller)];
        let inventory = relate(roles, Vec::new(), true);
        let facts = role_facts(&inventory, "caller");
        let target = facts.statements[0].pass_role_targets[0].clone();
        let present = facts.escalations.iter().any(|way| way.name.starts_with("pass-role-ec2-run"));
        (target.wildcard.known().copied(), target.prefix_length.known().copied(), present)
    };
    assert_eq!(of(&iam("role/app/admin")), (Some(false), Some(9), true));
    assert_eq!(of(&iam("role/weak")), (Some(false), Some(4), false));
    assert_eq!(of(&iam("role/app/*")), (Some(true), Some(4), true));
    // A role that a service made for itself is not in the inventory, and is nobody's way up.
    assert!(!of(&iam("role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX")).2);
}

#[test]
fn roles_of_nodes_and_of_service_accounts_are_found() {
    let node = Role {
        trust_policy: trust(r#"{"Service":"ec2.amazonaws.com"}"#),
        attached_policies: links(&["arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"]),
        inline_policies: inline("data", allow(r#""dynamodb:GetItem""#, r#""*""#)),
        ..Role::default()
    };
    let instance = Role { trust_policy: trust(r#"{"Service":"ec2.amazonaws.com"}"#), ..Role::default() };
    let group = NodeGroup { role: links(&[&iam("role/node")]), ..NodeGroup::default() };
    let association = PodIdentityAssociation {
        role: links(&[&iam("role/irsa")]),
        namespace: Value::Known(Some("jobs".to_owned())),
        service_account: Value::Known(Some("runner".to_owned())),
        ..PodIdentityAssociation::default()
    };
    let profile = InstanceProfile { role: links(&[&iam("role/node")]), ..InstanceProfile::default() };
    let eks = format!("arn:aws:eks:eu-west-1:{ACCOUNT}");
    let inventory = relate(
        vec![
            cluster(),
            provider(ISSUER),
            role("/", "node", node),
            role("/", "instance", instance),
            role("/", "irsa", Role { trust_policy: irsa(ISSUER), ..Role::default() }),
            resource(&format!("{eks}:nodegroup/main/a/1"), "eu-west-1", &["a"], group),
            resource(&format!("{eks}:podidentityassociation/main/a-1"), "eu-west-1", &[], association),
            resource(&iam("instance-profile/node"), "global", &["node"], profile),
        ],
        Vec::new(),
        true,
    );
    let facts = role_facts(&inventory, "node");
    assert_eq!(facts.node_role, Value::Known(true));
    assert_eq!(facts.node_actions[0].action, Value::Known("dynamodb:GetItem".to_owned()));
    assert_eq!(facts.writes_telemetry, Value::Known(true));
    assert_eq!(role_facts(&inventory, "instance").node_role, Value::Known(false));
    let facts = role_facts(&inventory, "irsa");
    let pods = &facts.pod_trust[0];
    assert_eq!((pods.eks.clone(), pods.cluster_in_input.clone()), (Value::Known(true), Value::Known(true)));
    assert_eq!(pods.clusters, [format!("{eks}:cluster/main")]);
    // AWS writes the issuer with capitals, and condition keys are compared in lower case.
    assert_eq!((pods.same_issuer.clone(), pods.pins_audience.clone()), (Value::Known(true), Value::Known(true)));
    assert_eq!((facts.service_accounts.at_least, facts.service_accounts.at_most), (2, Some(2)));
    assert_eq!(facts.workload, Value::Known(true));
}

#[test]
fn a_cluster_in_a_region_that_was_not_read_may_exist() {
    let of = |issuer: &str| {
        let irsa = role("/", "irsa", Role { trust_policy: irsa(issuer), ..Role::default() });
        let inventory = relate(vec![cluster(), provider(issuer), irsa], Vec::new(), true);
        role_facts(&inventory, "irsa").pod_trust[0].cluster_in_input.clone()
    };
    assert_eq!(of(ISSUER), Value::Known(true));
    assert_eq!(of("oidc.eks.eu-west-1.amazonaws.com/id/GONE"), Value::Known(false));
    assert!(of("oidc.eks.us-east-2.amazonaws.com/id/1").reason().is_some());
    assert!(of("oidc-eks.us-east-2.api.aws/id/1").reason().is_some());
}

#[test]
fn a_policy_that_could_not_be_read_may_grant_anything() {
    // The report broke off before the policy.
    let held = Role { attached_policies: links(&[&iam("policy/lost")]), ..Role::default() };
    let inventory = relate(vec![role("/", "held", held)], Vec::new(), true);
    let escalations = &role_facts(&inventory, "held").escalations;
    assert!(escalations.iter().all(|way| way.present.reason().is_some()) && !escalations.is_empty());
}
