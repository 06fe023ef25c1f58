//! A normalized value: known, or unknown with the reason why. Absence does not exist here: a
//! collector writes the cloud's default in, or `None` where "not set" is itself a state.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Name of the struct under which an unknown value is serialized. The rule view recognises it;
/// plain JSON shows `{"$unknown": {...}}`.
pub(crate) const UNKNOWN: &str = "$unknown";

/// Why a value cannot be told from the input.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind", content = "detail")]
pub enum Reason {
    /// The provider computes it during apply; the detail names what feeds it, if that is told.
    KnownAfterApply(Option<String>),
    /// The collector was not allowed to read it; the detail names the missing permission.
    Denied(String),
    /// The collector tried to read it and failed; the detail names the call and what went wrong.
    Unread(String),
    /// The value is there but cannot be read, such as a policy text assembled from unknown parts.
    Opaque(String),
    /// It refers to something that is not in the inventory, or to one of several things.
    Unresolved(String),
    /// It belongs to a resource that is not part of the input.
    NotInInput(String),
    /// The data that ships with hfscan does not cover it, such as a TLS policy of next year.
    NotInTable(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KnownAfterApply(None) => f.write_str("known after apply"),
            Self::KnownAfterApply(Some(from)) => write!(f, "known after apply (from {from})"),
            Self::Denied(permission) => write!(f, "not readable: {permission} was denied"),
            Self::Unread(what) | Self::Opaque(what) => write!(f, "not readable: {what}"),
            Self::Unresolved(what) => write!(f, "cannot be resolved: {what}"),
            Self::NotInInput(what) => write!(f, "not in the input: {what}"),
            Self::NotInTable(what) => write!(f, "not in hfscan's tables: {what}"),
        }
    }
}

/// A value that is known, or unknown for a reason.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Value<T> {
    /// Told by the input, or the documented default.
    Known(T),
    /// Exists, but this input does not tell it.
    Unknown(Reason),
}

impl<T> Value<T> {
    /// Returns the value if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    /// Returns the reason if it is unknown.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Known(_) => None,
            Self::Unknown(reason) => Some(reason),
        }
    }

    /// Applies `f` to a known value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Value<U> {
        match self {
            Self::Known(value) => Value::Known(f(value)),
            Self::Unknown(reason) => Value::Unknown(reason),
        }
    }

    /// Applies `f`, which may itself end in the unknown, to a known value.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Value<U>) -> Value<U> {
        match self {
            Self::Known(value) => f(value),
            Self::Unknown(reason) => Value::Unknown(reason),
        }
    }

    /// Borrows the content.
    pub fn as_ref(&self) -> Value<&T> {
        match self {
            Self::Known(value) => Value::Known(value),
            Self::Unknown(reason) => Value::Unknown(reason.clone()),
        }
    }
}

impl<T: PartialEq> Value<T> {
    /// Returns whether the value is known and equal to `other`.
    pub fn is(&self, other: &T) -> bool {
        self.known() == Some(other)
    }
}

impl<T: Default> Default for Value<T> {
    fn default() -> Self {
        Self::Known(T::default())
    }
}

impl<T> From<T> for Value<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T: Serialize> Serialize for Value<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => value.serialize(serializer),
            Self::Unknown(reason) => {
                let mut fields = serializer.serialize_struct(UNKNOWN, 1)?;
                fields.serialize_field(UNKNOWN, reason)?;
                fields.end()
            }
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Value<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Either<T> {
            Unknown {
                #[serde(rename = "$unknown")]
                reason: Reason,
            },
            Known(T),
        }
        Ok(match Either::deserialize(deserializer)? {
            Either::Unknown { reason } => Self::Unknown(reason),
            Either::Known(value) => Self::Known(value),
        })
    }
}

impl<T: JsonSchema> JsonSchema for Value<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    /// A value's schema is that of its content: whether it is unknown stands beside it, in the
    /// resource's list of unknown paths.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}
