//! What rules say beside gaps: whatever they decide, they would decide with everything read; and what an
//! audit must read for a rule.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use hfscan::evaluate::RuleSet;
use hfscan::evaluate::outcome::Outcome;
use hfscan::inventory::{Gap, Inventory, Resource, Value};
use hfscan::pipeline::{self, Selection, needed_kinds};
use hfscan::policy::select::Selected;
use hfscan::relate::relate;

use super::{account, ha_eks};

/// Outcomes by rule and resource.
type Outcomes = BTreeMap<(String, String), Outcome>;

fn selected() -> Selected {
    pipeline::rules(&Selection::default()).unwrap()
}

/// No rule runs out of time on a busy machine.
fn compiled(selected: &Selected) -> RuleSet {
    RuleSet::compile_with_limit(selected, Duration::from_mins(1)).unwrap()
}

fn outcomes(rules: &RuleSet, inventory: &Inventory) -> Outcomes {
    let ids: Vec<String> = rules.rules().map(|selected| selected.rule.id.to_string()).collect();
    let verdicts = rules.evaluate(inventory).into_iter();
    let outcomes = verdicts.map(|verdict| {
        let resource = inventory.resources[verdict.resource].id.to_string();
        ((ids[verdict.rule].clone(), resource), verdict.outcome)
    });
    outcomes.collect()
}

fn gap(kind: &str) -> Gap {
    Gap { hides_resources: true, ..Gap::new("svc:ListThings", "access denied", vec![kind.to_owned()]) }
}

fn kinds(resources: &[Resource]) -> BTreeSet<&'static str> {
    resources.iter().map(Resource::kind).collect()
}

/// What is said beside a gap and would not be said with everything read.
fn wrong(all: &Outcomes, beside_gap: &Outcomes, about: &str) -> Vec<String> {
    let decided = beside_gap.iter().filter(|(_, outcome)| **outcome != Outcome::Unknown);
    let differs = decided.filter(|(key, outcome)| all.get(*key) != Some(*outcome));
    differs
        .map(|((rule, resource), outcome)| {
            let truth = all.get(&(rule.clone(), resource.clone()));
            format!("{about}: {rule} on {resource} says {outcome:?} beside the gap, {truth:?} without it")
        })
        .collect()
}

#[test]
fn beside_a_gap_nothing_is_said_that_everything_read_would_not_say() {
    says_nothing_else_beside_a_gap(&ha_eks());
}

#[test]
fn beside_a_gap_nothing_is_said_of_a_live_account_that_everything_read_would_not_say() {
    says_nothing_else_beside_a_gap(&account::resources());
}

fn says_nothing_else_beside_a_gap(resources: &[Resource]) {
    let rules = compiled(&selected());
    let mut found = Vec::new();
    for complete in [true, false] {
        let all = outcomes(&rules, &relate(resources.to_vec(), Vec::new(), complete));
        for kind in kinds(resources) {
            let gaps = || vec![gap(kind)];
            found.extend(wrong(&all, &outcomes(&rules, &relate(resources.to_vec(), gaps(), complete)), kind));
            let without = |removed: &dyn Fn(&Resource) -> bool| {
                let left = resources.iter().filter(|resource| !removed(resource)).cloned().collect();
                outcomes(&rules, &relate(left, gaps(), complete))
            };
            found.extend(wrong(&all, &without(&|one| one.kind() == kind), &format!("no {kind}")));
            let of_kind: Vec<&Resource> = resources.iter().filter(|resource| resource.kind() == kind).collect();
            if !complete {
                continue;
            }
            let step = of_kind.len().div_ceil(3).max(1);
            for one in of_kind.iter().step_by(step) {
                found.extend(wrong(&all, &without(&|other| other.id == one.id), &format!("no {}", one.id)));
            }
        }
    }
    found.sort();
    found.dedup();
    assert!(found.is_empty(), "{} wrong verdicts:\n{}", found.len(), found.join("\n"));
}

