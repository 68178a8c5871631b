//! The user's settings: section `bytelens` of the client's configuration.

use sandbox::Limits;
use serde::Deserialize;
use serde_json::Value;

/// All settings. What is missing, or is not what it should be, has its default.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    pub code_lens: Switch,
    pub inlay_hints: Switch,
    pub evaluation: EvaluationSettings,
}

impl Default for Settings {
    fn default() -> Settings {
        let on = Switch { enabled: true };
        Settings { code_lens: on, inlay_hints: on, evaluation: EvaluationSettings::default() }
    }
}

/// Something that can be switched off: `bytelens.codeLens`, `bytelens.inlayHints`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Switch {
    pub enabled: bool,
}

/// `bytelens.evaluation`
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct EvaluationSettings {
    /// Whether anything is run at all.
    pub enabled: bool,
    /// Wall-clock limit in milliseconds.
    pub timeout_ms: u64,
    /// Memory for Python objects, in MiB.
    pub memory_mb: u64,
    /// `sys.getrecursionlimit()`.
    pub recursion_limit: u32,
}

impl Default for EvaluationSettings {
    fn default() -> EvaluationSettings {
        let limits = Limits::default();
        EvaluationSettings {
            enabled: true,
            timeout_ms: limits.milliseconds,
            memory_mb: limits.memory >> 20,
            recursion_limit: limits.depth,
        }
    }
}

impl EvaluationSettings {
    /// The limits of one evaluation, kept to what can be kept.
    pub fn limits(&self) -> Limits {
        Limits {
            milliseconds: self.timeout_ms.clamp(1, 600_000),
            memory: self.memory_mb.clamp(16, 1 << 16) << 20,
            depth: self.recursion_limit.clamp(10, 100_000),
            ..Limits::default()
        }
    }
}

impl Settings {
    /// Reads the section, as the client sends it: bare, or under its name. The error says what was wrong.
    ///
    /// # Errors
    /// The message of the first value that has the wrong type.
    pub fn read(value: Value) -> Result<Settings, String> {
        let section = match value {
            Value::Object(mut object) if object.contains_key("bytelens") => object.remove("bytelens"),
            other => Some(other),
        };
        match section.unwrap_or_default() {
            Value::Null => Ok(Settings::default()),
            // Some clients have only tables and send an empty one as an array.
            Value::Array(items) if items.is_empty() => Ok(Settings::default()),
            section => serde_json::from_value(section).map_err(|error| error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_come_bare_or_named_and_may_be_partial() {
        for value in
            [json!({"evaluation": {"timeoutMs": 7}}), json!({"bytelens": {"evaluation": {"timeoutMs": 7}}})]
        {
            let settings = Settings::read(value).unwrap();
            assert_eq!(settings.evaluation.timeout_ms, 7);
            assert!(settings.evaluation.enabled);
        }
        assert_eq!(Settings::read(Value::Null), Ok(Settings::default()));
        assert_eq!(Settings::read(json!([])), Ok(Settings::default()));
        assert!(Settings::read(json!({"evaluation": {"timeoutMs": "soon"}})).is_err());
    }
}
