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

#[cfg(test)]
mod tests {
    use super::*;

    const EKS: &str = "oidc.eks.eu-west-1.amazonaws.com/id/0A1B";

    #[test]
    fn a_provider_whose_details_are_denied_is_known_by_its_arn() {
        let denied = Reason::Denied("iam:GetOpenIDConnectProvider".to_owned());
        let read = provider(format!("arn:aws:iam::111122223333:oidc-provider/{EKS}"), Err(denied));
        assert_eq!(read.attributes.url, Value::Known(Some(EKS.to_owned())));
        assert_eq!(read.attributes.cluster, links([EKS]));
        assert!(read.attributes.client_ids.reason().is_some() && read.tags.reason().is_some());
    }

    #[test]
    fn only_issuers_of_eks_lead_to_clusters() {
        let of = |url: &str| {
            let told = GetOpenIdConnectProviderOutput::builder().url(url).client_id_list("sts.amazonaws.com").build();
            provider("arn:aws:iam::111122223333:oidc-provider/x".to_owned(), Ok(told)).attributes
        };
        assert_eq!(of(&format!("https://{EKS}")).cluster, links([EKS]));
        assert_eq!(
            of("oidc.eks.cn-north-1.amazonaws.com.cn/id/1").cluster,
            links(["oidc.eks.cn-north-1.amazonaws.com.cn/id/1"])
        );
        for other in
            ["token.actions.githubusercontent.com", "oidc.eks.example.com/id/1", "example.com/oidc.eks.x.amazonaws.com"]
        {
            assert!(of(other).cluster.known().unwrap().is_absent(), "{other}");
        }
        assert_eq!(of("a.example.com").client_ids, known_list(["sts.amazonaws.com"]));
    }
}
