//! OIDC providers: whose tokens the account takes.

use aws_sdk_iam::operation::get_open_id_connect_provider::GetOpenIdConnectProviderOutput;

use super::OIDC_PROVIDER;
use super::principals::tags;
use crate::collect::aws::context::{Context, Described, known_list, links};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::iam::OidcProvider;
use crate::inventory::{Linked, Reason, Value};

pub(super) const LIST_PROVIDERS: Operation =
    Operation::listing("IAM.ListOpenIDConnectProviders", "iam:ListOpenIDConnectProviders", &[OIDC_PROVIDER]);
pub(super) const GET_PROVIDER: Operation = Operation::detail(
    "IAM.GetOpenIDConnectProvider",
    "iam:GetOpenIDConnectProvider",
    &[OIDC_PROVIDER],
    &["NoSuchEntity", "NoSuchEntityException"],
);

pub(super) async fn collect(context: &Context, client: &aws_sdk_iam::Client) {
    let listed = context.call(&LIST_PROVIDERS, "", client.list_open_id_connect_providers().send()).await;
    let Ok(Some(listed)) = listed else { return };
    let arns = listed.open_id_connect_provider_list.into_iter().flatten().filter_map(|entry| entry.arn);
    context
        .each(arns, |arn| async move {
            let get = client.get_open_id_connect_provider().open_id_connect_provider_arn(&arn).send();
            let told = match context.call(&GET_PROVIDER, &arn, get).await {
                Ok(Some(told)) => Ok(told),
                Ok(None) => return,
                Err(reason) => Err(reason),
            };
            context.add(provider(arn, told));
        })
        .await;
}

fn provider(arn: String, told: Result<GetOpenIdConnectProviderOutput, Reason>) -> Described<OidcProvider> {
    // The ARN ends in the URL, so that even a provider whose details are denied is known by it.
    let of_arn = arn.split_once(":oidc-provider/").map(|(_, url)| url.to_owned());
    let (url, client_ids, tags) = match told {
        Ok(told) => (told.url.or(of_arn), known_list(told.client_id_list.unwrap_or_default()), tags(told.tags)),
        Err(reason) => (of_arn, Value::Unknown(reason.clone()), Value::Unknown(reason)),
    };
    let url = url.map(|url| url.trim_start_matches("https://").trim_end_matches('/').to_owned());
    Described {
        arn,
        type_name: "AWS::IAM::OIDCProvider",
        name: url.clone(),
        identifiers: url.iter().cloned().collect(),
        tags,
        attributes: OidcProvider { cluster: cluster(url.as_deref()), url: Value::Known(url), client_ids },
    }
}

/// The cluster whose issuer the URL is; clusters are known by their issuers.
fn cluster(url: Option<&str>) -> Linked {
    links(url.filter(|url| is_eks(url)))
}

/// Whether EKS issues the tokens: `oidc.eks.<region>.amazonaws.com`, or `oidc-eks.<region>.api.aws` for
/// clusters of IPv6.
fn is_eks(url: &str) -> bool {
    let host = url.split('/').next().unwrap_or(url);
    host.starts_with("oidc.eks.") && host.contains(".amazonaws.com")
        || host.starts_with("oidc-eks.") && host.ends_with(".api.aws")
}
