//! Roles with their instance profiles, users and groups: the report's entries → kinds.

use std::collections::BTreeMap;

use aws_sdk_iam::types::{
    AttachedPermissionsBoundary, AttachedPolicy, GroupDetail, PolicyDetail, RoleDetail, Tag, UserDetail,
};

use super::policies::{document, untold_tags};
use crate::collect::aws::context::{Described, links};
use crate::inventory::aws::iam::{Group, InlinePolicy, InstanceProfile, Role, User};
use crate::inventory::{Linked, Value};

/// Whether a role is one that a service of AWS made for itself: AWS wrote its policies and its trust, and
/// nobody else can change them, so that a finding on it would have no remedy. It is left out; nothing is
/// lost for others, who name it by its ARN at most, in documents. Roles of IAM Identity Center
/// (`/aws-reserved/`) stay: what they may do is the customer's choice, made in permission sets.
pub(crate) fn of_aws(role: &RoleDetail) -> bool {
    role.path.as_deref().is_some_and(|path| path.starts_with("/aws-service-role/"))
}

pub(crate) fn role(detail: RoleDetail) -> Option<Described<Role>> {
    Some(Described {
        arn: detail.arn?,
        type_name: "AWS::IAM::Role",
        name: detail.role_name.clone(),
        identifiers: detail.role_name.iter().cloned().collect(),
        tags: tags(detail.tags),
        attributes: Role {
            role_name: Value::Known(detail.role_name),
            path: Value::Known(detail.path.unwrap_or_else(|| "/".to_owned())),
            trust_policy: document(detail.assume_role_policy_document.as_deref()),
            inline_policies: inline(detail.role_policy_list),
            attached_policies: attached(detail.attached_managed_policies),
            permissions_boundary: boundary(detail.permissions_boundary),
        },
    })
}

/// The instance profiles that carry a role. One without a role is not in the report: it gives an instance
/// nothing, and no rule asks for it.
pub(crate) fn instance_profiles(role: &RoleDetail) -> Vec<Described<InstanceProfile>> {
    let profiles = role.instance_profile_list.iter().flatten().map(|profile| {
        let name = profile.instance_profile_name.clone();
        Described {
            arn: profile.arn.clone(),
            type_name: "AWS::IAM::InstanceProfile",
            name: Some(name.clone()),
            identifiers: vec![name.clone()],
            tags: match &profile.tags {
                Some(told) => tags(Some(told.clone())),
                None => untold_tags("instance profile"),
            },
            attributes: InstanceProfile { profile_name: Value::Known(Some(name)), role: links(role.arn.clone()) },
        }
    });
    profiles.filter(|profile| !profile.arn.is_empty()).collect()
}

pub(crate) fn user(detail: UserDetail) -> Option<Described<User>> {
    Some(Described {
        arn: detail.arn?,
        type_name: "AWS::IAM::User",
        name: detail.user_name.clone(),
        identifiers: detail.user_name.iter().cloned().collect(),
        tags: tags(detail.tags),
        attributes: User {
            user_name: Value::Known(detail.user_name),
            inline_policies: inline(detail.user_policy_list),
            attached_policies: attached(detail.attached_managed_policies),
            permissions_boundary: boundary(detail.permissions_boundary),
            groups: links(detail.group_list.unwrap_or_default()),
        },
    })
}

pub(crate) fn group(detail: GroupDetail) -> Option<Described<Group>> {
    Some(Described {
        arn: detail.arn?,
        type_name: "AWS::IAM::Group",
        name: detail.group_name.clone(),
        identifiers: detail.group_name.iter().cloned().collect(),
        // IAM knows no tags of groups.
        tags: Value::default(),
        attributes: Group {
            group_name: Value::Known(detail.group_name),
            inline_policies: inline(detail.group_policy_list),
            attached_policies: attached(detail.attached_managed_policies),
        },
    })
}

fn inline(policies: Option<Vec<PolicyDetail>>) -> Value<Vec<InlinePolicy>> {
    let mut policies: Vec<PolicyDetail> = policies.unwrap_or_default();
    policies.sort_by(|a, b| a.policy_name.cmp(&b.policy_name));
    let policies = policies.into_iter().map(|policy| InlinePolicy {
        document: document(policy.policy_document.as_deref()),
        name: Value::Known(policy.policy_name),
        address: None,
    });
    Value::Known(policies.collect())
}

