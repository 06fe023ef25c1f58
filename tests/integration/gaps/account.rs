//! A live account with one of everything, linked by the short ids and names that an API tells.

use std::collections::BTreeMap;

use hfscan::inventory::aws::ec2::{self, SecurityGroupRule};
use hfscan::inventory::aws::iam::{self, PolicyDocument};
use hfscan::inventory::aws::{acm, autoscaling, efs, eks, elasticache, elb, kms, lambda, rds, s3, wafv2};
use hfscan::inventory::{Kind, Linked, Links, Origin, Resource, Target, Value};

fn thing<K: Kind>(name: &str, attributes: K) -> Resource {
    let id = format!("arn:aws:{name}");
    let region = if K::NAME.starts_with("aws.iam.") { "global" } else { "us-east-1" };
    Resource {
        origin: Origin::live(&id, "aws_thing"),
        identifiers: vec![id.clone(), name.to_owned()],
        id: id.into(),
        name: Value::Known(Some(name.to_owned())),
        provider: "aws",
        account: Value::Known(Some("111122223333".to_owned())),
        region: Value::Known(Some(region.to_owned())),
        tags: Value::Known(BTreeMap::new()),
        parts: Vec::new(),
        attributes: attributes.into_attributes(),
    }
}

fn tagged(mut resource: Resource, tag: &str) -> Resource {
    resource.tags = Value::Known(BTreeMap::from([(tag.to_owned(), known("owned"))]));
    resource
}

fn to(names: &[&str]) -> Linked {
    Value::Known(Links::all(names.iter().map(|name| Target::Literal((*name).to_owned()))))
}

fn known(text: &str) -> Value<String> {
    Value::Known(text.to_owned())
}

fn some(text: &str) -> Value<Option<String>> {
    Value::Known(Some(text.to_owned()))
}

fn document(text: &str) -> Value<PolicyDocument> {
    Value::Known(PolicyDocument::parse(text).unwrap())
}

pub(super) fn resources() -> Vec<Resource> {
    let mut all = network();
    all.extend(machines());
    all.extend(edge());
    all.extend(data());
    all.extend(identity());
    all
}

fn route(destination: &str, kind: &str, target: &str) -> ec2::Route {
    ec2::Route {
        destination: some(destination),
        target_kind: known(kind),
        target: to(&[target]),
        active: Value::Known(true),
        ..Default::default()
    }
}

