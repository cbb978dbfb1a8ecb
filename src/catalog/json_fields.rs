//! Looks into the JSON of a record without parsing it: the fields of an object, one after another.

use memchr::memchr2;

/// The fields of a JSON object as they stand: key without quotes, and value. It ends at what is no JSON.
pub(super) struct JsonFields<'a> {
    body: &'a [u8],
    at: usize,
}

impl<'a> JsonFields<'a> {
    pub(super) const fn of(body: &'a [u8]) -> Self {
        Self { body, at: 0 }
    }

    fn skip(&mut self, passed: impl Fn(u8) -> bool) {
        while self.body.get(self.at).is_some_and(|&byte| passed(byte)) {
            self.at += 1;
        }
    }

    /// Where the string that begins at a quote ends, behind its closing quote.
    fn string_end(&self, quote: usize) -> Option<usize> {
        let mut at = quote + 1;
        loop {
            at += memchr2(b'"', b'\\', self.body.get(at..)?)?;
            if self.body[at] == b'"' {
                return Some(at + 1);
            }
            at += 2;
        }
    }

    /// Where the value that begins here ends.
    fn value_end(&self, start: usize) -> Option<usize> {
        if *self.body.get(start)? == b'"' {
            return self.string_end(start);
        }
        let (mut at, mut depth) = (start, 0_usize);
        loop {
            match *self.body.get(at)? {
                b'"' => {
                    at = self.string_end(at)?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 0 => return Some(at),
                b'}' | b']' => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                b',' if depth == 0 => return Some(at),
                _ => {}
            }
            at += 1;
        }
    }
}

impl<'a> Iterator for JsonFields<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip(|byte| byte.is_ascii_whitespace() || matches!(byte, b'{' | b','));
        let key = self.at;
        if *self.body.get(key)? != b'"' {
            return None;
        }
        let behind = self.string_end(key)?;
        self.at = behind;
        self.skip(|byte| byte.is_ascii_whitespace() || byte == b':');
        let start = self.at;
        self.at = self.value_end(start)?;
        Some((self.body.get(key + 1..behind - 1)?, self.body.get(start..self.at)?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(json: &str) -> Vec<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        JsonFields::of(json.as_bytes()).map(|(key, value)| (text(key), text(value))).collect()
    }

    #[test]
    fn nested_values_and_quotes_do_not_end_a_field() {
        let json = r#"{"id": "a\"b", "tags":["x,]","y"],"n":1.5,"at":{"k":"}"}, "last":null}"#;
        let expected = [("id", r#""a\"b""#), ("tags", r#"["x,]","y"]"#), ("n", "1.5"), ("at", r#"{"k":"}"}"#), ("last", "null")];
        assert_eq!(read(json), expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        for broken in ["", "{", "[1,2]", r#"{"a"#, r#"{"a":"#, r#"{"a":"b"#, r#"{"a":"\"#] {
            assert_eq!(read(broken), [], "{broken}");
        }
    }

    proptest! {
        #[test]
        fn every_field_of_an_object_is_found(texts in prop::collection::vec(".{0,12}", 0..6)) {
            let named = texts.iter().enumerate().map(|(n, text)| (format!("k{n}"), serde_json::Value::from(text.as_str())));
            let object: serde_json::Map<_, _> = named.collect();
            let found = read(&serde_json::to_string(&object).unwrap());
            let expected: Vec<_> = object.iter().map(|(key, value)| (key.clone(), value.to_string())).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
