//! A serde serializer that makes values of the Rego engine. It recognises two structs of the
//! inventory by name: an unknown value, and the links of an attribute.

use std::collections::BTreeMap;
use std::fmt;

use std::sync::Arc;

use regorus::Value;
use serde::ser::{self, Serialize};

use super::super::path::{Path, Step};
use super::{Builder, Unknown};
use crate::inventory::value::UNKNOWN;
use crate::inventory::{Certainty, Reason, Target};

/// Name under which serde's derive announces [`crate::inventory::Links`].
const LINKS: &str = "Links";

/// Serializes into a value; records unknown places in the builder.
pub(super) struct ToValue<'a>(pub &'a mut Builder);

/// A type that cannot be shown to a rule; the inventory has none.
#[derive(Debug)]
pub(super) struct Unsupported(String);

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unsupported {}

impl ser::Error for Unsupported {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

type Result<T> = std::result::Result<T, Unsupported>;

macro_rules! numbers {
    ($($method:ident: $type:ty => $wide:ty),*) => {
        $(fn $method(self, value: $type) -> Result<Value> {
            Ok(Value::from(<$wide>::from(value)))
        })*
    };
}

impl<'a> ser::Serializer for ToValue<'a> {
    type Ok = Value;
    type Error = Unsupported;
    type SerializeSeq = Sequence<'a>;
    type SerializeTuple = Sequence<'a>;
    type SerializeTupleStruct = Sequence<'a>;
    type SerializeTupleVariant = Sequence<'a>;
    type SerializeMap = Map<'a>;
    type SerializeStruct = Struct<'a>;
    type SerializeStructVariant = Struct<'a>;

    numbers!(
        serialize_i8: i8 => i64, serialize_i16: i16 => i64, serialize_i32: i32 => i64, serialize_i64: i64 => i64,
        serialize_u8: u8 => u64, serialize_u16: u16 => u64, serialize_u32: u32 => u64, serialize_u64: u64 => u64,
        serialize_f32: f32 => f64, serialize_f64: f64 => f64
    );

    fn serialize_bool(self, value: bool) -> Result<Value> {
        Ok(Value::Bool(value))
    }

    fn serialize_char(self, value: char) -> Result<Value> {
        Ok(Value::from(value.to_string()))
    }

    fn serialize_str(self, value: &str) -> Result<Value> {
        Ok(Value::from(value))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Value> {
        Err(Unsupported("bytes".into()))
    }

    fn serialize_none(self) -> Result<Value> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value> {
        Ok(self.0.key(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Value> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value> {
        self.0.path.push(Step::Key(variant.into()));
        let inner = value.serialize(ToValue(self.0));
        self.0.path.pop();
        Ok(Value::from(BTreeMap::from([(self.0.key(variant), inner?)])))
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Sequence<'a>> {
        Ok(Sequence { builder: self.0, items: Vec::with_capacity(length.unwrap_or(0)), variant: None })
    }

    fn serialize_tuple(self, length: usize) -> Result<Sequence<'a>> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<Sequence<'a>> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Sequence<'a>> {
        self.0.path.push(Step::Key(variant.into()));
        Ok(Sequence { builder: self.0, items: Vec::with_capacity(length), variant: Some(variant) })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Map<'a>> {
        Ok(Map { builder: self.0, key: None, fields: BTreeMap::new() })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Struct<'a>> {
        let shape = match name {
            UNKNOWN => Shape::Unknown,
            LINKS => Shape::Links,
            _ => Shape::Object,
        };
        Ok(Struct { builder: self.0, shape, fields: BTreeMap::new(), whole: None, variant: None })
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, variant: &'static str, _: usize) -> Result<Struct<'a>> {
        self.0.path.push(Step::Key(variant.into()));
        Ok(Struct {
            builder: self.0,
            shape: Shape::Object,
            fields: BTreeMap::new(),
            whole: None,
            variant: Some(variant),
        })
    }
}

/// A list in the making.
pub(super) struct Sequence<'a> {
    builder: &'a mut Builder,
    items: Vec<Value>,
    variant: Option<&'static str>,
}

impl Sequence<'_> {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.builder.path.push(Step::Index(self.items.len()));
        let value = value.serialize(ToValue(self.builder));
        self.builder.path.pop();
        self.items.push(value?);
        Ok(())
    }

    fn finish(self) -> Value {
        let list = Value::from(self.items);
        tagged(self.builder, self.variant, list)
    }
}

fn tagged(builder: &mut Builder, variant: Option<&'static str>, value: Value) -> Value {
    let Some(variant) = variant else { return value };
    builder.path.pop();
    Value::from(BTreeMap::from([(builder.key(variant), value)]))
}

impl ser::SerializeSeq for Sequence<'_> {
    type Ok = Value;
    type Error = Unsupported;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.push(value)
    }

    fn end(self) -> Result<Value> {
        Ok(self.finish())
    }
}

impl ser::SerializeTuple for Sequence<'_> {
    type Ok = Value;
    type Error = Unsupported;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.push(value)
    }

    fn end(self) -> Result<Value> {
        Ok(self.finish())
    }
}

impl ser::SerializeTupleStruct for Sequence<'_> {
    type Ok = Value;
    type Error = Unsupported;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.push(value)
    }

    fn end(self) -> Result<Value> {
        Ok(self.finish())
    }
}

