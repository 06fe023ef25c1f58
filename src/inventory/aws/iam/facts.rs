//! What is derived for IAM kinds and for resource policies: who may do what, and whom they trust.

use crate::inventory::model::model;
use crate::inventory::value::Value;

model! {
    /// A wildcard in the actions of a statement that allows.
    pub struct WideAction {
        /// The pattern as written; null when it cannot be told, or for `NotAction`.
        pub pattern: Option<String>,
        /// Prefix of the service; `*` when several are meant.
        pub service: Value<String>,
        /// Share of the service's actions that it means, from 0 to 1.
        pub share: Value<f64>,
        /// Whether one of them changes who may do what.
        pub manages_permissions: Value<bool>,
        /// Whether it means reading only.
        pub read_only: Value<bool>,
    }

    /// A resource on which `iam:PassRole` is allowed.
    pub struct PassRoleTarget {
        /// The resource as written, or the address of a role of the input; null when it cannot be told.
        pub resource: Option<String>,
        /// Whether it means more than one role.
        pub wildcard: Value<bool>,
        /// Characters of the role's path and name that stand before the first wildcard.
        pub prefix_length: Value<i64>,
    }

    /// One statement of a policy of an identity, as far as it allows something.
    pub struct StatementFacts {
        /// What names it, whatever the order: its id, else what it allows.
        pub label: String,
        /// The inline policy that it stands in; null in a policy of its own.
        pub inline_policy: Option<String>,
        /// Whether it allows every action on every resource.
        pub administrator: Value<bool>,
        /// `medium` when a condition narrows it or nobody has the policy, else null.
        pub lower_severity: Option<String>,
        /// Whether it names exactly one resource, without wildcard.
        pub one_resource: Value<bool>,
        /// Wildcards in its actions.
        pub wide_actions: Vec<WideAction>,
        /// Whether it allows `iam:PassRole`.
        pub passes_roles: Value<bool>,
        /// Which roles it passes; empty when it passes none.
        pub pass_role_targets: Vec<PassRoleTarget>,
        /// Whether `iam:PassedToService` names the services that may get the role.
        pub names_passed_service: Value<bool>,
    }

    /// A set of actions by which a principal can raise its own permissions.
    pub struct Escalation {
        /// Its name in the table of escalations; `administrator` for all of them, `any` when several cannot be told.
        pub name: String,
        /// The actions.
        pub actions: Vec<String>,
        /// What they lead to, in a phrase.
        pub why: String,
        /// What must exist besides, if anything.
        pub precondition: Option<String>,
        /// Whether the principal may do all of them.
        pub present: Value<bool>,
        /// Policies that grant them: ids, ARNs, or names of inline policies.
        pub sources: Vec<String>,
        /// Those of the sources that are resources of the input.
        pub policies: Vec<String>,
    }

    /// A managed policy that a principal has.
    pub struct ManagedPolicy {
        /// Id of the policy in the input, or its ARN.
        pub id: String,
        /// Last part of its ARN or name; null when it cannot be told.
        pub name: Value<Option<String>>,
        /// Whether it is a policy of AWS, not of the customer.
        pub aws: Value<bool>,
    }

    /// Whom a statement of a trust or resource policy lets in.
    pub struct Grant {
        /// What names it, whatever the order.
        pub label: String,
        /// `everyone`, `service`, `aws`, `federated` or `other`.
        pub kind: Value<String>,
        /// The principal as written, or the id of a resource of the input; null when it cannot be told.
        pub principal: Option<String>,
        /// Whether everyone is meant.
        pub everyone: Value<bool>,
        /// Account of an `aws` principal; null for other kinds.
        pub account: Value<Option<String>>,
        /// Whether that is the resource's own account; true for principals that are no accounts.
        pub own_account: Value<bool>,
        /// Whether the principal is a whole account.
        pub account_root: Value<bool>,
        /// Keys of conditions with concrete values that narrow who is meant, in lower case.
        pub narrowed_by: Value<Vec<String>>,
        /// Whether any such condition stands.
        pub narrowed: Value<bool>,
        /// Whether `sts:ExternalId` or `aws:PrincipalOrgID` is demanded.
        pub external_id_or_organization: Value<bool>,
        /// Whether a token's audience is demanded.
        pub names_audience: Value<bool>,
        /// Whether a token's subject is demanded.
        pub names_subject: Value<bool>,
    }

    /// A service account that a token's subject names.
    pub struct ServiceAccountSubject {
        /// `system:serviceaccount:<namespace>:<name>`; null when it cannot be told.
        pub subject: Option<String>,
        /// Whether it means one namespace.
        pub one_namespace: Value<bool>,
        /// Whether it means one name, or every name of one namespace is not meant.
        pub one_name: Value<bool>,
    }

    /// A statement of a trust policy that lets pods in through the OIDC provider of an EKS cluster.
    pub struct PodTrust {
        /// What names it, whatever the order.
        pub label: String,
        /// The provider: its id in the input, or ARN; null when it cannot be told.
        pub provider: Option<String>,
        /// Whether this is about an EKS cluster's provider at all.
        pub eks: Value<bool>,
        /// Whether the provider belongs to a cluster of the input.
        pub cluster_in_input: Value<bool>,
        /// Ids of the clusters.
        pub clusters: Vec<String>,
        /// Whether the token's subject is pinned by an operator that compares it as a whole.
        pub pins_subject: Value<bool>,
        /// The subjects.
        pub subjects: Vec<ServiceAccountSubject>,
        /// Whether the audience is pinned to `sts.amazonaws.com`.
        pub pins_audience: Value<bool>,
        /// Whether the conditions speak of this provider, not of another cluster's.
        pub same_issuer: Value<bool>,
    }

    /// A number that may not be known exactly.
    pub struct Count {
        /// At least so many.
        pub at_least: i64,
        /// At most so many; null when there may be any number.
        pub at_most: Option<i64>,
    }

    /// An action that a node role has from a policy that is not of AWS.
    pub struct NodeAction {
        /// The action or pattern, in AWS's spelling.
        pub action: Value<String>,
        /// Whether it is one that no node needs: data, secrets, permissions.
        pub forbidden: Value<bool>,
        /// Whether deny statements and the permissions boundary leave it.
        pub effective: Value<bool>,
        /// The policy that grants it: id or name.
        pub source: String,
    }

    /// What is derived for a role.
    pub struct RoleFacts {
        /// Statements of its inline policies.
        pub statements: Vec<StatementFacts>,
        /// Managed policies that are attached.
        pub managed_policies: Vec<ManagedPolicy>,
        /// Ways to raise its own permissions.
        pub escalations: Vec<Escalation>,
        /// Whether its name is not told: known only after apply, or not in the input.
        pub unnamed: bool,
        /// Whether workloads take it: services of AWS, or pods.
        pub workload: Value<bool>,
        /// Whether worker nodes of a cluster carry it.
        pub node_role: Value<bool>,
        /// Whom it trusts.
        pub trust: Vec<Grant>,
        /// Pods that it trusts through OIDC providers.
        pub pod_trust: Vec<PodTrust>,
        /// Number of service accounts that may take it.
        pub service_accounts: Count,
        /// What policies that are not of AWS allow it; only filled for roles of nodes.
        pub node_actions: Vec<NodeAction>,
        /// Whether it may write logs and metrics to `CloudWatch`.
        pub writes_telemetry: Value<bool>,
        /// Whether a service account of a telemetry agent has a role that may; only for roles of nodes.
        pub agent_writes_telemetry: Value<bool>,
    }

    /// What is derived for a policy.
    pub struct PolicyFacts {
        /// Its statements.
        pub statements: Vec<StatementFacts>,
        /// Whether a role, user or group of the input has it.
        pub attached: Value<bool>,
    }

    /// What is derived for a user.
    pub struct UserFacts {
        /// Statements of its inline policies.
        pub statements: Vec<StatementFacts>,
        /// Managed policies that are attached.
        pub managed_policies: Vec<ManagedPolicy>,
        /// Ways to raise its own permissions, those of its groups included.
        pub escalations: Vec<Escalation>,
        /// Whether its name is not told: known only after apply, or not in the input.
        pub unnamed: bool,
    }

    /// What is derived for a group.
    pub struct GroupFacts {
        /// Statements of its inline policies.
        pub statements: Vec<StatementFacts>,
        /// Managed policies that are attached.
        pub managed_policies: Vec<ManagedPolicy>,
    }
}
