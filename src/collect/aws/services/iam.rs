//! AWS IAM: users, roles, groups and the customer's policies from one report of the account, and OIDC
//! providers. In: the account. Out: everything that grants or trusts.

mod oidc;
pub(crate) mod policies;
pub(crate) mod principals;

use aws_sdk_iam::types::EntityType;

use crate::collect::aws::context::{Context, client};
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};

const GROUP: &str = "aws.iam.group";
const INSTANCE_PROFILE: &str = "aws.iam.instance_profile";
const OIDC_PROVIDER: &str = "aws.iam.oidc_provider";
const POLICY: &str = "aws.iam.policy";
const ROLE: &str = "aws.iam.role";
const USER: &str = "aws.iam.user";

/// What the report of the account tells. What a role may do hangs on policies, who has a policy on
/// roles, users and groups: whoever needs one of them needs them all.
const IN_REPORT: &[&str] = &[GROUP, INSTANCE_PROFILE, POLICY, ROLE, USER];

pub(super) const SERVICE: Service = Service {
    name: "iam",
    scope: Scope::Global,
    kinds: &[GROUP, INSTANCE_PROFILE, OIDC_PROVIDER, POLICY, ROLE, USER],
    operations: &[&GET_ACCOUNT_AUTHORIZATION_DETAILS, &oidc::LIST_PROVIDERS, &oidc::GET_PROVIDER],
    collect: |context| Box::pin(collect(context)),
};

const GET_ACCOUNT_AUTHORIZATION_DETAILS: Operation =
    Operation::listing("IAM.GetAccountAuthorizationDetails", "iam:GetAccountAuthorizationDetails", IN_REPORT);

/// Things on a page of the report. They hold whole documents: the thousand that the API allows would be
/// answers of many megabytes.
const PAGE: i32 = 300;

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_iam);
    let report = async {
        if IN_REPORT.iter().any(|kind| context.wants(kind)) {
            report(&context, &client).await;
        }
    };
    let providers = async {
        if context.wants(OIDC_PROVIDER) {
            oidc::collect(&context, &client).await;
        }
    };
    futures_util::future::join(report, providers).await;
}

/// Reads the report. Policies of AWS itself are not asked for: hfscan's table has their documents, and as
/// resources they would be judged, though nobody can change them.
async fn report(context: &Context, client: &aws_sdk_iam::Client) {
    let pages = client
        .get_account_authorization_details()
        .set_filter(Some(vec![EntityType::Group, EntityType::LocalManagedPolicy, EntityType::Role, EntityType::User]))
        .into_paginator()
        .page_size(PAGE)
        .send();
    // A report that breaks off is a gap that hides resources; what it told before stays.
    let _ = context
        .pages(&GET_ACCOUNT_AUTHORIZATION_DETAILS, "", pages, |page| {
            page.group_detail_list.into_iter().flatten().filter_map(principals::group).for_each(|it| context.add(it));
            page.policies.into_iter().flatten().filter_map(policies::policy).for_each(|it| context.add(it));
            page.user_detail_list.into_iter().flatten().filter_map(principals::user).for_each(|it| context.add(it));
            for detail in page.role_detail_list.into_iter().flatten().filter(|role| !principals::of_aws(role)) {
                for profile in principals::instance_profiles(&detail) {
                    context.add(profile);
                }
                if let Some(role) = principals::role(detail) {
                    context.add(role);
                }
            }
        })
        .await;
}