/// The kinds that stand before the verdict of a rule on the resources of a kind, and one that does not.
#[test]
fn a_gap_takes_a_verdict_back_only_where_it_may_matter() {
    let resources = ha_eks();
    let rules = compiled(&selected());
    let all = outcomes(&rules, &relate(resources.clone(), Vec::new(), true));
    let beside = |kind: &str| outcomes(&rules, &relate(resources.clone(), vec![gap(kind)], true));
    let of = |outcomes: &Outcomes, rule: &str, resource: &str| -> BTreeSet<Outcome> {
        let of_rule = outcomes.iter().filter(|((id, of), _)| id == rule && of.contains(resource));
        of_rule.map(|(_, outcome)| *outcome).filter(|outcome| *outcome != Outcome::NotApplicable).collect()
    };
    for (kind, rule, resource) in [
        ("aws.wafv2.web_acl", "aws-elb-web-acl-attached", "aws_lb."),
        ("aws.ec2.route_table", "aws-ec2-private-subnet-routes", "aws_subnet."),
        ("aws.elb.listener", "aws-elb-https-with-acm-certificate", "aws_lb."),
        ("aws.eks.node_group", "aws-eks-managed-nodes-autoscaling", "aws_eks_cluster."),
        ("aws.eks.cluster", "aws-eks-kubernetes-on-eks", "environment"),
    ] {
        assert_eq!(of(&all, rule, resource), BTreeSet::from([Outcome::Pass]), "{rule}");
        assert_eq!(of(&beside(kind), rule, resource), BTreeSet::from([Outcome::Unknown]), "{rule} without {kind}");
    }
    assert_eq!(beside("aws.sqs.queue"), all);
    let changed = |kind: &str| -> BTreeSet<String> {
        let beside = beside(kind);
        all.iter().filter(|(key, outcome)| beside[*key] != **outcome).map(|((rule, _), _)| rule.clone()).collect()
    };
    assert_eq!(changed("aws.wafv2.web_acl"), BTreeSet::from(["aws-elb-web-acl-attached".to_owned()]));
    // Doors to the world stay open, whatever databases there are.
    let databases = changed("aws.rds.instance");
    assert!(databases.len() < 12, "{databases:?}");
}

fn in_region(mut resources: Vec<Resource>, account: &str, region: &str) -> Vec<Resource> {
    for resource in resources.iter_mut().filter(|resource| resource.provider == "aws") {
        resource.account = Value::Known(Some(account.to_owned()));
        let global = resource.kind().starts_with("aws.iam.");
        resource.region = Value::Known(Some(if global { "global" } else { region }.to_owned()));
    }
    resources
}

#[test]
fn a_gap_touches_its_own_region_and_account() {
    let resources = in_region(ha_eks(), "111122223333", "us-east-1");
    let rules = compiled(&selected());
    let all = outcomes(&rules, &relate(resources.clone(), Vec::new(), true));
    let beside = |account: &str, region: &str, kind: &str| {
        let gap = Gap { account: Some(account.to_owned()), region: Some(region.to_owned()), ..gap(kind) };
        outcomes(&rules, &relate(resources.clone(), vec![gap], true))
    };
    for kind in kinds(&resources).into_iter().filter(|kind| kind.starts_with("aws.")) {
        let here = beside("111122223333", "us-east-1", kind);
        assert!(wrong(&all, &here, kind).is_empty());
        let elsewhere = beside("444455556666", "us-east-1", kind);
        // The environment is all accounts together.
        let differs = |other: &Outcomes| -> Vec<(String, String)> {
            let keys = all.iter().filter(|(key, outcome)| other[*key] != **outcome).map(|(key, _)| key.clone());
            keys.filter(|(_, resource)| resource != "environment").collect()
        };
        assert!(differs(&elsewhere).is_empty(), "{kind}: {:?}", differs(&elsewhere));
        // A role may be that of a node in any region; nothing else crosses them.
        let other_region = beside("111122223333", "eu-west-1", kind);
        let crossed = differs(&other_region);
        assert!(crossed.iter().all(|(_, resource)| resource.contains("aws_iam_")), "{kind}: {crossed:?}");
    }
    let everywhere = differs_in(&all, &beside("111122223333", "global", "aws.wafv2.web_acl"));
    assert!(everywhere.contains("aws-elb-web-acl-attached"), "{everywhere:?}");
}

