//! What one service's answer makes of another's, once a region is read: a thing that two services tell
//! stands in the inventory once.

use std::collections::BTreeSet;

use crate::inventory::Resource;

/// Takes out security groups for which a cluster stands. EKS makes a group for each cluster; as in a plan,
/// the cluster is that group: it is called by the group's id and holds its rules. Where no cluster was
/// read, or it does not tell its group, the group stays what it is.
pub(crate) fn settle(resources: &mut Vec<Resource>) {
    let clusters = resources.iter().filter(|resource| resource.kind() == "aws.eks.cluster");
    let groups: BTreeSet<String> = clusters
        .flat_map(|cluster| &cluster.identifiers)
        .filter(|identifier| identifier.starts_with("sg-"))
        .cloned()
        .collect();
    if groups.is_empty() {
        return;
    }
    resources.retain(|resource| {
        resource.kind() != "aws.ec2.security_group" || !resource.identifiers.iter().any(|one| groups.contains(one))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::aws::{ec2, eks};
    use crate::inventory::{Attributes, Kind as _, Origin, Value};

    fn resource(id: &str, identifiers: &[&str], attributes: Attributes) -> Resource {
        Resource {
            id: id.into(),
            name: Value::Known(None),
            provider: "aws",
            account: Value::Known(None),
            region: Value::Known(None),
            tags: Value::default(),
            identifiers: identifiers.iter().map(|&one| one.to_owned()).collect(),
            origin: Origin::live(id, ""),
            parts: Vec::new(),
            attributes,
        }
    }

    fn left(identifiers: &[&str]) -> Vec<String> {
        let group = |id: &str| resource(id, &[id], ec2::SecurityGroup::default().into_attributes());
        let cluster = resource("arn:cluster", identifiers, eks::Cluster::default().into_attributes());
        let mut resources = vec![cluster, group("sg-eks"), group("sg-web")];
        settle(&mut resources);
        resources.iter().map(|resource| resource.id.to_string()).collect()
    }

    #[test]
    fn a_cluster_stands_for_the_group_that_eks_makes() {
        assert_eq!(left(&["main", "sg-eks"]), ["arn:cluster", "sg-web"]);
        // A cluster that could not be described does not tell its group: then the group is judged.
        assert_eq!(left(&["main"]), ["arn:cluster", "sg-eks", "sg-web"]);
    }
}
