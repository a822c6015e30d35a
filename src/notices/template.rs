//! Mail templates: embedded, replaceable; a name they do not know is an error with its template and line.

use std::collections::BTreeMap;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};

use super::view::Frame;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        /// The built-in templates: file name in `templates/mail/` and text.
        pub static BUILT_IN: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../templates/mail/", $name))),)*
        ];
    };
}

built_in!(
    "alarm.html",
    "alarm.txt",
    "digest.html",
    "digest.txt",
    "due_soon.html",
    "due_soon.txt",
    "escalation.html",
    "escalation.txt",
    "held_back.html",
    "held_back.txt",
    "missing.html",
    "missing.txt",
    "moved.html",
    "moved.txt",
    "overdue.html",
    "overdue.txt",
    "parts.html",
    "parts.txt",
    "refused.html",
    "refused.txt",
    "resolved.html",
    "resolved.txt",
    "stale.html",
    "stale.txt",
    "unreported.html",
    "unreported.txt",
    "weekly.html",
    "weekly.txt",
);

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("mail template {template}, line {line}: {message}")]
pub struct TemplateError {
    /// File name.
    pub template: String,
    /// Line, from 1; 0 when it concerns no line.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// The templates in use, and the built-in ones to fall back on.
#[derive(Debug)]
pub struct Templates {
    own: Environment<'static>,
    built_in: Environment<'static>,
}

impl Templates {
    /// Takes replacements (file name → text) over the built-in templates and tries all of them.
    ///
    /// # Errors
    /// The first template that does not parse, or names something it is not given.
    pub fn new(overrides: BTreeMap<String, String>) -> Result<Self, TemplateError> {
        let built_in = environment(&BTreeMap::new())?;
        for name in overrides.keys() {
            if !BUILT_IN.iter().any(|(n, _)| n == name) {
                return Err(TemplateError {
                    template: name.clone(),
                    line: 0,
                    message: "no mail template has this name".to_owned(),
                });
            }
        }
        let own = environment(&overrides)?;
        for frame in Frame::samples() {
            for kind in ["digest.txt", "digest.html"] {
                render(&own, kind, &frame)?;
            }
        }
        Ok(Self { own, built_in })
    }

    /// Renders text and HTML; a replaced template that fails gives way to the built-in ones, and is reported.
    pub(crate) fn render(&self, frame: &Frame) -> (String, String, Option<TemplateError>) {
        let both = |env: &Environment<'_>| -> Result<(String, String), TemplateError> {
            Ok((
                render(env, "digest.txt", frame)?,
                render(env, "digest.html", frame)?,
            ))
        };
        match both(&self.own) {
            Ok((text, html)) => (text, html, None),
            Err(problem) => {
                let (text, html) = both(&self.built_in).unwrap_or_default();
                (text, html, Some(problem))
            }
        }
    }
}

fn environment(
    overrides: &BTreeMap<String, String>,
) -> Result<Environment<'static>, TemplateError> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    if let Ok(syntax) = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
    {
        env.set_syntax(syntax);
    }
    for (name, text) in BUILT_IN {
        let text = overrides
            .get(*name)
            .cloned()
            .unwrap_or_else(|| (*text).to_owned());
        env.add_template_owned((*name).to_owned(), text)
            .map_err(|e| error(name, &e))?;
    }
    Ok(env)
}

fn render(env: &Environment<'_>, name: &str, frame: &Frame) -> Result<String, TemplateError> {
    env.get_template(name)
        .and_then(|t| t.render(Serde(frame)))
        .map_err(|e| error(name, &e))
}

/// The innermost place an error names: an included part rather than its frame.
fn error(name: &str, err: &minijinja::Error) -> TemplateError {
    let mut found = TemplateError {
        template: err.name().unwrap_or(name).to_owned(),
        line: err.line().unwrap_or(0),
        message: err.to_string(),
    };
    let mut cause: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(err);
    while let Some(inner) = cause {
        if let Some(inner) = inner.downcast_ref::<minijinja::Error>()
            && let (Some(name), Some(line)) = (inner.name(), inner.line())
        {
            found = TemplateError {
                template: name.to_owned(),
                line,
                message: inner.to_string(),
            };
        }
        cause = inner.source();
    }
    found
}
