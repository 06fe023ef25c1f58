//! Kinds of AWS IAM, and policy documents in normalized form.

use crate::inventory::link::Linked;
use crate::inventory::model::{model, relations};
use crate::inventory::value::Value;

use std::collections::BTreeMap;

pub mod document;
pub mod facts;

pub use facts::{
    Count, Escalation, Grant, GroupFacts, ManagedPolicy, NodeAction, PassRoleTarget, PodTrust, PolicyFacts, RoleFacts,
    ServiceAccountSubject, StatementFacts, UserFacts, WideAction,
};

/// What feeds a name that the author left to be made during apply. Nobody can write such a name down
/// before.
pub const GENERATED: &str = "a generated name";

/// The issuer in the key of a condition on a token, where the claim is told and the issuer is not.
pub const UNTOLD_ISSUER: &str = "(an issuer that is not told)";

model! {
    /// A condition of a statement: operator, key and values.
    pub struct Condition {
        /// Operator in lower case without set qualifier and `IfExists`, such as `stringequals`.
        pub operator: Value<String>,
        /// `ForAllValues`, `ForAnyValue` or null.
        pub qualifier: Value<Option<String>>,
        /// Whether the operator ends in `IfExists`.
        pub if_exists: Value<bool>,
        /// Key in lower case, such as `aws:principalorgid`.
        pub key: Value<String>,
        /// Values.
        pub values: Value<Vec<Value<String>>>,
    }

    /// Principals of a statement.
    pub struct Principals {
        /// Whether everyone is meant: `"*"` or `{"AWS": "*"}`.
        pub everyone: Value<bool>,
        /// By type: `AWS`, `Service`, `Federated`, `CanonicalUser`; a reference to a resource of the
        /// input stands as its address.
        pub by_type: Value<BTreeMap<String, Value<Vec<Value<String>>>>>,
    }

    /// A statement of a policy document.
    pub struct Statement {
        /// Its id.
        pub sid: Value<Option<String>>,
        /// `Allow` or `Deny`.
        pub effect: Value<String>,
        /// Actions, as written.
        pub actions: Value<Vec<Value<String>>>,
        /// Excepted actions (`NotAction`).
        pub not_actions: Value<Vec<Value<String>>>,
        /// Resources; a reference to a resource of the input stands as its address.
        pub resources: Value<Vec<Value<String>>>,
        /// Excepted resources (`NotResource`).
        pub not_resources: Value<Vec<Value<String>>>,
        /// Principals; null in identity policies.
        pub principals: Value<Option<Principals>>,
        /// Whether the principals are excepted ones (`NotPrincipal`).
        pub not_principals: Value<bool>,
        /// Conditions, all of which must hold.
        pub conditions: Value<Vec<Condition>>,
    }

    /// A policy document.
    pub struct PolicyDocument {
        /// Its statements.
        pub statements: Value<Vec<Statement>>,
    }

    /// A policy document inside of a role, user or group.
    pub struct InlinePolicy {
        /// Its name.
        pub name: Value<Option<String>>,
        /// The document.
        pub document: Value<PolicyDocument>,
        /// Address of the source's own resource, when it has one.
        pub address: Option<String>,
    }

    /// A role.
    pub struct Role {
        /// Its name.
        pub role_name: Value<Option<String>>,
        /// Path, such as `/`.
        pub path: Value<String>,
        /// Who may assume it.
        pub trust_policy: Value<PolicyDocument>,
        /// Documents inside of it.
        pub inline_policies: Value<Vec<InlinePolicy>>,
        /// Managed policies that are attached, customer-managed or of AWS (as ARN).
        pub attached_policies: Linked,
        /// Its permissions boundary.
        pub permissions_boundary: Linked,
    }

    /// A customer-managed policy.
    pub struct Policy {
        /// Its name.
        pub policy_name: Value<Option<String>>,
        /// Path, such as `/`.
        pub path: Value<String>,
        /// The document.
        pub document: Value<PolicyDocument>,
    }

    /// A user.
    pub struct User {
        /// Its name.
        pub user_name: Value<Option<String>>,
        /// Documents inside of it.
        pub inline_policies: Value<Vec<InlinePolicy>>,
        /// Managed policies that are attached.
        pub attached_policies: Linked,
        /// Its permissions boundary.
        pub permissions_boundary: Linked,
        /// Groups that it belongs to.
        pub groups: Linked,
    }

    /// A group.
    pub struct Group {
        /// Its name.
        pub group_name: Value<Option<String>>,
        /// Documents inside of it.
        pub inline_policies: Value<Vec<InlinePolicy>>,
        /// Managed policies that are attached.
        pub attached_policies: Linked,
    }

    /// An instance profile.
    pub struct InstanceProfile {
        /// Its name.
        pub profile_name: Value<Option<String>>,
        /// The role that it carries.
        pub role: Linked,
    }

    /// What is derived for an instance profile.
    pub struct InstanceProfileFacts {}

    /// An OIDC provider.
    pub struct OidcProvider {
        /// Issuer URL without scheme; unknown while the cluster's issuer is.
        pub url: Value<Option<String>>,
        /// The EKS cluster whose issuer the URL is, when it refers to one.
        pub cluster: Linked,
        /// Audiences.
        pub client_ids: Value<Vec<Value<String>>>,
    }

    /// What is derived for an OIDC provider.
    pub struct OidcProviderFacts {}
}

relations!(Role { attached_policies => "aws.iam.policy", permissions_boundary => "aws.iam.policy" });
relations!(Policy {});
relations!(User {
    attached_policies => "aws.iam.policy",
    permissions_boundary => "aws.iam.policy",
    groups => "aws.iam.group",
});
relations!(Group { attached_policies => "aws.iam.policy" });
relations!(InstanceProfile { role => "aws.iam.role" });
relations!(OidcProvider { cluster => "aws.eks.cluster" });
