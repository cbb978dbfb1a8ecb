//! Walks over JSON text without building its values, and says which field is not as it is described.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::allowed::{Allowed, Number};
use super::place;

/// What is wrong with a text.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is not one value of JSON.
    Syntax {
        /// Where it goes wrong.
        place: String,
    },
    /// A field is not as described.
    Field {
        /// The field; empty for the whole.
        path: String,
        /// What is wrong with it.
        words: String,
        place: String,
    },
}

/// Checks that `json` is one value, and that it is allowed.
pub(super) fn check(json: &[u8], allowed: &Allowed) -> Result<(), Fault> {
    let found = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(json);
    let walk = Walk { allowed, path: &Path::Whole, found: &found };
    let result = walk.deserialize(&mut reader).and_then(|()| reader.end());
    result.map_err(|error| match found.take() {
        Some((path, words)) => Fault::Field { path, words, place: place(&error) },
        None => Fault::Syntax { place: place(&error) },
    })
}

/// The way to a field.
enum Path<'a> {
    Whole,
    Field(&'a Self, &'a str),
    Item(&'a Self, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Field(Self::Whole, name) => f.write_str(name),
            Self::Field(object, name) => write!(f, "{object}.{name}"),
            Self::Item(list, at) => write!(f, "{list}[{at}]"),
        }
    }
}

/// One value of the walk.
#[derive(Clone, Copy)]
struct Walk<'a> {
    allowed: &'a Allowed,
    path: &'a Path<'a>,
    /// Path and words of what was found to be wrong: errors of the reader carry a text only.
    found: &'a RefCell<Option<(String, String)>>,
}

impl Walk<'_> {
    fn refuse<E: serde::de::Error>(&self, words: impl Into<String>) -> E {
        *self.found.borrow_mut() = Some((self.path.to_string(), words.into()));
        E::custom("refused")
    }

    fn wrong_type<E: serde::de::Error>(&self) -> E {
        self.refuse("的类型不对")
    }

    fn number<E: serde::de::Error>(&self, value: f64, is_whole: bool) -> Result<(), E> {
        let number = self.allowed.number.filter(|it| is_whole || !it.is_whole).ok_or_else(|| self.wrong_type())?;
        let Number { least, most, places, .. } = number;
        if let Some(least) = least.filter(|least| value < *least) {
            return Err(self.refuse(format!("不能小于{least}")));
        }
        // A zero that is written as a negative number is a slip of some program.
        if least == Some(0.0) && value.is_sign_negative() {
            return Err(self.refuse("不能带负号"));
        }
        if let Some(most) = most.filter(|most| value > *most) {
            return Err(self.refuse(format!("不能大于{most}")));
        }
        let is_exact = |places: u32| {
            let scale = 10f64.powi(places.cast_signed());
            (value * scale).round() / scale == value
        };
        match places {
            Some(places) if !is_exact(places) => Err(self.refuse(format!("最多{places}位小数"))),
            _ => Ok(()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what is described")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        if self.allowed.null { Ok(()) } else { Err(self.wrong_type()) }
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        if self.allowed.boolean { Ok(()) } else { Err(self.wrong_type()) }
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.number(value as f64, true)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.number(value as f64, true)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.number(value, false)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        let text = self.allowed.text.as_ref().ok_or_else(|| self.wrong_type())?;
        if !text.values.is_empty() && !text.values.iter().any(|it| it == value) {
            return Err(self.refuse(format!("只能是 {}", text.values.join("、"))));
        }
        let (length, most) = (value.chars().count(), text.limit());
        if length > most {
            return Err(self.refuse(format!("过长：{length}字，最多{most}字")));
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let list = self.allowed.list.as_ref().ok_or_else(|| self.wrong_type())?;
        let mut at = 0;
        while let Some(()) = items.next_element_seed(Walk { allowed: list.items(), path: &Path::Item(self.path, at), ..self })? {
            at += 1;
            if at > list.limit() {
                return Err(self.refuse(format!("过长：最多{}项", list.limit())));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let object = self.allowed.object.as_ref().ok_or_else(|| self.wrong_type())?;
        let mut seen = BTreeSet::new();
        while let Some(name) = fields.next_key::<String>()? {
            let path = Path::Field(self.path, &name);
            let field = Walk { path: &path, ..self };
            if seen.contains(&name) {
                return Err(field.refuse("写了两次"));
            }
            let Some(allowed) = object.field(&name) else { return Err(field.refuse("不认识")) };
            fields.next_value_seed(Walk { allowed, ..field })?;
            seen.insert(name);
        }
        match object.required.iter().find(|it| !seen.contains(*it)) {
            Some(missing) => Err(Walk { path: &Path::Field(self.path, missing), ..self }.refuse("缺少")),
            None => Ok(()),
        }
    }
}
