//! Queues, repositories, secrets and tables with their resource policies.

use super::{identifiers, name, policy};
use crate::collect::terraform::Block;
use crate::collect::terraform::aws::{Belongs, Mapped};
use crate::inventory::aws::dynamodb::Table;
use crate::inventory::aws::ecr::Repository;
use crate::inventory::aws::secretsmanager::Secret;
use crate::inventory::aws::sqs::Queue;
use crate::inventory::{Attributes, Kind as _, Reason, Value};

pub(super) fn queue(block: &Block<'_>) -> Mapped {
    mapped(block, Queue { policy: policy(block, "policy") }.into_attributes())
}

pub(super) fn repository(block: &Block<'_>) -> Mapped {
    mapped(block, Repository { policy: Value::Known(None) }.into_attributes())
}

pub(super) fn secret(block: &Block<'_>) -> Mapped {
    mapped(block, Secret { policy: policy(block, "policy") }.into_attributes())
}

pub(super) fn table(block: &Block<'_>) -> Mapped {
    mapped(block, Table { policy: Value::Known(None) }.into_attributes())
}

fn mapped(block: &Block<'_>, attributes: Attributes) -> Mapped {
    let name = name(block, "name");
    Mapped { identifiers: identifiers([name.clone()]), name, attributes }
}

/// Writes a policy that is a resource of its own in Terraform.
pub(super) fn join(owner: &mut Attributes, block: &Block<'_>, belongs: &Belongs) {
    let document = match belongs {
        Belongs::Certainly => policy(block, "policy"),
        Belongs::Perhaps(reason) => Value::Unknown(reason.clone()),
    };
    if let Some(queue) = Queue::attributes_mut(owner) {
        queue.policy = document;
    } else if let Some(repository) = Repository::attributes_mut(owner) {
        repository.policy = document;
    } else if let Some(secret) = Secret::attributes_mut(owner) {
        secret.policy = document;
    } else if let Some(table) = Table::attributes_mut(owner) {
        table.policy = document;
    }
}

fn outside<T>(block: &Block<'_>, attribute: &str) -> Value<T> {
    let told = block.string(attribute).known().cloned().flatten();
    Value::Unknown(Reason::NotInInput(told.unwrap_or_else(|| format!("what {} belongs to", block.address()))))
}

pub(super) fn queue_outside(block: &Block<'_>) -> Attributes {
    Queue { policy: outside(block, "queue_url") }.into_attributes()
}

pub(super) fn repository_outside(block: &Block<'_>) -> Attributes {
    Repository { policy: outside(block, "repository") }.into_attributes()
}

pub(super) fn secret_outside(block: &Block<'_>) -> Attributes {
    Secret { policy: outside(block, "secret_arn") }.into_attributes()
}

pub(super) fn table_outside(block: &Block<'_>) -> Attributes {
    Table { policy: outside(block, "resource_arn") }.into_attributes()
}
