//! Internet gateways, egress-only ones, and NAT gateways.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{
    self, AttachmentStatus, AvailabilityMode, EgressOnlyInternetGateway as EgressOnly, InternetGatewayAttachment,
    NatGatewayState,
};
use futures_util::future::join3;

use super::{EGRESS_ONLY_INTERNET_GATEWAY, INTERNET_GATEWAY, NAT_GATEWAY, tags};
use crate::collect::aws::context::{Context, Described, links};
use crate::collect::aws::operation::Operation;
use crate::inventory::aws::ec2::{EgressOnlyInternetGateway, InternetGateway, NatGateway};
use crate::inventory::{Linked, Value};

pub(super) const DESCRIBE_INTERNET_GATEWAYS: Operation =
    Operation::listing("EC2.DescribeInternetGateways", "ec2:DescribeInternetGateways", &[INTERNET_GATEWAY]);
pub(super) const DESCRIBE_EGRESS_ONLY_INTERNET_GATEWAYS: Operation = Operation::listing(
    "EC2.DescribeEgressOnlyInternetGateways",
    "ec2:DescribeEgressOnlyInternetGateways",
    &[EGRESS_ONLY_INTERNET_GATEWAY],
);
pub(super) const DESCRIBE_NAT_GATEWAYS: Operation =
    Operation::listing("EC2.DescribeNatGateways", "ec2:DescribeNatGateways", &[NAT_GATEWAY]);

pub(super) async fn collect(context: &Context, client: &Client) {
    join3(internet(context, client), egress_only(context, client), nat(context, client)).await;
}

async fn internet(context: &Context, client: &Client) {
    if !context.wants(INTERNET_GATEWAY) {
        return;
    }
    let pages = client.describe_internet_gateways().into_paginator().page_size(1000).send();
    let read = context.pages(&DESCRIBE_INTERNET_GATEWAYS, "", pages, |page| {
        for gateway in page.internet_gateways.unwrap_or_default() {
            let Some(id) = gateway.internet_gateway_id.clone() else { continue };
            context.add(Described {
                arn: context.arn("ec2", &format!("internet-gateway/{id}")),
                type_name: "AWS::EC2::InternetGateway",
                name: None,
                identifiers: vec![id],
                attributes: InternetGateway { vpc: attached(gateway.attachments()) },
                tags: tags(gateway.tags),
            });
        }
    });
    // A broken listing is a gap already; so it is below.
    let _ = read.await;
}

async fn egress_only(context: &Context, client: &Client) {
    if !context.wants(EGRESS_ONLY_INTERNET_GATEWAY) {
        return;
    }
    let pages = client.describe_egress_only_internet_gateways().into_paginator().page_size(255).send();
    let read = context.pages(&DESCRIBE_EGRESS_ONLY_INTERNET_GATEWAYS, "", pages, |page| {
        for gateway in page.egress_only_internet_gateways.unwrap_or_default() {
            let EgressOnly { egress_only_internet_gateway_id: Some(id), attachments, tags: own, .. } = gateway else {
                continue;
            };
            context.add(Described {
                arn: context.arn("ec2", &format!("egress-only-internet-gateway/{id}")),
                type_name: "AWS::EC2::EgressOnlyInternetGateway",
                name: None,
                identifiers: vec![id],
                tags: tags(own),
                attributes: EgressOnlyInternetGateway { vpc: attached(&attachments.unwrap_or_default()) },
            });
        }
    });
    let _ = read.await;
}

/// The VPC of an attachment that holds; EC2 calls that `available` or `attached`.
fn attached(attachments: &[InternetGatewayAttachment]) -> Linked {
    let holds = |one: &&InternetGatewayAttachment| {
        !matches!(one.state, Some(AttachmentStatus::Detached | AttachmentStatus::Detaching))
    };
    links(attachments.iter().filter(holds).filter_map(|one| one.vpc_id.clone()))
}

async fn nat(context: &Context, client: &Client) {
    if !context.wants(NAT_GATEWAY) {
        return;
    }
    let pages = client.describe_nat_gateways().into_paginator().page_size(1000).send();
    let read = context.pages(&DESCRIBE_NAT_GATEWAYS, "", pages, |page| {
        for gateway in page.nat_gateways.unwrap_or_default() {
            let Some(id) = gateway.nat_gateway_id.clone() else { continue };
            // A gateway is shown for a while after its end.
            if matches!(
                gateway.state,
                Some(NatGatewayState::Deleted | NatGatewayState::Deleting | NatGatewayState::Failed)
            ) {
                continue;
            }
            context.add(Described {
                arn: context.arn("ec2", &format!("natgateway/{id}")),
                type_name: "AWS::EC2::NatGateway",
                name: None,
                identifiers: vec![id],
                attributes: nat_gateway(&gateway),
                tags: tags(gateway.tags),
            });
        }
    });
    let _ = read.await;
}

fn nat_gateway(gateway: &types::NatGateway) -> NatGateway {
    let regional = gateway.availability_mode == Some(AvailabilityMode::Regional);
    let addresses = gateway.nat_gateway_addresses().iter().filter_map(|address| address.allocation_id.clone());
    NatGateway {
        subnet: links(gateway.subnet_id.clone().filter(|_| !regional)),
        vpc: links(gateway.vpc_id.clone().filter(|_| regional)),
        connectivity_type: Value::Known(
            gateway.connectivity_type().map_or("public", |connectivity| connectivity.as_str()).to_owned(),
        ),
        availability_mode: Value::Known(if regional { "regional" } else { "zonal" }.to_owned()),
        elastic_ip: links(addresses),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{ConnectivityType, NatGatewayAddress};

    use super::*;

    #[test]
    fn a_zonal_gateway_names_its_subnet_and_a_regional_one_its_vpc() {
        let given = || {
            types::NatGateway::builder()
                .vpc_id("vpc-1")
                .subnet_id("subnet-1")
                .nat_gateway_addresses(NatGatewayAddress::builder().allocation_id("eipalloc-1").build())
        };
        let zonal = nat_gateway(&given().build());
        assert_eq!((zonal.subnet, zonal.vpc), (links(["subnet-1"]), Linked::default()));
        assert_eq!(zonal.connectivity_type, Value::Known("public".to_owned()));
        assert_eq!(zonal.elastic_ip, links(["eipalloc-1"]));
        let regional = given().availability_mode(AvailabilityMode::Regional).build();
        let regional = nat_gateway(&regional);
        assert_eq!((regional.subnet, regional.vpc), (Linked::default(), links(["vpc-1"])));
        let private = nat_gateway(&given().connectivity_type(ConnectivityType::Private).build());
        assert_eq!(private.connectivity_type, Value::Known("private".to_owned()));
    }

    #[test]
    fn an_attachment_that_ends_is_none() {
        let attachment =
            |state: AttachmentStatus| [InternetGatewayAttachment::builder().vpc_id("vpc-1").state(state).build()];
        assert_eq!(attached(&attachment(AttachmentStatus::from("available"))), links(["vpc-1"]));
        assert_eq!(attached(&attachment(AttachmentStatus::Detaching)), Linked::default());
    }
}
