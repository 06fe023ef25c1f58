//! AWS WAF: web ACLs for regional resources, and in the region that keeps them those for `CloudFront`.
//! Which one stands before a load balancer is told where load balancers are read.

mod rules;

use std::collections::BTreeSet;

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::{Scope as AclScope, WebAcl as Acl, WebAclSummary};
use futures_util::future::join;

use crate::collect::aws::context::{Context, Described, client, value_of};
use crate::collect::aws::operation::Operation;
use crate::collect::aws::services::{Scope, Service};
use crate::inventory::aws::wafv2::WebAcl;
use crate::inventory::{Reason, Value};

const WEB_ACL: &str = "aws.wafv2.web_acl";

pub(super) const SERVICE: Service = Service {
    name: "wafv2",
    scope: Scope::Regional,
    kinds: &[WEB_ACL],
    operations: &[&LIST_WEB_ACLS, &GET_WEB_ACL, &LIST_LOGGING, &LIST_TAGS],
    collect: |context| Box::pin(collect(context)),
};

/// It went away between the list and the look.
const GONE: &[&str] = &["WAFNonexistentItemException"];

const LIST_WEB_ACLS: Operation = Operation::listing("WAFV2.ListWebACLs", "wafv2:ListWebACLs", &[WEB_ACL]);
const GET_WEB_ACL: Operation = Operation::detail("WAFV2.GetWebACL", "wafv2:GetWebACL", &[WEB_ACL], GONE);
const LIST_LOGGING: Operation =
    Operation::detail("WAFV2.ListLoggingConfigurations", "wafv2:ListLoggingConfigurations", &[WEB_ACL], &[]);
const LIST_TAGS: Operation =
    Operation::detail("WAFV2.ListTagsForResource", "wafv2:ListTagsForResource", &[WEB_ACL], GONE);

/// The most that one page of a listing may hold.
const PAGE: i32 = 100;

/// The region that keeps the web ACLs of `CloudFront`.
const OF_CLOUDFRONT: &str = "us-east-1";

async fn collect(context: Context) {
    let client = client!(context, aws_sdk_wafv2);
    scope(&context, &client, &AclScope::Regional).await;
    if context.region() == OF_CLOUDFRONT {
        scope(&context, &client, &AclScope::Cloudfront).await;
    }
}

async fn scope(context: &Context, client: &Client, scope: &AclScope) {
    let found = listed(context, client, scope).await;
    if found.is_empty() {
        return;
    }
    let logging = logging(context, client, scope).await;
    context.each(found, |summary| web_acl(context, client, scope, summary, &logging)).await;
}

/// Lists web ACLs. The SDK has no paginator for it, and the last page may carry a marker too.
async fn listed(context: &Context, client: &Client, scope: &AclScope) -> Vec<WebAclSummary> {
    let mut found = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let call = client.list_web_acls().scope(scope.clone()).limit(PAGE).set_next_marker(marker.clone()).send();
        // A broken listing is a gap already; what it did tell is read all the same.
        let Ok(Some(page)) = context.call(&LIST_WEB_ACLS, "", call).await else {
            return found;
        };
        let acls = page.web_acls.unwrap_or_default();
        if acls.is_empty() {
            return found;
        }
        found.extend(acls);
        match page.next_marker.filter(|next| !next.is_empty()) {
            Some(next) if Some(&next) != marker.as_ref() => marker = Some(next),
            _ => return found,
        }
    }
}

/// Returns the ARNs of the web ACLs whose requests are logged: one listing tells those of all.
async fn logging(context: &Context, client: &Client, scope: &AclScope) -> Result<BTreeSet<String>, Reason> {
    let mut logged = BTreeSet::new();
    let mut marker: Option<String> = None;
    loop {
        let call = client
            .list_logging_configurations()
            .scope(scope.clone())
            .limit(PAGE)
            .set_next_marker(marker.clone())
            .send();
        let Some(page) = context.call(&LIST_LOGGING, "", call).await? else {
            return Ok(logged);
        };
        let configurations = page.logging_configurations.unwrap_or_default();
        if configurations.is_empty() {
            return Ok(logged);
        }
        logged.extend(configurations.into_iter().map(|one| one.resource_arn));
        match page.next_marker.filter(|next| !next.is_empty()) {
            Some(next) if Some(&next) != marker.as_ref() => marker = Some(next),
            _ => return Ok(logged),
        }
    }
}

