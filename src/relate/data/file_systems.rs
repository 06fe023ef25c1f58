//! Facts of a file system: where it is mounted, whose key encrypts it, whether it demands TLS.

use super::{keys, policies};
use crate::inventory::aws::efs::{FileSystem, MountTarget};
use crate::inventory::{Index, Inventory};

pub(super) fn derive(inventory: &mut Inventory) {
    let derived: Vec<_> = inventory
        .of::<FileSystem>()
        .map(|(index, resource, attributes)| {
            let mounts: Vec<String> = inventory
                .incoming::<MountTarget>(index, "file_system")
                .map(|(from, _)| inventory.id(from).to_owned())
                .collect();
            let owner = keys::owner_if(&attributes.encrypted, || {
                keys::owner(inventory, index, inventory.edges(index, "kms_key"), keys::AWS_MANAGED)
            });
            let scope = policies::Scope { resource, service: "elasticfilesystem", below: false };
            (index, mounts, owner, policies::denies_plain_text(&attributes.policy, &scope))
        })
        .collect::<Vec<(Index, _, _, _)>>();
    for (index, mounts, owner, denies) in derived {
        if let Some(facts) = inventory.facts_mut::<FileSystem>(index) {
            facts.mount_targets = mounts;
            facts.key_owner = owner;
            facts.denies_plain_nfs = denies;
        }
    }
}