fn network() -> Vec<Resource> {
    let subnet = |name: &str, zone: &str, table: &[&str]| {
        let subnet = ec2::Subnet {
            vpc: to(&["vpc"]),
            availability_zone: some(zone),
            route_tables: to(table),
            ..Default::default()
        };
        thing(name, subnet)
    };
    let table = |name: &str, main: bool, routes: Vec<ec2::Route>| {
        thing(name, ec2::RouteTable { vpc: to(&["vpc"]), main: Value::Known(main), routes: Value::Known(routes) })
    };
    let listed = ec2::Route { destination_prefix_list: to(&["pl"]), ..route("pl", "internet_gateway", "igw") };
    let rule = |port: i64| SecurityGroupRule {
        protocol: known("tcp"),
        from_port: Value::Known(Some(port)),
        to_port: Value::Known(Some(port)),
        ..Default::default()
    };
    let from_group = |port, group: &str| SecurityGroupRule { security_groups: to(&[group]), ..rule(port) };
    let from_list = SecurityGroupRule { prefix_lists: to(&["pl"]), ..rule(443) };
    let from_range =
        SecurityGroupRule { ipv4_ranges: Value::Known(vec![known("10.0.0.0/16"), known("0.0.0.0/0")]), ..rule(5432) };
    let group = |name: &str, ingress: Vec<SecurityGroupRule>, egress: Vec<SecurityGroupRule>| {
        let group = ec2::SecurityGroup {
            vpc: to(&["vpc"]),
            ingress: Value::Known(ingress),
            egress: Value::Known(egress),
            ..Default::default()
        };
        thing(name, group)
    };
    vec![
        thing("vpc", ec2::Vpc { cidr_block: some("10.0.0.0/16"), ..Default::default() }),
        thing("vpc-empty", ec2::Vpc { cidr_block: some("10.1.0.0/16"), ..Default::default() }),
        subnet("subnet-main", "us-east-1a", &[]),
        subnet("subnet-public", "us-east-1a", &["rtb-public"]),
        subnet("subnet-listed", "us-east-1b", &["rtb-listed"]),
        subnet("subnet-private", "us-east-1b", &["rtb-private"]),
        subnet("subnet-data", "us-east-1c", &["rtb-data"]),
        table("rtb-main", true, vec![route("0.0.0.0/0", "internet_gateway", "igw")]),
        table("rtb-public", false, vec![route("0.0.0.0/0", "internet_gateway", "igw")]),
        table("rtb-listed", false, vec![listed]),
        table(
            "rtb-private",
            false,
            vec![route("0.0.0.0/0", "nat_gateway", "nat"), route("::/0", "egress_only_internet_gateway", "eigw")],
        ),
        table("rtb-data", false, vec![route("0.0.0.0/0", "network_interface", "eni")]),
        thing("pl", ec2::PrefixList { entries: Value::Known(vec![known("0.0.0.0/0")]), ..Default::default() }),
        thing("igw", ec2::InternetGateway { vpc: to(&["vpc"]) }),
        thing("eigw", ec2::EgressOnlyInternetGateway { vpc: to(&["vpc"]) }),
        thing(
            "nat",
            ec2::NatGateway {
                subnet: to(&["subnet-public"]),
                connectivity_type: known("public"),
                availability_mode: known("zonal"),
                ..Default::default()
            },
        ),
        thing(
            "eni",
            ec2::NetworkInterface {
                subnet: to(&["subnet-private"]),
                security_groups: to(&["sg-eni"]),
                instance: to(&["i-eni"]),
                ..Default::default()
            },
        ),
        thing("eip", ec2::ElasticIp { network_interface: to(&["eni"]), ..Default::default() }),
        thing("eip-2", ec2::ElasticIp { instance: to(&["i-plain"]), ..Default::default() }),
        group("sg-eni", vec![from_list.clone()], vec![]),
        group("sg-nodes", vec![from_group(80, "sg-lb")], vec![from_range.clone()]),
        group("sg-lb", vec![from_range.clone()], vec![from_group(80, "sg-nodes"), from_list]),
        group("sg-data", vec![from_group(5432, "sg-nodes"), from_group(5432, "sg-proxy"), from_range], vec![]),
        group("sg-proxy", vec![from_group(5432, "sg-nodes")], vec![from_group(5432, "sg-data")]),
        group("sg-clients", vec![from_group(22, "sg-eni")], vec![]),
        group("sg-lambda", vec![], vec![from_group(5432, "sg-data")]),
    ]
}

fn machines() -> Vec<Resource> {
    let interface = ec2::InterfaceSpecification {
        subnet: to(&["subnet-private"]),
        security_groups: to(&["sg-nodes"]),
        ..Default::default()
    };
    let template = |interfaces: Vec<ec2::InterfaceSpecification>, groups: &[&str]| ec2::LaunchTemplate {
        network_interfaces: Value::Known(interfaces),
        security_groups: to(groups),
        instance_profile: to(&["profile"]),
        ..Default::default()
    };
    let joined = "kubernetes.io/cluster/main";
    vec![
        thing("defaults", ec2::InstanceMetadataDefaults { http_tokens: some("required"), ..Default::default() }),
        thing("lt-interface", template(vec![interface], &[])),
        thing("lt-groups", template(Vec::new(), &["sg-nodes"])),
        thing("lt-unused", template(Vec::new(), &[])),
        thing(
            "i-plain",
            ec2::Instance { subnet: to(&["subnet-main"]), security_groups: to(&["sg-eni"]), ..Default::default() },
        ),
        thing("i-eni", ec2::Instance { network_interfaces: to(&["eni"]), ..Default::default() }),
        thing("i-template", ec2::Instance { launch_template: to(&["lt-interface"]), ..Default::default() }),
        tagged(thing("i-kops", ec2::Instance::default()), "k8s.io/role/master"),
        tagged(thing("i-joined", ec2::Instance { subnet: to(&["subnet-private"]), ..Default::default() }), joined),
        thing("asg", autoscaling::Group { launch_template: to(&["lt-interface"]), ..Default::default() }),
        tagged(
            thing(
                "asg-nodes",
                autoscaling::Group {
                    subnets: to(&["subnet-private"]),
                    launch_template: to(&["lt-groups"]),
                    ..Default::default()
                },
            ),
            joined,
        ),
        thing(
            "lambda",
            lambda::Function {
                subnets: to(&["subnet-data"]),
                security_groups: to(&["sg-lambda"]),
                ..Default::default()
            },
        ),
        thing(
            "main",
            eks::Cluster {
                cluster_name: some("main"),
                version: some("1.29"),
                subnets: to(&["subnet-private", "subnet-listed"]),
                security_groups: to(&["sg-clients"]),
                ..Default::default()
            },
        ),
        thing(
            "nodes",
            eks::NodeGroup {
                cluster: to(&["main"]),
                subnets: to(&["subnet-private", "subnet-listed"]),
                role: to(&["role-nodes"]),
                launch_template: to(&["lt-groups"]),
                remote_access_security_groups: to(&["sg-clients"]),
                ..Default::default()
            },
        ),
        thing(
            "nodes-plain",
            eks::NodeGroup { cluster: to(&["main"]), subnets: to(&["subnet-private"]), ..Default::default() },
        ),
        thing(
            "fargate",
            eks::FargateProfile { cluster: to(&["main"]), subnets: to(&["subnet-data"]), ..Default::default() },
        ),
        thing(
            "agent",
            eks::Addon { cluster: to(&["main"]), addon_name: some("eks-pod-identity-agent"), ..Default::default() },
        ),
        thing(
            "telemetry",
            eks::Addon {
                cluster: to(&["main"]),
                addon_name: some("amazon-cloudwatch-observability"),
                role: to(&["role-agent"]),
                ..Default::default()
            },
        ),
        thing(
            "association",
            eks::PodIdentityAssociation {
                cluster: to(&["main"]),
                namespace: some("a"),
                service_account: some("b"),
                role: to(&["role-pods"]),
            },
        ),
    ]
}

