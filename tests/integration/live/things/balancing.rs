//! Load balancers of both generations, with listeners, target groups and a web ACL.

use serde_json::json;

use super::tags;
use crate::live::server::state::State;

pub(super) fn all(state: &mut State, account: &str, region: &str) {
    let arn = |rest: &str| format!("arn:aws:elasticloadbalancing:{region}:{account}:{rest}");
    let (balancer, listener) = (arn("loadbalancer/app/web/1"), arn("listener/app/web/1/2"));
    let group = arn("targetgroup/web/3");
    let acl = format!("arn:aws:wafv2:{region}:{account}:regional/webacl/web/acl-1");
    let visibility = json!({"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "web"});
    let told = json!({"WebACL": {
        "Name": "web", "Id": "acl-1", "ARN": acl, "DefaultAction": {"Block": {}}, "VisibilityConfig": visibility, "Rules": [],
    }});
    let forward = json!([{"Type": "forward", "TargetGroupArn": group, "Order": 1}]);
    let mut place = state.at(account, region);
    for thing in [&balancer, &listener, &group] {
        place.list_of(
            "Elastic Load Balancing v2.DescribeTags",
            thing,
            "TagDescriptions",
            json!({"ResourceArn": thing, "Tags": tags()}),
        );
    }
    place
        .list(
            "Elastic Load Balancing v2.DescribeLoadBalancers",
            "LoadBalancers",
            json!({
                "LoadBalancerArn": balancer, "LoadBalancerName": "web", "Type": "application", "Scheme": "internal",
                "VpcId": "vpc-1", "AvailabilityZones": [{"ZoneName": format!("{region}a"), "SubnetId": "subnet-1"}],
                "SecurityGroups": ["sg-1"], "State": {"Code": "active"},
            }),
        )
        .detail(
            "Elastic Load Balancing v2.DescribeLoadBalancerAttributes",
            &balancer,
            json!({"Attributes": [{"Key": "deletion_protection.enabled", "Value": "true"}]}),
        )
        .list_of(
            "Elastic Load Balancing v2.DescribeListeners",
            &balancer,
            "Listeners",
            json!({
                "ListenerArn": listener, "LoadBalancerArn": balancer, "Port": 443, "Protocol": "HTTPS",
                "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06", "DefaultActions": forward,
            }),
        )
        .list_of(
            "Elastic Load Balancing v2.DescribeListenerCertificates",
            &listener,
            "Certificates",
            json!({"CertificateArn": format!("arn:aws:acm:{region}:{account}:certificate/1"), "IsDefault": true}),
        )
        .list_of(
            "Elastic Load Balancing v2.DescribeRules",
            &listener,
            "Rules",
            json!({"RuleArn": arn("listener-rule/app/web/1/2/4"), "Priority": "1", "IsDefault": false, "Actions": forward}),
        )
        .list(
            "Elastic Load Balancing v2.DescribeTargetGroups",
            "TargetGroups",
            json!({
                "TargetGroupArn": group, "TargetGroupName": "web", "TargetType": "instance", "Protocol": "HTTP",
                "Port": 80, "VpcId": "vpc-1",
            }),
        )
        .detail(
            "Elastic Load Balancing v2.DescribeTargetHealth",
            &group,
            json!({"TargetHealthDescriptions": [{"Target": {"Id": "i-1"}, "TargetHealth": {"State": "healthy"}}]}),
        )
        .list(
            "Elastic Load Balancing.DescribeLoadBalancers",
            "LoadBalancerDescriptions",
            json!({
                "LoadBalancerName": "old", "Scheme": "internal", "Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"],
                "ListenerDescriptions": [{"Listener": {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}}],
            }),
        )
        .list_of(
            "Elastic Load Balancing.DescribeTags",
            "old",
            "TagDescriptions",
            json!({"LoadBalancerName": "old", "Tags": tags()}),
        )
        .detail("WAFV2.GetWebACLForResource", &balancer, told.clone())
        .list_of("WAFV2.ListWebACLs", "REGIONAL", "WebACLs", json!({"Name": "web", "Id": "acl-1", "ARN": acl}))
        .detail("WAFV2.GetWebACL", "acl-1", told)
        .list_of(
            "WAFV2.ListLoggingConfigurations",
            "REGIONAL",
            "LoggingConfigurations",
            json!({"ResourceArn": acl, "LogDestinationConfigs": [format!("arn:aws:logs:{region}:{account}:log-group:waf")]}),
        )
        .detail("WAFV2.ListTagsForResource", &acl, json!({"TagInfoForResource": {"ResourceARN": acl, "TagList": tags()}}));
}
