//! What a JSON value may be: the description of a type, compiled for the check.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;

/// Longest text where the description states no limit, in characters. Only plans that come back have such texts.
const LONGEST_TEXT: usize = 10_000;
/// Longest list where the description states no limit.
const LONGEST_LIST: usize = 100_000;
/// Deepest description.
const DEEPEST: usize = 32;

/// What a value may be, for each type of JSON that it may have.
#[derive(Debug, Clone, Default)]
pub(in crate::http) struct Allowed {
    pub(super) null: bool,
    pub(super) boolean: bool,
    pub(super) number: Option<Number>,
    pub(super) text: Option<Text>,
    pub(super) list: Option<List>,
    pub(super) object: Option<Object>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    pub(super) is_whole: bool,
    pub(super) least: Option<f64>,
    pub(super) most: Option<f64>,
    /// Most decimal places.
    pub(super) places: Option<u32>,
}

#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) most: Option<usize>,
    /// The only texts, if there is a list of them.
    pub(super) values: Vec<String>,
}

#[derive(Debug, Clone)]
pub(super) struct List {
    pub(super) most: Option<usize>,
    /// What its items may be; `None` if the description does not say.
    items: Option<Box<Allowed>>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Object {
    fields: BTreeMap<String, Allowed>,
    pub(super) required: Vec<String>,
    /// What other fields may be.
    others: Others,
}

/// Fields that the description does not name.
#[derive(Debug, Clone, Default)]
enum Others {
    /// There may be none.
    #[default]
    Refused,
    /// The description does not say what they may be.
    Anything,
    Only(Box<Allowed>),
}

/// Anything within the general limits.
static ANYTHING: LazyLock<Allowed> = LazyLock::new(|| Allowed {
    null: true,
    boolean: true,
    number: Some(Number { is_whole: false, least: None, most: None, places: None }),
    text: Some(Text { most: None, values: Vec::new() }),
    list: Some(List { most: None, items: None }),
    object: Some(Object { others: Others::Anything, ..Object::default() }),
});

impl Text {
    pub(super) fn limit(&self) -> usize {
        self.most.unwrap_or(LONGEST_TEXT)
    }
}

impl List {
    pub(super) fn limit(&self) -> usize {
        self.most.unwrap_or(LONGEST_LIST)
    }

    pub(super) fn items(&self) -> &Allowed {
        self.items.as_deref().unwrap_or(&ANYTHING)
    }
}

impl Allowed {
    /// What `schema` allows; `components` are the schemas that it refers to by name.
    pub(super) fn compile(schema: &RefOr<Schema>, components: &[(String, RefOr<Schema>)]) -> Self {
        let json = |schema: &RefOr<Schema>| serde_json::to_value(schema).unwrap_or_default();
        let components = components.iter().map(|(name, schema)| (name.clone(), json(schema))).collect();
        Compiler { components }.allowed(&json(schema), 0)
    }

    /// Allows what `other` allows as well.
    fn or(self, other: Self) -> Self {
        let object = match (self.object, other.object) {
            (Some(one), Some(other)) => Some(one.and(other, |required, others| required.retain(|it| others.contains(it)))),
            (one, other) => one.or(other),
        };
        Self {
            null: self.null || other.null,
            boolean: self.boolean || other.boolean,
            number: self.number.or(other.number),
            text: self.text.or(other.text),
            list: self.list.or(other.list),
            object,
        }
    }