async fn web_acl(
    context: &Context,
    client: &Client,
    scope: &AclScope,
    summary: WebAclSummary,
    logging: &Result<BTreeSet<String>, Reason>,
) {
    let (Some(arn), Some(name), Some(id)) = (summary.arn, summary.name, summary.id) else {
        return;
    };
    let (answer, tags) = join(
        context.call(&GET_WEB_ACL, &name, client.get_web_acl().scope(scope.clone()).name(&name).id(&id).send()),
        context.call(&LIST_TAGS, &name, client.list_tags_for_resource().resource_arn(&arn).send()),
    )
    .await;
    let acl = match answer {
        Ok(answer) => match answer.and_then(|answer| answer.web_acl) {
            Some(acl) => Ok(acl),
            None => return,
        },
        Err(reason) => Err(reason),
    };
    let logged = match logging {
        Ok(logged) => Value::Known(logged.contains(&arn)),
        Err(reason) => Value::Unknown(reason.clone()),
    };
    context.add(Described {
        type_name: "AWS::WAFv2::WebACL",
        name: Some(name.clone()),
        identifiers: vec![name, id],
        tags: value_of(tags, |answer| {
            let tags = answer.and_then(|answer| answer.tag_info_for_resource?.tag_list).unwrap_or_default();
            tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
        }),
        attributes: attributes(scope, acl.as_ref(), logged),
        arn,
    });
}

fn attributes(scope: &AclScope, acl: Result<&Acl, &Reason>, logging: Value<bool>) -> WebAcl {
    let scope = Value::Known(scope.as_str().to_owned());
    match acl {
        Ok(acl) => {
            let rules = rules::of(acl);
            let blocks = acl.default_action.as_ref().is_some_and(|action| action.block.is_some());
            WebAcl {
                scope,
                default_action: Value::Known(if blocks { "block" } else { "allow" }.to_owned()),
                rule_groups: Value::Known(rules.groups),
                other_rules: Value::Known(rules.others),
                rate_limit: Value::Known(rules.rate_limit),
                logging,
            }
        }
        Err(reason) => WebAcl {
            scope,
            default_action: Value::Unknown(reason.clone()),
            rule_groups: Value::Unknown(reason.clone()),
            other_rules: Value::Unknown(reason.clone()),
            rate_limit: Value::Unknown(reason.clone()),
            logging,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_wafv2::types::{BlockAction, DefaultAction};

    #[test]
    fn a_web_acl_tells_its_default_action() {
        let action = DefaultAction::builder().block(BlockAction::builder().build()).build();
        let acl = Acl::builder().name("a").id("i").arn("arn").default_action(action).build().unwrap();
        let read = attributes(&AclScope::Regional, Ok(&acl), Value::Known(true));
        assert!(read.default_action.is(&"block".to_owned()) && read.scope.is(&"REGIONAL".to_owned()));
        assert!(read.logging.is(&true) && read.other_rules.is(&0));
    }

    #[test]
    fn a_web_acl_that_may_not_be_read_is_unknown_but_there() {
        let denied = Reason::Denied("wafv2:GetWebACL".to_owned());
        let read = attributes(&AclScope::Cloudfront, Err(&denied), Value::Known(false));
        assert_eq!(read.rule_groups, Value::Unknown(denied.clone()));
        assert_eq!(read.default_action, Value::Unknown(denied));
        assert!(read.scope.is(&"CLOUDFRONT".to_owned()) && read.logging.is(&false));
    }
}
