//! What the account sets for the metadata service of new instances in a region.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::InstanceMetadataDefaultsResponse;

use super::INSTANCE_METADATA_DEFAULTS;
use crate::collect::aws::context::{Context, Described};
use crate::collect::aws::operation::Operation;
use crate::inventory::Value;
use crate::inventory::aws::ec2::InstanceMetadataDefaults;

/// A detail, because the defaults themselves exist in every region, told or not.
pub(super) const GET_INSTANCE_METADATA_DEFAULTS: Operation = Operation::detail(
    "EC2.GetInstanceMetadataDefaults",
    "ec2:GetInstanceMetadataDefaults",
    &[INSTANCE_METADATA_DEFAULTS],
    // Regions in which the setting does not exist.
    &["InvalidAction", "UnsupportedOperation"],
);

pub(super) async fn collect(context: &Context, client: &Client) {
    if !context.wants(INSTANCE_METADATA_DEFAULTS) {
        return;
    }
    let call = client.get_instance_metadata_defaults().send();
    let attributes = match context.call(&GET_INSTANCE_METADATA_DEFAULTS, "", call).await {
        Ok(answer) => defaults(answer.and_then(|answer| answer.account_level).as_ref()),
        Err(reason) => InstanceMetadataDefaults {
            http_endpoint: Value::Unknown(reason.clone()),
            http_tokens: Value::Unknown(reason.clone()),
            http_put_response_hop_limit: Value::Unknown(reason),
        },
    };
    context.add(Described {
        // AWS gives it no ARN.
        arn: context.arn("ec2", "instance-metadata-defaults"),
        type_name: "AWS::EC2::InstanceMetadataDefaults",
        name: None,
        identifiers: Vec::new(),
        tags: Value::default(),
        attributes,
    });
}

fn defaults(told: Option<&InstanceMetadataDefaultsResponse>) -> InstanceMetadataDefaults {
    let Some(told) = told else { return InstanceMetadataDefaults::default() };
    let preference = |text: &str| Some(text).filter(|text| *text != "no-preference").map(str::to_owned);
    InstanceMetadataDefaults {
        http_endpoint: Value::Known(told.http_endpoint().and_then(|endpoint| preference(endpoint.as_str()))),
        http_tokens: Value::Known(told.http_tokens().and_then(|tokens| preference(tokens.as_str()))),
        http_put_response_hop_limit: Value::Known(
            told.http_put_response_hop_limit.filter(|limit| *limit > 0).map(i64::from),
        ),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::HttpTokensState;

    use super::*;

    #[test]
    fn what_the_account_leaves_open_is_null() {
        let told = InstanceMetadataDefaultsResponse::builder()
            .http_tokens(HttpTokensState::Required)
            .http_put_response_hop_limit(-1)
            .build();
        let defaults = defaults(Some(&told));
        assert_eq!(defaults.http_tokens, Value::Known(Some("required".to_owned())));
        assert_eq!(defaults.http_put_response_hop_limit, Value::Known(None));
        assert_eq!(defaults.http_endpoint, Value::Known(None));
    }
}
