//! The public access block of an account, which S3 Control keeps.

use std::collections::BTreeMap;
use std::net::IpAddr;

use aws_sdk_s3control::types::PublicAccessBlockConfiguration;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use super::ACCOUNT_BLOCK;
use crate::collect::aws::context::{Context, Described};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::s3::AccountPublicAccessBlock;
use crate::inventory::{Reason, Value};

/// Buckets depend on it, but only those that do not block public access themselves.
pub(super) const GET_PUBLIC_ACCESS_BLOCK: Operation = Operation::detail(
    "S3 Control.GetPublicAccessBlock",
    "s3:GetAccountPublicAccessBlock",
    &[ACCOUNT_BLOCK],
    &["NoSuchPublicAccessBlockConfiguration"],
);

pub(super) async fn collect(context: &Context) {
    let client = aws_sdk_s3control::Client::from_conf(
        aws_sdk_s3control::config::Builder::from(context.sdk())
            .retry_partition(context.retry_partition())
            .interceptor(context.calls().clone())
            .interceptor(NoPrefixOfAddresses)
            .build(),
    );
    let answer = client.get_public_access_block().account_id(context.account()).send();
    let answer = context.call(&GET_PUBLIC_ACCESS_BLOCK, "", answer).await;
    let answer = answer.map(|answer| answer.and_then(|answer| answer.public_access_block_configuration));
    context.add_in(
        "global",
        Described {
            // AWS gives it no ARN.
            arn: format!("arn:{}:s3::{}:account-public-access-block", context.partition(), context.account()),
            type_name: "AWS::S3::AccountPublicAccessBlock",
            name: Some(context.account().to_owned()),
            identifiers: Vec::new(),
            tags: Value::Known(BTreeMap::new()),
            attributes: block(&answer),
        },
    );
}

/// The settings of the account; all are off where none was ever made. If they cannot be read they are
/// unknown, and so is what depends on them.
fn block(answer: &Result<Option<PublicAccessBlockConfiguration>, Reason>) -> AccountPublicAccessBlock {
    let flag = |read: fn(&PublicAccessBlockConfiguration) -> Option<bool>| match answer {
        Ok(block) => Value::Known(block.as_ref().and_then(read).unwrap_or(false)),
        Err(reason) => Value::Unknown(reason.clone()),
    };
    AccountPublicAccessBlock {
        block_public_acls: flag(|block| block.block_public_acls),
        block_public_policy: flag(|block| block.block_public_policy),
        ignore_public_acls: flag(|block| block.ignore_public_acls),
        restrict_public_buckets: flag(|block| block.restrict_public_buckets),
        provider_configuration: None,
    }
}

/// S3 Control writes the account before the host. Before an IP address, as a test server or a tunnel on
/// this machine has one, that is no name that could be looked up; the header tells the account anyway.
#[derive(Debug)]
struct NoPrefixOfAddresses;

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for NoPrefixOfAddresses {
    fn name(&self) -> &'static str {
        "NoPrefixOfAddresses"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        if let Some(uri) = without_prefix(request.uri()) {
            request.set_uri(uri)?;
        }
        Ok(())
    }
}

/// Returns the URI without the label before an IP address, if there is one.
fn without_prefix(uri: &str) -> Option<String> {
    let (scheme, rest) = uri.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (_, host) = authority.split_once('.')?;
    let address = host.rsplit_once(':').filter(|_| !host.ends_with(']')).map_or(host, |(address, _)| address);
    let address = address.trim_start_matches('[').trim_end_matches(']');
    address.parse::<IpAddr>().ok()?;
    Some(format!("{scheme}://{host}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_lose_their_prefix() {
        let of = |authority: &str| without_prefix(&format!("http://{authority}/v20180820/x"));
        assert_eq!(of("111122223333.127.0.0.1:5000").as_deref(), Some("http://127.0.0.1:5000/v20180820/x"));
        assert_eq!(of("111122223333.127.0.0.1").as_deref(), Some("http://127.0.0.1/v20180820/x"));
        assert_eq!(of("111122223333.[::1]:5000").as_deref(), Some("http://[::1]:5000/v20180820/x"));
        assert_eq!(of("127.0.0.1:5000"), None);
        assert_eq!(of("111122223333.s3-control.us-east-1.amazonaws.com"), None);
        assert_eq!(of("localhost"), None);
    }

    #[test]
    fn an_account_without_a_block_has_every_setting_off_and_one_that_denies_is_unknown() {
        assert!(block(&Ok(None)).block_public_policy.is(&false));
        let some = PublicAccessBlockConfiguration::builder().block_public_policy(true).build();
        assert!(block(&Ok(Some(some))).block_public_policy.is(&true));
        let denied = Reason::Denied("s3:GetAccountPublicAccessBlock".to_owned());
        assert_eq!(block(&Err(denied.clone())).ignore_public_acls, Value::Unknown(denied));
    }
}
