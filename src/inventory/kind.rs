//! The kinds that hfscan models, in one table. A new kind is a struct for its attributes, a struct
//! for its facts, and one line here.

use serde::Serialize;

use super::aws::ec2;
use super::environment;
use super::link::Linked;

/// A relation that a kind's attributes declare.
pub struct Relation<'a> {
    /// Its name in `input.relations`.
    pub name: &'static str,
    /// Kinds that it may lead to.
    pub to: &'static [&'static str],
    /// What the attribute says.
    pub links: &'a Linked,
}

/// A kind of resource: its name, attributes, relations and facts.
pub trait Kind: Sized + Serialize {
    /// The dotted name.
    const NAME: &'static str;
    /// What is derived for it from other resources.
    type Facts: Serialize + Default;

    /// Takes the attributes out of the table's type.
    fn attributes(attributes: &Attributes) -> Option<&Self>;
    /// Takes the attributes out of the table's type, for writing.
    fn attributes_mut(attributes: &mut Attributes) -> Option<&mut Self>;
    /// Takes the facts out of the table's type.
    fn facts(facts: &Facts) -> Option<&Self::Facts>;
    /// Takes the facts out of the table's type, for writing.
    fn facts_mut(facts: &mut Facts) -> Option<&mut Self::Facts>;
    /// Puts the attributes into the table's type.
    fn into_attributes(self) -> Attributes;
}

/// Declares which attributes of a kind are links.
pub trait Relations {
    /// Returns the relations that the attributes declare.
    fn relations(&self) -> Vec<Relation<'_>>;
}

macro_rules! kinds {
    ($($variant:ident: $name:literal => $attributes:ty, $facts:ty;)*) => {
        /// Attributes of a resource, by kind.
        #[derive(Debug, Clone)]
        pub enum Attributes {
            $(#[doc = $name] $variant(Box<$attributes>),)*
        }

        /// Facts of a resource, by kind.
        #[derive(Debug, Clone)]
        pub enum Facts {
            $(#[doc = $name] $variant(Box<$facts>),)*
        }

        /// Every kind's name, sorted as in the table.
        pub const NAMES: &[&str] = &[$($name),*];

        impl Attributes {
            /// Returns the kind's dotted name.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            /// Returns the relations that the attributes declare.
            pub fn relations(&self) -> Vec<Relation<'_>> {
                match self { $(Self::$variant(attributes) => attributes.relations(),)* }
            }

            /// Returns empty facts of the same kind.
            pub fn empty_facts(&self) -> Facts {
                match self { $(Self::$variant(_) => Facts::$variant(Box::default()),)* }
            }
        }

        impl Serialize for Attributes {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$variant(attributes) => attributes.serialize(serializer),)* }
            }
        }

        impl Serialize for Facts {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$variant(facts) => facts.serialize(serializer),)* }
            }
        }

        $(impl Kind for $attributes {
            const NAME: &'static str = $name;
            type Facts = $facts;

            fn attributes(attributes: &Attributes) -> Option<&Self> {
                match attributes { Attributes::$variant(inner) => Some(inner), _ => None }
            }
            fn attributes_mut(attributes: &mut Attributes) -> Option<&mut Self> {
                match attributes { Attributes::$variant(inner) => Some(inner), _ => None }
            }
            fn facts(facts: &Facts) -> Option<&Self::Facts> {
                match facts { Facts::$variant(inner) => Some(inner), _ => None }
            }
            fn facts_mut(facts: &mut Facts) -> Option<&mut Self::Facts> {
                match facts { Facts::$variant(inner) => Some(inner), _ => None }
            }
            fn into_attributes(self) -> Attributes {
                Attributes::$variant(Box::new(self))
            }
        })*

        /// Returns the JSON Schemas of a kind's attributes and facts.
        pub(super) fn schemas(kind: &str) -> Option<(schemars::Schema, schemars::Schema)> {
            let settings = || schemars::generate::SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
            match kind {
                $($name => Some((
                    settings().into_generator().into_root_schema_for::<$attributes>(),
                    settings().into_generator().into_root_schema_for::<$facts>(),
                )),)*
                _ => None,
            }
        }

        /// Returns the names of the relations that a kind declares.
        pub(super) fn relation_names(kind: &str) -> Vec<&'static str> {
            match kind {
                $($name => <$attributes>::default().relations().into_iter().map(|relation| relation.name).collect(),)*
                _ => Vec::new(),
            }
        }
    };
}

kinds! {
    AwsEc2Subnet: "aws.ec2.subnet" => ec2::Subnet, ec2::SubnetFacts;
    AwsEc2Vpc: "aws.ec2.vpc" => ec2::Vpc, ec2::VpcFacts;
    Environment: "environment" => environment::Environment, environment::EnvironmentFacts;
}
