//! Private names: `__spam` inside `class Ham` is `_Ham__spam` (`_Py_Mangle`).

use std::borrow::Cow;

/// `name` as the compiler knows it inside the class `private`.
///
/// Names that do not start with two underscores, end with two, or have a dot stay; so does everything in a class
/// whose name is underscores only.
pub fn mangle<'a>(private: Option<&str>, name: &'a str) -> Cow<'a, str> {
    let Some(class) = private else { return Cow::Borrowed(name) };
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') {
        return Cow::Borrowed(name);
    }
    match class.trim_start_matches('_') {
        "" => Cow::Borrowed(name),
        class => Cow::Owned(format!("_{class}{name}")),
    }
}

#[cfg(test)]
mod tests {
    use super::mangle;

    #[test]
    fn private_names() {
        let cases = [
            (None, "__x", "__x"),
            (Some("A"), "__x", "_A__x"),
            (Some("__A"), "__x", "_A__x"),
            (Some("A"), "__x__", "__x__"),
            (Some("A"), "__x_", "_A__x_"),
            (Some("A"), "_x", "_x"),
            (Some("A"), "__", "__"),
            (Some("A"), "___", "___"),
            (Some("A"), "__a.b", "__a.b"),
            (Some("__"), "__x", "__x"),
        ];
        for (class, name, expect) in cases {
            assert_eq!(mangle(class, name), expect, "{name} in {class:?}");
        }
    }
}
