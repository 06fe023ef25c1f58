//! Two small macros that keep the kind files readable: derives for field structs, and the list of
//! fields that are relations.

/// Gives every struct in it the derives that kinds need.
macro_rules! model {
    ($($(#[$meta:meta])* pub struct $name:ident { $($body:tt)* })*) => {
        $(
            $(#[$meta])*
            #[derive(
                Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
            )]
            pub struct $name { $($body)* }
        )*
    };
}

/// Declares which fields of a kind lead to which kinds; the relation has the field's name.
macro_rules! relations {
    ($type:ty { $($field:ident => $($to:literal)|+),* $(,)? }) => {
        impl $crate::inventory::kind::Relations for $type {
            fn relations(&self) -> Vec<$crate::inventory::kind::Relation<'_>> {
                vec![$($crate::inventory::kind::Relation {
                    name: stringify!($field),
                    to: &[$($to),+],
                    links: &self.$field,
                }),*]
            }
        }
    };
}

pub(crate) use {model, relations};