impl ser::SerializeTupleVariant for Sequence<'_> {
    type Ok = Value;
    type Error = Unsupported;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.push(value)
    }

    fn end(self) -> Result<Value> {
        Ok(self.finish())
    }
}

/// A map in the making.
pub(super) struct Map<'a> {
    builder: &'a mut Builder,
    key: Option<Value>,
    fields: BTreeMap<Value, Value>,
}

impl ser::SerializeMap for Map<'_> {
    type Ok = Value;
    type Error = Unsupported;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        let key = key.serialize(ToValue(self.builder))?;
        // Objects of JSON have names as keys; so have those that a rule sees.
        self.key = Some(match key {
            Value::String(_) => key,
            other => Value::from(other.to_string()),
        });
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let key = self.key.take().unwrap_or(Value::Null);
        let name = key.as_string().cloned().unwrap_or_default();
        self.builder.path.push(Step::Key(name));
        let value = value.serialize(ToValue(self.builder));
        self.builder.path.pop();
        self.fields.insert(key, value?);
        Ok(())
    }

    fn end(self) -> Result<Value> {
        Ok(Value::from(self.fields))
    }
}

#[derive(PartialEq)]
enum Shape {
    Object,
    Unknown,
    Links,
}

/// A struct in the making.
pub(super) struct Struct<'a> {
    builder: &'a mut Builder,
    shape: Shape,
    fields: BTreeMap<Value, Value>,
    whole: Option<Value>,
    variant: Option<&'static str>,
}

impl Struct<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        match self.shape {
            Shape::Object if self.builder.leaves_out(name) => {}
            Shape::Object => {
                let key = self.builder.key(name);
                // The key's own text: a new one for each step would be most of the work.
                let step = if let Value::String(text) = &key { Arc::clone(text) } else { name.into() };
                self.builder.path.push(Step::Key(step));
                let value = match self.builder.hidden_here() {
                    None => value.serialize(ToValue(self.builder)),
                    Some(reason) => {
                        let path = Path(self.builder.path.clone());
                        self.builder.unknown.push(Unknown { path, reason });
                        Ok(Value::Null)
                    }
                };
                self.builder.path.pop();
                self.fields.insert(key, value?);
            }
            Shape::Unknown => {
                let reason = read::<T, Reason>(value)?;
                self.whole = Some(self.builder.unknown_here(&reason));
            }
            Shape::Links if name == "targets" => {
                let targets = read::<T, Vec<Target>>(value)?;
                let ids: Vec<Value> = targets
                    .iter()
                    .map(|target| match target {
                        Target::Resource(id) | Target::Literal(id) => Value::from(id.as_str()),
                    })
                    .collect();
                self.whole = Some(Value::from(ids));
            }
            Shape::Links => {
                if read::<T, Certainty>(value)? != Certainty::All {
                    let doubt = Reason::Unresolved("one of several resources".into());
                    self.builder.unknown_here(&doubt);
                }
            }
        }
        Ok(())
    }

    fn finish(self) -> Value {
        let value = self.whole.unwrap_or_else(|| Value::from(self.fields));
        tagged(self.builder, self.variant, value)
    }
}

impl ser::SerializeStruct for Struct<'_> {
    type Ok = Value;
    type Error = Unsupported;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.field(name, value)
    }

    fn end(self) -> Result<Value> {
        Ok(self.finish())
    }
}

impl ser::SerializeStructVariant for Struct<'_> {
    type Ok = Value;
    type Error = Unsupported;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.field(name, value)
    }

    fn end(self) -> Result<Value> {
        Ok(self.finish())
    }
}

/// Gets a typed value back from behind `Serialize`. Unknown values and links are few and small, so
/// the way through JSON costs nothing that can be measured.
fn read<T: Serialize + ?Sized, R: serde::de::DeserializeOwned>(value: &T) -> Result<R> {
    serde_json::to_value(value).and_then(serde_json::from_value).map_err(|error| Unsupported(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::evaluate::view::of_value;
    use crate::inventory::value::Value as Inventoried;
    use crate::inventory::{Certainty, Links, Reason, Target};

    #[test]
    fn unknown_places_become_null_and_are_recorded() {
        let map = BTreeMap::from([
            (
                "a.b",
                Inventoried::Known(vec![Inventoried::Known(1), Inventoried::Unknown(Reason::KnownAfterApply(None))]),
            ),
            ("c", Inventoried::Unknown(Reason::Denied("s3:Get".into()))),
        ]);
        let view = of_value(&Inventoried::Known(map));
        assert_eq!(view.input.to_json_str().unwrap().replace([' ', '\n'], ""), r#"{"a.b":[1,null],"c":null}"#);
        let unknown: Vec<_> = view.unknown.iter().map(|u| format!("{}: {}", u.path, u.reason)).collect();
        assert_eq!(unknown, ["value[\"a.b\"][1]: known after apply", "value.c: not readable: s3:Get was denied"]);
    }

    #[test]
    fn links_are_lists_of_ids() {
        let links = Links {
            targets: vec![Target::Resource("a".into()), Target::Literal("b".into())],
            certainty: Certainty::Some,
        };
        let view = of_value(&Inventoried::Known(links));
        assert_eq!(view.input.to_json_str().unwrap().replace([' ', '\n'], ""), r#"["a","b"]"#);
        assert_eq!(view.unknown.len(), 1);
    }
}