fn attached(policies: Option<Vec<AttachedPolicy>>) -> Linked {
    links(policies.into_iter().flatten().filter_map(|policy| policy.policy_arn))
}

fn boundary(boundary: Option<AttachedPermissionsBoundary>) -> Linked {
    links(boundary.and_then(|boundary| boundary.permissions_boundary_arn))
}

pub(super) fn tags(tags: Option<Vec<Tag>>) -> Value<BTreeMap<String, String>> {
    Value::Known(tags.into_iter().flatten().map(|tag| (tag.key, tag.value)).collect())
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::primitives::DateTime;
    use aws_sdk_iam::types::InstanceProfile as Profile;

    use super::*;

    const TRUST: &str =
        r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}}"#;

    fn told() -> aws_sdk_iam::types::builders::RoleDetailBuilder {
        RoleDetail::builder()
            .arn("arn:aws:iam::111122223333:role/app/node")
            .role_name("node")
            .path("/app/")
            .assume_role_policy_document(
                percent_encoding::utf8_percent_encode(TRUST, percent_encoding::NON_ALPHANUMERIC).to_string(),
            )
    }

    #[test]
    fn a_role_is_named_by_name_and_arn_and_its_policies_by_arn() {
        let policy = AttachedPolicy::builder().policy_arn("arn:aws:iam::aws:policy/AdministratorAccess").build();
        let boundary = AttachedPermissionsBoundary::builder().permissions_boundary_arn("arn:b").build();
        let inline = PolicyDetail::builder().policy_name("x").policy_document("no document").build();
        let read = role(
            told()
                .attached_managed_policies(policy)
                .permissions_boundary(boundary)
                .role_policy_list(inline)
                .tags(Tag::builder().key("team").value("web").build().unwrap())
                .build(),
        )
        .unwrap();
        assert_eq!(read.identifiers, ["node"]);
        assert_eq!(read.attributes.path, Value::Known("/app/".to_owned()));
        assert_eq!(read.attributes.trust_policy, crate::collect::aws::document::required(TRUST));
        assert_eq!(read.attributes.attached_policies, links(["arn:aws:iam::aws:policy/AdministratorAccess"]));
        assert_eq!(read.attributes.permissions_boundary, links(["arn:b"]));
        assert!(read.attributes.inline_policies.known().unwrap()[0].document.reason().is_some());
        assert_eq!(read.tags.known().unwrap()["team"], "web");
        assert!(role(told().build()).unwrap().attributes.permissions_boundary.known().unwrap().is_absent());
    }

    #[test]
    fn roles_that_services_made_for_themselves_are_left_out() {
        assert!(of_aws(&told().path("/aws-service-role/autoscaling.amazonaws.com/").build()));
        for path in ["/", "/service-role/", "/aws-reserved/sso.amazonaws.com/eu-west-1/"] {
            assert!(!of_aws(&told().path(path).build()), "{path}");
        }
    }

    #[test]
    fn instance_profiles_stand_at_their_roles() {
        let profile = Profile::builder()
            .arn("arn:aws:iam::111122223333:instance-profile/node")
            .instance_profile_name("node")
            .instance_profile_id("AIPA")
            .path("/")
            .create_date(DateTime::from_secs(0))
            .set_roles(Some(Vec::new()))
            .build()
            .unwrap();
        let read = instance_profiles(&told().instance_profile_list(profile).build());
        assert_eq!(read[0].attributes.role, links(["arn:aws:iam::111122223333:role/app/node"]));
        assert_eq!(read[0].identifiers, ["node"]);
        // No tags are told, which does not mean that there are none.
        assert!(read[0].tags.reason().is_some());
    }

    #[test]
    fn a_user_is_in_groups_by_name() {
        let told = UserDetail::builder().arn("arn:aws:iam::111122223333:user/ann").user_name("ann");
        let read = user(told.group_list("devs").group_list("admins").build()).unwrap();
        assert_eq!(read.attributes.groups, links(["admins", "devs"]));
        let told = GroupDetail::builder().arn("arn:aws:iam::111122223333:group/devs").group_name("devs");
        assert_eq!(group(told.build()).unwrap().identifiers, ["devs"]);
        assert!(user(UserDetail::builder().user_name("x").build()).is_none());
    }
}