fn differs_in(all: &Outcomes, other: &Outcomes) -> BTreeSet<String> {
    all.iter().filter(|(key, outcome)| other[*key] != **outcome).map(|((rule, _), _)| rule.clone()).collect()
}

#[test]
fn the_doubt_names_the_call_and_the_region() {
    let resources = in_region(ha_eks(), "111122223333", "us-east-1");
    let gap = Gap {
        subject: "ec2:DescribeRouteTables".to_owned(),
        region: Some("us-east-1".to_owned()),
        ..gap("aws.ec2.route_table")
    };
    let inventory = relate(resources, vec![gap], true);
    let rules = compiled(&selected());
    let verdicts = rules.evaluate(&inventory);
    let doubts: BTreeSet<&str> =
        verdicts.iter().flat_map(|verdict| &verdict.doubts).map(|doubt| doubt.reason.as_str()).collect();
    let wanted = "not told: ec2:DescribeRouteTables in us-east-1: access denied";
    assert!(doubts.contains(wanted), "{doubts:#?}");
}

#[test]
fn a_relation_to_what_is_hidden_says_why_it_is_not_known() {
    let resources = ha_eks();
    let left = resources.iter().filter(|resource| resource.kind() != "aws.kms.key").cloned().collect();
    let inventory = relate(left, vec![gap("aws.kms.key")], true);
    let database = inventory.index_of("module.database.aws_db_instance.this");
    let database = database.or_else(|| inventory.indices_of_kind("aws.rds.instance").first().copied()).unwrap();
    let hidden = inventory.hidden(database);
    assert!(hidden.iter().any(|hidden| hidden.path == ["relations", "kms_key"]), "{hidden:?}");
    assert!(hidden.iter().all(|hidden| &*hidden.reason == "not told: svc:ListThings: access denied"));
}

fn only(selected: &Selected, rule: &str) -> RuleSet {
    let mut selected = selected.clone();
    selected.rules.retain(|one| &*one.rule.id == rule);
    assert_eq!(selected.rules.len(), 1, "{rule}");
    compiled(&selected)
}

#[test]
fn a_rule_needs_what_it_judges_and_what_its_facts_are_derived_from() {
    let selected = selected();
    let needs = |rule: &str| needed_kinds(&only(&selected, rule));
    let waf = needs("aws-elb-web-acl-attached");
    assert_eq!(waf, BTreeSet::from(["aws.elb.load_balancer", "aws.wafv2.web_acl"]));
    let routes = needs("aws-ec2-private-subnet-routes");
    assert!(routes.contains("aws.ec2.route_table") && !routes.contains("aws.iam.role"), "{routes:?}");
    let environment = needs("aws-eks-kubernetes-on-eks");
    assert!(environment.contains("aws.eks.cluster") && !environment.contains("environment"), "{environment:?}");
}

#[test]
fn kinds_that_a_rule_does_not_need_make_no_difference() {
    let selected = selected();
    let mut by_needs: BTreeMap<BTreeSet<&str>, BTreeSet<String>> = BTreeMap::new();
    for rule in &selected.rules {
        by_needs.entry(needed_kinds(&only(&selected, &rule.rule.id))).or_default().insert(rule.rule.id.to_string());
    }
    assert!(by_needs.len() > 20, "{}", by_needs.len());
    let inputs = [ha_eks(), account::resources()];
    let mut wrong = Vec::new();
    for complete in [true, false] {
        for (needs, ids) in &by_needs {
            let mut some = selected.clone();
            some.rules.retain(|one| ids.contains(&*one.rule.id));
            let rules = compiled(&some);
            for resources in &inputs {
                let all = outcomes(&rules, &relate(resources.clone(), Vec::new(), complete));
                let read = resources.iter().filter(|resource| needs.contains(resource.kind())).cloned().collect();
                let narrow = outcomes(&rules, &relate(read, Vec::new(), complete));
                let differs = all.iter().filter(|(key, outcome)| narrow.get(*key) != Some(outcome));
                wrong.extend(differs.map(|(key, was)| format!("{key:?}: {was:?} became {:?}", narrow.get(key))));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