    /// The texts and lists for which the description states no limit.
    #[cfg(test)]
    pub(super) fn unlimited(&self, path: &str) -> Vec<String> {
        let mut found = Vec::new();
        found.extend(self.text.iter().filter(|it| it.most.is_none() && it.values.is_empty()).map(|_| path.to_owned()));
        if let Some(list) = &self.list {
            found.extend(list.most.is_none().then(|| path.to_owned()));
            found.extend(list.items().unlimited(&format!("{path}[]")));
        }
        for (name, field) in self.object.iter().flat_map(|it| &it.fields) {
            found.extend(field.unlimited(&format!("{path}.{name}")));
        }
        found
    }
}

impl Object {
    /// What the field with this name may be; `None` if there may be no such field.
    pub(super) fn field(&self, name: &str) -> Option<&Allowed> {
        match (self.fields.get(name), &self.others) {
            (Some(field), _) => Some(field),
            (None, Others::Refused) => None,
            (None, Others::Anything) => Some(&ANYTHING),
            (None, Others::Only(other)) => Some(other),
        }
    }

    /// An object with the fields of both.
    fn and(mut self, other: Self, required: impl FnOnce(&mut Vec<String>, &[String])) -> Self {
        required(&mut self.required, &other.required);
        self.fields.extend(other.fields);
        if matches!(self.others, Others::Refused) {
            self.others = other.others;
        }
        self
    }
}

struct Compiler {
    components: HashMap<String, Value>,
}

impl Compiler {
    fn allowed(&self, schema: &Value, depth: usize) -> Allowed {
        if depth > DEEPEST {
            return ANYTHING.clone();
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next()) {
            return self.components.get(name).map_or_else(|| ANYTHING.clone(), |it| self.allowed(it, depth + 1));
        }
        let parts = |how: &str| schema[how].as_array().map(|all| all.iter().map(|it| self.allowed(it, depth + 1)));
        if let Some(choices) = parts("oneOf").or_else(|| parts("anyOf")) {
            return choices.reduce(Allowed::or).unwrap_or_default();
        }
        if let Some(parts) = parts("allOf") {
            let objects = parts.filter_map(|it| it.object);
            let object = objects.reduce(|one, other| one.and(other, |required, others| required.extend_from_slice(others)));
            return Allowed { object, ..Allowed::default() };
        }
        let types = match &schema["type"] {
            Value::String(one) => vec![one.as_str()],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            _ => return ANYTHING.clone(),
        };
        types.into_iter().map(|kind| self.of_type(kind, schema, depth)).reduce(Allowed::or).unwrap_or_default()
    }

    fn of_type(&self, kind: &str, schema: &Value, depth: usize) -> Allowed {
        let most = |name: &str| schema[name].as_u64().and_then(|it| usize::try_from(it).ok());
        let mut allowed = Allowed::default();
        match kind {
            "null" => allowed.null = true,
            "boolean" => allowed.boolean = true,
            "number" | "integer" => {
                let places = schema["multipleOf"].as_f64().map(|it| (-it.log10()).round().max(0.0) as u32);
                let (least, most) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
                allowed.number = Some(Number { is_whole: kind == "integer", least, most, places });
            }
            "string" => {
                let values = schema["enum"].as_array().into_iter().flatten();
                let values = values.filter_map(Value::as_str).map(str::to_owned).collect();
                allowed.text = Some(Text { most: most("maxLength"), values });
            }
            "array" => {
                let items = Some(Box::new(self.allowed(&schema["items"], depth + 1)));
                allowed.list = Some(List { most: most("maxItems"), items });
            }
            "object" => allowed.object = Some(self.object(schema, depth)),
            _ => {}
        }
        allowed
    }

    fn object(&self, schema: &Value, depth: usize) -> Object {
        let fields = schema["properties"].as_object().into_iter().flatten();
        let required = schema["required"].as_array().into_iter().flatten();
        let others = match &schema["additionalProperties"] {
            Value::Bool(false) => Others::Refused,
            Value::Object(_) => Others::Only(Box::new(self.allowed(&schema["additionalProperties"], depth + 1))),
            _ => Others::Anything,
        };
        Object {
            fields: fields.map(|(name, field)| (name.clone(), self.allowed(field, depth + 1))).collect(),
            required: required.filter_map(Value::as_str).map(str::to_owned).collect(),
            others,
        }
    }
}
