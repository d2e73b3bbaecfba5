//! What every rendered page has to satisfy, whatever it shows.
//!
//! [`render`] is the only way the tests turn a page into text, so no page escapes the rules. With
//! `CONSOLE_PAGES_DIR` set it also writes the page there, to be looked at in a browser.

use std::collections::HashSet;

use askama::Template;

/// Elements that have no end tag.
const VOID: [&str; 6] = ["input", "img", "meta", "link", "br", "!doctype"];

/// Renders a page or fragment and holds it to every rule of [`faults`].
pub(crate) fn render(name: &str, page: &impl Template) -> String {
    let html = page.render().expect("a page renders");
    let faults = faults(&html);
    assert!(faults.is_empty(), "{name}: {faults:#?}");
    if let Ok(dir) = std::env::var("CONSOLE_PAGES_DIR") {
        std::fs::create_dir_all(&dir).expect("the directory for pages can be made");
        std::fs::write(format!("{dir}/{name}.html"), &html).expect("a page can be written");
    }
    html
}

struct Tag<'a> {
    name: String,
    end: bool,
    closed: bool,
    attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        self.attributes
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| *value)
    }
}

/// Every tag in order. Text and attribute values hold no bare `<` or `>`: askama escapes both.
fn tags(html: &str) -> Vec<Tag<'_>> {
    html.split('<')
        .skip(1)
        .map(|piece| {
            let inner = piece.split('>').next().unwrap_or(piece);
            let end = inner.starts_with('/');
            let closed = inner.ends_with('/');
            let inner = inner.trim_matches('/');
            let (name, mut rest) = inner.split_once([' ', '\n']).unwrap_or((inner, ""));
            let mut attributes = Vec::new();
            while !rest.trim().is_empty() {
                rest = rest.trim_start();
                let stop = rest.find([' ', '=', '\n']).unwrap_or(rest.len());
                let (key, after) = rest.split_at(stop);
                if let Some(value) = after.strip_prefix('=') {
                    let quote = value.chars().next().unwrap_or('"');
                    let body = value.get(1..).unwrap_or("");
                    let (value, after) = body.split_once(quote).unwrap_or((body, ""));
                    attributes.push((key, value));
                    rest = after;
                } else {
                    attributes.push((key, ""));
                    rest = after;
                }
            }
            Tag {
                name: name.to_ascii_lowercase(),
                end,
                closed,
                attributes,
            }
        })
        .collect()
}

/// Everything wrong with a page, in words.
pub(crate) fn faults(html: &str) -> Vec<String> {
    let tags = tags(html);
    let mut faults = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut ids = HashSet::new();
    let labelled: HashSet<&str> = tags
        .iter()
        .filter(|tag| tag.name == "label")
        .filter_map(|tag| tag.get("for"))
        .collect();
    let mut form_without_token = false;
    for tag in &tags {
        let name = tag.name.as_str();
        if tag.end {
            if open.pop() != Some(name) {
                faults.push(format!("`</{name}>` closes nothing"));
            }
            if name == "form" && form_without_token {
                faults.push("a form posts without a CSRF token".into());
                form_without_token = false;
            }
            continue;
        }
        if !tag.closed && !VOID.contains(&name) {
            open.push(name);
        }
        for (key, _) in &tag.attributes {
            if *key == "style" || key.starts_with("on") || key.starts_with("hx-on") {
                faults.push(format!("`{key}` on `{name}` is inline code or style"));
            }
        }
        if let Some(id) = tag.get("id")
            && !ids.insert(id)
        {
            faults.push(format!("id `{id}` occurs twice"));
        }
        match name {
            "script" if tag.get("src").is_none() => faults.push("a script is inline".into()),
            "style" => faults.push("a style element is inline".into()),
            "form" => form_without_token = tag.get("method") == Some("post"),
            "img" if tag.get("alt").is_none() => faults.push("an image has no text".into()),
            "input"
                if tag.get("name") == Some("csrf_token")
                    && tag.get("value").is_some_and(|v| !v.is_empty()) =>
            {
                form_without_token = false;
            }
            "input" | "select" | "textarea" if tag.get("type") != Some("hidden") => {
                let named =
                    tag.get("aria-label").is_some() || tag.get("id").is_some_and(|id| labelled.contains(id));
                if !named {
                    faults.push(format!("`{}` has no label", tag.get("name").unwrap_or(name)));
                }
            }
            "a" if tag.get("href").is_some_and(|href| href.starts_with("javascript")) => {
                faults.push("a link runs script".into());
            }
            _ => {}
        }
    }
    faults.extend(open.iter().map(|name| format!("`<{name}>` is never closed")));
    faults
}

#[test]
fn the_rules_catch_what_they_are_for() {
    for bad in [
        "<p style=\"color:red\"></p>",
        "<button onclick=\"x()\"></button>",
        "<div hx-on:click=\"x()\"></div>",
        "<script>alert(1)</script>",
        "<style></style>",
        "<form method=\"post\"></form>",
        "<form method=\"post\"><input type=\"hidden\" name=\"csrf_token\" value=\"\"></form>",
        "<input id=\"a\" name=\"a\">",
        "<img src=\"a.svg\">",
        "<p id=\"a\"></p><p id=\"a\"></p>",
        "<div><p></div>",
        "<a href=\"javascript:x()\"></a>",
    ] {
        assert!(!faults(bad).is_empty(), "{bad}");
    }
    let good = "<form method=\"post\"><input type=\"hidden\" name=\"csrf_token\" value=\"t\"><label for=\"a\">A</label><input id=\"a\" name=\"a\"></form>";
    assert_eq!(faults(good), Vec::<String>::new());
}
