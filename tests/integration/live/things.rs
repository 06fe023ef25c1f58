//! Things that the server's accounts have, as the APIs tell them.

mod kms;

pub(super) use kms::{key, keys};