fn edge() -> Vec<Resource> {
    let balancer = |kind: &str, groups: &[&str]| elb::LoadBalancer {
        load_balancer_type: known(kind),
        subnets: to(&["subnet-public", "subnet-listed"]),
        security_groups: to(groups),
        web_acls: to(&["acl"]),
        ..Default::default()
    };
    let forward = elb::Action { action_type: known("forward"), target_groups: to(&["tg"]), ..Default::default() };
    let listener = elb::Listener {
        load_balancer: to(&["alb"]),
        protocol: known("HTTPS"),
        certificates: to(&["certificate"]),
        default_actions: Value::Known(vec![forward]),
        ..Default::default()
    };
    vec![
        thing("alb", balancer("application", &["sg-lb"])),
        thing("nlb", balancer("network", &[])),
        thing(
            "clb",
            elb::ClassicLoadBalancer {
                subnets: to(&["subnet-public"]),
                security_groups: to(&["sg-lb"]),
                ..Default::default()
            },
        ),
        thing("listener", listener),
        thing("tg", elb::TargetGroup { target_type: known("ip"), port: Value::Known(Some(80)), ..Default::default() }),
        thing(
            "certificate",
            acm::Certificate {
                issuer: known("acm"),
                status: some("EXPIRED"),
                days_left: Value::Known(Some(-1)),
                ..Default::default()
            },
        ),
        thing("acl", wafv2::WebAcl::default()),
    ]
}

fn data() -> Vec<Resource> {
    let instance = || rds::Instance {
        engine: some("postgres"),
        engine_version: some("16.3"),
        cluster_member: Value::Known(false),
        kms_key: to(&["key"]),
        subnet_group: to(&["dbs"]),
        security_groups: to(&["sg-data"]),
        parameter_group: to(&["parameters"]),
        storage_encrypted: Value::Known(Some(true)),
        ..Default::default()
    };
    let cluster = || rds::Cluster {
        engine: some("aurora-postgresql"),
        engine_mode: known("provisioned"),
        subnet_group: to(&["dbs"]),
        security_groups: to(&["sg-data"]),
        parameter_group: to(&["parameters"]),
        storage_encrypted: Value::Known(Some(true)),
        kms_key: to(&["key"]),
        ..Default::default()
    };
    let parameter = rds::Parameter { name: known("rds.force_ssl"), value: known("1") };
    let replica = rds::Instance {
        replica_of: to(&["db"]),
        engine: some("postgres"),
        cluster_member: Value::Known(false),
        ..Default::default()
    };
    let member = rds::Instance { cluster: to(&["aurora"]), cluster_member: Value::Known(true), ..Default::default() };
    let second = rds::Cluster { global_cluster: to(&["global"]), storage_encrypted: Value::Known(None), ..cluster() };
    let user_key = Some(s3::Encryption { algorithm: some("aws:kms"), kms_key: to(&["key"]), ..Default::default() });
    vec![
        thing("db", instance()),
        thing("db-replica", replica),
        thing("db-member", member),
        thing("aurora", cluster()),
        thing("aurora-second", second),
        thing("global", rds::GlobalCluster { source_cluster: to(&["aurora"]), ..Default::default() }),
        thing(
            "proxy",
            rds::Proxy {
                subnets: to(&["subnet-data"]),
                security_groups: to(&["sg-proxy"]),
                targets: to(&["db-replica"]),
                ..Default::default()
            },
        ),
        thing(
            "parameters",
            rds::ParameterGroup {
                family: some("postgres16"),
                parameters: Value::Known(vec![parameter]),
                ..Default::default()
            },
        ),
        thing("dbs", rds::SubnetGroup { subnets: to(&["subnet-data", "subnet-private"]) }),
        thing("caches", elasticache::SubnetGroup { subnets: to(&["subnet-data", "subnet-private"]) }),
        thing(
            "redis",
            elasticache::ReplicationGroup {
                subnet_group: to(&["caches"]),
                security_groups: to(&["sg-data"]),
                ..Default::default()
            },
        ),
        thing("redis-1", elasticache::Cluster { replication_group: to(&["redis"]), ..Default::default() }),
        thing("memcached", elasticache::Cluster { subnet_group: to(&["caches"]), ..Default::default() }),
        thing("fs", efs::FileSystem { encrypted: Value::Known(true), kms_key: to(&["key"]), ..Default::default() }),
        thing(
            "mount",
            efs::MountTarget {
                file_system: to(&["fs"]),
                subnet: to(&["subnet-data"]),
                security_groups: to(&["sg-data"]),
            },
        ),
        thing("key", kms::Key::default()),
        thing("bucket", s3::Bucket { encryption: Value::Known(user_key), ..Default::default() }),
        thing("block", s3::AccountPublicAccessBlock { block_public_acls: Value::Known(true), ..Default::default() }),
    ]
}

fn identity() -> Vec<Resource> {
    let by_ec2 = document(
        r#"{"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#,
    );
    let by_pods = document(
        r#"{"Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:oidc"}, "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {"issuer.example/id:sub": "system:serviceaccount:amazon:cloudwatch-agent"}}}]}"#,
    );
    let role = |name: &str, trust: &Value<PolicyDocument>, policies: &[&str]| {
        let role = iam::Role {
            role_name: some(name),
            path: known("/"),
            trust_policy: trust.clone(),
            attached_policies: to(policies),
            ..Default::default()
        };
        thing(name, role)
    };
    let policy = |name: &str, text: &str| {
        thing(name, iam::Policy { policy_name: some(name), document: document(text), ..Default::default() })
    };
    let pass = r#"{"Statement": [{"Effect": "Allow", "Action": ["iam:PassRole", "ec2:RunInstances", "lambda:*"], "Resource": "*"},
        {"Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam::111122223333:role/role-admin"}]}"#;
    vec![
        role("role-nodes", &by_ec2, &["policy-pass"]),
        role("role-self-managed", &by_ec2, &["policy-logs"]),
        role("role-pods", &by_pods, &[]),
        role("role-agent", &by_pods, &["policy-logs"]),
        role("role-admin", &by_ec2, &["policy-admin"]),
        policy("policy-pass", pass),
        policy("policy-admin", r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#),
        policy(
            "policy-logs",
            r#"{"Statement": [{"Effect": "Allow", "Action": ["logs:*", "cloudwatch:PutMetricData"], "Resource": "*"}]}"#,
        ),
        policy("policy-unused", r#"{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#),
        thing("profile", iam::InstanceProfile { role: to(&["role-self-managed"]), ..Default::default() }),
        thing(
            "oidc",
            iam::OidcProvider {
                url: some("issuer.example/id"),
                cluster: to(&["main"]),
                client_ids: Value::Known(vec![known("sts.amazonaws.com")]),
            },
        ),
        thing(
            "user",
            iam::User { attached_policies: to(&["policy-logs"]), groups: to(&["group"]), ..Default::default() },
        ),
        thing("group", iam::Group { attached_policies: to(&["policy-pass"]), ..Default::default() }),
    ]
}
